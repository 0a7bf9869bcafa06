/**
 * One webhook, one turn: claim the call, advance it, save it, answer. Knows the core and the seams; which stores and
 * which network are behind them is decided in `deps.ts`. Once a call is saved its answer stands: what follows (waiting
 * list, record) is done as well as it can be, and never turns the answer into another one.
 */
import type { Call } from '../call/call.ts'
import type { Input } from '../call/turn.ts'
import { advance, apologise, isApology, newCall, sendOutside } from '../flow/advance.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import { beginCheck, bringIn, putBack } from '../flow/redirects.ts'
import type { CallStore, Signals } from '../seams/calls.ts'
import { type Deadline, deadlineIn, inTime } from '../seams/deadline.ts'
import type { EventLog } from '../seams/events.ts'
import { ANSWER_MS, type Patience } from '../seams/patience.ts'
import type { WaitingList } from '../seams/waiting.ts'
import type { World } from './answer.ts'
import { nextAnswerTime } from './answer-time.ts'
import type { AsItStands } from './as-it-stands.ts'
import { createCallerQueue, NO_STEP } from './caller-queue.ts'
import { asFarAsLetIn, letOut } from './calls-at-once.ts'
import { createDeliveries, type Held } from './deliver.ts'
import { callerNumberOf, hotlineOfCalled, numberCalled } from './leg-numbers.ts'
import { localDay } from './local-day.ts'
import { createCallRecord } from './record.ts'
import { type Decided, settle } from './settle.ts'
import type { Answered, Destination, Leg, StepInput, Turns } from './turns.ts'
import { type Answering, hotlineOf, pinCheckOf } from './which-hotline.ts'

export interface TurnParts extends World {
  hotlines: Answering
  calls: CallStore
  waiting: WaitingList
  events: EventLog
  signals: Signals
  patience: Patience
  asItStands: AsItStands
  /** E.164: who takes callers when our queues do not work; null: nobody. */
  personNumber?: string | null
  /** A telephone number as people write it in a country, in E.164; null when it is none that could be dialled. */
  toE164(written: string, countryCode: string): string | null
  /** A fresh step token: 128 random bits, base64url. */
  newToken(): string
}

/** The step of a call that has only rung. */
const RING = 'ring'

/** `held`: the caller was asked to hold on, and comes back for the answer without what was keyed. */
type Brought = StepInput | { kind: 'ring' } | { kind: 'held' }

/** When a webhook arrived, and by when it must be answered. */
interface When {
  arrived: Date
  by: Deadline
}

export function createTurns(parts: TurnParts): Turns {
  const { hotlines, calls, clock, log, patience, toE164 } = parts
  const deliveries = createDeliveries(parts)
  const queue = createCallerQueue(parts)
  const record = createCallRecord(parts.events, log)

  /** Whatever breaks outside a flow ends here: nobody is verified, and everybody reaches a person. */
  async function answered(leg: Leg, take: (hotline: Hotline, by: Deadline) => Promise<Answered>): Promise<Answered> {
    const by = deadlineIn(patience.deadlineMs)
    const hotline = hotlineOfCalled(leg.called, hotlines.byNumber)
    if (!hotline) {
      log.warn({ callId: leg.callId, reason: 'number_of_no_brand' }, 'call refused')
      return { kind: 'sorry', queue: null }
    }
    try {
      return await take(hotline, by)
    } catch (err) {
      log.error({ callId: leg.callId, err }, 'the turn could not be taken')
      return sendAway(leg, hotline, by)
    }
  }

  function deliver(leg: Leg, token: string, input: Brought, round = 0): Promise<Answered> {
    const arrived = clock.now()
    return answered(leg, (hotline, by) =>
      deliveries.deliver({
        leg,
        hotline,
        token,
        round,
        by,
        proceed: (held) => proceed(leg, held, token, input, { arrived, by }),
        giveUp: () => seizeAndApologise(leg, hotline, by),
      }),
    )
  }

  async function proceed(leg: Leg, held: Held, token: string, input: Brought, when: When): Promise<Answered> {
    const { arrived, by } = when
    const hotline = hotlineOf(hotlines, held.call, leg)
    // A call that nobody knows starts again: what was keyed belongs to a prompt that we cannot name.
    const call = held.call ? await standing(held.call) : begin(hotline, leg, arrived)
    // The server that worked at the step is gone, and what was keyed with them: the caller is asked for it once more.
    if (input.kind === 'held' && held.call !== null)
      return save(leg, hotline, held, { call, events: [], asked: false }, when)
    const known = held.call === null || input.kind === 'held' ? ({ kind: 'ring' } as const) : input
    if (known.kind === 'returned' && known.reason === 'gone') return gone(held, call)
    const at = arrived.toISOString()
    if (known.kind === 'returned' && known.reason === 'broken' && call.queueBroke && parts.personNumber) {
      const turn = sendOutside(hotline, call, parts.personNumber, at)
      return save(leg, hotline, held, { ...turn, asked: false }, when)
    }
    const why = known.kind === 'returned' && known.reason === 'left' ? await queue.endOf(call.id) : null
    if (why !== null) {
      const ended = await decide(hotline, call, { kind: 'unserved', why, at }, token, by)
      return save(leg, hotline, held, { ...ended, events: [{ kind: 'unserved', why }, ...ended.events] }, when)
    }
    const decided = await decide(hotline, call, { ...known, at }, token, by)
    return save(leg, hotline, held, decided, when)
  }

  async function standing(call: Call): Promise<Call> {
    const [now = call] = await parts.asItStands([call])
    return now
  }

  function decide(hotline: Hotline, call: Call, input: Input, token: string, by: Deadline): Promise<Decided> {
    return settle(parts, hotline, call, { at: input.at, token, by }, () => advance(hotline, call, input))
  }

  /**
   * Call and reply are saved together, or not at all when the claim was lost: then the delivery that has it gives the
   * answer.
   */
  async function save(leg: Leg, hotline: Hotline, held: Held, turn: Decided, when: When): Promise<Answered> {
    const { arrived, by } = when
    const decided = await asFarAsLetIn(parts, hotline, turn, { before: held.call, by })
    const pace = parts.sprays.paceOf(hotline.brand)
    const latestMs = patience.deadlineMs - ANSWER_MS
    const answerTime = (): Date => (decided.asked ? nextAnswerTime(arrived, clock.now(), pace, latestMs) : clock.now())
    const token = parts.newToken()
    const call: Call = { ...decided.call, repliedAt: answerTime().toISOString() }
    if (!(await calls.save(leg.callId, held.claim, call, token, by))) return afterLostClaim(leg, hotline, call, by)
    await asFarAs(
      by,
      queue.follow(held.call, call).then(() => record.saved(hotline, held.call, call, decided.events)),
    )
    // Measured last, so that nothing slow comes between the grid and the answer.
    const early = answerTime().getTime() - clock.now().getTime()
    if (early > 0) await clock.wait(early)
    return { kind: 'reply', call, token }
  }

  /** What follows an answer goes on beyond the deadline; the answer does not wait for it. */
  async function asFarAs(by: Deadline, following: Promise<void>): Promise<void> {
    await inTime(
      by,
      following.then(() => ({})),
      ANSWER_MS,
    )
  }

  async function afterLostClaim(leg: Leg, hotline: Hotline, call: Call, by: Deadline): Promise<Answered> {
    const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0, by })
    if (now.kind === 'ended') {
      // It ended while it was let in, and nobody tells of that end again.
      await letOut(parts, { call, brand: hotline.brand, by })
      return { kind: 'over' }
    }
    if (now.kind === 'answered' || now.kind === 'stale') return { kind: 'reply', call: now.call, token: now.token }
    return sendAway(leg, hotline, by)
  }

  async function seizeAndApologise(leg: Leg, hotline: Hotline, by: Deadline): Promise<Answered> {
    const held = await calls.seize(leg.callId, { create: true, leaseMs: patience.leaseMs, by })
    if (held.kind !== 'proceed') return { kind: 'over' }
    const now = clock.now()
    const of = hotlineOf(hotlines, held.call, leg)
    const turn = apologise(of, held.call ?? begin(of, leg, now), now.toISOString())
    return save(leg, hotline, held, { ...turn, asked: false }, { arrived: now, by })
  }

  /** To a person at level 0, without a call that could be kept. */
  async function sendAway({ callId }: Leg, { brand }: Hotline, by: Deadline): Promise<Answered> {
    const queue = queueName(brand.name, null)
    await asFarAs(by, record.sentAway(callId, brand.name, queue))
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

  async function redirect(leg: Leg, held: Held, call: Call, where: Destination, by: Deadline): Promise<Answered> {
    const now = clock.now()
    const at = now.toISOString()
    const hotline = hotlines.byBrand.get(call.brand)
    if (!hotline) throw new Error('no brand answers this call; was its file removed while the call ran?')
    const flow = where.to === 'check' ? pinCheckOf(hotlines, call.brand, null) : hotline
    if (!flow) throw new Error('this brand has no PIN check in mid-call')
    const decided = await settle(parts, flow, call, { at, token: where.name, by }, () => {
      if (where.to === 'queue') return putBack(hotline, call, where.queue, at)
      return where.to === 'room' ? bringIn(hotline, call, where.room) : beginCheck(flow, call, where.room, at)
    })
    return save(leg, hotline, held, decided, { arrived: now, by })
  }

  return {
    ring: (leg) => deliver(leg, RING, { kind: 'ring' }),
    step: (leg, token, input) => deliver(leg, token, input),
    held: (leg, token, round) => deliver(leg, token, { kind: 'held' }, round),
    fallback: (leg) =>
      answered(leg, async (hotline, by) => {
        // Delivered again it finds what it did: the token of its first answer stays good, and one hand-off is recorded.
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0, by })
        if ('token' in now && isApology(now.call)) return { kind: 'reply', call: now.call, token: now.token }
        return seizeAndApologise(leg, hotline, by)
      }),
    redirect: (leg, where) =>
      answered(leg, async (_hotline, by) => {
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0, by })
        if ('token' in now && now.call.moved === where.name) return { kind: 'reply', call: now.call, token: now.token }
        const held = await calls.seize(leg.callId, { create: false, leaseMs: patience.leaseMs, by })
        if (held.kind !== 'proceed' || held.call === null) return { kind: 'over' }
        return redirect(leg, held, { ...(await standing(held.call)), moved: where.name }, where, by)
      }),
    again: (leg) =>
      answered(leg, async (_hotline, by) => {
        const now = await calls.claim(leg.callId, NO_STEP, { create: false, leaseMs: 0, by })
        return 'token' in now ? { kind: 'reply', call: now.call, token: now.token } : { kind: 'over' }
      }),
    async ended(callId) {
      const { first, call } = await calls.end(callId)
      await queue.leave(callId, 'hung_up')
      if (!first || !call) return
      const hotline = hotlines.byBrand.get(call.brand)
      if (hotline) await letOut(parts, { call, brand: hotline.brand, by: deadlineIn(patience.deadlineMs) })
      await record.ended(hotline, call)
    },
    wait: queue.fetch,
    settled: () => deliveries.settled(),
    endWait: queue.end,
  }
}
