/** The journal of the queue, and the locks under which everything that touches the order happens. */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { JournalLine } from '../../seams/floor.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'

/** Any numbers that no other lock of ours has; kysely's Migrator has one of its own. */
const LOCK = 4_201_001
const LOCK_OF_BRAND = 4_201_002

/**
 * What locks the order of a brand until the end of the transaction, as columns of a SELECT; `brand` is an expression of SQL.
 * Each that changes the order of a brand has its lock alone, and with everybody else who changes an order the one of all: who
 * takes that alone finds nobody in the middle of a change. Of several brands the keys are taken in their order.
 */
export const locking = (brand: string): string =>
  `pg_advisory_xact_lock_shared(${LOCK}), pg_advisory_xact_lock(${LOCK_OF_BRAND}, hashtext(${brand}))`

/** The same brands, each once, in the order of their locks. `from`: a list of FROM that has the column `brand`. */
export const inLockOrder = (from: string): string =>
  `(SELECT brand FROM (SELECT DISTINCT brand FROM ${from}) AS each ORDER BY hashtext(brand), brand) AS ordered`

const hold = statement<never>(
  'order_of_brands',
  `SELECT ${locking('brand')} FROM ${inLockOrder('unnest($1::text[]) AS all_of_them (brand)')}`,
)

/**
 * One at a time for each brand: the journal then has the very order in which things happened to it, whatever connection they
 * came by. A statement of its own takes the locks, so that the next one sees what was done under them.
 */
export function inOrder<T>(
  db: Kysely<Schema>,
  brands: readonly string[],
  act: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await hold(trx, [brands])
    return act(trx)
  })
}

/** Writes one line; only inside `inOrder`, of one of its brands. */
export async function note(trx: Transaction<Schema>, line: Omit<JournalLine, 'id' | 'at'>, at: Date): Promise<void> {
  const { kind, callId, queue, facts } = line
  await trx
    .insertInto('queue_journal')
    .values({ at, kind, call_id: callId, queue, facts: JSON.stringify(facts) })
    .execute()
}

/**
 * Lines of two brands may become visible in another order than that of their numbers. While nobody is in the middle of a
 * change none is missing below the last: who reads on from there misses none.
 */
export async function readJournal(
  db: Kysely<Schema>,
  { after, limit }: { after: number; limit: number },
): Promise<JournalLine[]> {
  const rows = await db.transaction().execute(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(trx)
    return trx.selectFrom('queue_journal').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute()
  })
  return rows.map(({ id, at, kind, call_id, queue, facts }) => ({
    id,
    at: at.toISOString(),
    kind,
    callId: call_id,
    queue,
    facts,
  }))
}

const PACE_MS = 30 * 60_000

/**
 * Mean seconds between two callers taken from queue `$1` in the half hour until `$2` (`$3` ms); null with fewer than two. A
 * queue that was served and then stood still has no better pace than it has stood since somebody waits in it. Who was led
 * to another queue by a ticket that proves nothing counts in the one that was chosen.
 */
const pace = statement<{ pace: number | null }>(
  'pace',
  `WITH taken AS (
     SELECT min(at) AS first, max(at) AS last, count(*) AS callers FROM queue_journal
     WHERE coalesce(facts ->> 'chosen', queue) = $1 AND kind = 'left' AND facts ->> 'why' = 'taken'
       AND at > $2::timestamptz - $3::float8 * interval '1 millisecond' AND at <= $2::timestamptz
   ), oldest AS (
     SELECT since FROM queue_place WHERE coalesce(chosen, queue) = $1 ORDER BY since LIMIT 1
   )
   SELECT greatest(
     extract(epoch FROM taken.last - taken.first) / (callers - 1),
     (SELECT extract(epoch FROM $2::timestamptz - greatest(taken.last, oldest.since)) FROM oldest)
   )::float8 AS pace
   FROM taken WHERE callers >= 2`,
)

export async function paceOf(db: Kysely<Schema>, queue: string, at: Date): Promise<number | null> {
  const [row] = await pace(db, [queue, at, PACE_MS])
  return row?.pace ?? null
}
