import type { Level } from '../auth/assurance.ts'
import type { Call, HandOff } from '../call/call.ts'
import { BrokenFlow } from './broken-flow.ts'
import { levelAskedBy } from './hotline.ts'
import type { OfBrand } from './step.ts'

/** What a caller has reached: 2 a right secret for the number keyed last, 1 a keyed number, 0 neither. */
export function levelReached(call: Call): Level {
  if (call.assurance.level === 2) return 2
  // A keyed number and not a found account, because found or not found may not show; the agent sees the true level.
  return call.claim === null ? 0 : 1
}

/**
 * The second lock behind the proof: every hand-off, of whatever step type, is checked again at run time, against what
 * the flow says and against what the queue or number itself asks for.
 */
export function checkHandOff(hotline: OfBrand, call: Call, { to, level }: HandOff): void {
  const asked = levelAskedBy(hotline, to, call.today)
  const name = to.kind === 'queue' ? to.queue : to.number
  if (asked === null) {
    const message = `step '${call.step}' hands off to '${name}', which brand '${call.brand}' does not have`
    throw new BrokenFlow('no_queue', call.step, message)
  }
  const reached = levelReached(call)
  const needed = asked > level ? asked : level
  if (reached >= needed) return
  const message = `step '${call.step}' hands off to '${name}' at level ${needed}, but the caller reached ${reached}`
  throw new BrokenFlow('level', call.step, message, { to: name, needed, reached })
}
