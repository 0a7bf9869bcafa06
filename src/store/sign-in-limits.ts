/**
 * Wrong tries at the desk's sign-in, and where agents have signed in. Each counter is spent by a statement that commits by itself, so no two of them hold
 * each other up. All times are the database's: instances need not agree on one.
 */
import type { Kysely } from 'kysely'
import type { Limit } from '../auth/caller-limits.ts'
import { MOST_NETWORKS, NETWORK_KEPT_MS, secondsOf, signInHashes, signInLimits } from '../auth/sign-in-limits.ts'
import type { SignInLimits, SignInTry } from '../seams/sign-in-limits.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/**
 * `$1` the counter, `$2` the name that a new password frees it by, or null, `$3` the limit, `$4` its window in ms, `$5` the network that is spared where it is that of the
 * agent `$6`, or null. The row is locked
 * by the conflict, so tries that come at once are counted one after the other. `wait`: seconds until the window is over.
 */
const spendOne = statement<{ spared: boolean; spent: boolean; wait: number | null }>(
  'sign_in_spend',
  `WITH known AS MATERIALIZED (
    SELECT FROM agent_network WHERE agent = $6 AND hash = $5 AND until > now()
  ), spent AS (
    INSERT INTO sign_in_count AS c (hash, agent, spent, until)
    SELECT $1::bytea, (SELECT name FROM agent WHERE name = $2), 1, now() + $4::float8 * interval '1 millisecond'
    WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (hash) DO UPDATE
      SET spent = CASE WHEN c.until > now() THEN c.spent + 1 ELSE 1 END,
          until = CASE WHEN c.until > now() THEN c.until ELSE excluded.until END,
          agent = excluded.agent
      WHERE c.until <= now() OR c.spent < $3::integer
    RETURNING true
  )
  SELECT EXISTS (SELECT FROM known) AS spared, EXISTS (SELECT FROM spent) AS spent,
    (SELECT ceil(extract(epoch FROM until - now()))::integer FROM sign_in_count WHERE hash = $1) AS wait`,
)

/** A few windows that are over, of any name and network: each try makes three rows at most, so no more of them stay than are on. */
const sweep = statement<never>(
  'sign_in_sweep',
  `DELETE FROM sign_in_count WHERE hash IN (
    SELECT hash FROM sign_in_count WHERE until <= now() ORDER BY until LIMIT 10 FOR UPDATE SKIP LOCKED
  )`,
)

/** `$1` the counter, `$2` and `$3` agent and network: nothing was spent where that was the agent's before. */
const giveOne = statement<never>(
  'sign_in_give_back',
  `UPDATE sign_in_count SET spent = greatest(0, spent - 1) WHERE hash = $1
   AND NOT EXISTS (SELECT FROM agent_network WHERE agent = $2 AND agent_network.hash = $3 AND agent_network.until > now())`,
)

const forget = statement<never>('sign_in_forget', `DELETE FROM sign_in_count WHERE hash = $1`)

/** `$1` the agent, `$2` the network, `$3` for so many ms. Of an agent who was disabled meanwhile nothing is remembered. */
const remember = statement<never>(
  'sign_in_remember',
  `INSERT INTO agent_network AS n (agent, hash, until)
   SELECT name, $2::bytea, now() + $3::float8 * interval '1 millisecond' FROM agent WHERE name = $1 AND NOT disabled
   ON CONFLICT (agent, hash) DO UPDATE SET until = excluded.until`,
)

/** `$1` the agent, `$2` so many networks stay: those used last. What is over goes of all agents. */
const prune = statement<never>(
  'sign_in_prune',
  `DELETE FROM agent_network WHERE (agent, hash) IN (
    SELECT agent, hash FROM agent_network AS n
    WHERE until <= now() OR (agent = $1 AND hash NOT IN (
      SELECT hash FROM agent_network WHERE agent = $1 ORDER BY until DESC LIMIT $2::integer
    )) FOR UPDATE SKIP LOCKED
  )`,
)

/** @param subjectKey networks and names are kept under a key that is made of it. */
export function createSignInLimits(db: Kysely<Schema>, subjectKey: Buffer): SignInLimits {
  const hashesOf = signInHashes(subjectKey)

  /** Seconds to wait; null: spent, or spared. */
  async function spend(
    counter: Buffer,
    limit: Limit,
    name: string | null,
    spared: { network: Buffer; of: string } | null = null,
  ): Promise<number | null> {
    const { network = null, of = null } = spared ?? {}
    const [row] = await spendOne(db, [counter, name, limit.most, limit.withinMs, network, of])
    if (row?.spared || row?.spent) return null
    // Filled by others since this statement began, its window is not seen yet.
    return Math.max(1, row?.wait ?? secondsOf(limit))
  }

  async function giveBack({ name, network, isCounted }: SignInTry): Promise<void> {
    const hashes = hashesOf(name, network)
    if (isCounted) await giveOne(db, [hashes.address, name, hashes.network])
    await giveOne(db, [hashes.name, null, null])
    await giveOne(db, [hashes.elsewhere, name, hashes.network])
  }

  return {
    async spend({ name, network, isCounted }) {
      const hashes = hashesOf(name, network)
      const spared = { network: hashes.network, of: name }
      if (isCounted) {
        const seconds = await spend(hashes.address, signInLimits.address, null, spared)
        if (seconds !== null) return { by: 'address', seconds }
      }
      await sweep(db, [])
      const seconds =
        (await spend(hashes.name, signInLimits.name, name)) ??
        (await spend(hashes.elsewhere, signInLimits.elsewhere, name, spared))
      return seconds === null ? null : { by: 'name', seconds }
    },
    giveBack,
    async forgive(attempt) {
      const { name, network } = attempt
      const hashes = hashesOf(name, network)
      await giveBack(attempt)
      await forget(db, [hashes.name])
      await remember(db, [name, hashes.network, NETWORK_KEPT_MS])
      await prune(db, [name, MOST_NETWORKS])
    },
  }
}
