/**
 * Takes away what is older than it may be, in steps. Calls go before: a step is a few hundred rows in a transaction of its own, it waits for no
 * lock, and after it the run rests for several times as long as it took. All times are the database's, but that rest.
 */
import { type Kysely, sql } from 'kysely'
import type { Clock } from '../../seams/clock.ts'
import type { KeepDays, KeptTable, Retention, RetentionRun } from '../../seams/retention.ts'
import type { Schema } from '../schema.ts'
import { type EventsBehind, noCheckpoints } from './checkpoint.ts'
import { type AgingTable, agingTables, daysOf, fates } from './tables.ts'

/** Rows of one step. */
const STEP = 500
/** The run rests for so many times as long as its step took: it has a fifth of one connection at most. */
const REST = 4
/** And for so long at least, and at most, ms: well within the lease, also where a step was slow or the process's clock has jumped meanwhile. */
const LEAST_REST_MS = 20
const MOST_REST_MS = 60_000
/** A run that has made no step for so long is lost, as where its server died. */
const LEASE = sql`interval '10 minutes'`
/**
 * Where the last step of a run lies further back, nothing was running meanwhile, or the database's clock has jumped; nobody can tell which. So nothing
 * goes by that clock on its first day: what a wrong clock takes away is gone for good, with the tries that a lock is counted by.
 */
const GAP = sql`interval '7 days'`
/** Of what is due, more than this are not counted for the status. */
const MOST_COUNTED = 100_000

export interface RetentionRules {
  keep: KeepDays
  eventsBehind?: EventsBehind
  /** How many rows a step takes. */
  step?: number
}

type Count = RetentionRun['counts'][number]

/** @param clock whose `wait` is the rest between two steps. */
export function createRetention(
  db: Kysely<Schema>,
  { keep, eventsBehind = noCheckpoints, step = STEP }: RetentionRules,
  clock: Pick<Clock, 'now' | 'wait'>,
): Retention {
  const tables = async (): Promise<AgingTable[]> => agingTables(keep, await eventsBehind(db))

  /** All of one table; false: the lease was lost. */
  async function empty(table: AgingTable, began: string, counts: Count[], told: (done: Count) => void) {
    const count: Count = { table: table.table, removed: 0 }
    for (;;) {
      const at = clock.now().getTime()
      const removed = await removeSome(db, table, step)
      count.removed += removed
      if (removed === 0) break
      if (count.removed === removed) counts.push(count)
      told({ table: table.table, removed })
      if (!(await renewed(db, began, counts))) return false
      const rest = REST * (clock.now().getTime() - at)
      await clock.wait(Math.min(MOST_REST_MS, Math.max(LEAST_REST_MS, rest)))
    }
    return true
  }

  return {
    async status() {
      const aging = new Map((await tables()).map((each) => [each.table, each]))
      const names = (Object.keys(fates) as (keyof Schema)[]).toSorted()
      const kept: KeptTable[] = []
      for (const table of names) kept.push(await statusOf(db, table, daysOf(table, keep), aging.get(table)))
      return kept
    },
    async last() {
      const { rows } = await sql<Stored>`
        SELECT began, ended, counts FROM retention_run WHERE ended <= now() ORDER BY day DESC LIMIT 1`.execute(db)
      return rows[0] ? runOf(rows[0]) : null
    },
    async run({ again = false, told = () => {} } = {}) {
      const claim = await claimed(db, again)
      if (claim === null) return null
      const { began } = claim
      const counts: Count[] = []
      const failed: unknown[] = []
      for (const table of claim.isAfterGap && !again ? [] : await tables())
        try {
          if (!(await empty(table, began, counts, told))) return null
        } catch (error) {
          // One table that cannot be cut, as where a role has no right to it, keeps no other from it.
          failed.push(new Error(`Rows of ${table.table} could not be removed.`, { cause: error }))
        }
      if (failed.length > 0) throw new AggregateError(failed, 'Not everything that is too old could be removed.')
      const { rows } = await sql<Stored>`
        UPDATE retention_run SET ended = clock_timestamp(), counts = ${JSON.stringify(counts)}::jsonb
        WHERE began = ${began}::timestamptz RETURNING began, ended, counts`.execute(db)
      return rows[0] ? runOf(rows[0]) : null
    },
  }
}

/** Rows that are over, at most so many. Those that somebody holds are left for the next time. */
async function removeSome(db: Kysely<Schema>, { table, isOver, inOrder }: AgingTable, step: number): Promise<number> {
  const from = sql.table(table)
  const some = inOrder
    ? sql`SELECT ctid FROM ${from} AS t WHERE id <= (SELECT max(id) FROM (SELECT id FROM ${from} ORDER BY id LIMIT ${step}) AS first) AND ${isOver}`
    : sql`SELECT ctid FROM ${from} AS t WHERE ${isOver} LIMIT ${step}`
  const remove = sql`DELETE FROM ${from} WHERE ctid = ANY (ARRAY(${some} FOR UPDATE SKIP LOCKED))`
  return db.transaction().execute(async (trx) => {
    // By this the triggers of what is only ever appended know it, and they refuse what is too young even so.
    await sql`SELECT set_config('rufpass.retaining', 'on', true)`.execute(trx)
    if (table !== 'ticket') return Number((await remove.execute(trx)).numAffectedRows ?? 0)
    const { rows } = await sql`
      WITH gone AS (${remove} RETURNING brand, number), retired AS (
        INSERT INTO retired_ticket (brand, number) SELECT brand, number FROM gone ON CONFLICT DO NOTHING
      )
      SELECT FROM gone`.execute(trx)
    return rows.length
  })
}

/** When it began, as the database writes it, and whether the last run lies too far back; null: it is another's turn, or nobody's. */
async function claimed(db: Kysely<Schema>, again: boolean): Promise<{ began: string; isAfterGap: boolean } | null> {
  // The rows as they were before this statement.
  const { rows } = await sql<{ began: string; isAfterGap: boolean }>`
    INSERT INTO retention_run AS r (day, began, seen) VALUES ((now() AT TIME ZONE 'UTC')::date, now(), now())
    ON CONFLICT (day) DO UPDATE SET began = now(), seen = now(), ended = NULL
      WHERE (r.ended IS NULL AND r.seen <= now() - ${LEASE}) OR (r.ended IS NOT NULL AND ${again})
    RETURNING began::text, coalesce((SELECT max(seen) < now() - ${GAP} FROM retention_run WHERE seen <= now()), false) AS "isAfterGap"`.execute(
    db,
  )
  return rows[0] ?? null
}

async function renewed(db: Kysely<Schema>, began: string, counts: readonly Count[]): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE retention_run SET seen = now(), counts = ${JSON.stringify(counts)}::jsonb
    WHERE began = ${began}::timestamptz AND ended IS NULL`.execute(db)
  return numAffectedRows === 1n
}

async function statusOf(
  db: Kysely<Schema>,
  table: keyof Schema,
  days: number | null,
  aging: AgingTable | undefined,
): Promise<KeptTable> {
  const { rows } = await sql<{ rows: number; bytes: number }>`
    SELECT greatest(reltuples, 0)::float8 AS rows, pg_total_relation_size(oid)::float8 AS bytes
    FROM pg_class WHERE oid = ${table}::regclass`.execute(db)
  const [size] = rows
  const kept = { table, days, rows: size?.rows ?? 0, bytes: size?.bytes ?? 0, oldest: null, due: 0 }
  if (aging === undefined) return kept
  const { rows: found } = await sql<{ oldest: string | null; due: number }>`
    SELECT (SELECT to_char(min(${aging.since}) FILTER (WHERE isfinite(${aging.since})) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM ${sql.table(table)} AS t) AS oldest,
      (SELECT count(*)::integer FROM (
        SELECT FROM ${sql.table(table)} AS t WHERE ${aging.isOver} LIMIT ${MOST_COUNTED}
      ) AS due) AS due`.execute(db)
  return { ...kept, ...found[0] }
}

interface Stored {
  began: Date
  ended: Date | null
  counts: RetentionRun['counts']
}

function runOf({ began, ended, counts }: Stored): RetentionRun {
  return { began: began.toISOString(), ended: ended?.toISOString() ?? null, counts }
}
