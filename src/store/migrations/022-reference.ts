import { type Kysely, sql } from 'kysely'

/** `account.reference`: the operator's name for a person, the same in all brands (R43). It joins nothing, and no proof counts by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE account ADD COLUMN reference text CHECK (length(reference) BETWEEN 1 AND 64)`.execute(db)
  await sql`CREATE INDEX account_reference ON account (reference) WHERE reference IS NOT NULL`.execute(db)
}
