/** Who waits for an agent, kept in step with the calls. */
import type { Call, WaitEnd } from '../call/call.ts'
import { type Hotline, topicOfQueue } from '../flow/hotline.ts'
import { queueByTicket } from '../flow/ticket-queue.ts'
import type { CallStore, Signals } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { Arrival, LeaveReason, WaitingList } from '../seams/waiting.ts'
import type { Waits } from './turns.ts'

/** A token that no step has: claiming it changes nothing and, unlike `get`, tells a call that has ended. */
export const NO_STEP = ''

export interface CallerQueue {
  /** After a call was saved: joins or leaves as its reply says. Never throws: the next wait fetch mends what failed. */
  follow(before: Call | null, call: Call): Promise<void>
  leave(callId: string, why: LeaveReason): Promise<void>
  /** The caller asks for the next piece of waiting. */
  fetch(callId: string): Promise<Waits>
  /** False: it cannot be noted, so the wait goes on. */
  end(callId: string, why: WaitEnd): Promise<boolean>
  /** Why the wait was ended; null where it was not, or nobody knows: then the caller goes back to the old place. */
  endOf(callId: string): Promise<WaitEnd | null>
}

export function createCallerQueue(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  calls: CallStore
  waiting: WaitingList
  signals: Signals
  clock: Clock
  log: Pick<Log, 'error'>
}): CallerQueue {
  const { hotlines, calls, waiting, signals, clock, log } = parts

  async function tell(callId: string): Promise<void> {
    await signals.send().catch((err: unknown) => log.error({ callId, err }, 'the desks could not be told of a change'))
  }

  /**
   * The end of a call, or an agent, may come while the caller is being put into the queue: the second sees the first.
   */
  async function join(call: Call, queue: string): Promise<void> {
    await waiting.join(arrivalOf(call, placeOf(call, queue), queue), clock.now())
    const now = await calls.claim(call.id, NO_STEP, { create: false, leaseMs: 0 })
    if (now.kind === 'ended') await waiting.leave(call.id, 'hung_up', clock.now())
    // Taken by an agent meanwhile: the place of a caller who talks would be offered to the next agent.
    else if ('call' in now && now.call?.reply?.next.kind !== 'enqueue')
      await waiting.leave(call.id, 'moved', clock.now())
    await tell(call.id)
  }

  /** Where an agent has passed the caller on, the caller has been put where the agent meant. */
  function placeOf(call: Call, queue: string): string {
    const hotline = hotlines.byBrand.get(call.brand)
    return hotline && call.handOff?.since === undefined ? queueByTicket(hotline, call, queue) : queue
  }

  async function leave(callId: string, why: LeaveReason): Promise<void> {
    // Who had no place has changed nothing that a desk shows.
    if (await waiting.leave(callId, why, clock.now())) await tell(callId)
  }

  return {
    async follow(before, call) {
      const next = call.reply?.next
      try {
        if (next?.kind === 'enqueue') await join(call, next.queue)
        else if (before?.reply?.next.kind === 'enqueue') await leave(call.id, next?.kind === 'room' ? 'taken' : 'moved')
      } catch (err) {
        log.error({ callId: call.id, err }, 'the waiting list could not be kept; the next wait fetch tries again')
      }
    },
    leave,
    async end(callId, why) {
      try {
        return await waiting.ends(callId, why)
      } catch (err) {
        log.error({ callId, err }, 'that a wait ends could not be noted; it goes on')
        return false
      }
    },
    async endOf(callId) {
      try {
        return await waiting.endOf(callId)
      } catch (err) {
        log.error({ callId, err }, 'why a wait ended could not be read; the caller waits on')
        return null
      }
    },
    async fetch(callId) {
      // Asked together: being seen changes nothing for a call that has ended, which is on no list.
      const [held, seen] = await Promise.all([
        calls.claim(callId, NO_STEP, { create: false, leaseMs: 0 }),
        waiting.seen(callId, clock.now()),
      ])
      if (held.kind === 'unknown') return { kind: 'unknown' }
      if (!('call' in held) || held.call?.reply?.next.kind !== 'enqueue') return { kind: 'over' }
      const { call } = held
      let place = seen
      if (place === null) {
        await join(call, held.call.reply.next.queue)
        place = await waiting.seen(callId, clock.now())
      }
      return place === null ? { kind: 'over' } : { kind: 'waits', call, ...place }
    },
  }
}

/** What the order needs to know of a call. An account that was only named gives no place: numbers leak (R15). */
function arrivalOf({ id, brand, language, assurance, claim, handOff }: Call, queue: string, chosen: string): Arrival {
  const { level } = assurance
  return {
    callId: id,
    brand,
    queue,
    chosen: level < 2 && chosen !== queue ? chosen : null,
    topic: topicOfQueue(brand, queue),
    language,
    level,
    since: handOff?.since ?? null,
    ref: level === 2 ? (claim?.ref ?? null) : null,
    ticket: claim?.ticket ?? null,
  }
}
