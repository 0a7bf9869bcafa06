import { type Kysely, sql } from 'kysely'

/** `account_audit`: what the standing check of accounts has counted, one row a day for all servers. `ended` is null while it runs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE account_audit (
      day date PRIMARY KEY,
      began timestamptz NOT NULL,
      ended timestamptz,
      counts jsonb,
      CHECK ((ended IS NULL) = (counts IS NULL))
    )`.execute(db)
}
