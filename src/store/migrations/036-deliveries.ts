import { type Kysely, sql } from 'kysely'

/**
 * What becomes of a text message after Twilio has taken it: the last that was told of it, by `delivery`, with Twilio's number of the error. A contact that can never be
 * reached is `unreachable` since then; it stays, and is written to again when it was confirmed later than that.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE message
      ADD COLUMN delivery text CHECK (delivery IN ('queued', 'sent', 'delivered', 'undelivered', 'failed')),
      ADD COLUMN delivery_error integer,
      ADD COLUMN delivery_at timestamptz,
      ADD CHECK ((delivery IS NULL) = (delivery_at IS NULL))`.execute(db)
  await sql`ALTER TABLE contact ADD COLUMN unreachable timestamptz`.execute(db)
}
