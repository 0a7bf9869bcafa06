import { type Kysely, sql } from 'kysely'

/**
 * `pin_key`: every key of PINs that this database was opened with, by its name, and a value by which its bytes are known
 * again (`auth/verifier.ts`). The bytes cannot be found from it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE pin_key (
      kid text PRIMARY KEY,
      check_value bytea NOT NULL CHECK (octet_length(check_value) = 32),
      seen timestamptz NOT NULL DEFAULT now()
    )`.execute(db)
}
