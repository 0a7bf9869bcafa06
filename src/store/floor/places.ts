/** The order of those who wait, and every change of it: each is one statement, under the lock of its brand. */
import { type Selectable, sql, type Transaction } from 'kysely'
import type { Kind } from '../../seams/waiting.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'
import type { QueuePlaceTable } from '../tables/floor.ts'
import { inLockOrder, locking } from './journal.ts'

/** How a line of the journal tells a moment: as `toISOString` does, so that moments can be compared as text. */
const iso = (moment: string): string => `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** That no phone rings for the call of this row, and nobody has it: where all is read after the lock was had, or without one. */
const withNoAgent = (row: string): string =>
  `NOT EXISTS (SELECT FROM assignment AS a WHERE a.call_id = ${row}.call_id
     AND a.state IN ('ringing', 'answering', 'talking', 'checking'))`

/**
 * One customer, one matter, one place (decision D): a call of a proved customer takes over the place that another call of theirs has
 * in the same queue. That one waits at the end, as if it had come at this moment, and nobody is put out of the line; a phone that
 * rings for it already is left alone. Two that join in the very same moment keep a place each.
 */
const takingOver = `former AS MATERIALIZED (
     SELECT o.call_id, o.language, o.level, o.place FROM gate, queue_place AS o
     WHERE $4::text IS NOT NULL AND o.brand = $2::text AND o.queue = $3::text AND o.ref = $8::text AND o.call_id <> $1::text
       AND o.seen > $11::timestamptz
       AND CASE WHEN gate.held THEN NOT is_with_agent(o.call_id) END
       AND NOT EXISTS (SELECT FROM queue_place AS mine
         WHERE mine.call_id = $1::text AND mine.queue = $3::text AND mine.seen > $11::timestamptz)
     ORDER BY o.place, o.arrival LIMIT 1
     FOR UPDATE OF o
   ), former_left AS (
     INSERT INTO queue_journal (at, kind, call_id, queue, facts)
     SELECT $10::timestamptz, 'left', call_id, $3::text, '{"why": "moved"}' FROM former
     RETURNING id
   ), former_line AS MATERIALIZED (
     SELECT nextval('queue_journal_id_seq') AS line FROM former_left
   ), former_moved AS (
     UPDATE queue_place AS p
     SET since = $10::timestamptz, place = $10::timestamptz, reason = 'replaced', arrival = line,
         told_at = NULL, told_position = NULL
     FROM former, former_line WHERE p.call_id = former.call_id
   ), former_joined AS (
     INSERT INTO queue_journal (id, at, kind, call_id, queue, facts)
     SELECT line, $10::timestamptz, 'joined', call_id, $3::text, jsonb_build_object(
       'brand', $2::text, 'topic', $4::text, 'language', language, 'level', level,
       'since', ${iso('$10::timestamptz')}, 'place', ${iso('$10::timestamptz')}, 'reason', 'replaced', 'rings', false)
     FROM former, former_line
     RETURNING id
   )`

/**
 * A place for call `$1` of brand `$2` in queue `$3` with topic `$4`, language `$5` and level `$6`; waiting since `$7` (null: since
 * now); of account `$8` or with ticket number `$9`, which may lead to another ticket; at `$10`, with places unseen since `$11` left out; `$12` the queue that the flow chose, if another. No row: somebody has given
 * this call a place in another queue meanwhile, which this statement cannot see yet; the next one does.
 *
 * All of it happens under the lock of the brand, and `line` is drawn there, so the numbers of the journal are the order. What
 * was read before the lock was had is read again where it counts: rows that are deleted, updated or locked are seen as they are, and
 * what was offered meanwhile by `is_with_agent`, which reads for itself and is asked when the lock is held.
 * `moved` is the call whose place it took over, null for none.
 */
export const join = statement<{ isNew: boolean; moved: string | null }>(
  'join',
  `WITH gate AS MATERIALIZED (
     SELECT ${locking('$2::text')}, true AS held
   ), gone AS (
     DELETE FROM queue_place AS p USING gate
     WHERE p.call_id = $1::text AND (p.queue <> $3::text OR p.seen <= $11::timestamptz)
     RETURNING p.queue, CASE WHEN p.seen <= $11::timestamptz THEN 'unseen' ELSE 'moved' END AS why
   ), left_before AS (
     INSERT INTO queue_journal (at, kind, call_id, queue, facts)
     SELECT $10::timestamptz, 'left', $1::text, queue, jsonb_build_object('why', why) FROM gone
     RETURNING id
   ), matter AS (
     SELECT number, reported_at FROM ticket
     WHERE brand = $2::text AND topic = $4::text AND open AND (ref = $8::text OR number = $9::text
       OR number = (SELECT keyed.merged_into FROM ticket AS keyed WHERE keyed.brand = $2::text AND keyed.number = $9::text))
     ORDER BY reported_at LIMIT 1
   ), ${takingOver}, times AS (
     SELECT coalesce($7::timestamptz, $10::timestamptz) AS since,
            least(former.place, coalesce($7::timestamptz, $10::timestamptz)) AS own,
            matter.reported_at, matter.number
     FROM gate LEFT JOIN left_before ON true LEFT JOIN former_joined ON true LEFT JOIN former ON true LEFT JOIN matter ON true
   ), place AS MATERIALIZED (
     SELECT nextval('queue_journal_id_seq') AS line, since, least(reported_at, own) AS place, number AS ticket,
            CASE WHEN reported_at <= own AND reported_at < since THEN 'ticket'
              WHEN $7::timestamptz IS NULL AND own = since THEN 'waiting' ELSE 'returned' END AS reason
     FROM times
   ), placed AS (
     INSERT INTO queue_place AS p
       (call_id, brand, queue, topic, language, level, since, place, reason, ticket, arrival, seen, ref, chosen)
     SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::integer, since, place, reason, ticket, line, $10::timestamptz,
            CASE WHEN $4::text IS NOT NULL THEN $8::text END, $12::text
     FROM place
     ON CONFLICT (call_id) DO UPDATE SET seen = greatest(p.seen, excluded.seen), ends = NULL WHERE p.queue = excluded.queue
     RETURNING p.arrival
   ), joined AS (
     INSERT INTO queue_journal (id, at, kind, call_id, queue, facts)
     SELECT line, $10::timestamptz, 'joined', $1::text, $3::text, jsonb_build_object(
       'brand', $2::text, 'topic', $4::text, 'language', $5::text, 'level', $6::integer,
       'since', ${iso('since')}, 'place', ${iso('place')}, 'reason', reason,
       'rings', is_with_agent($1::text))
     FROM place JOIN placed ON placed.arrival = place.line
   )
   SELECT arrival = line AS "isNew", (SELECT call_id FROM former) AS moved FROM placed, place`,
)

/** Gives up the place of call `$1` for the reason `$2` at `$3`; no row where it has none. */
export const leave = statement<{ id: number }>(
  'leave',
  `WITH gate AS MATERIALIZED (
     SELECT ${locking('brand')} FROM queue_place WHERE call_id = $1::text
   ), gone AS (
     DELETE FROM queue_place AS p USING gate WHERE p.call_id = $1::text RETURNING p.queue, p.chosen
   )
   INSERT INTO queue_journal (at, kind, call_id, queue, facts)
   SELECT $3::timestamptz, 'left', $1::text, queue, jsonb_strip_nulls(jsonb_build_object('why', $2::text, 'chosen', chosen)) FROM gone
   RETURNING id`,
)

/** Those unseen since `$2`, at `$1`, of the brands `$3` (null: of all), lose their places. Takes no lock where there is none. */
const dropping = `brands AS MATERIALIZED (
     SELECT ordered.brand, ${locking('ordered.brand')} FROM ${inLockOrder(
       `queue_place WHERE seen <= $2::timestamptz AND ($3::text[] IS NULL OR brand = ANY ($3::text[]))`,
     )}
   ), gone AS (
     DELETE FROM queue_place AS p USING brands
     WHERE p.brand = brands.brand AND p.seen <= $2::timestamptz RETURNING p.call_id, p.queue
   ), left_unseen AS (
     INSERT INTO queue_journal (at, kind, call_id, queue, facts)
     SELECT $1::timestamptz, 'left', call_id, queue, '{"why": "unseen"}' FROM gone
   )`

export const dropUnseen = statement<never>('drop_unseen', `WITH ${dropping} SELECT WHERE false`)

export const whoWaits = statement<Selectable<QueuePlaceTable>>(
  'who_waits',
  `WITH ${dropping} SELECT * FROM queue_place WHERE seen > $2::timestamptz ORDER BY place, arrival`,
)

/** Each kind of those who wait and ring nowhere, once. */
export const kindsWaiting = statement<Kind>(
  'kinds_waiting',
  `SELECT DISTINCT brand, queue, language FROM queue_place AS p
   WHERE seen > $1::timestamptz AND ${withNoAgent('p')}`,
)

/** Callers who fit and ring nowhere, longest wait first. */
export async function nextFor(
  trx: Transaction<Schema>,
  { brands, topics, languages }: { brands: readonly string[]; topics: readonly string[]; languages: readonly string[] },
): Promise<{ call_id: string; brand: string; queue: string; topic: string | null; place: Date } | undefined> {
  return trx
    .selectFrom('queue_place')
    .select(['call_id', 'brand', 'queue', 'topic', 'place'])
    .where('brand', '=', sql<string>`any(${[...brands]}::text[])`)
    .where(sql<boolean>`coalesce(topic, 'general') = any(${[...topics]}::text[])`)
    .where('language', '=', sql<string>`any(${[...languages]}::text[])`)
    .where(sql<boolean>`${sql.raw(withNoAgent('queue_place'))}`)
    .orderBy('place')
    .orderBy('arrival')
    .limit(1)
    .executeTakeFirst()
}
