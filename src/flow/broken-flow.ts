import type { Level } from '../auth/assurance.ts'
import type { Passage } from '../call/turn.ts'

/**
 * What a flow can do wrong in a call. `level`: it hands a caller over who lacks what the queue asks for. `no_queue`: it
 * hands them to a queue or number that the brand does not have. `circle`: it goes round without waiting for them. `exit`:
 * a step is left by an exit that it does not have. `claim`: it asks for a secret before any number. `answer`: a step asks
 * and does not take the answer. `talk`: it leads back to an agent, and none has sent the caller.
 *
 * Of steps of an operator's type: `type`: it throws, or gives back what is no move. `secret`: it looks at what may be
 * one. `account`, `alike`: it looks at what identify found.
 */
export type FlowFault =
  | 'level'
  | 'no_queue'
  | 'circle'
  | 'exit'
  | 'claim'
  | 'answer'
  | 'talk'
  | 'type'
  | 'secret'
  | 'account'
  | 'alike'

/** Who came where without what it asks for. */
export interface Lacking {
  to: string
  needed: Level
  reached: Level
}

/** A call broke at a step. The shell answers with an apology at level 0; the proof finds it before anybody calls. */
export class BrokenFlow extends Error {
  readonly fault: FlowFault
  readonly step: string
  /** The exits taken in this turn before. */
  way: readonly Passage[] = []
  /** Told with the fault `level` of a hand-off. */
  readonly lacking: Lacking | null

  constructor(fault: FlowFault, step: string, message: string, lacking: Lacking | null = null) {
    super(message)
    this.lacking = lacking
    this.name = 'BrokenFlow'
    this.fault = fault
    this.step = step
  }
}
