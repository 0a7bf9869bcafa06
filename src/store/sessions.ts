/** What agents hold while they work: sessions, and references for other systems. Kept as hashes only. */
import { createHash, randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { References, Sessions } from '../seams/agents.ts'
import type { Schema } from './schema.ts'

const SECRET_BYTES = 32
export const LONGEST_MS = 12 * 3_600_000
export const IDLE_MS = 60 * 60_000
export const REFERENCE_MS = 60_000

export function createSessions(db: Kysely<Schema>): Sessions {
  /**
   * Whether a session holds: within its bounds, or as long as a call is at hand that its agent got within them, so that no
   * talk is cut. A later call does not bring back what has ended.
   */
  const holding = (at: Date) => sql<boolean>`(
    (agent_session.opened > ${before(at, LONGEST_MS)} AND agent_session.seen > ${before(at, IDLE_MS)})
    OR EXISTS (SELECT 1 FROM assignment WHERE assignment.agent = agent_session.agent AND state <> 'over'
      AND assignment.at < agent_session.opened + ${LONGEST_MS} * interval '1 ms'
      AND assignment.at < agent_session.seen + ${IDLE_MS} * interval '1 ms'))`
  return {
    async open(agent, at) {
      await db
        .deleteFrom('agent_session')
        .where(sql<boolean>`NOT ${holding(at)}`)
        .execute()
      const { secret, hash } = fresh()
      await db.insertInto('agent_session').values({ hash, agent, opened: at, seen: at }).execute()
      return secret
    },
    async find(token, at) {
      const row = await db
        .updateTable('agent_session')
        .set({ seen: at })
        .from('agent')
        .whereRef('agent.name', '=', 'agent_session.agent')
        .where('disabled', '=', false)
        .where('hash', '=', hashOf(token))
        .where(holding(at))
        .returning('agent_session.agent')
        .executeTakeFirst()
      return row?.agent ?? null
    },
    async holds(token, at) {
      const row = await db
        .selectFrom('agent_session')
        .innerJoin('agent', 'agent.name', 'agent_session.agent')
        .select('agent.name')
        .where('disabled', '=', false)
        .where('hash', '=', hashOf(token))
        .where(holding(at))
        .executeTakeFirst()
      return row?.name ?? null
    },
    async signedIn(at) {
      const rows = await db.selectFrom('agent_session').select('agent').distinct().where(holding(at)).execute()
      return rows.map(({ agent }) => agent)
    },
    async close(token) {
      await db.deleteFrom('agent_session').where('hash', '=', hashOf(token)).execute()
    },
    async closeAllOf(agent) {
      await db.deleteFrom('agent_session').where('agent', '=', agent).execute()
    },
  }
}

export function createReferences(db: Kysely<Schema>): References {
  return {
    async make(agent, callId, at) {
      await db.deleteFrom('desk_reference').where('expires', '<=', at).execute()
      const { secret, hash } = fresh()
      const expires = new Date(at.getTime() + REFERENCE_MS)
      await db.insertInto('desk_reference').values({ hash, agent, call_id: callId, expires }).execute()
      return secret
    },
    async redeem(reference, at) {
      // One statement takes the row away: of two that come at once only one gets it.
      const row = await db
        .deleteFrom('desk_reference')
        .using('agent')
        .whereRef('agent.name', '=', 'desk_reference.agent')
        .where('agent.disabled', '=', false)
        .where('hash', '=', hashOf(reference))
        .where('expires', '>', at)
        .returning(['desk_reference.agent', 'call_id'])
        .executeTakeFirst()
      return row ? { agent: row.agent, callId: row.call_id } : null
    },
  }
}

function fresh(): { secret: string; hash: Buffer } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return { secret, hash: hashOf(secret) }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

function before(at: Date, ms: number): Date {
  return new Date(at.getTime() - ms)
}
