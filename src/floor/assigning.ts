/**
 * Assignments at work: takes an event to the pure `react`, saves what comes of it over the version it was made from, and
 * carries out the orders. The second with a change looks again at what the first has made of it.
 */
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { Signals } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { EventLog } from '../seams/events.ts'
import type { Along, Assignment, FloorStore } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Leaving } from '../seams/matters.ts'
import type { Written } from '../seams/notes.ts'
import type { Telephony } from '../seams/telephony.ts'
import type { Turns } from '../turn/turns.ts'
import { type Colleague, isPassedOn, isTogether, react } from './assignment.ts'
import type { AssignmentEvent, Order, Reaction } from './assignment-event.ts'
import { createRinging } from './ringing.ts'
import { timesOf } from './times.ts'

export interface AssigningParts {
  store: FloorStore
  agents: Agents
  turns: Pick<Turns, 'ended'>
  telephony: Telephony
  events: EventLog
  signals: Signals
  clock: Clock
  log: Log
  /** E.164: from which of a brand's numbers agents are rung. */
  numberOf(brand: string): string
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  leavingOf(assignment: Assignment, written: Written | null): Promise<Leaving>
}

export interface Assigning {
  /**
   * Null when the event meant nothing, else the assignment as it stands then, its orders carried out. What the agent leaves
   * at the end is kept in the same step: once, however often the event comes.
   */
  act(id: string, event: AssignmentEvent): Promise<Assignment | null>
  /**
   * Two assignments in one step: of the agent who has the call, and of the colleague `id`, whose event follows from it. Null
   * when it means nothing to one of them.
   */
  actTogether(
    id: string,
    eventAfter: (holder: Assignment) => AssignmentEvent,
    holder: { id: string; event: AssignmentEvent },
  ): Promise<Assignment | null>
  /**
   * Rings the agent's phone. False: the network did not answer; the agent is free, and the caller has kept the place.
   */
  ring(assignment: Assignment): Promise<boolean>
  /**
   * The caller's call is over: with it end the place in the queue and all that agents do with the caller. The one way
   * in which a call ends here, told by whichever side knows it first, any number of times.
   */
  callerGone(callId: string): Promise<void>
  changed(): Promise<void>
  /** Calls that end from now on end with the network that stops with us, and nobody has hung up. */
  stops(): void
}

/** Changes of one assignment at the same moment are few: an agent, the agent's phone, the caller's phone, the sweep. */
const ATTEMPTS = 8

/** With these an agent goes out of a talk; a colleague who has joined has the caller then. */
const GOES_OUT: readonly AssignmentEvent['kind'][] = ['leave', 'finish', 'leg_over']

/** How the network tells that a talk has ended. */
const ENDS: readonly AssignmentEvent['kind'][] = ['caller_gone', 'leg_over']
const UNSEEN: AssignmentEvent = { kind: 'call_unseen' }

export function createAssigning(parts: AssigningParts): Assigning {
  const { store, turns, telephony, events, signals, clock, log, hotlines, leavingOf } = parts

  let isStopping = false

  const now = (): string => clock.now().toISOString()

  async function act(id: string, event: AssignmentEvent): Promise<Assignment | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await store.assignment(id)
      const happened = isStopping && before && ENDS.includes(event.kind) && isTogether(before) ? UNSEEN : event
      const { colleague, joined } = before ? await colleagueOf(before) : NOBODY
      if (joined && GOES_OUT.includes(happened.kind)) {
        if (await leaveTo(joined, id)) return store.assignment(id)
        continue
      }
      const reaction = before && react(before, happened, now(), timesOf(hotlines, before), colleague)
      if (!reaction) return null
      const leaving = event.kind === 'wrapped' ? await leavingOf(before, event.written) : undefined
      if (!(await store.save([reaction.next], { away: awayOf(reaction), leaving }))) continue
      await followUp(before, reaction)
      return reaction.next
    }
    throw new Error('an assignment changed so often that nothing could be done with it')
  }

  const actTogether: Assigning['actTogether'] = async (id, eventAfter, holder) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [before, other] = await Promise.all([store.assignment(id), store.assignment(holder.id)])
      const reaction = before && other && react(before, eventAfter(other), now(), timesOf(hotlines, before))
      const ofHolder = other && react(other, holder.event, now(), timesOf(hotlines, other))
      if (!reaction || !ofHolder) return null
      if (!(await store.save([reaction.next, ofHolder.next]))) continue
      await followUp(before, reaction)
      await followUp(other, ofHolder)
      return reaction.next
    }
    return null
  }

  const NOBODY: { colleague: Colleague; joined: Assignment | undefined } = { colleague: null, joined: undefined }

  /** Read after the assignment: a call that is passed on since then has made another version of it. */
  async function colleagueOf({ callId, state }: Assignment): Promise<typeof NOBODY> {
    if (state !== 'talking') return NOBODY
    const all = await store.ofCall(callId)
    const joined = all.find((other) => other.state === 'joined')
    const ringing = all.find(isPassedOn)
    if (joined) return { colleague: { is: 'joined' }, joined }
    return { colleague: ringing ? { is: 'rings', told: ringing.from } : null, joined }
  }

  /** The colleague who has joined has the caller, as they stand there, in the same room. */
  async function leaveTo({ id }: Assignment, leaver: string): Promise<boolean> {
    const takesOver = ({ held, heldSince }: Assignment): AssignmentEvent => ({ kind: 'takes_over', held, heldSince })
    return (await actTogether(id, takesOver, { id: leaver, event: { kind: 'handed_over' } })) !== null
  }

  async function followUp(before: Assignment, { next, orders, ringsOn }: Reaction): Promise<void> {
    if (!before.talked && next.talked) await recordTalk(next)
    for (const order of orders) await carryOut(next, order)
    if (before.state === 'talking' && next.state !== 'talking' && !ringsOn) await callOff(next)
    await changed()
  }

  /** Colleagues whose phones still ring for this call, or who have joined it, are there for nobody now. */
  async function callOff({ callId, endedBy }: Assignment): Promise<void> {
    // An end of the call is not to be taken for a colleague who fetched it back.
    const why = endedBy === 'caller' ? 'caller_gone' : endedBy === 'unseen' ? 'call_unseen' : 'called_off'
    try {
      for (const other of await store.ofCall(callId)) {
        if (other.from !== null) await act(other.id, { kind: why })
      }
    } catch (err) {
      log.error(
        { callId, err },
        "a colleague's phone could not be called off; it rings until it is answered or given up",
      )
    }
  }

  async function carryOut(assignment: Assignment, order: Order): Promise<void> {
    const { id, callId } = assignment
    const holdFailed = (on: boolean) => act(id, { kind: 'hold_failed', on })
    try {
      switch (order.order) {
        case 'redirect':
          if ((await telephony.redirect(callId, id, order.redirect)) === 'gone') await lost(callId)
          return
        case 'hang_up':
          // An agent's own leg that is gone already is as it should be.
          if ((await telephony.hangUp(order.legId)) === 'gone' && order.legId === callId) await lost(callId)
          return
        case 'end_room':
          await telephony.endRoom(order.conference)
          return
        case 'hold':
          if ((await telephony.hold(order.conference, callId, order.on)) !== 'done') await holdFailed(order.on)
          return
      }
    } catch (err) {
      // An agent who believes the caller on hold says what nobody should hear.
      if (order.order === 'hold') await holdFailed(order.on)
      // What else was ordered and not done is seen by the sweep, which looks at where everybody is.
      log.error(
        { callId, reason: order.order.replaceAll('_', ' '), err },
        'the telephone network did not do what it was asked for',
      )
    }
  }

  async function recordTalk({ callId, brand, agent, from, queue }: Assignment): Promise<void> {
    const facts = { queue, from: from?.agent ?? null }
    try {
      await events.append({ kind: 'talk', callId, brand, ref: null, actor: agent, facts })
    } catch (err) {
      log.error({ callId, err }, "the event 'talk' could not be recorded")
    }
  }

  /** The place first: an agent who is free again would be offered it once more. */
  async function callerGone(callId: string): Promise<void> {
    await turns.ended(callId)
    for (const { id } of await store.ofCall(callId)) await act(id, { kind: 'caller_gone' })
  }

  async function lost(callId: string): Promise<void> {
    // Told, because a wrong account or region looks the same: then every caller who is taken would be lost so.
    log.warn({ callId }, 'the telephone network says that this call is over, and no callback told it')
    try {
      await callerGone(callId)
    } catch (err) {
      log.error(
        { callId, err },
        'a caller is gone, and that could not be kept; the next offer or sweep finds it out again',
      )
    }
  }

  async function changed(): Promise<void> {
    await signals.send().catch((err: unknown) => log.error({ err }, 'the desks could not be told of a change'))
  }

  return {
    act,
    actTogether,
    callerGone,
    changed,
    stops() {
      isStopping = true
    },
    ring: createRinging({ ...parts, act, ringMsOf: (of) => timesOf(hotlines, of).ringMs }),
  }

  /** Told with the change itself: between the two the agent would be free, and be offered the next caller. */
  function awayOf({ next, away }: Reaction): Along['away'] {
    return away === undefined ? undefined : { agent: next.agent, because: away }
  }
}
