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
        .where('kind', 'in', ['hand_off', 'end'])
        .select(({ fn }) => fn.count<number>('call_id').distinct().as('calls'))
        .executeTakeFirstOrThrow()
      const { rows } = await sql<{ outcome: string; level: number; calls: number }>`
        SELECT outcome, level, count(*)::integer AS calls FROM (
          SELECT DISTINCT ON (call_id) facts ->> 'outcome' AS outcome, (facts ->> 'level')::integer AS level
          FROM event WHERE brand = ${brand} AND kind = 'hand_off' AND at >= ${from} AND at <= ${to}
          ORDER BY call_id, id DESC
        ) last GROUP BY outcome, level`.execute(db)
      const { locks } = await within
        .where('kind', '=', 'verify')
        .where(sql<boolean>`facts ->> 'result' = 'locked'`)
        .select(({ fn }) => fn.count<number>('call_id').distinct().as('locks'))
        .executeTakeFirstOrThrow()
      const outcomes: Record<string, number> = {}
      for (const row of rows) outcomes[row.outcome] = (outcomes[row.outcome] ?? 0) + row.calls
      const count = (of: typeof rows): number => of.reduce((sum, row) => sum + row.calls, 0)
      return {
        calls,
        handedOff: count(rows),
        verified: count(rows.filter(({ level }) => level === 2)),
        outcomes,
        locks,
      }
    },
  }
}
