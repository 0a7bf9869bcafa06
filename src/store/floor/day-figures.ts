import { type Kysely, sql } from 'kysely'
import type { DayFigures } from '../../seams/floor.ts'
import type { Schema } from '../schema.ts'

interface QueueRow {
  queue: string
  taken: number
  abandoned: number
  median_wait: number | null
  longest_wait: number | null
}

/** Counted over all calls of a brand in one look. A call may hang up before it is handed off: its end counts too. */
type Sums = Record<
  'needed' | 'verified' | 'checks' | 'checksPassed' | 'turnedAway' | 'outOfHours' | 'unserved' | 'locks',
  number
>

const NOTHING: Sums = {
  needed: 0,
  verified: 0,
  checks: 0,
  checksPassed: 0,
  turnedAway: 0,
  outOfHours: 0,
  unserved: 0,
  locks: 0,
}

/** The day out of the journal of the queue and the record of events. No row here is of an agent. */
export function createDayFigures(db: Kysely<Schema>): DayFigures {
  return {
    async queues(from, to) {
      const { rows } = await sql<QueueRow>`
        WITH left_now AS (
          SELECT l.queue, l.facts ->> 'why' AS why,
            extract(epoch FROM l.at - (
              SELECT max(j.at) FROM queue_journal j
              WHERE j.call_id = l.call_id AND j.kind = 'joined' AND j.id < l.id))::double precision AS wait
          FROM queue_journal l WHERE l.kind = 'left' AND l.at >= ${from} AND l.at <= ${to}
        )
        SELECT queue,
          count(*) FILTER (WHERE why = 'taken')::integer AS taken,
          count(*) FILTER (WHERE why IN ('hung_up', 'unseen'))::integer AS abandoned,
          percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) FILTER (WHERE why = 'taken') AS median_wait,
          max(wait) AS longest_wait
        FROM left_now GROUP BY queue`.execute(db)
      return rows.map(({ queue, taken, abandoned, median_wait, longest_wait }) => ({
        queue,
        taken,
        abandoned,
        medianWait: median_wait,
        longestWait: longest_wait,
      }))
    },
    async brand(brand, from, to) {
      const within = db.selectFrom('event').where('brand', '=', brand).where('at', '>=', from).where('at', '<=', to)
      const { calls } = await within
        .where('kind', 'in', ['hand_off', 'end', 'turned_away'])
        .select(({ fn }) => fn.count<number>('call_id').distinct().as('calls'))
        .executeTakeFirstOrThrow()
      const { rows } = await sql<{ outcome: string; calls: number }>`
        SELECT outcome, count(*)::integer AS calls FROM (
          SELECT DISTINCT ON (call_id) facts ->> 'outcome' AS outcome FROM event WHERE brand = ${brand} AND kind = 'hand_off' AND at >= ${from} AND at <= ${to}
          ORDER BY call_id, id DESC
        ) last GROUP BY outcome`.execute(db)
      const { rows: sums } = await sql<Sums>`
        WITH today AS (
          SELECT id, call_id, kind, facts FROM event
          WHERE brand = ${brand} AND at >= ${from} AND at <= ${to} AND kind IN ('hand_off', 'end', 'verify', 'check', 'turned_away', 'unserved')
        ), last AS (
          SELECT DISTINCT ON (call_id) facts FROM today WHERE kind IN ('hand_off', 'end') ORDER BY call_id, id DESC
        )
        SELECT
          (SELECT count(*) FROM last WHERE facts ->> 'needs' = '2')::integer AS needed,
          (SELECT count(*) FROM last WHERE facts ->> 'needs' = '2' AND facts ->> 'level' = '2')::integer AS verified,
          count(*) FILTER (WHERE kind = 'check' AND facts ->> 'act' = 'begin')::integer AS checks,
          count(*) FILTER (WHERE kind = 'check' AND facts ->> 'outcome' = 'verified')::integer AS "checksPassed",
          count(DISTINCT call_id) FILTER (WHERE kind = 'turned_away' AND facts ->> 'why' = 'full')::integer AS "turnedAway",
          count(DISTINCT call_id) FILTER (WHERE kind = 'turned_away' AND facts ->> 'why' = 'closed')::integer AS "outOfHours",
          count(DISTINCT call_id) FILTER (WHERE kind = 'unserved')::integer AS unserved,
          count(DISTINCT call_id) FILTER (WHERE kind = 'verify' AND call_id <> '-' AND facts ->> 'result' = 'locked'
            AND facts ->> 'because' IS NULL)::integer AS locks
        FROM today`.execute(db)
      const outcomes: Record<string, number> = {}
      for (const row of rows) outcomes[row.outcome] = row.calls
      const handedOff = rows.reduce((sum, row) => sum + row.calls, 0)
      return { ...(sums[0] ?? NOTHING), calls, handedOff, outcomes }
    },
  }
}
