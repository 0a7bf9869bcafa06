/**
 * One webhook, one turn: claim the call, advance it, save it, answer. Knows the core and the seams; which stores and
 * which network are behind them is decided in `deps.ts`. Once a call is saved its answer stands: what follows (waiting
 * list, record) is done as well as it can be, and never turns the answer into another one.
 */
import type { Call } from '../call/call.ts'
import { questions } from '../call/question.ts'
import type { Reply } from '../call/reply.ts'
import type { CallEvent, Input, Turn } from '../call/turn.ts'
import { advance, apologise, isApology, newCall, sendOutside } from '../flow/advance.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import { beginCheck, bringIn, putBack } from '../flow/redirects.ts'
import type { CallStore, Claimed, Signals } from '../seams/calls.ts'
import { DUPLICATE_PATIENCE_MS, DUPLICATE_POLL_MS, LEASE_MS } from '../seams/patience.ts'
import type { WaitingList } from '../seams/waiting.ts'
import { answer, type World } from './answer.ts'
import { nextAnswerTime } from './answer-time.ts'
import { createCallerQueue, NO_STEP } from './caller-queue.ts'
import { callerNumberOf, hotlineOfCalled, numberCalled } from './leg-numbers.ts'
import { localDay } from './local-day.ts'
import { createCallRecord } from './record.ts'
import type { Answered, Destination, Leg, StepInput, Turns } from './turns.ts'
import { type Answering, hotlineOf, pinCheckOf } from './which-hotline.ts'

export interface TurnParts extends World {
  hotlines: Answering
  calls: CallStore
  waiting: WaitingList
  signals: Signals
  /** E.164: who takes callers when our queues do not work; null: nobody. */
  personNumber?: string | null
  /** A telephone number as people write it in a country, in E.164; null when it is none that could be dialled. */
  toE164(written: string, countryCode: string): string | null
  /** A fresh step token: 128 random bits, base64url. */
  newToken(): string
}

/** The step of a call that has only rung. */
const RING = 'ring'

type Held = Extract<Claimed, { kind: 'proceed' }>
type Decided = { call: Call; reply: Reply; events: CallEvent[]; asked: boolean }

export function createTurns(parts: TurnParts): Turns {
  const { hotlines, calls, clock, log, toE164 } = parts
  const queue = createCallerQueue(parts)
  const record = createCallRecord(parts.events, log)

  /** Whatever breaks outside a flow ends here: nobody is verified, and everybody reaches a person. */
  async function answered(leg: Leg, take: (hotline: Hotline) => Promise<Answered>): Promise<Answered> {
    const hotline = hotlineOfCalled(leg.called, hotlines.byNumber)
    if (!hotline) {
      log.warn({ callId: leg.callId, reason: 'number_of_no_brand' }, 'call refused')
      return { kind: 'sorry', queue: null }
    }
    try {
      return await take(hotline)
    } catch (err) {
      log.error({ callId: leg.callId, err }, 'the turn could not be taken')
      return sendAway(leg, hotline)
    }
  }

  function deliver(leg: Leg, token: string, input: StepInput | { kind: 'ring' }): Promise<Answered> {
    const arrived = clock.now()
    return answered(leg, async (hotline) => {
      const claimed = await claimPatiently(leg.callId, token)
      switch (claimed.kind) {
        case 'proceed':
          return proceed(leg, claimed, token, input, arrived)
        case 'answered':
        case 'stale':
          return { kind: 'reply', call: claimed.call, token: claimed.token }
        case 'ended':
          return { kind: 'over' }
        default:
          return seizeAndApologise(leg, hotline)
      }
    })
  }

  /** A doubled delivery waits for the answer of the first instead of giving one of its own, until its lease has run out. */
  async function claimPatiently(callId: string, token: string): Promise<Claimed> {
    const patientUntil = clock.now().getTime() + DUPLICATE_PATIENCE_MS
    for (;;) {
      const claimed = await calls.claim(callId, token, { create: true, leaseMs: LEASE_MS })
      if (claimed.kind !== 'busy' || clock.now().getTime() >= patientUntil) return claimed
      await clock.wait(DUPLICATE_POLL_MS)
    }
  }

  async function proceed(
    leg: Leg,
    held: Held,
    token: string,
    input: StepInput | { kind: 'ring' },
    arrived: Date,
  ): Promise<Answered> {
    const hotline = hotlineOf(hotlines, held.call, leg)
    // A call that nobody knows starts again: what was keyed belongs to a prompt that we cannot name.
    const call = held.call ?? begin(hotline, leg, arrived)
    const known = held.call === null ? ({ kind: 'ring' } as const) : input
    if (known.kind === 'returned' && known.reason === 'gone') return gone(held, call)
    const at = arrived.toISOString()
    if (known.kind === 'returned' && known.reason === 'broken' && call.queueBroke && parts.personNumber) {
      const turn = sendOutside(hotline, call, parts.personNumber, at)
      return save(leg, hotline, held, { ...turn, asked: false }, arrived)
    }
    const why = known.kind === 'returned' && known.reason === 'left' ? await queue.endOf(call.id) : null
    if (why !== null) {
      const ended = await decide(hotline, call, { kind: 'unserved', why, at }, token)
      return save(leg, hotline, held, { ...ended, events: [{ kind: 'unserved', why }, ...ended.events] }, arrived)
    }
    const decided = await decide(hotline, call, { ...known, at }, token)
    return save(leg, hotline, held, decided, arrived)
  }

  function decide(hotline: Hotline, call: Call, input: Input, token: string): Promise<Decided> {
    return settle(hotline, call, { at: input.at, token }, () => advance(hotline, call, input))
  }

  /** Answers what a turn asks, until there is a reply; what breaks on the way ends at a person. */
  async function settle(
    hotline: Hotline,
    call: Call,
    { at, token }: { at: string; token: string },
    begin: () => Turn,
  ): Promise<Decided> {
    let asked = false
    try {
      let turn = begin()
      while ('ask' in turn) {
        asked ||= questions[turn.ask.kind].tellsOfAccounts
        const given = await answer(parts, turn.ask, { call: turn.call, brand: hotline.brand, token })
        turn = advance(hotline, turn.call, { kind: 'answer', answer: given, at })
      }
      return { ...turn, asked }
    } catch (err) {
      log.error({ callId: call.id, err }, 'the flow broke; the caller goes to a person at level 0')
      return { ...apologise(hotline, call, at), asked }
    }
  }

  /**
   * Call and reply are saved together, or not at all when the claim was lost: then the delivery that has it gives the
   * answer.
   */
  async function save(leg: Leg, hotline: Hotline, held: Held, decided: Decided, arrived: Date): Promise<Answered> {
    const answerTime = (): Date => (decided.asked ? nextAnswerTime(arrived, clock.now()) : clock.now())
    const token = parts.newToken()
    const call: Call = { ...decided.call, repliedAt: answerTime().toISOString() }
    if (!(await calls.save(leg.callId, held.claim, call, token))) return afterLostClaim(leg, hotline)
    await queue.follow(held.call, call)
    await record.saved(hotline, held.call, call, decided.events)
    // Measured last, so that nothing slow comes between the grid and the answer.
    const early = answerTime().getTime() - clock.now().getTime()
    if (early > 0) await clock.wait(early)
    return { kind: 'reply', call, token }
  }

  async function afterLostClaim(leg: Leg, hotline: Hotline): Promise<Answered> {
    const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0 })
    if (now.kind === 'ended') return { kind: 'over' }
    if (now.kind === 'answered' || now.kind === 'stale') return { kind: 'reply', call: now.call, token: now.token }
    return sendAway(leg, hotline)
  }

  async function seizeAndApologise(leg: Leg, hotline: Hotline): Promise<Answered> {
    const held = await calls.seize(leg.callId, { create: true, leaseMs: LEASE_MS })
    if (held.kind !== 'proceed') return { kind: 'over' }
    const now = clock.now()
    const of = hotlineOf(hotlines, held.call, leg)
    const turn = apologise(of, held.call ?? begin(of, leg, now), now.toISOString())
    return save(leg, hotline, held, { ...turn, asked: false }, now)
  }

  /** To a person at level 0, without a call that could be kept. */
  async function sendAway({ callId }: Leg, { brand }: Hotline): Promise<Answered> {
    const queue = queueName(brand.name, null)
    await record.sentAway(callId, brand.name, queue)
    return { kind: 'sorry', queue }
  }

  /** The network tells that the caller left a queue, or was pulled out of it: nothing is to be said any more. */
  async function gone(held: Held, call: Call): Promise<Answered> {
    const over: Call = { ...call, reply: { say: [], next: { kind: 'hang_up' } } }
    await calls.save(call.id, held.claim, over, parts.newToken())
    await queue.leave(call.id, 'hung_up')
    return { kind: 'over' }
  }

  function begin(hotline: Hotline, leg: Leg, now: Date): Call {
    return newCall(hotline, {
      id: leg.callId,
      called: numberCalled(leg.called, hotline),
      callerNumber: callerNumberOf(leg.from, hotline.brand, toE164),
      carried: leg.carried ?? null,
      today: localDay(now, hotline.brand.time_zone),
      at: now.toISOString(),
    })
  }

  async function redirect(leg: Leg, held: Held, call: Call, where: Destination): Promise<Answered> {
    const now = clock.now()
    const at = now.toISOString()
    const hotline = hotlines.byBrand.get(call.brand)
    if (!hotline) throw new Error('no brand answers this call; was its file removed while the call ran?')
    const flow = where.to === 'check' ? pinCheckOf(hotlines, call.brand, null) : hotline
    if (!flow) throw new Error('this brand has no PIN check in mid-call')
    const decided = await settle(flow, call, { at, token: where.name }, () => {
      if (where.to === 'queue') return putBack(hotline, call, where.queue, at)
      return where.to === 'room' ? bringIn(hotline, call, where.room) : beginCheck(flow, call, where.room, at)
    })
    return save(leg, hotline, held, decided, now)
  }

  return {
    ring: (leg) => deliver(leg, RING, { kind: 'ring' }),
    step: deliver,
    fallback: (leg) =>
      answered(leg, async (hotline) => {
        // Delivered again it finds what it did: the token of its first answer stays good, and one hand-off is recorded.
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0 })
        if ('token' in now && isApology(now.call)) return { kind: 'reply', call: now.call, token: now.token }
        return seizeAndApologise(leg, hotline)
      }),
    redirect: (leg, where) =>
      answered(leg, async () => {
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0 })
        if ('token' in now && now.call.moved === where.name) return { kind: 'reply', call: now.call, token: now.token }
        const held = await calls.seize(leg.callId, { create: false, leaseMs: LEASE_MS })
        if (held.kind !== 'proceed' || held.call === null) return { kind: 'over' }
        return redirect(leg, held, { ...held.call, moved: where.name }, where)
      }),
    again: (leg) =>
      answered(leg, async () => {
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0 })
        return 'token' in now ? { kind: 'reply', call: now.call, token: now.token } : { kind: 'over' }
      }),
    async ended(callId) {
      const { first, call } = await calls.end(callId)
      await queue.leave(callId, 'hung_up')
      if (first && call) await record.ended(hotlines.byBrand.get(call.brand), call)
    },
    wait: queue.fetch,
    endWait: queue.end,
  }
}
