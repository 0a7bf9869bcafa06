/**
 * Whether agents want calls, and whether their pages are there. The page of an agent who is at work answers the beats of
 * its stream, and each answer renews a lease, in database time. A lease that runs out makes the agent away. None runs out
 * while nobody could hear the pages: an outage of the store or of all servers ends before the time of a lease begins.
 */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { AwayBecause, PresenceBook, PresenceRow } from '../../seams/presence.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'
import type { PresenceTable } from '../tables/floor.ts'

/** So long without a beat an agent is away (issue of the floor), s: a page that reloads, or changes networks, is back sooner. */
export const LEASE_S = 90
/** After so long without a look at the leases nobody could hear the pages, s: every server looks every five (`floor/sweep.ts`). */
const GAP_S = 20

/** A moment that lies ahead is of a database clock that has been set back since: it says nothing of now. */
const HEARD = `(beat > now() - interval '${LEASE_S} s' AND beat <= now())`
const LISTENED = `EXISTS (SELECT 1 FROM presence_watch WHERE since <= now() - interval '${LEASE_S} s'
  AND seen BETWEEN now() - interval '${GAP_S} s' AND now())`

/**
 * What the sweeps of all servers say together: that pages can be heard, and since when without a gap. In the same statement
 * the leases that have run out by what was said before are taken; of several servers one takes each.
 */
const lapse = statement<{ agent: string }>(
  'presence_lapse',
  `WITH listening AS (
     INSERT INTO presence_watch AS was (one, since, seen) VALUES (true, now(), now())
     ON CONFLICT (one) DO UPDATE SET seen = now(), since = CASE
       WHEN was.seen BETWEEN now() - interval '${GAP_S} s' AND now() THEN was.since ELSE now() END
   )
   UPDATE presence SET presence = 'away', because = 'page_gone', since = $1
   WHERE presence = 'available' AND NOT coalesce(${HEARD}, false) AND ${LISTENED} RETURNING agent`,
)

/** An agent who was never available is away, and there. */
const beat = statement<{ agent: string }>(
  'presence_beat',
  `INSERT INTO presence (agent, presence, because, since, beat) VALUES ($1, 'away', NULL, $2, now())
   ON CONFLICT (agent) DO UPDATE SET beat = now() RETURNING agent`,
)

const all = statement<Omit<Selectable<PresenceTable>, 'beat'> & { heard: boolean; lapsed: boolean }>(
  'presence_all',
  `SELECT agent, presence, because, since, coalesce(${HEARD}, false) AS heard,
     presence = 'available' AND NOT coalesce(${HEARD}, false) AND ${LISTENED} AS lapsed
   FROM presence`,
)

/** Signed in, with a page that is there or could not be heard, or at work with a call. */
const anybody = statement<{ one: number }>(
  'presence_anybody',
  `SELECT 1 AS one FROM agent WHERE NOT disabled AND $1 = ANY (brands) AND $2 = ANY (topics) AND $3 = ANY (languages)
     AND (EXISTS (SELECT 1 FROM presence WHERE presence.agent = agent.name AND beat IS NOT NULL
            AND (${HEARD} OR NOT ${LISTENED}))
       OR EXISTS (SELECT 1 FROM assignment WHERE assignment.agent = agent.name AND state <> 'over'))
   LIMIT 1`,
)

export function createPresence(db: Kysely<Schema>): PresenceBook {
  return {
    async presences() {
      // A lease that has run out counts for nothing, also before a sweep has noticed it.
      return (await all(db, [])).map(({ lapsed, since, ...row }): PresenceRow => {
        const presence = lapsed ? { presence: 'away' as const, because: 'page_gone' as const } : {}
        return { ...row, ...presence, since: since.toISOString() }
      })
    },
    setPresence: (agent, presence, because, at) => putPresence(db, { agent, presence, because }, at),
    async beat(agent, at) {
      await beat(db, [agent, at])
    },
    async lapse(at) {
      return (await lapse(db, [at])).map(({ agent }) => agent)
    },
    async forgetAway(since) {
      await sql`DELETE FROM presence WHERE presence = 'away' AND since <= ${since} AND NOT coalesce(${sql.raw(HEARD)}, false)`.execute(
        db,
      )
    },
    async hasAgents({ brand, queue, language }) {
      return (await anybody(db, [brand, queue.slice(brand.length + 1), language])).length > 0
    },
  }
}

/** Only a page can want calls, so wanting them is a beat; what the floor makes of an agent by itself is none. */
export async function putPresence(
  db: Kysely<Schema> | Transaction<Schema>,
  { agent, presence, because }: { agent: string; presence: PresenceRow['presence']; because: AwayBecause | null },
  since: Date,
): Promise<void> {
  const heard = presence === 'available' ? sql<Date>`now()` : undefined
  const row = { presence, because, since, ...(because === 'signed_out' ? { beat: null } : heard && { beat: heard }) }
  await db
    .insertInto('presence')
    .values({ agent, ...row })
    .onConflict((conflict) => conflict.column('agent').doUpdateSet(row))
    .execute()
}
