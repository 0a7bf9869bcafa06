/** How long callers may key: what tells silence from the hash key alone, and what follows when all of their time is over. PURE. */
import type { Call } from '../call/call.ts'
import { secondsOfAll } from '../call/pace.ts'
import type { Input } from '../call/turn.ts'
import { typeOf } from './flow.ts'
import type { Hotline } from './hotline.ts'
import type { Move } from './step.ts'

/** Of the time that a text takes by our pace, what the fastest voice, or a recording, may need. */
const FASTEST_VOICE = 0.6

/**
 * The hash key alone, which comes as silence does: with nothing keyed. But silence takes as long as what is said and the time to
 * key after it; what comes sooner is the key. A hash that comes later than that counts as silence.
 */
export function isBareHash({ reply, repliedAt }: Call, input: Input): boolean {
  if (input.kind !== 'no_input' || reply?.next.kind !== 'gather' || repliedAt === null) return false
  const silence = reply.next.timeout + FASTEST_VOICE * secondsOfAll(reply.say)
  return Date.parse(input.at) - Date.parse(repliedAt) < silence * 1000
}

/** Whether the caller has keyed for as long as the brand leaves them alone with it (decision I). */
export function isOutOfTime({ brand }: Hotline, { keyingSince }: Call, at: string): boolean {
  return Date.parse(at) - Date.parse(keyingSince) >= brand.keying_minutes * 60_000
}

/** To a person, in place of one more prompt. Null: the step has no such way, and asks on. */
export function leadOn(hotline: Hotline, call: Call, now: string): Move | null {
  const config = hotline.flow.steps.get(call.step)
  const outOfTime = config && typeOf(hotline.flow, config).outOfTime
  return outOfTime ? outOfTime({ config, call, hotline, at: now }) : null
}
