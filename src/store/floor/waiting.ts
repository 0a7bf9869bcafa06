/** Who waits, in the order of R34 and R35: the first report of an open ticket counts, anything else from the start of the wait. */
import type { Kysely } from 'kysely'
import type { Crowd, Waiting, WaitingList } from '../../seams/waiting.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'
import { paceOf } from './journal.ts'
import { dropUnseen, join, kindsWaiting, leave, whoWaits } from './places.ts'
import { keepTold, toldAs } from './told.ts'
import { createUnheard } from './unheard.ts'

/**
 * A caller whose `waitUrl` was not fetched for this long, while Twilio could not be asked either, is gone, in ms. Where it can
 * be asked it is, long before, and the caller stays or goes by its answer.
 */
const UNSEEN_MS = 30 * 60 * 1000

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
 * So would a caller led to another queue by it, who counts in the one that was chosen.
 */
const see = statement<SeenRow>(
  'place_seen',
  `WITH me AS (
     UPDATE queue_place SET seen = GREATEST(seen, $2::timestamptz)
     WHERE call_id = $1 AND seen > $3::timestamptz RETURNING *
   )
   SELECT me.reason, me.level, me.told_at, me.told_position,
     (SELECT coalesce(jsonb_agg(crowd), '[]') FROM (
        SELECT o.brand, coalesce(o.chosen, o.queue) AS queue, o.language, count(*) AS callers FROM queue_place o
        WHERE o.seen > $3::timestamptz AND o.call_id <> me.call_id
          AND (CASE WHEN o.level = 2 THEN o.place ELSE o.since END, o.arrival)
            < (CASE WHEN me.level = 2 THEN me.place ELSE me.since END, me.arrival)
        GROUP BY o.brand, coalesce(o.chosen, o.queue), o.language) crowd) AS ahead
   FROM me`,
  'repeatable',
)

/** How often a call may be given another place in the same moment. */
const JOINS = 4

export function createWaiting(db: Kysely<Schema>): WaitingList {
  const told = keepTold(db)
  return {
    ...createUnheard(db),
    async join({ callId, brand, queue, chosen = null, topic, language, level, since, ref, ticket }, at) {
      const values = [callId, brand, queue, topic, language, level, since, ref, ticket, at, unseenSince(at), chosen]
      for (let n = 0; n < JOINS; n++) {
        const [placed] = await join(db, values)
        if (placed?.isNew) told.forget(callId)
        if (placed?.moved != null) told.forget(placed.moved)
        if (placed) return
      }
      throw new Error('a call was put into queues so often at once that it has a place in none of them')
    },
    async leave(callId, why, at) {
      told.forget(callId)
      return (await leave(db, [callId, why, at])).length > 0
    },
    async seen(callId, at) {
      const [row] = await see(db, [callId, at, unseenSince(at)])
      if (!row) return null
      const { ahead, reason, level, told_at, told_position } = row
      const kept = told_at && told_position !== null ? { at: told_at.toISOString(), as: toldAs(told_position) } : null
      return {
        ahead,
        byTicket: reason === 'ticket' && level === 2,
        replaced: reason === 'replaced',
        told: told.of(callId) ?? kept,
      }
    },
    async told(callId, as, at) {
      told.keep(callId, as, at)
    },
    async ends(callId, why) {
      const { numUpdatedRows } = await db
        .updateTable('queue_place')
        .set({ ends: why })
        .where('call_id', '=', callId)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async endOf(callId) {
      const place = await db.selectFrom('queue_place').select('ends').where('call_id', '=', callId).executeTakeFirst()
      return place?.ends ?? null
    },
    async length(queue, at) {
      const { waiting } = await db
        .selectFrom('queue_place')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .where(({ fn }) => fn.coalesce('chosen', 'queue'), '=', queue)
        .where('seen', '>', unseenSince(at))
        .executeTakeFirstOrThrow()
      return waiting
    },
    pace: (queue, at) => paceOf(db, queue, at),
    kinds: (at) => kindsWaiting(db, [unseenSince(at)]),
    dropUnseen: async (at) => void (await dropUnseen(db, [at, unseenSince(at), null])),
    async list(at) {
      const rows = await whoWaits(db, [at, unseenSince(at), null])
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

/** Who was seen last at this moment or before is gone at `at`. */
export function unseenSince(at: Date): Date {
  return new Date(at.getTime() - UNSEEN_MS)
}
