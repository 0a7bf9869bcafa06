import { type Kysely, sql } from 'kysely'

/** Finds what an agent has typed for callers: counted before another code is looked at. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX event_by_agent ON event (actor, at) WHERE kind = 'verify' AND facts ->> 'by' = 'agent'`.execute(db)
}
