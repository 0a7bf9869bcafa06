/** Assignments of agents to callers, and the agents' presence. The table's partial indexes refuse what must never be. */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Assignment, FloorStore } from '../../seams/floor.ts'
import type { Schema } from '../schema.ts'
import { sqlStateOf, UNIQUE_VIOLATION } from '../sql-state.ts'
import { statement } from '../statement.ts'
import type { AssignmentFacts, AssignmentTable } from '../tables/floor.ts'
import { inOrder, note, readJournal } from './journal.ts'
import { withFreeNumber, writeNote } from './matters.ts'
import { dropUnseen, nextFor } from './places.ts'
import { createPresence, putPresence } from './presence.ts'
import { createWaiting, unseenSince } from './waiting.ts'

/** How far back `lately` looks, ms: longer than anybody listens to an empty room. */
const LATELY_MS = 600_000
/** How long an agent is told of a call that stopped ringing, ms. */
const MISSED_MS = 60_000

/** Columns by name: a later version may add others while connections that have planned this are open. */
const COLUMNS = 'id, call_id, agent, state, version, at, facts'

/** Asked in every call, or in every round of offers. `$1` call. */
const ofCall = statement<Selectable<AssignmentTable>>(
  'assignments_of_call',
  `SELECT ${COLUMNS} FROM assignment WHERE call_id = $1 AND state <> 'over' ORDER BY at`,
)
const lastOfCall = statement<Selectable<AssignmentTable>>(
  'last_assignment',
  `SELECT ${COLUMNS} FROM assignment WHERE call_id = $1 ORDER BY at DESC LIMIT 1`,
)
const active = statement<Selectable<AssignmentTable>>(
  'active_assignments',
  `SELECT ${COLUMNS} FROM assignment WHERE state <> 'over' ORDER BY at`,
)

/** Thrown inside a transaction to undo it: an assignment was changed by somebody else meanwhile. */
const CHANGED = new Error('an assignment was changed meanwhile')

export function createFloorStore(db: Kysely<Schema>): FloorStore {
  const all = (within = db) => within.selectFrom('assignment').selectAll()
  const newestOf = (callId: string, within = db) =>
    all(within).where('call_id', '=', callId).orderBy('at', 'desc').limit(1)

  return {
    ...createWaiting(db),
    ...createPresence(db),

    async offer(skills, callId, make, at) {
      const brands = callId === null ? skills.brands : await brandsOf(db, callId)
      try {
        return await inOrder(db, brands, async (trx) => {
          await dropUnseen(trx, [at, unseenSince(at), brands])
          if (await isBusy(trx, skills.agent)) return 'busy'
          const next = callId === null ? await nextFor(trx, skills) : await namedCaller(trx, callId)
          if (next === 'taken') return 'taken'
          if (!next) return 'none'
          const { call_id, queue, brand, topic } = next
          const before = ofRow(
            await newestOf(call_id, trx).where(sql<boolean>`facts ->> 'talked' = 'true'`).executeTakeFirst(),
          )
          // As long as nobody says anything else, it goes with the caller.
          const brought = before?.said ?? before?.brought ?? null
          const assignment = make({ callId: call_id, brand, queue, topic, brought })
          await insert(trx, assignment, at)
          const { agent, topics, languages } = skills
          const facts = { agent, brands: skills.brands, topics, languages, assignment: assignment.id }
          await note(trx, { kind: 'offered', callId: call_id, queue, facts: { ...facts, picked: callId !== null } }, at)
          return assignment
        })
      } catch (error) {
        // Under the locks of two brands two offers to one agent may meet, and the table lets in one.
        if (sqlStateOf(error) === UNIQUE_VIOLATION) return 'busy'
        throw error
      }
    },

    async pass(assignment, giver) {
      try {
        await db.transaction().execute(async (trx) => {
          await touch(trx, giver)
          await insert(trx, assignment, new Date(assignment.since))
        })
        return assignment
      } catch (error) {
        if (error === CHANGED) return 'too_late'
        if (sqlStateOf(error) === UNIQUE_VIOLATION) return 'busy'
        throw error
      }
    },

    async assignment(id) {
      return ofRow(await all().where('id', '=', id).executeTakeFirst())
    },
    async ofCall(callId) {
      return (await ofCall(db, [callId])).flatMap((row) => ofRow(row) ?? [])
    },
    async lastOfCall(callId) {
      const [last] = await lastOfCall(db, [callId])
      return ofRow(last)
    },
    async lastRedirected(callId) {
      return ofRow(await newestOf(callId).where(sql<boolean>`facts ->> 'move' IS NOT NULL`).executeTakeFirst())
    },
    async active() {
      return (await active(db, [])).flatMap((row) => ofRow(row) ?? [])
    },
    async lately(at) {
      const rows = await all()
        .where('state', '=', 'over')
        .where(sql<boolean>`facts ->> 'since' > ${new Date(at.getTime() - LATELY_MS).toISOString()}`)
        .where(sql<boolean>`facts ->> 'move' IS NOT NULL`)
        .execute()
      return rows.flatMap((row) => ofRow(row) ?? [])
    },

    async justMissed(at) {
      const rows = await all()
        .where('state', '=', 'over')
        .where(sql<boolean>`facts ->> 'since' > ${new Date(at.getTime() - MISSED_MS).toISOString()}`)
        .where(sql<boolean>`facts ->> 'talked' = 'false'`)
        .execute()
      return rows.flatMap((row) => ofRow(row) ?? [])
    },

    async save(changed, { away, leaving } = {}) {
      const write = async (trx: Transaction<Schema>): Promise<void> => {
        // Those that end first, so that one agent's call becomes another's without ever being two's.
        for (const next of [...changed].sort((a, b) => rank(a) - rank(b))) {
          await update(trx, next)
          const { state, talked, endedBy, callId, queue, agent } = next
          if (state !== 'over') continue
          const at = new Date(next.since)
          if (talked) await freeSince(trx, agent, at)
          else if (endedBy !== 'caller') {
            await note(trx, { kind: 'passed', callId, queue, facts: { agent, why: endedBy } }, at)
          }
        }
        if (leaving) await writeNote(trx, leaving)
        const [first] = changed
        if (away && first) await putPresence(trx, { ...away, presence: 'away' }, new Date(first.since))
      }
      try {
        const brands = changed.map(({ brand }) => brand)
        await withFreeNumber(() => inOrder(db, brands, write))
        return true
      } catch (error) {
        if (error === CHANGED || sqlStateOf(error) === UNIQUE_VIOLATION) return false
        throw error
      }
    },

    journal: (filter) => readJournal(db, filter),
  }
}

/** The agent who has been free longest is offered the next caller, and a talk makes one the last. */
async function freeSince(trx: Transaction<Schema>, agent: string, at: Date): Promise<void> {
  await trx
    .updateTable('presence')
    .set({ since: at })
    .where('agent', '=', agent)
    .where('presence', '=', 'available')
    .where('since', '<', at)
    .execute()
}

/** The brand whose order a call is in; a call has one brand for ever. None: it waits nowhere. */
async function brandsOf(db: Kysely<Schema>, callId: string): Promise<string[]> {
  const rows = await db.selectFrom('queue_place').select('brand').where('call_id', '=', callId).execute()
  return rows.map(({ brand }) => brand)
}

async function isBusy(trx: Transaction<Schema>, agent: string): Promise<boolean> {
  const own = trx.selectFrom('assignment').select('id').where('agent', '=', agent).where('state', '<>', 'over')
  return (await own.executeTakeFirst()) !== undefined
}

async function namedCaller(trx: Transaction<Schema>, callId: string) {
  const place = await trx
    .selectFrom('queue_place')
    .select(['call_id', 'brand', 'queue', 'topic', 'place'])
    .where('call_id', '=', callId)
    .executeTakeFirst()
  const taken = await trx
    .selectFrom('assignment')
    .select('id')
    .where('call_id', '=', callId)
    .where('state', 'in', ['ringing', 'answering', 'talking', 'checking'])
    .executeTakeFirst()
  return taken ? 'taken' : place
}

async function insert(db: Kysely<Schema>, assignment: Assignment, at: Date): Promise<void> {
  await db
    .insertInto('assignment')
    .values({ ...columnsOf(assignment), at })
    .execute()
}

/** Another version of an assignment that talks, with nothing in it changed. */
async function touch(trx: Transaction<Schema>, id: string): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('assignment')
    .set(({ eb }) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('state', '=', 'talking')
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw CHANGED
}

async function update(trx: Transaction<Schema>, next: Assignment): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('assignment')
    .set(columnsOf(next))
    .where('id', '=', next.id)
    .where('version', '=', next.version - 1)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) throw CHANGED
}

/** A redirect is stored under the name that it had first. */
function columnsOf({ id, callId, agent, state, version, redirect, ...rest }: Assignment) {
  const facts: AssignmentFacts = { ...rest, move: redirect }
  return { id, call_id: callId, agent, state, version, facts: JSON.stringify(facts) }
}

function ofRow(row: Selectable<AssignmentTable> | undefined): Assignment | null {
  if (!row) return null
  const { id, call_id, agent, state, version, facts } = row
  const { move: redirect, heldSince = null, room = id, from, ...rest } = facts
  // What was written by a version before has no moment of the hold, no room but its own, no note to those who get the call,
  // and nothing of what was proved.
  const { level = null, outcome = null, brought = null, said = null } = rest
  const given = from === null ? null : { ...from, note: from.note ?? null }
  const since = { heldSince, room, from: given, brought, said, level, outcome }
  return { id, callId: call_id, agent, state, version, redirect, ...rest, ...since }
}

function rank({ state }: Assignment): number {
  return state === 'over' ? 0 : state === 'wrap_up' ? 1 : 2
}
