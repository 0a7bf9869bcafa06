/**
 * One delivery of a webhook against its deadline: who does the work of the step, who waits for it, and what callers hear when
 * it takes longer. Overload lengthens the wait and loses nobody. By the deadline a caller is asked to hold on, the work goes
 * on with what was keyed, and the document comes back by itself for the stored answer, to whatever server: it carries no keys, so
 * no try is spent twice.
 */
import type { Call } from '../call/call.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { CallStore, Claimed } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import { type Deadline, deadlineIn, inTime } from '../seams/deadline.ts'
import type { Log } from '../seams/log.ts'
import { ANSWER_MS, DUPLICATE_POLL_MS, MOST_HOLDS, type Patience } from '../seams/patience.ts'
import { NoAnswer } from '../seams/within.ts'
import type { Answered, Leg } from './turns.ts'

export type Held = Extract<Claimed, { kind: 'proceed' }>

export interface Delivery {
  leg: Leg
  hotline: Hotline
  token: string
  /** How often the caller was asked to hold on for this step before. */
  round: number
  by: Deadline
  /** Runs the step, which this delivery alone has. */
  proceed(held: Held): Promise<Answered>
  /** Ends a wait that nothing else ends. */
  giveUp(): Promise<Answered>
}

export interface Deliveries {
  /** Rejects where live calls could not be asked in time. */
  deliver(delivery: Delivery): Promise<Answered>
  /** Resolves when nothing goes on any more for callers who hold on. */
  settled(): Promise<unknown>
}

/** Said so much before the deadline, which is lengthened by it: nothing that the caller waits for may see it pass. */
const AHEAD_MS = ANSWER_MS / 2

export function createDeliveries(parts: {
  calls: CallStore
  clock: Clock
  log: Pick<Log, 'warn' | 'error'>
  patience: Patience
}): Deliveries {
  const { calls, clock, log, patience } = parts
  const goingOn = new Set<Promise<void>>()

  /** `held`: what this delivery works under; `isBusy`: another one is at it; `isOver`: nobody listens to this one any more. */
  interface Progress {
    held: Held | null
    isBusy: boolean
    isOver: boolean
  }

  async function attempt(delivery: Delivery, progress: Progress): Promise<Answered> {
    const { leg, token, round, by } = delivery
    const isLast = round >= MOST_HOLDS
    for (;;) {
      const claimed = await calls.claim(leg.callId, token, { create: true, leaseMs: patience.leaseMs, by })
      if (claimed.kind === 'ended' || progress.isOver) return { kind: 'over' }
      if ('token' in claimed) return { kind: 'reply', call: claimed.call, token: claimed.token }
      if (claimed.kind === 'proceed') {
        progress.held = claimed
        return delivery.proceed(claimed)
      }
      progress.isBusy = true
      // The last one needs time for the person, too.
      const left = by.left() - (isLast ? patience.deadlineMs / 2 : AHEAD_MS)
      if (left < DUPLICATE_POLL_MS) return isLast ? delivery.giveUp() : holdOn(delivery, null)
      await clock.wait(DUPLICATE_POLL_MS)
    }
  }

  async function holdOn({ leg, hotline, token, round }: Delivery, call: Call | null): Promise<Answered> {
    log.warn({ callId: leg.callId, count: round + 1 }, 'asked to hold on')
    const { brand, words } = hotline
    const language = call?.language ?? (await languageOf(leg.callId))
    const languages = language === null ? brand.languages.map(({ code }) => code) : [language]
    const say = languages.map((code) => words.speak(code, { key: 'moment' }))
    return { kind: 'hold_on', brand: brand.name, say, token, round: round + 1 }
  }

  async function languageOf(callId: string): Promise<string | null> {
    const asked = calls.get(callId).then((call) => ({ call }))
    const known = await inTime(deadlineIn(AHEAD_MS), asked).catch(() => null)
    return known?.call?.language ?? null
  }

  /** The work of a caller who holds on has the time of the webhook that will come back, and its claim that lease. */
  async function goOn({ leg, token, by }: Delivery, { claim }: Held, work: Promise<Answered>): Promise<void> {
    for (let round = 1; ; round++) {
      if (round <= MOST_HOLDS) by.extend(patience.deadlineMs)
      const again = { create: false, leaseMs: patience.leaseMs, as: claim, by: deadlineIn(patience.deadlineMs) }
      await calls.claim(leg.callId, token, again).catch(() => {})
      if (round > 2 * MOST_HOLDS || (await inTime(deadlineIn(patience.deadlineMs - AHEAD_MS), work)) !== null) return
    }
  }

  return {
    async deliver(delivery) {
      const progress: Progress = { held: null, isBusy: false, isOver: false }
      const work = attempt(delivery, progress)
      const answer = await inTime(delivery.by, work, AHEAD_MS)
      if (answer !== null) return answer
      const { held } = progress
      if (held === null) {
        progress.isOver = true
        work.catch(() => {})
        if (!progress.isBusy) throw new NoAnswer('live calls gave no answer within the deadline')
        return holdOn(delivery, null)
      }
      const going = goOn(delivery, held, work)
        .catch((err: unknown) => log.error({ callId: delivery.leg.callId, err }, 'what a caller holds on for broke'))
        .finally(() => goingOn.delete(going))
      goingOn.add(going)
      return holdOn(delivery, held.call)
    },
    settled: () => Promise.all(goingOn),
  }
}
