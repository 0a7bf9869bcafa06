/** The desk's snapshot for one agent, put together from the floor as it stands. */
import type { Call } from '../call/call.ts'
import type { CallContext } from '../context/call-context.ts'
import type { Contexts } from '../context/contexts.ts'
import { type Hotline, levelAskedBy, queueName } from '../flow/hotline.ts'
import type { Agent, Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { Assignment, FloorStore, PresenceRow } from '../seams/floor.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { NoteBook } from '../seams/notes.ts'
import type { Waiting } from '../seams/waiting.ts'
import { localDay } from '../turn/local-day.ts'
import { isPassedOn } from './assignment.ts'
import type { Figures } from './figures.ts'
import type { Outage } from './outage.ts'
import { takes } from './takes.ts'
import type { AssignmentView, DeskAction, DeskView, WaitingCaller } from './view.ts'
import { seenOf } from './whereabouts.ts'
import { writingOf } from './writing.ts'

export interface ViewParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  calls: CallStore
  notes: Pick<NoteBook, 'ofCall'>
  matters: Pick<MatterBook, 'version'>
  contexts: Contexts
  figures: Figures
  outage: Outage
  clock: Clock
}

/** More rows than anybody looks at; the total is told. */
const ROWS = 50
/** How long what all desks share is taken for fresh, ms: many streams ask at the same moment. */
const SHARED_MS = 100
/** So many times as long as a reading took there is no other one, and at most so long (ms). */
const REST = 3
const MOST_REST_MS = 500

/** What is the same for every desk. */
interface Shared {
  waiting: Waiting[]
  presences: Map<string, PresenceRow>
  active: Assignment[]
  agents: Agent[]
}

export interface Views {
  view(name: string): Promise<DeskView | null>
  /** What was read before is not true any more. */
  forget(): void
}

export function createDeskView(parts: ViewParts): Views {
  const { hotlines, store, agents, calls, notes, matters, contexts, figures, outage, clock } = parts
  /** Looking at a customer is an event: once for each thing there is to see, and not with every snapshot. */
  const seen = new Map<string, { id: string; key: string; context: CallContext | null }>()
  let shared: { at: number; facts: Promise<Shared> } | null = null

  let cost = 0
  let stale = false

  async function readShared(): Promise<Shared> {
    const began = performance.now()
    const [waiting, presences, active, all] = await Promise.all([
      store.list(clock.now()),
      store.presences(),
      store.active(),
      agents.list(),
    ])
    cost = performance.now() - began
    return { waiting, presences: new Map(presences.map((row) => [row.agent, row])), active, agents: all }
  }

  function freshShared(): Promise<Shared> {
    const now = performance.now()
    if (shared !== null && !stale && now - shared.at <= SHARED_MS) return shared.facts
    // With many who wait and much that changes, reading is to take no more than a part of the time.
    const rest = shared === null ? 0 : Math.min(cost * REST, MOST_REST_MS) - (now - shared.at)
    stale = false
    shared = { at: now + Math.max(0, rest), facts: readLater(rest) }
    return shared.facts
  }

  async function readLater(ms: number): Promise<Shared> {
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
    return readShared()
  }

  /** In the wrap-up it is what was seen last: a caller who was passed on proves who they are to somebody else now. */
  async function contextOf(assignment: Assignment, call: Call | null): Promise<CallContext | null> {
    if (assignment.state === 'wrap_up') {
      const last = seen.get(assignment.agent)
      if (last?.id === assignment.id) return last.context
      if (assignment.endedBy !== 'caller') return null
    }
    const { id, brand, ref, state } = assignment
    // Tickets and notes of the account may change at any desk, also by this agent's doing.
    const version = ref === null ? null : await matters.version(brand, ref)
    const key = [id, state === 'checking', call?.repliedAt, call?.assurance.at, version].join(' ')
    const known = seen.get(assignment.agent)
    if (known?.key === key) return known.context
    const context = await contexts.of(assignment.callId, assignment.agent)
    seen.set(assignment.agent, { id, key, context })
    return context
  }

  async function assignmentView(
    assignment: Assignment,
    { isPassing, names }: { isPassing: boolean; names: ReadonlyMap<string, string> },
  ): Promise<AssignmentView> {
    const [call, written] = await Promise.all([calls.get(assignment.callId), notes.ofCall(assignment.callId)])
    const { id, callId, state, held, brand, queue, topic, since, until, from, check, endedBy } = assignment
    const stepUp = hotlines.byBrand.get(brand)?.brand.step_up !== undefined
    return {
      id,
      callSid: callId,
      state: state === 'over' ? 'wrap_up' : state,
      held,
      brand,
      queue,
      topic,
      since,
      ringUntil: state === 'ringing' ? until : null,
      wrapUpUntil: state === 'wrap_up' ? until : null,
      from,
      check,
      endedBy: endedBy === 'caller' || endedBy === 'agent' || endedBy === 'transfer' ? endedBy : null,
      context: await contextOf(assignment, call),
      ...writingOf(assignment, written, { names, shown: call && seenOf(hotlines, call).ref }),
      actions: actionsOf(assignment, { stepUp, isPassing }),
    }
  }

  function queuesOf(brandName: string | undefined): DeskView['queues'] {
    const hotline = brandName === undefined ? undefined : hotlines.byBrand.get(brandName)
    if (!hotline) return []
    const { brand } = hotline
    const today = localDay(clock.now(), brand.time_zone)
    return [...brand.topics.map(({ name }) => name), null].map((topic) => {
      const queue = queueName(brand.name, topic)
      return { queue, topic, needs: levelAskedBy(hotline, { kind: 'queue', queue }, today) ?? 0 }
    })
  }

  async function view(name: string): Promise<DeskView | null> {
    const me = await agents.find(name)
    if (!me) return null
    const facts = await freshShared()
    const mine = facts.active.find((assignment) => assignment.agent === name) ?? null
    if (!mine) seen.delete(name)
    const presence = facts.presences.get(name)
    const fits = (caller: Waiting): boolean => takes(me, caller)
    const ringing = new Map(
      facts.active.filter(({ state }) => state === 'ringing').map((one) => [one.callId, one.agent]),
    )
    const names = new Map(facts.agents.map((agent) => [agent.name, agent.displayName]))
    // Supervisors see every queue; agents those of their brands.
    const visible = facts.waiting.filter(({ brand }) => me.role === 'supervisor' || me.brands.includes(brand))
    return {
      version: 1,
      at: clock.now().toISOString(),
      me: {
        name: me.name,
        displayName: me.displayName,
        role: me.role,
        presence: presence?.presence ?? 'away',
        awayBecause: (presence?.because ?? null) as DeskView['me']['awayBecause'],
        phone: me.phone,
        brands: [...me.brands],
        topics: [...me.topics],
        languages: [...me.languages],
      },
      networkSilentSince: outage.toldSince(),
      waiting: {
        total: visible.length,
        mine: visible.filter(fits).length,
        callers: visible.slice(0, ROWS).map((caller): WaitingCaller => {
          const { callId, brand, topic, language, level, since, place, reason, ticket } = caller
          const offeredTo = names.get(ringing.get(callId) ?? '') ?? null
          const row = { brand, topic, language, level, since, place, reason, ticket, offeredTo }
          return { callSid: callId, ...row, mine: fits(caller) }
        }),
      },
      assignment:
        mine &&
        (await assignmentView(mine, {
          isPassing: facts.active.some((one) => one.callId === mine.callId && isPassedOn(one)),
          names,
        })),
      colleagues: facts.agents
        .filter((agent) => agent.name !== name && !agent.disabled)
        .map((agent) => ({
          name: agent.name,
          displayName: agent.displayName,
          state: stateOf(agent, facts),
        })),
      queues: queuesOf(mine?.brand),
      figures: me.role === 'supervisor' ? await figures.today(facts) : null,
    }
  }

  return {
    view,
    forget() {
      stale = true
    },
  }
}

function stateOf({ name }: Agent, { presences, active }: Shared): 'free' | 'busy' | 'away' {
  if (active.some(({ agent }) => agent === name)) return 'busy'
  return presences.get(name)?.presence === 'available' ? 'free' : 'away'
}

function actionsOf(
  { state, held, conference }: Assignment,
  { stepUp, isPassing }: { stepUp: boolean; isPassing: boolean },
): DeskAction[] {
  switch (state) {
    case 'ringing':
      return ['decline']
    case 'talking':
      return [
        ...(conference === null ? [] : [held ? ('resume' as const) : ('hold' as const)]),
        ...(stepUp ? ['check' as const] : []),
        'transfer',
        isPassing ? 'leave' : 'finish',
      ]
    case 'checking':
      return ['finish']
    case 'wrap_up':
      return ['wrap_up']
    default:
      return []
  }
}
