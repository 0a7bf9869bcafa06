/**
 * What no callback has told. Twilio's callbacks come late, twice or never, so from time to time every assignment is
 * compared with where its two people are. Safe in several processes at once: every change is made over a version.
 */
import type { Assignment, CallStore, Clock, FloorStore } from '../seams.ts'
import type { Log } from '../turn/log.ts'
import { NO_STEP } from '../turn/waiting-room.ts'
import { type Assigning, newNonce } from './assigning.ts'
import type { AssignmentEvent } from './assignment.ts'
import { checkOf, isInRoom } from './network-side.ts'
import type { Offering } from './offering.ts'

/** How long a callback may be late before we look for ourselves, ms. */
const LATE_MS = 5_000
/** In this time a caller who is called in is there, or he is not coming, ms: Twilio's whole patience with a webhook, twice. */
const BRING_IN_MS = 30_000

export function createSweep(parts: {
  store: FloorStore
  calls: CallStore
  assigning: Assigning
  offering: Offering
  clock: Clock
  log: Log
}): () => Promise<void> {
  const { store, calls, assigning, offering, clock, log } = parts

  async function overdue(assignment: Assignment): Promise<AssignmentEvent | null> {
    const { state, since, until, move } = assignment
    const now = clock.now().getTime()
    const age = now - Date.parse(since)
    const isPast = until !== null && now >= Date.parse(until)
    if (state === 'wrap_up' && isPast) return { kind: 'wrapped', note: null }
    if (age < LATE_MS) return null
    const held = await calls.claim(assignment.callId, NO_STEP, { create: false, leaseMs: 0 })
    if (held.kind === 'ended' || held.kind === 'unknown') return { kind: 'caller_gone' }
    const call = 'call' in held ? held.call : null
    const isThere = call !== null && isInRoom(call, assignment)
    switch (state) {
      case 'ringing':
        return now >= Date.parse(until ?? since) + LATE_MS
          ? { kind: 'unreached', why: 'no_answer', nonce: newNonce() }
          : null
      case 'answering':
        if (isThere) return { kind: 'caller_in', conference: null, check: null }
        if (move === null) return { kind: 'agent_waits', nonce: newNonce() }
        return age >= BRING_IN_MS ? { kind: 'unreached', why: 'unreachable', nonce: newNonce() } : null
      case 'checking': {
        const isBack = isThere && call.moved === move?.nonce && now - Date.parse(call.repliedAt ?? since) >= LATE_MS
        return isBack ? { kind: 'caller_in', conference: null, check: checkOf(call) } : null
      }
      case 'wrap_up':
        // The room was to be ended, or the caller moved, and he still sits there.
        return isThere ? { kind: 'stranded', nonce: newNonce() } : null
      default:
        return null
    }
  }

  return async () => {
    for (const assignment of await store.active()) {
      try {
        const event = await overdue(assignment)
        if (event) await assigning.act(assignment.id, event)
      } catch (err) {
        log.error({ callId: assignment.callId, err }, 'an assignment could not be looked after')
      }
    }
    await offering.offerAll()
  }
}
