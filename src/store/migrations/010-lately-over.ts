import { type Kysely, sql } from 'kysely'

/** For the assignments that ended lately: ended ones are kept, and this is asked again and again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX assignment_over ON assignment ((facts ->> 'since')) WHERE state = 'over'`.execute(db)
}
