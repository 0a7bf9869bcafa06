/** The journal of the queue, and the lock under which everything that touches the order happens. */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { JournalLine } from '../../seams/floor.ts'
import type { Schema } from '../schema.ts'

/** Any number that no other lock of ours has; kysely's Migrator has one of its own. */
const LOCK = 4_201_001

/** One at a time: the journal then has the very order in which things happened, whatever connection they came by. */
export function inOrder<T>(db: Kysely<Schema>, act: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(trx)
    return act(trx)
  })
}

/** Writes one line; only inside `inOrder`. Resolves with its number. */
export async function note(trx: Transaction<Schema>, line: Omit<JournalLine, 'id' | 'at'>, at: Date): Promise<number> {
  const { kind, callId, queue, facts } = line
  const { id } = await trx
    .insertInto('queue_journal')
    .values({ at, kind, call_id: callId, queue, facts: JSON.stringify(facts) })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function readJournal(
  db: Kysely<Schema>,
  { after, limit }: { after: number; limit: number },
): Promise<JournalLine[]> {
  const rows = await db
    .selectFrom('queue_journal')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
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
 * Mean seconds between two callers taken from a queue in the last half hour; null with fewer than two. A queue that was
 * served and then stood still has no better pace than it has stood since somebody waits in it.
 */
export async function paceOf(db: Kysely<Schema>, queue: string, at: Date): Promise<number | null> {
  const { first, last, taken } = await db
    .selectFrom('queue_journal')
    .select(({ fn }) => [fn.min('at').as('first'), fn.max('at').as('last'), fn.countAll<number>().as('taken')])
    .where('queue', '=', queue)
    .where('kind', '=', 'left')
    .where(sql<boolean>`facts ->> 'why' = 'taken'`)
    .where('at', '>', new Date(at.getTime() - PACE_MS))
    .where('at', '<=', at)
    .executeTakeFirstOrThrow()
  if (taken < 2) return null
  const { oldest } = await db
    .selectFrom('queue_place')
    .select(({ fn }) => fn.min('since').as('oldest'))
    .where('queue', '=', queue)
    .executeTakeFirstOrThrow()
  const [began, ended] = [first, last].map((moment) => (moment as unknown as Date).getTime()) as [number, number]
  const mean = (ended - began) / (taken - 1)
  const stoodSince = oldest === null ? at.getTime() : Math.max(ended, (oldest as unknown as Date).getTime())
  return Math.max(mean, at.getTime() - stoodSince) / 1000
}
