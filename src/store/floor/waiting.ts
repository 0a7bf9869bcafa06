/** Who waits, in the order of R34 and R35: the first report of an open ticket counts, anything else from the start of the wait. */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Arrival, Crowd, LeaveReason, Told, Waiting, WaitingList } from '../../seams/waiting.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'
import { inOrder, note, paceOf } from './journal.ts'
import { takeOver } from './one-matter.ts'
import { createUnheard } from './unheard.ts'

/**
 * A caller whose `waitUrl` was not fetched for this long, while Twilio could not be asked either, is gone, in ms. Where it can
 * be asked it is, long before, and the caller stays or goes by its answer.
 */
const UNSEEN_MS = 30 * 60 * 1000

/** Words that stand where a place would, as `told_position` keeps them: no place is less than 1. */
const TOLD_WORDS = { soon: 0, hold: -1, later: -2 } as const

interface SeenRow {
  ahead: Crowd[]
  reason: Waiting['reason']
  level: number
  told_at: Date | null
  told_position: number | null
}

/**
 * Who is ahead of `$1` at `$2`, counted by kind, with those unseen since `$3` left out. It is as if nobody below level 2 had a
 * ticket: a place that jumps would tell a stranger that somebody's number, or a ticket, exists.
 */
const see = statement<SeenRow>(
  'place_seen',
  `WITH me AS (
     UPDATE queue_place SET seen = GREATEST(seen, $2::timestamptz)
     WHERE call_id = $1 AND seen > $3::timestamptz RETURNING *
   )
   SELECT me.reason, me.level, me.told_at, me.told_position,
     (SELECT coalesce(jsonb_agg(crowd), '[]') FROM (
        SELECT o.brand, o.queue, o.language, count(*) AS callers FROM queue_place o
        WHERE o.seen > $3::timestamptz AND o.call_id <> me.call_id
          AND (CASE WHEN o.level = 2 THEN o.place ELSE o.since END, o.arrival)
            < (CASE WHEN me.level = 2 THEN me.place ELSE me.since END, me.arrival)
        GROUP BY o.brand, o.queue, o.language) crowd) AS ahead
   FROM me`,
)

export function createWaiting(db: Kysely<Schema>): WaitingList {
  return {
    ...createUnheard(db),
    join: (arrival, at) => inOrder(db, (trx) => join(trx, arrival, at)),
    async leave(callId, why, at) {
      const place = await db
        .selectFrom('queue_place')
        .select('call_id')
        .where('call_id', '=', callId)
        .executeTakeFirst()
      if (place) await inOrder(db, (trx) => leave(trx, callId, why, at))
    },
    async seen(callId, at) {
      const [row] = await see(db, [callId, at, unseenSince(at)])
      if (!row) return null
      const { ahead, reason, level, told_at, told_position } = row
      const told = told_at && told_position !== null ? { at: told_at.toISOString(), as: toldAs(told_position) } : null
      return { ahead, byTicket: reason === 'ticket' && level === 2, replaced: reason === 'replaced', told }
    },
    async told(callId, as, at) {
      await db
        .updateTable('queue_place')
        .set({ told_at: at, told_position: typeof as === 'number' ? as : TOLD_WORDS[as] })
        .where('call_id', '=', callId)
        .execute()
    },
    async length(queue, at) {
      const { waiting } = await db
        .selectFrom('queue_place')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .where('queue', '=', queue)
        .where('seen', '>', unseenSince(at))
        .executeTakeFirstOrThrow()
      return waiting
    },
    pace: (queue, at) => paceOf(db, queue, at),
    async list(at) {
      await dropUnseenOf(db, at)
      const rows = await db.selectFrom('queue_place').selectAll().orderBy('place').orderBy('arrival').execute()
      return rows.map((row) => ({
        callId: row.call_id,
        brand: row.brand,
        queue: row.queue,
        topic: row.topic,
        language: row.language,
        level: row.level,
        since: row.since.toISOString(),
        place: row.place.toISOString(),
        reason: row.reason,
        ticket: row.ticket,
      }))
    },
  }
}

function toldAs(position: number): Told {
  if (position >= 1) return position
  const words = ['soon', 'later', 'hold'] as const
  return words.find((word) => TOLD_WORDS[word] === position) ?? 'hold'
}

async function join(trx: Transaction<Schema>, arrival: Arrival, at: Date): Promise<void> {
  await dropUnseen(trx, at)
  const { callId, brand, queue, topic, language, level } = arrival
  const known = await trx.selectFrom('queue_place').select('queue').where('call_id', '=', callId).executeTakeFirst()
  if (known?.queue === queue) {
    await trx.updateTable('queue_place').set({ seen: at }).where('call_id', '=', callId).execute()
    return
  }
  if (known) await leave(trx, callId, 'moved', at)
  const since = arrival.since === null ? at : new Date(arrival.since)
  const ticket = topic === null ? undefined : await openTicket(trx, arrival, topic)
  const former = await takeOver(trx, arrival, at)
  const own = former && former.place < since ? former.place : since
  const byTicket = ticket !== undefined && ticket.reported_at <= own && ticket.reported_at < since
  const place = byTicket ? ticket.reported_at : own
  const reason = byTicket ? 'ticket' : arrival.since === null && own === since ? 'waiting' : 'returned'
  const times = { since: since.toISOString(), place: place.toISOString() }
  const rings = arrival.since !== null && (await ringsFor(trx, callId))
  const facts = { brand, topic, language, level, ...times, reason, rings }
  const line = await note(trx, { kind: 'joined', callId, queue, facts }, at)
  const row = { brand, queue, topic, language, level, since, place, reason, arrival: line, seen: at } as const
  await trx
    .insertInto('queue_place')
    .values({
      ...row,
      call_id: callId,
      ref: topic === null ? null : arrival.ref,
      ticket: ticket?.number ?? null,
      told_at: null,
      told_position: null,
    })
    .execute()
}

/**
 * Whether an agent is getting this caller already, as a colleague does when an agent has left them the call. A new
 * caller is got by nobody.
 */
async function ringsFor(trx: Transaction<Schema>, callId: string): Promise<boolean> {
  const agent = await trx
    .selectFrom('assignment')
    .select('id')
    .where('call_id', '=', callId)
    .where('state', 'in', ['ringing', 'answering'])
    .executeTakeFirst()
  return agent !== undefined
}

/** Of the account that was proved, or the one that was keyed by its number. */
async function openTicket(trx: Transaction<Schema>, { brand, ref, ticket }: Arrival, topic: string) {
  if (ref === null && ticket === null) return undefined
  return trx
    .selectFrom('ticket')
    .select(['number', 'reported_at'])
    .where('brand', '=', brand)
    .where('topic', '=', topic)
    .where('open', '=', true)
    .where(({ eb, or }) => or([eb('ref', '=', ref), eb('number', '=', ticket)]))
    .orderBy('reported_at')
    .limit(1)
    .executeTakeFirst()
}

async function leave(trx: Transaction<Schema>, callId: string, why: LeaveReason, at: Date): Promise<void> {
  const gone = await trx.deleteFrom('queue_place').where('call_id', '=', callId).returning('queue').executeTakeFirst()
  if (gone) await note(trx, { kind: 'left', callId, queue: gone.queue, facts: { why } }, at)
}

async function dropUnseenOf(db: Kysely<Schema>, at: Date): Promise<void> {
  const stale = await db
    .selectFrom('queue_place')
    .select('call_id')
    .where('seen', '<=', unseenSince(at))
    .limit(1)
    .executeTakeFirst()
  if (stale) await inOrder(db, (trx) => dropUnseen(trx, at))
}

/** Only inside `inOrder`. */
export async function dropUnseen(trx: Transaction<Schema>, at: Date): Promise<void> {
  const dropped = await trx
    .deleteFrom('queue_place')
    .where('seen', '<=', unseenSince(at))
    .returning(['call_id', 'queue'])
    .execute()
  for (const { call_id, queue } of dropped) {
    await note(trx, { kind: 'left', callId: call_id, queue, facts: { why: 'unseen' } }, at)
  }
}

function unseenSince(at: Date): Date {
  return new Date(at.getTime() - UNSEEN_MS)
}

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
    .where(sql<boolean>`NOT EXISTS (SELECT 1 FROM assignment a WHERE a.call_id = queue_place.call_id
      AND a.state IN ('ringing', 'answering', 'talking', 'checking'))`)
    .orderBy('place')
    .orderBy('arrival')
    .limit(1)
    .executeTakeFirst()
}
