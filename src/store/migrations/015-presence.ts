import { type Kysely, sql } from 'kysely'

/**
 * Presence is a lease. `presence.beat`: when the agent's page was heard last; null: it is not to be heard, after a sign-out.
 * `presence_watch`: one row, since when pages could be heard without a gap, and when that was so last. All of it is in
 * database time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE presence ADD COLUMN beat timestamptz`.execute(db)
  // Agents at work stay available: the new version hears their pages, or the lease runs out.
  await sql`UPDATE presence SET beat = now()`.execute(db)
  await sql`
    CREATE TABLE presence_watch (
      one boolean PRIMARY KEY CHECK (one),
      since timestamptz NOT NULL,
      seen timestamptz NOT NULL
    )`.execute(db)
  // Of a proved customer: a second call about the same matter takes over the place of the first.
  await sql`ALTER TABLE queue_place ADD COLUMN ref text`.execute(db)
  await sql`ALTER TABLE queue_place DROP CONSTRAINT queue_place_reason_check`.execute(db)
  await sql`
    ALTER TABLE queue_place ADD CONSTRAINT queue_place_reason_check
    CHECK (reason IN ('waiting', 'ticket', 'returned', 'replaced'))`.execute(db)
  await sql`CREATE INDEX queue_place_matter ON queue_place (brand, queue, ref) WHERE ref IS NOT NULL`.execute(db)
}
