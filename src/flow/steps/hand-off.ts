import type { Level } from '../../auth/assurance.ts'
import type { Call } from '../../call/call.ts'

/**
 * The second lock behind the proof: a hand-off checks the level again at run time. Level 1 asks for a keyed number and
 * not for a found account, because found or not found may not show; the agent sees the true level.
 */
export function requireLevel(call: Call, level: Level): void {
  const reached = call.assurance.level === 2 ? 2 : call.claim === null ? 0 : 1
  if (reached < level)
    throw new Error(`step '${call.step}' hands off at level ${level}, but the caller reached ${reached}`)
}
