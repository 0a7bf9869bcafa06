/** What agents do. Nothing here believes that the page shows what is so: every act is checked against the floor as it stands. */
import type { Hotline } from '../flow/hotline.ts'
import { levelAskedBy, topicOf, topicOfQueue } from '../flow/hotline.ts'
import { levelReached } from '../flow/second-lock.ts'
import type { Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { EventLog } from '../seams/events.ts'
import type { Assignment, FloorStore, PassedOn } from '../seams/floor.ts'
import type { LetterOrders } from '../seams/letter-orders.ts'
import type { MatterBook } from '../seams/matters.ts'
import type { NoteBook, Written } from '../seams/notes.ts'
import { ticketNumbersOf } from '../turn/ticket-number.ts'
import type { Assigning } from './assigning.ts'
import { isPassedOn, newAssignment } from './assignment.ts'
import type { AssignmentEvent } from './assignment-event.ts'
import type { DeskSide, Done, Refusal, Wrap } from './floor.ts'
import { orderLetter } from './letters.ts'
import { newNonce } from './nonce.ts'
import { newId, type Offering } from './offering.ts'
import { timesOf } from './times.ts'
import type { TicketWish, TransferTo } from './view.ts'
import { seenOf } from './whereabouts.ts'

export interface DeskParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  agents: Agents
  calls: CallStore
  notes: Pick<NoteBook, 'keepDraft' | 'confirmName'>
  matters: MatterBook
  letterOrders: Pick<LetterOrders, 'order'>
  assigning: Assigning
  offering: Offering
  events: EventLog
  clock: Clock
}

type Acts = Omit<DeskSide, 'view' | 'changes' | 'code'>

const DONE: Done = { done: true }
const no = (refused: Refusal): Done => ({ refused })

export function createDeskSide(parts: DeskParts): Acts {
  const { hotlines, store, agents, calls, notes, matters, assigning, offering, events, clock } = parts

  /** One event on an assignment of this agent's; any other's is not there for this one. */
  async function act(agent: string, id: string, event: AssignmentEvent): Promise<Done> {
    const assignment = await store.assignment(id)
    if (assignment?.agent !== agent) return no('not_found')
    return doneOf(await assigning.act(id, event))
  }

  async function holding(agent: string, id: string, on: boolean): Promise<Done> {
    const done = await act(agent, id, { kind: 'hold', on })
    if ('refused' in done) return done
    const now = await store.assignment(id)
    return now?.state === 'talking' && now.held !== on ? no('unreachable') : done
  }

  async function passOn(assignment: Assignment, to: TransferTo, note: string | null): Promise<Done> {
    const hotline = hotlines.byBrand.get(assignment.brand)
    const [call, giver] = await Promise.all([calls.get(assignment.callId), agents.find(assignment.agent)])
    if (!hotline || !call || !giver) return no('too_late')
    const said: PassedOn = { agent: giver.displayName, topic: assignment.topic, note }
    if (to.kind === 'agent') return passToColleague(assignment, to.name, said)
    const asked = levelAskedBy(hotline, { kind: 'queue', queue: to.queue }, call.today)
    if (asked === null) return no('not_found')
    if (levelReached(call, topicOfQueue(assignment.brand, to.queue)) < asked) return no('level')
    return doneOf(await assigning.act(assignment.id, { kind: 'send', queue: to.queue, nonce: newNonce(), said }))
  }

  /** The colleague's phone rings; until the call is taken nothing changes for the caller. */
  async function passToColleague(assignment: Assignment, name: string, from: PassedOn): Promise<Done> {
    const colleague = await agents.find(name)
    if (!colleague || colleague.disabled || name === assignment.agent) return no('not_found')
    if (!colleague.brands.includes(assignment.brand)) return no('not_allowed')
    const presence = (await store.presences()).find(({ agent }) => agent === name)?.presence
    if (presence !== 'available') return no('colleague_busy')
    const { callId, brand, queue, topic } = assignment
    const passed = { id: newId(), callId, agent: name, brand, queue, topic, from, brought: null }
    const made = await store.pass(
      newAssignment(passed, clock.now().toISOString(), timesOf(hotlines, assignment)),
      assignment.id,
    )
    if (made === 'too_late') return no(made)
    if (made === 'busy') return no('colleague_busy')
    await assigning.changed()
    return (await assigning.ring(made)) ? DONE : no('unreachable')
  }

  /** With the right of the brand's table, at the level that the caller has now, to the account that is shown now. */
  async function actOnTicket(assignment: Assignment, act: TicketWish): Promise<Done> {
    const { brand, callId, agent: actor } = assignment
    const hotline = hotlines.byBrand.get(brand)
    const call = await calls.get(callId)
    if (!hotline || !call) return no('too_late')
    const { ref } = await seenOf(parts, call, assignment)
    const needs = hotline.brand.actions.add_to_ticket ?? 1
    if (ref === null || needs === 'never' || call.assurance.level < needs) return no('level')
    const by = { callId, actor }
    const at = clock.now()
    if ('merge' in act || 'reopen' in act || 'undo' in act) {
      // A ticket that leads elsewhere changes whose place is whose: only its owner has that done.
      if (call.assurance.level < 2) return no('level')
      const of = { brand, ref }
      const changed = await ('merge' in act
        ? matters.merge({ ...of, number: act.merge, into: act.into }, by, at)
        : 'reopen' in act
          ? matters.reopen({ ...of, number: act.reopen }, by, at)
          : matters.undo({ ...of, number: act.undo }, by, at))
      if (changed !== 'done') return no(changed)
    } else if ('open' in act) {
      if (!topicOf(hotline, act.open)) return no('not_found')
      const matter = { brand, ref, topic: act.open, newNumber: ticketNumbersOf(hotline.brand), at }
      await matters.open(matter, by)
    } else if (!(await matters.close({ brand, ref, number: act.close }, by))) return no('not_found')
    await assigning.changed()
    return DONE
  }

  return {
    async setPresence(name, presence) {
      if (!(await agents.find(name))) return no('not_found')
      await store.setPresence(name, presence, null, clock.now())
      await assigning.changed()
      return DONE
    },
    beat: (name) => store.beat(name, clock.now()),
    async signedOut(name) {
      await store.setPresence(name, 'away', 'signed_out', clock.now())
      await assigning.changed()
    },
    async setAway(by, name) {
      const actor = 'system' in by ? by.system : by.supervisor
      const [supervisor, agent] = await Promise.all([
        'system' in by ? null : agents.find(by.supervisor),
        agents.find(name),
      ])
      if ('supervisor' in by && (supervisor?.role !== 'supervisor' || actor === name)) return no('not_allowed')
      const theirs = 'system' in by ? by.brands : (supervisor?.brands ?? [])
      if (!agent || (theirs !== null && !agent.brands.some((brand) => theirs.includes(brand)))) return no('not_found')
      const isAvailable = (await store.presences()).some((row) => row.agent === name && row.presence === 'available')
      if (!isAvailable) return no('too_late')
      // Recorded first: nothing is done to another agent that could not be.
      const facts = { agent: name, presence: 'away' }
      await events.append({ kind: 'presence', callId: '-', brand: '-', ref: null, actor, facts })
      await store.setPresence(name, 'away', 'supervisor', clock.now())
      await assigning.changed()
      return DONE
    },
    async take(name, callId) {
      const agent = await agents.find(name)
      if (!agent) return no('not_found')
      if (callId !== null && agent.role !== 'supervisor') return no('not_allowed')
      return offering.offerTo(agent, callId)
    },
    decline: (agent, id) => act(agent, id, { kind: 'unreached', why: 'declined', nonce: newNonce() }),
    hold: (agent, id) => holding(agent, id, true),
    resume: (agent, id) => holding(agent, id, false),
    async check(agent, id) {
      const assignment = await store.assignment(id)
      if (assignment?.agent !== agent) return no('not_found')
      if (hotlines.byBrand.get(assignment.brand)?.brand.step_up === undefined) return no('not_allowed')
      return act(agent, id, { kind: 'check', nonce: newNonce() })
    },
    async transfer(agent, id, to, note = null) {
      const assignment = await store.assignment(id)
      if (assignment?.agent !== agent) return no('not_found')
      return assignment.state === 'talking' ? passOn(assignment, to, note) : no('too_late')
    },
    async fetchBack(agent, id) {
      const assignment = await store.assignment(id)
      if (assignment?.agent !== agent) return no('not_found')
      if (assignment.state !== 'talking') return act(agent, id, { kind: 'fetch_back', nonce: newNonce() })
      const all = await store.ofCall(assignment.callId)
      const passed = all.find((other) => isPassedOn(other) || other.state === 'joined')
      return passed ? doneOf(await assigning.act(passed.id, { kind: 'called_off' })) : no('too_late')
    },
    finish: (agent, id) => act(agent, id, { kind: 'finish', nonce: newNonce() }),
    async leave(agent, id) {
      const done = await act(agent, id, { kind: 'leave', nonce: newNonce() })
      const isStillHere = 'refused' in done && (await store.assignment(id))?.state === 'talking'
      return isStillHere && done.refused === 'too_late' ? no('not_passed_on') : done
    },
    async draft(agent, id, wrap) {
      const kept = await notes.keepDraft({ ...writtenOf(wrap), assignment: id, author: agent }, clock.now())
      if (!kept) return no('not_found')
      // A colleague who has this call, or whose phone rings for it, reads along; nobody else's desk shows it.
      const assignment = await store.assignment(id)
      if (assignment && (await store.ofCall(assignment.callId)).length > 1) await assigning.changed()
      return DONE
    },
    async ticket(agent, id, act) {
      const assignment = await store.assignment(id)
      if (assignment?.agent !== agent) return no('not_found')
      // Which customer the agent is shown is settled only as long as the two talk.
      if (assignment.state !== 'talking') return no('too_late')
      return actOnTicket(assignment, act)
    },
    async confirmName(agent, id, matches) {
      const assignment = await store.assignment(id)
      if (assignment?.agent !== agent) return no('not_found')
      const { callId, brand, state } = assignment
      if (state !== 'talking' && state !== 'joined') return no('too_late')
      const call = await calls.get(callId)
      const { ref } = call ? await seenOf(parts, call, assignment) : { ref: null }
      // Without an account there is no name to compare.
      if (ref === null) return no('level')
      await notes.confirmName({ callId, brand, ref, agent, matches }, clock.now())
      await assigning.changed()
      return DONE
    },
    orderLetter: (agent, id) => orderLetter(parts, agent, id),
    async wrapUp(name, id, wrap) {
      const [assignment, agent] = await Promise.all([store.assignment(id), agents.find(name)])
      if (!agent || assignment?.agent !== name) return no('not_found')
      // Which customer the agent was shown is settled with the end of the talk.
      if (assignment.state !== 'wrap_up') return no('too_late')
      const { text, ...how } = writtenOf(wrap)
      return doneOf(await assigning.act(id, { kind: 'wrapped', written: { ...how, text: text.trim() } }))
    },
  }
}

function doneOf(acted: Assignment | null): Done {
  return acted === null ? no('too_late') : DONE
}

function writtenOf({ note: text, ticket, goesTo = null }: Wrap): Written {
  return { text, goesTo, closes: ticket === 'close' }
}
