import { type Kysely, sql } from 'kysely'

/** Finds what callers of a brand have ordered by key: counted before another order is taken. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE INDEX event_letter_orders ON event (brand, at)
    WHERE kind = 'account' AND actor = 'caller' AND facts ->> 'act' = 'order_letter'`.execute(db)
}
