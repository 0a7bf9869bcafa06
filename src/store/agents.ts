/** The agents and their passwords: argon2id, each with a salt of its own. */
import { hash, verify } from '@node-rs/argon2'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { HashingSlots } from '../auth/hashing-slots.ts'
import { passwordProblem } from '../auth/password.ts'
import type { Agent, AgentDirectory, SignIn } from '../seams/agents.ts'
import { deadlineIn } from '../seams/deadline.ts'
import { DEADLINE_MS } from '../seams/patience.ts'
import type { Schema } from './schema.ts'
import type { AgentTable } from './tables/operators.ts'

/** OWASP's minimum for argon2id, as for PINs (`auth/verifier.ts`). */
const PARAMS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** @param db may be a transaction. */
export function createAgents(db: Kysely<Schema>): AgentDirectory {
  /**
   * An agent signed in under the old terms is signed out in the same moment, and away: or an empty seat's phone would
   * ring. Wrong tries at the old password are forgotten, and so are the networks that it was right
   * in: one of them may be a thief's.
   */
  const changeAndSignOut = (name: string, changes: { disabled: true } | { password: string }): Promise<boolean> =>
    together(db, async (trx) => {
      const changed = await update(trx, name, changes)
      for (const table of ['agent_session', 'desk_reference', 'sign_in_count', 'agent_network'] as const)
        await trx.deleteFrom(table).where('agent', '=', name).execute()
      await trx
        .updateTable('presence')
        .set({ presence: 'away', because: 'signed_out', since: sql<Date>`now()` })
        .where('agent', '=', name)
        .where('presence', '=', 'available')
        .execute()
      await trx.updateTable('presence').set({ beat: null }).where('agent', '=', name).execute()
      return changed
    })

  return {
    async find(name) {
      const row = await db.selectFrom('agent').selectAll().where('name', '=', name).executeTakeFirst()
      return row ? agentOf(row) : null
    },
    async list() {
      return (await db.selectFrom('agent').selectAll().orderBy('name').execute()).map(agentOf)
    },
    async add({ displayName, ...agent }, password) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('agent')
        .values({ ...agent, display_name: displayName, password: await hashOf(password) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },
    change(name, { displayName, ...changes }) {
      return update(db, name, { ...changes, ...(displayName === undefined ? {} : { display_name: displayName }) })
    },
    disable: (name) => changeAndSignOut(name, { disabled: true }),
    enable: (name) => update(db, name, { disabled: false }),
    async setPassword(name, password) {
      return changeAndSignOut(name, { password: await hashOf(password) })
    },
  }
}

/**
 * Sign-in by password. Names that nobody has cost the same hash as all others.
 * @throws when no slot for hashing comes free in time; nothing was compared then.
 */
export function createPasswordSignIn(
  db: Kysely<Schema>,
  slots: HashingSlots,
  patienceMs: number = DEADLINE_MS.usual,
): SignIn {
  const nobody = hash('a password that nobody has', PARAMS)
  // Somebody awaits it at the first sign-in; until then a failure must not end the process.
  nobody.catch(() => {})
  return {
    async verify(name, password) {
      const row = await db
        .selectFrom('agent')
        .select(['password', 'disabled'])
        .where('name', '=', name)
        .executeTakeFirst()
      const giveBack = await slots.take(deadlineIn(patienceMs))
      if (!giveBack) throw new Error('No slot for hashing came free in time.')
      try {
        const right = await verify(row?.password ?? (await nobody), oneSpelling(password))
        return right && row && !row.disabled ? name : null
      } finally {
        giveBack()
      }
    },
  }
}

/** All or nothing, and with what else is done where that is a transaction already. */
function together<T>(db: Kysely<Schema>, act: (trx: Kysely<Schema>) => Promise<T>): Promise<T> {
  return db.isTransaction ? act(db) : db.transaction().execute(act)
}

async function hashOf(password: string): Promise<string> {
  const problem = passwordProblem(password)
  if (problem !== null) throw new RangeError(problem)
  return hash(oneSpelling(password), PARAMS)
}

/** An umlaut may arrive as one character or as two, by keyboard and system. */
function oneSpelling(password: string): string {
  return password.normalize('NFKC')
}

async function update(
  db: Kysely<Schema>,
  name: string,
  changes: Partial<Omit<Selectable<AgentTable>, 'name'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('agent')
    .set({ ...changes, name })
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

function agentOf({ display_name, password: _password, ...row }: Selectable<AgentTable>): Agent {
  return { ...row, displayName: display_name }
}
