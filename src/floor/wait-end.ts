/** Whether a wait is to end, by the limits of the brand: nobody waits for an agent who will not come. */
import type { Secret } from '../auth/secret.ts'
import type { Call, WaitEnd } from '../call/call.ts'
import type { Hotline } from '../flow/hotline.ts'
import { topicOf, topicOfQueue } from '../flow/hotline.ts'
import { canEnd } from '../flow/wait-end.ts'
import type { Clock } from '../seams/clock.ts'
import type { FloorStore } from '../seams/floor.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { Log } from '../seams/log.ts'
import type { SpecialHoursBook } from '../seams/special-hours.ts'
import type { Kind } from '../seams/waiting.ts'
import { openingOf } from '../turn/opening-hours.ts'
import { dayBefore } from '../turn/special-hours.ts'
import type { Waits } from '../turn/turns.ts'

const MINUTE_MS = 60_000
/** What was seen of a queue longer ago than this says nothing any more, ms: those who wait ask every 20 s or so. */
const STALE_MS = 90_000

/** Callers who are being connected do not leave by a limit. */
const ON_THE_WAY = ['ringing', 'answering']

export interface WaitEnds {
  /** Null: the wait goes on. `keyed`: what the caller pressed while waiting. */
  waitEnd(waiting: Extract<Waits, { kind: 'waits' }>, keyed: Secret | null): Promise<WaitEnd | null>
  /** The key by which this caller may leave the queue; null where there is none. */
  waitKey(call: Call): string | null
}

export function createWaitEnds(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: Pick<FloorStore, 'ofCall'>
  /** Whether an agent who takes such callers is signed in, if only away for a moment, or has a call. */
  hasAgents: (kind: Kind) => Promise<boolean>
  specialHours: SpecialHoursBook
  calendar: HolidayCalendar
  clock: Clock
  log: Log
}): WaitEnds {
  const { hotlines, store, hasAgents, specialHours, calendar, clock, log } = parts
  /** Since when callers of a kind have found nobody, and when one last did, as ms. */
  const nobody = new Map<string, { since: number; seen: number }>()

  const limitsOf = (call: Call) => {
    const hotline = hotlines.byBrand.get(call.brand)
    return hotline && canEnd(hotline, call) ? { hotline, waits: hotline.brand.waits } : null
  }

  /** How long callers of this kind have found nobody, ms. */
  async function missing(kind: Kind, now: number): Promise<number> {
    const key = [kind.brand, kind.queue, kind.language].join(' ')
    if (await hasAgents(kind)) {
      nobody.delete(key)
      return 0
    }
    const known = nobody.get(key)
    const isFresh = known !== undefined && now >= known.seen && now - known.seen < STALE_MS
    const since = isFresh ? known.since : now
    nobody.set(key, { since, seen: now })
    return now - since
  }

  async function isClosed({ brand }: Hotline, queue: string, now: Date): Promise<boolean> {
    const hours = topicOf({ brand }, topicOfQueue(brand.name, queue))?.hours ?? brand.hours
    const special = await specialHours.from(dayBefore(now))
    return (await openingOf({ ...brand, hours }, special, calendar, now)).kind === 'closed'
  }

  async function byLimits(call: Call, hotline: Hotline): Promise<WaitEnd | null> {
    const { waits } = hotline.brand
    const next = call.reply?.next
    if (!waits || next?.kind !== 'enqueue' || !call.handOff) return null
    const now = clock.now()
    const waited = now.getTime() - Date.parse(call.handOff.at)
    const { brand, language } = call
    const absent = await missing({ brand, queue: next.queue, language }, now.getTime())
    if (waited >= waits.longest.minutes * MINUTE_MS) return 'longest'
    if (Math.min(absent, waited) >= waits.nobody.minutes * MINUTE_MS) return 'nobody'
    return waits.closing.exit !== 'serve' && (await isClosed(hotline, next.queue, now)) ? 'closing' : null
  }

  return {
    waitKey: (call) => limitsOf(call)?.waits?.key?.press ?? null,
    async waitEnd({ call }, keyed) {
      const limits = limitsOf(call)
      if (!limits) return null
      const press = limits.waits?.key?.press
      if (press !== undefined && keyed?.is(press)) return 'key'
      try {
        const end = await byLimits(call, limits.hotline)
        if (end === null) return null
        const all = await store.ofCall(call.id)
        return all.some(({ state }) => ON_THE_WAY.includes(state)) ? null : end
      } catch (err) {
        log.error({ callId: call.id, err }, 'whether a wait has to end could not be told; it goes on')
        return null
      }
    },
  }
}
