/** What becomes of a call that a queue or a number gives back, where no step says it. PURE. */
import type { Call } from '../call/call.ts'
import type { GivenBack, ReturnReason } from '../call/turn.ts'
import type { Move } from './step.ts'

/** After an apology no step says how a wait ends that has to end. */
export const SORRY: Move = { kind: 'end', say: [{ key: 'full' }], handOff: null }

/** To where the call waited, at its old place: the wait goes on, and so does the time that it may take. */
export function backToQueue({ handOff }: Call): Move | null {
  if (!handOff) return null
  const { since = handOff.at } = handOff
  return { kind: 'end', say: [], handOff: { ...handOff, since } }
}

/** A queue that fails has let the caller go the first time, and does not work the second: they do not go round in it for ever. */
export function reasonOf(call: Call, reason: GivenBack): ReturnReason {
  if (reason !== 'broken') return reason
  const isSecond = call.queueBroke
  call.queueBroke = true
  return isSecond ? 'failed' : 'left'
}
