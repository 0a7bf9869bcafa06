/** The desk's snapshot for one agent, put together from the floor as it stands. */
import type { Call } from '../call/call.ts'
import { type Hotline, levelAskedBy, queueName } from '../flow/hotline.ts'
import type { Agent, Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { NoteBook } from '../seams/notes.ts'
import type { PresenceRow } from '../seams/presence.ts'
import type { Waiting } from '../seams/waiting.ts'
import { localDay } from '../turn/local-day.ts'
import { actionsOf } from './actions-of.ts'
import { isPassedOn } from './assignment.ts'
import type { Figures } from './figures.ts'
import { letterOf } from './letters.ts'
import type { Outage } from './outage.ts'
import { createShownContexts, type ShownContextParts } from './shown-contexts.ts'
import type { Supervision } from './supervision.ts'
import { takes } from './takes.ts'
import { takesCode } from './told-code.ts'
import type { AssignmentView, DeskView, WaitingCaller } from './view.ts'
import { seenBy } from './whereabouts.ts'
import { writingOf } from './writing.ts'

export interface ViewParts extends ShownContextParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  calls: CallStore
  notes: Pick<NoteBook, 'ofCall'>
  figures: Figures
  supervision: Supervision
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

/** How a call may have ended, as far as its agent is told in the wrap-up. */
const told = ['caller', 'agent', 'transfer', 'unseen'] as const

/** What is the same for every desk. */
interface Shared {
  waiting: Waiting[]
  presences: Map<string, PresenceRow>
  active: Assignment[]
  missed: Assignment[]
  agents: Agent[]
}

export interface Views {
  view(name: string): Promise<DeskView | null>
  /** What was read before is not true any more. */
  forget(): void
}

export function createDeskView(parts: ViewParts): Views {
  const { hotlines, store, agents, calls, notes, figures, supervision, outage, clock } = parts
  const shown = createShownContexts(parts)
  let shared: { at: number; facts: Promise<Shared> } | null = null

  let cost = 0
  let stale = false

  async function readShared(): Promise<Shared> {
    const began = performance.now()
    const [waiting, presences, active, missed, all] = await Promise.all([
      store.list(clock.now()),
      store.presences(),
      store.active(),
      store.justMissed(clock.now()),
      agents.list(),
    ])
    cost = performance.now() - began
    return { waiting, presences: new Map(presences.map((row) => [row.agent, row])), active, missed, agents: all }
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

  async function assignmentView(
    assignment: Assignment,
    me: Agent,
    { active, names, call }: Shared & { names: ReadonlyMap<string, string>; call: Call | null },
  ): Promise<AssignmentView> {
    const written = await notes.ofCall(assignment.callId)
    const seen = await shown.of(assignment, call, me)
    const { id, callId, state, held, heldSince, brand, queue, topic, since, until, check, endedBy } = assignment
    const rings =
      state === 'talking'
        ? active.find((one) => one.callId === callId && (isPassedOn(one) || one.state === 'joined'))
        : undefined
    const colleague = rings && (names.get(rings.agent) ?? rings.agent)
    const hotline = hotlines.byBrand.get(brand)
    const may = { stepUp: hotline?.brand.step_up !== undefined, code: takesCode(hotline, call) }
    return {
      id,
      callSid: callId,
      state: state === 'over' ? 'wrap_up' : state,
      held,
      heldSince,
      brand,
      queue,
      topic,
      since,
      ringUntil: state === 'ringing' ? until : null,
      wrapUpUntil: state === 'wrap_up' ? until : null,
      from: assignment.from ?? assignment.brought,
      passing:
        rings && colleague !== undefined
          ? { to: colleague, since: rings.since, until: rings.until, joined: rings.state === 'joined' }
          : null,
      preview: isPassedOn(assignment) && call ? { level: call.assurance.level, language: call.language } : null,
      check,
      endedBy: told.find((how) => how === endedBy) ?? null,
      context: seen.context,
      letter: letterOf(parts, assignment, { call, last: seen.letter }),
      ...writingOf(assignment, written, { names, shown: call && seenBy(parts, call, me).ref }),
      actions: actionsOf(assignment, { ...may, passing: rings?.state }),
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

  /** What a colleague would see of the call that this agent has. */
  function seesOf(colleague: Agent, me: Agent, call: Call): DeskView['colleagues'][number]['sees'] {
    if (!colleague.brands.includes(call.brand)) return 'not_theirs'
    const refOf = (agent: Agent): string | null => seenBy(parts, call, agent).ref
    return refOf(me) !== null && refOf(colleague) === null ? 'no_account' : 'the_same'
  }

  async function view(name: string): Promise<DeskView | null> {
    const me = await agents.find(name)
    if (!me) return null
    const facts = await freshShared()
    const mine = facts.active.find((assignment) => assignment.agent === name) ?? null
    if (!mine) shown.forget(name)
    const call = mine && (await calls.get(mine.callId))
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
        awayBecause: presence?.because ?? null,
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
      assignment: mine && (await assignmentView(mine, me, { ...facts, names, call })),
      missed: mine ? null : missedBy(name, facts.missed),
      colleagues: facts.agents
        .filter((agent) => agent.name !== name && !agent.disabled)
        .map((agent) => ({
          name: agent.name,
          displayName: agent.displayName,
          state: stateOf(agent, facts),
          sees: mine?.state === 'talking' && call ? seesOf(agent, me, call) : null,
        })),
      queues: queuesOf(mine?.brand),
      supervision: me.role === 'supervisor' ? await supervision.now(facts) : null,
      figures: me.role === 'supervisor' ? await figures.today() : null,
    }
  }

  return {
    view,
    forget() {
      stale = true
    },
  }
}

/** The newest call that stopped ringing at this agent's phone, where that was not the agent's own doing. */
function missedBy(name: string, missed: readonly Assignment[]): DeskView['missed'] {
  const last = missed.filter(({ agent }) => agent === name).sort((a, b) => (a.since < b.since ? 1 : -1))[0]
  const why =
    last && ({ caller: 'caller', transfer: 'fetched_back', network: 'network' } as const)[last.endedBy as 'caller']
  return last && why ? { why, at: last.since } : null
}

function stateOf({ name }: Agent, { presences, active }: Shared): 'free' | 'busy' | 'away' {
  if (active.some(({ agent }) => agent === name)) return 'busy'
  return presences.get(name)?.presence === 'available' ? 'free' : 'away'
}
