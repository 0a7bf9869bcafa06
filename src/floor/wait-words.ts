/** What waiting callers are told: where they stand, how long that takes, and no more often than it changes. */
import type { Spoken } from '../call/reply.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Line } from '../flow/step.ts'
import type { Clock } from '../seams/clock.ts'
import type { FloorStore } from '../seams/floor.ts'
import { expectedMinutes } from '../turn/expected-wait.ts'
import type { Log } from '../turn/log.ts'
import type { Waits } from '../turn/turns.ts'

/** The same position is told again after so long, ms: silence for longer sounds as if one had been forgotten. */
const TOLD_AGAIN_MS = 120_000

export function createWaitWords(parts: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: Pick<FloorStore, 'told' | 'pace'>
  clock: Clock
  log: Log
}): (waiting: Extract<Waits, { kind: 'waits' }>) => Promise<Spoken[]> {
  const { hotlines, store, clock, log } = parts

  return async ({ call, position, byTicket, told }) => {
    const hotline = hotlines.byBrand.get(call.brand)
    const next = call.reply?.next
    if (!hotline || next?.kind !== 'enqueue') return []
    const now = clock.now()
    const isNews = told === null || told.position !== position || now.getTime() - Date.parse(told.at) >= TOLD_AGAIN_MS
    if (!isNews) return []
    const lines: Line[] = [position === 1 ? { key: 'wait.next' } : { key: 'wait.position', vars: { position } }]
    try {
      const wait = expectedMinutes(await store.pace(next.queue, now), position)
      if (wait !== null && (position > 1 || wait > 1)) lines.push({ key: 'wait.minutes', vars: { minutes: wait } })
      await store.told(call.id, position, now)
    } catch (err) {
      log.error({ callId: call.id, err }, 'how fast the queue moves could not be read')
    }
    // Once, so that nobody calls again to be faster (R37).
    if (byTicket && told === null) lines.push({ key: 'wait.ticket' })
    return lines.map((line) => hotline.words.speak(call.language, line))
  }
}
