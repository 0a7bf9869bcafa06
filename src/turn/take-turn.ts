/**
 * One webhook, one turn: claim the call, advance it, save it, answer. Knows the core and the seams; which stores and
 * which network are behind them is decided in `deps.ts`.
 */
import type { Call } from '../call/call.ts'
import type { Reply } from '../call/reply.ts'
import type { CallEvent, Input } from '../call/turn.ts'
import { advance, apologise, newCall } from '../flow/advance.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import type { CallStore, Claimed, WaitingList } from '../seams.ts'
import { answer, type World } from './answer.ts'
import { nextAnswerTime } from './answer-time.ts'
import { localDay } from './local-day.ts'
import type { Answered, Leg, StepInput, Turns } from './turns.ts'

export interface TurnParts extends World {
  hotlines: { byNumber: ReadonlyMap<string, Hotline>; byBrand: ReadonlyMap<string, Hotline> }
  calls: CallStore
  waiting: WaitingList
  /** A fresh step token: 128 random bits, base64url. */
  newToken(): string
}

/** The step of a call that has only rung. */
const RING = 'ring'
/** A token that no step has: claiming it only tells how the call stands. */
const NO_STEP = ''
/** A delivery that has not finished in this time may be run again by the next one. */
const LEASE_MS = 10_000
/** How long a doubled delivery waits for the stored answer, and how often it looks. */
const DUPLICATE_PATIENCE_MS = 5_000
const DUPLICATE_POLL_MS = 50

type Held = Extract<Claimed, { kind: 'proceed' }>
type Decided = { call: Call; reply: Reply; events: CallEvent[] }

export function createTurns(parts: TurnParts): Turns {
  const { hotlines, calls, waiting, events, clock, log } = parts

  async function deliver(leg: Leg, token: string, input: StepInput | { kind: 'ring' }): Promise<Answered> {
    const hotline = hotlines.byNumber.get(leg.called)
    if (!hotline) return unknownNumber(leg)
    try {
      const claimed = await claimPatiently(leg.callId, token)
      switch (claimed.kind) {
        case 'proceed':
          return await proceed(leg, claimed, token, input)
        case 'answered':
        case 'stale':
          return { kind: 'reply', call: claimed.call, token: claimed.token }
        case 'ended':
          return { kind: 'over' }
        default:
          return await seizeAndApologise(leg, hotline)
      }
    } catch (err) {
      log.error({ callId: leg.callId, err }, 'the turn could not be taken')
      return { kind: 'sorry', queue: queueName(hotline.brand.name, null) }
    }
  }

  /** A doubled delivery waits for the answer of the first instead of giving one of its own. */
  async function claimPatiently(callId: string, token: string): Promise<Claimed> {
    const patientUntil = clock.now().getTime() + DUPLICATE_PATIENCE_MS
    for (;;) {
      const claimed = await calls.claim(callId, token, { create: true, leaseMs: LEASE_MS })
      if (claimed.kind !== 'busy' || clock.now().getTime() >= patientUntil) return claimed
      await clock.wait(DUPLICATE_POLL_MS)
    }
  }

  async function proceed(leg: Leg, held: Held, token: string, input: StepInput | { kind: 'ring' }): Promise<Answered> {
    const arrived = clock.now()
    const hotline = hotlineOf(held.call, leg)
    // A call that nobody knows begins anew: what was keyed belongs to a prompt that we cannot name.
    const call = held.call ?? begin(hotline, leg, arrived)
    const known = held.call === null ? ({ kind: 'ring' } as const) : input
    if (known.kind === 'returned' && known.reason === 'gone') return gone(held, call)
    const decided = await decide(hotline, call, { ...known, at: arrived.toISOString() }, token)
    return save(leg, hotline, held, decided.turn, decided.asked ? nextAnswerTime(arrived, clock.now()) : clock.now())
  }

  async function decide(
    hotline: Hotline,
    call: Call,
    input: Input,
    token: string,
  ): Promise<{ turn: Decided; asked: boolean }> {
    let asked = false
    try {
      let turn = advance(hotline, call, input)
      while ('ask' in turn) {
        asked = true
        const given = await answer(parts, turn.ask, { call: turn.call, brand: hotline.brand, token })
        turn = advance(hotline, turn.call, { kind: 'answer', answer: given, at: input.at })
      }
      return { turn, asked }
    } catch (err) {
      log.error({ callId: call.id, err }, 'the flow broke; the caller goes to a person at level 0')
      return { turn: apologise(hotline, call, input.at), asked }
    }
  }

  /** Call and reply are saved together, or not at all when the claim was lost: then whoever has it gives the answer. */
  async function save(leg: Leg, hotline: Hotline, held: Held, turn: Decided, due: Date): Promise<Answered> {
    const token = parts.newToken()
    const call: Call = { ...turn.call, repliedAt: due.toISOString() }
    if (!(await calls.save(leg.callId, held.claim, call, token))) return afterLostClaim(leg, hotline)
    await keepWaitingList(held.call, call)
    await record(call, turn.events)
    const early = due.getTime() - clock.now().getTime()
    if (early > 0) await clock.wait(early)
    return { kind: 'reply', call, token }
  }

  async function afterLostClaim(leg: Leg, hotline: Hotline): Promise<Answered> {
    const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: LEASE_MS })
    if (now.kind === 'ended') return { kind: 'over' }
    if (now.kind === 'answered' || now.kind === 'stale') return { kind: 'reply', call: now.call, token: now.token }
    return { kind: 'sorry', queue: queueName(hotline.brand.name, null) }
  }

  async function seizeAndApologise(leg: Leg, hotline: Hotline): Promise<Answered> {
    const held = await calls.seize(leg.callId, { create: true, leaseMs: LEASE_MS })
    if (held.kind !== 'proceed') return { kind: 'over' }
    const now = clock.now()
    const of = hotlineOf(held.call, leg)
    const turn = apologise(of, held.call ?? begin(of, leg, now), now.toISOString())
    return save(leg, hotline, held, turn, now)
  }

  /** The network tells that the caller left a queue, or was pulled out of it: nothing is to be said any more. */
  async function gone(held: Held, call: Call): Promise<Answered> {
    const over: Call = { ...call, reply: { say: [], next: { kind: 'hang_up' } } }
    await calls.save(call.id, held.claim, over, parts.newToken())
    await waiting.leave(call.id)
    return { kind: 'over' }
  }

  async function keepWaitingList(before: Call | null, call: Call): Promise<void> {
    const next = call.reply?.next
    if (next?.kind === 'enqueue') await join(call.id, next.queue)
    else if (before?.reply?.next.kind === 'enqueue') await waiting.leave(call.id)
  }

  /** The end of a call may come while he is being put into the queue: whoever of the two is second sees the first. */
  async function join(callId: string, queue: string): Promise<void> {
    await waiting.join(callId, queue, clock.now())
    const now = await calls.claim(callId, NO_STEP, { create: false, leaseMs: LEASE_MS })
    if (now.kind === 'ended') await waiting.leave(callId)
  }

  /** A record that cannot be written is told loudly, but no caller is dropped for it: his PIN try was recorded before. */
  async function record(call: Call, happened: CallEvent[]): Promise<void> {
    for (const event of happened) {
      if (event.kind !== 'handed_off') continue
      const { handOff } = event
      const facts = {
        to: handOff.to.kind === 'queue' ? handOff.to.queue : handOff.to.number,
        queueLevel: handOff.level,
        level: call.assurance.level,
        outcome: call.outcome,
      }
      await append(call, 'hand_off', facts)
    }
  }

  async function append(call: Call, kind: 'hand_off' | 'end', facts: Record<string, string | number>): Promise<void> {
    try {
      await events.append({
        kind,
        callId: call.id,
        brand: call.brand,
        ref: call.claim?.ref ?? null,
        actor: 'caller',
        facts,
      })
    } catch (err) {
      log.error({ callId: call.id, err }, `the event '${kind}' could not be recorded`)
    }
  }

  function hotlineOf(call: Call | null, leg: Leg): Hotline {
    const hotline = call === null ? hotlines.byNumber.get(leg.called) : hotlines.byBrand.get(call.brand)
    if (!hotline) throw new Error(`no brand answers this call; was its file removed while the call ran?`)
    return hotline
  }

  function unknownNumber(leg: Leg): Answered {
    log.warn({ callId: leg.callId, reason: 'number_of_no_brand' }, 'call refused')
    return { kind: 'sorry', queue: null }
  }

  return {
    ring: (leg) => deliver(leg, RING, { kind: 'ring' }),
    step: (leg, token, input) => deliver(leg, token, input),
    async fallback(leg) {
      const hotline = hotlines.byNumber.get(leg.called)
      if (!hotline) return unknownNumber(leg)
      try {
        // Delivered again it finds what it did: the token of its first answer stays good, and one hand-off is recorded.
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: LEASE_MS })
        if ('token' in now && isApology(now.call)) return { kind: 'reply', call: now.call, token: now.token }
        return await seizeAndApologise(leg, hotline)
      } catch (err) {
        log.error({ callId: leg.callId, err }, 'the fallback could not be saved')
        return { kind: 'sorry', queue: queueName(hotline.brand.name, null) }
      }
    },
    async ended(callId) {
      const { first, call } = await calls.end(callId)
      await waiting.leave(callId)
      if (first && call)
        await append(call, 'end', { level: call.assurance.level, outcome: call.outcome, tries: call.tries })
    },
    async wait(callId) {
      // A claim of no step: unlike `get` it tells a call that has ended, which must not come back into the queue.
      const held = await calls.claim(callId, NO_STEP, { create: false, leaseMs: LEASE_MS })
      if (!('call' in held) || held.call?.reply?.next.kind !== 'enqueue') return null
      const { call } = held
      const now = clock.now()
      let place = await waiting.seen(callId, now)
      if (place === null) {
        await join(callId, held.call.reply.next.queue)
        place = await waiting.seen(callId, now)
      }
      return place === null ? null : { call, ...place }
    },
  }
}

/** Whether the caller waits for a person, without data, because something of ours did not work. */
function isApology({ outcome, claim, assurance, reply }: Call): boolean {
  return outcome === 'unavailable' && claim === null && assurance.level === 0 && reply?.next.kind === 'enqueue'
}

function begin(hotline: Hotline, leg: Leg, now: Date): Call {
  return newCall(hotline, {
    id: leg.callId,
    callerNumber: leg.from,
    today: localDay(now, hotline.brand.time_zone),
    at: now.toISOString(),
  })
}
