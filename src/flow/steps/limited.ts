import type { Call } from '../../call/call.ts'
import type { Line } from '../step.ts'

/** Said to callers whose number is withheld, once there is nothing left for all of those: with a number of their own they have tries of their own. */
export const SHOW_NUMBER = 'limited.withheld'

/** How a call goes on whose line may try no more. That the number is withheld, and what follows, its caller knows without us. */
export function limited({ callerNumber }: Pick<Call, 'callerNumber'>): { say: Line[]; set: Pick<Call, 'outcome'> } {
  return { say: callerNumber === null ? [{ key: SHOW_NUMBER }] : [], set: { outcome: 'limited' } }
}
