/** How far a text message has come. Imports kysely, the tables and the seam. */
import { type Kysely, sql } from 'kysely'
import { type Deliveries, type Delivery, NEVER_REACHED } from '../seams/deliveries.ts'
import type { Schema } from './schema.ts'

/** Those that come before it. The last three are ends, none of which goes over another. */
const EARLIER: Readonly<Record<Delivery, readonly Delivery[]>> = {
  queued: [],
  sent: ['queued'],
  delivered: ['queued', 'sent'],
  undelivered: ['queued', 'sent'],
  failed: ['queued', 'sent'],
}

/** The contact of a message cannot be reached. It may be told before the message is written down as sent, which then says so too. */
export function markUnreachable(db: Kysely<Schema>, message: number) {
  return sql<{ id: number }>`
    UPDATE contact SET unreachable = m.delivery_at FROM message AS m
    WHERE m.id = ${message} AND contact.id = m.contact AND m.delivery IN ('undelivered', 'failed')
      AND m.delivery_error = ANY (${[...NEVER_REACHED]}::integer[])
      AND (contact.unreachable IS NULL OR contact.unreachable < m.delivery_at)
    RETURNING contact.id`.execute(db)
}

export function createDeliveries(db: Kysely<Schema>): Deliveries {
  return {
    async note(message, { delivery, errorCode }) {
      const { rows } = await sql<{ brand: string }>`
        UPDATE message SET delivery = ${delivery}, delivery_error = ${errorCode}, delivery_at = now()
        WHERE id = ${message} AND (delivery IS NULL OR delivery = ANY (${[...EARLIER[delivery]]}::text[]))
        RETURNING brand`.execute(db)
      const [moved] = rows
      if (moved) {
        const marked = await markUnreachable(db, message)
        return { new: { brand: moved.brand, isUnreachable: marked.rows.length > 0 } }
      }
      const { rows: there } = await sql`SELECT FROM message WHERE id = ${message}`.execute(db)
      return there.length === 0 ? 'unknown' : 'known'
    },
  }
}
