/** What waiting callers are told: where they stand, how long that takes, and no more often than it changes. */
import type { Call } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Line } from '../flow/step.ts'
import { isMovedByTickets } from '../flow/ticket-queue.ts'
import type { Agent } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { FloorStore } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Kind, Place, Told } from '../seams/waiting.ts'
import { expectedMinutes } from '../turn/expected-wait.ts'
import type { Waits } from '../turn/turns.ts'
import { truePlace } from './true-place.ts'

/** The same is told again after so long, ms: silence for longer sounds as if one had been forgotten. */
const TOLD_AGAIN_MS = 120_000

/** What a waiting caller hears now; nothing where it is no news. */
export type WaitWords = (waiting: Extract<Waits, { kind: 'waits' }>) => Promise<Spoken[]>

export function createWaitWords(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: Pick<FloorStore, 'told' | 'pace'>
  /** The key by which a caller may leave the queue; null where there is none. */
  waitKey: (call: Call) => string | null
  /** The agents who are there. */
  there: () => Promise<readonly Agent[]>
  clock: Clock
  log: Log
}): WaitWords {
  const { hotlines, store, there, waitKey, clock, log } = parts

  /** Where nobody can be asked who is there, nothing is promised. */
  async function placeOf(me: Kind, ahead: Place['ahead'], callId: string): Promise<Told> {
    try {
      return truePlace(me, ahead, await there())
    } catch (err) {
      log.error({ callId, err }, 'who is there could not be read')
      return 'hold'
    }
  }

  return async ({ call, ahead, byTicket, replaced, told }) => {
    const { brand, language } = call
    const hotline = hotlines.byBrand.get(brand)
    const next = call.reply?.next
    if (!hotline || next?.kind !== 'enqueue') return []
    const { queue } = next
    const now = clock.now()
    // At the day on which the call began, as everything that is asked of it.
    const isUntold = isMovedByTickets(hotline, queue, call.today)
    const place = isUntold ? 'hold' : await placeOf({ brand, queue, language }, ahead, call.id)
    if (told?.as === place && now.getTime() - Date.parse(told.at) < TOLD_AGAIN_MS) return []
    // Before the place, which is another one than before.
    const lines: Line[] = [...(replaced && told === null ? [{ key: 'wait.replaced' }] : []), lineOf(place)]
    try {
      const wait = place === 'soon' || place === 'hold' ? null : await minutesIn(queue, ahead, now)
      if (wait !== null && (place !== 1 || wait > 1)) lines.push({ key: 'wait.minutes', vars: { minutes: wait } })
      await store.told(call.id, place, now)
    } catch (err) {
      log.error({ callId: call.id, err }, 'the pace of the queue could not be read')
    }
    // Once, so that nobody calls again to be faster (R37).
    if (byTicket && told === null) lines.push({ key: 'wait.ticket' })
    const key = waitKey(call)
    if (key !== null) lines.push({ key: 'wait.key', vars: { key: { prompt: `key.${key}` } } })
    return lines.map((line) => hotline.words.speak(language, line))
  }

  /** The pace of a queue has in it that its agents take callers of others too, so only those ahead in this one count. */
  async function minutesIn(queue: string, ahead: Place['ahead'], now: Date): Promise<number | null> {
    const before = ahead.filter((crowd) => crowd.queue === queue).reduce((sum, { callers }) => sum + callers, 0)
    return expectedMinutes(await store.pace(queue, now), before + 1)
  }
}

function lineOf(place: Told): Line {
  if (typeof place === 'string') return { key: place === 'soon' ? 'wait.soon' : 'wait.hold' }
  return place === 1 ? { key: 'wait.next' } : { key: 'wait.position', vars: { position: place } }
}
