/** The append-only record of every verify, hand-off, end and reading of a context. Who, what, when, never a digit. */
import type { Kysely } from 'kysely'
import type { DurableEvent, EventLog } from '../seams/events.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/** An event as stored: numbered in order, with the database's time (ISO 8601). */
export interface RecordedEvent extends DurableEvent {
  id: number
  at: string
}

export interface EventRecord extends EventLog {
  /** Events in order, of one call or of all, those with an id above `after`, at most `limit`. */
  read(filter: { callId?: string; after?: number; limit: number }): Promise<RecordedEvent[]>
}

const insert = statement<never>(
  'event',
  'INSERT INTO event (kind, call_id, brand, ref, actor, facts) VALUES ($1, $2, $3, $4, $5, $6::jsonb)',
)

export function createEventLog(db: Kysely<Schema>): EventRecord {
  return {
    async append(event) {
      const { kind, callId, brand, ref, actor, facts } = event
      await insert(db, [kind, callId, brand, ref, actor, JSON.stringify(facts)])
    },
    async read({ callId, after = 0, limit }) {
      let query = db.selectFrom('event').selectAll().where('id', '>', after).orderBy('id').limit(limit)
      if (callId !== undefined) query = query.where('call_id', '=', callId)
      const rows = await query.execute()
      return rows.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        kind: row.kind,
        callId: row.call_id,
        brand: row.brand,
        ref: row.ref,
        actor: row.actor,
        facts: row.facts,
      }))
    },
  }
}
