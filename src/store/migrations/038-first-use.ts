import { type Kysely, sql } from 'kysely'

/** `verifier.replace_only`: a code for first use, as after a breach: it is good to set another secret, and for nothing else. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE verifier ADD COLUMN replace_only boolean NOT NULL DEFAULT false`.execute(db)
}
