import { type Kysely, sql } from 'kysely'

/**
 * `call_code`: codes that let one call in without number and PIN, by their keyed hash alone. An account has one at most; a code that is
 * used is deleted by the statement that finds it, so it is never found twice. `subject`: whose lock it obeys. It goes with its account.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE call_code (
      ref text PRIMARY KEY,
      brand text NOT NULL,
      subject text NOT NULL,
      hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
      made timestamptz NOT NULL DEFAULT now(),
      expires timestamptz NOT NULL,
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand) ON DELETE CASCADE
    )`.execute(db)
}
