import { type Kysely, sql } from 'kysely'

/**
 * Since when a SIM is its account's is said once, by `valid_from` of its number. The column of its own was never set, so
 * no PUK ever rested after a change of SIM (decision C).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE sim DROP COLUMN since`.execute(db)
}
