import type { Call, HandOff } from '../call/call.ts'
import { levelAskedBy, queueName, topicOfQueue } from './hotline.ts'
import { levelReached } from './second-lock.ts'
import type { OfBrand } from './step.ts'

/**
 * The queue asked for, else the one they waited in, if they have proved what it asks; else the one without customer data.
 * They keep the time since which they have waited.
 */
export function queueAgain(hotline: OfBrand, call: Call, wanted: string | null, at: string): HandOff {
  const { handOff } = call
  const since = handOff?.since ?? handOff?.at ?? at
  const own = handOff?.to.kind === 'queue' ? handOff.to.queue : null
  for (const queue of [wanted, own]) {
    if (queue === null) continue
    const to = { kind: 'queue' as const, queue }
    const level = levelAskedBy(hotline, to, call.today)
    if (level !== null && levelReached(call, topicOfQueue(call.brand, queue)) >= level) return { to, level, at, since }
  }
  return { to: { kind: 'queue', queue: queueName(call.brand, null) }, level: 0, at, since }
}
