/**
 * What no callback has told. Twilio's callbacks come late, twice or never, so from time to time every assignment is
 * compared with where its two people are. Safe in several processes at once: every change is made over a version.
 */
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { EventLog } from '../seams/events.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Telephony } from '../seams/telephony.ts'
import type { AsItStands } from '../turn/as-it-stands.ts'
import { NO_STEP } from '../turn/caller-queue.ts'
import type { Assigning } from './assigning.ts'
import { isTogether } from './assignment.ts'
import type { AssignmentEvent } from './assignment-event.ts'
import { createLookForGone } from './look-for-gone.ts'
import { createLookForLostProofs } from './lost-proofs.ts'
import { newNonce } from './nonce.ts'
import type { Offering } from './offering.ts'
import type { Outage } from './outage.ts'
import { checkOf, isInRoom, isTakenOver, seenOf } from './whereabouts.ts'

/** How long a callback may be late before we look for ourselves, ms. */
const LATE_MS = 5_000
/** How often the sweep runs, and an order is repeated, ms. */
export const SWEEP_MS = 1_000
const AGAIN_MS = 10_000
/**
 * In this time a caller who is called in is there, or is not coming, ms: Twilio's whole patience with a webhook, twice.
 */
const BRING_IN_MS = 30_000

/** As long as a session holds at most, ms: of an agent who has been away for so long nothing is kept (decision J). */
const SHIFT_MS = 12 * 3_600_000

/** An order is repeated seldom: each one cuts off the fetch of the document that the one before has led to. */
function isTimeToAsk(age: number): boolean {
  return Math.floor(age / SWEEP_MS) % (AGAIN_MS / SWEEP_MS) === LATE_MS / SWEEP_MS
}

/** What it gives says whether there is anything to be looked after: calls in the hands of agents, or callers for them. */
export function createSweep(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: FloorStore
  calls: CallStore
  agents: Agents
  telephony: Telephony
  assigning: Assigning
  offering: Offering
  outage: Outage
  asItStands: AsItStands
  events: EventLog
  clock: Clock
  log: Log
}): () => Promise<boolean> {
  const { store, calls, telephony, assigning, offering, outage, clock, log } = parts

  /** In an outage nobody is at fault; else another agent is to try, so that these two do not come together for ever. */
  const notBroughtIn = (): 'network' | 'unreachable' => (outage.isOn() ? 'network' : 'unreachable')

  /** `ended`: the caller's call is over, and not everybody has been told. */
  async function overdue(assignment: Assignment): Promise<AssignmentEvent | 'ended' | null> {
    const { state, since, until, redirect, legId } = assignment
    const now = clock.now().getTime()
    const age = now - Date.parse(since)
    const isPast = until !== null && now >= Date.parse(until)
    if (state === 'wrap_up' && isPast) return { kind: 'wrapped', written: null }
    if (age < LATE_MS) return null
    const held = await calls.claim(assignment.callId, NO_STEP, { create: false, leaseMs: 0 })
    if (held.kind === 'ended') return state === 'wrap_up' || state === 'over' ? null : 'ended'
    if (held.kind === 'unknown') return forgotten(assignment, age)
    const call = 'call' in held ? held.call : null
    if (call === null) return null
    const isThere = isInRoom(call, assignment)
    const isMade = redirect === null || call.moved === redirect.nonce
    const seen = await seenOf(parts, call, assignment)
    switch (state) {
      case 'ringing': {
        // Without a leg nobody knows that a phone has rung at all.
        const why = legId === null ? 'network' : 'no_answer'
        return now >= Date.parse(until ?? since) + LATE_MS ? { kind: 'unreached', why, nonce: newNonce() } : null
      }
      case 'answering':
        if (redirect === null) return { kind: 'agent_waits', nonce: newNonce() }
        if (isThere && isMade) return { kind: 'caller_in', conference: null, check: null, seen }
        if (!isMade && age < BRING_IN_MS) return isTimeToAsk(age) ? { kind: 'order_again' } : null
        return age >= BRING_IN_MS ? { kind: 'unreached', why: notBroughtIn(), nonce: newNonce() } : null
      case 'checking': {
        // Brought to a person by the fallback, or by us: the agent waits for nobody.
        if (call.reply?.next.kind === 'enqueue') return { kind: 'taken_away' }
        if (!isMade && redirect.kind === 'join') return isTimeToAsk(age) ? { kind: 'order_again' } : null
        if (!isMade) {
          // Never sent, so still at the old place.
          if (age >= BRING_IN_MS) return { kind: 'caller_in', conference: null, check: 'unavailable', seen }
          return isTimeToAsk(age) ? { kind: 'order_again' } : null
        }
        const isBack = isThere && now - Date.parse(call.repliedAt ?? since) >= LATE_MS
        return isBack ? { kind: 'caller_in', conference: null, check: checkOf(call), seen } : null
      }
      case 'wrap_up':
      case 'over':
        // The room was to be ended, or the caller redirected, and they still sit there.
        if (!isThere || (await isTakenOver(store, assignment))) return null
        return { kind: 'stranded', nonce: newNonce() }
      default:
        return null
    }
  }

  /**
   * Perhaps by a restart: those who wait start again, and those who talk go on talking, if the network still has their
   * call. It is asked, since nobody will tell us.
   */
  async function forgotten({ state, callId }: Assignment, age: number): Promise<AssignmentEvent | null> {
    if (state === 'ringing' || state === 'answering') return { kind: 'caller_gone' }
    if (!isTogether({ state }) || outage.isResting() || !isTimeToAsk(age)) return null
    return (await telephony.isOn(callId)) ? null : { kind: 'call_unseen' }
  }

  let lookedBack = Number.NEGATIVE_INFINITY

  /** Now and then also those whose agents have done all that is theirs: their caller may have been left behind. */
  async function toLookAt(): Promise<Assignment[]> {
    const now = clock.now()
    const active = await store.active()
    if (now.getTime() - lookedBack < AGAIN_MS) return active
    lookedBack = now.getTime()
    await store.forgetAway(new Date(now.getTime() - SHIFT_MS))
    await store.dropUnseen(now)
    return [...active, ...(await store.lately(now))]
  }

  const lookForGone = createLookForGone(parts)
  const lookForLostProofs = createLookForLostProofs(parts)

  return async () => {
    await lookForGone()
    const all = await toLookAt()
    for (const assignment of all) {
      try {
        const event = await overdue(assignment)
        if (event === 'ended') await assigning.callerGone(assignment.callId)
        else if (event) await assigning.act(assignment.id, event)
      } catch (err) {
        log.error({ callId: assignment.callId, err }, 'an assignment could not be looked after')
      }
    }
    await lookForLostProofs(all).catch((err: unknown) => log.error({ err }, 'proofs of talks could not be looked at'))
    await offering.offerAll()
    return all.length > 0 || !offering.isIdle()
  }
}
