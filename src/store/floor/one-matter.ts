/** One customer, one matter, one place (decision D): a later call takes over the place of an earlier one. */
import { sql, type Transaction } from 'kysely'
import type { Arrival } from '../../seams/waiting.ts'
import type { Schema } from '../schema.ts'
import { note } from './journal.ts'

/**
 * The place that another call of the proved customer has in this queue: it is this call's now, and the other waits at the end
 * as if it had come at this moment; nobody is put out of the line. Null: there is none, or a phone rings for it already. Only
 * inside `inOrder`.
 */
export async function takeOver(
  trx: Transaction<Schema>,
  { callId, brand, queue, topic, ref }: Arrival,
  at: Date,
): Promise<{ place: Date } | null> {
  if (ref === null || topic === null) return null
  const former = await trx
    .selectFrom('queue_place')
    .selectAll()
    .where('brand', '=', brand)
    .where('queue', '=', queue)
    .where('ref', '=', ref)
    .where('call_id', '<>', callId)
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM assignment a WHERE a.call_id = queue_place.call_id
      AND a.state IN ('ringing', 'answering', 'talking', 'checking'))`)
    .orderBy('place')
    .orderBy('arrival')
    .limit(1)
    .executeTakeFirst()
  if (!former) return null
  const { call_id, language, level, place } = former
  await note(trx, { kind: 'left', callId: call_id, queue, facts: { why: 'moved' } }, at)
  const reason = 'replaced'
  const facts = {
    brand,
    topic,
    language,
    level,
    since: at.toISOString(),
    place: at.toISOString(),
    reason,
    rings: false,
  }
  const arrival = await note(trx, { kind: 'joined', callId: call_id, queue, facts }, at)
  const told = { told_at: null, told_position: null }
  await trx
    .updateTable('queue_place')
    .set({ since: at, place: at, reason, arrival, ...told })
    .where('call_id', '=', call_id)
    .execute()
  return { place }
}
