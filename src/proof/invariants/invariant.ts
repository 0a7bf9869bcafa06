/** What an invariant is, and the words that all of them use. */
import type { Passage } from '../../call/turn.ts'
import type { RuleCode } from '../../flow/files/finding.ts'
import { placeOfExit } from '../../flow/flow.ts'
import type { Hotline } from '../../flow/hotline.ts'
import type { SecretPair } from '../entries.ts'
import type { Again, Successor } from '../exploration.ts'
import { sameOutcome } from '../fold.ts'

/** What is wrong, at a path of the flow file. The message is a sentence and, after `; `, what to do about it. */
export interface Complaint {
  code: RuleCode
  path: PropertyKey[]
  message: string
}

/** What an invariant may ask beside the turn itself. */
export interface Tools {
  hotline: Hotline
  /** Takes the turn again under other circumstances. */
  again: Again
  /** What the exploration keys as secrets. */
  secrets: readonly SecretPair[]
}

/** What must hold of every single turn: one file and one line in `index.ts`. */
export type Invariant = (taken: Successor, tools: Tools) => Complaint[]

/** What a level means to people. */
export const PROOF = ['no proof', 'a keyed number alone', 'a right secret'] as const

/** The exit by which the call came to where it goes wrong: in this turn, or the one before. */
function lastExit({ way, from }: Successor): Passage | undefined {
  return way.at(-1) ?? from.by?.way.at(-1)
}

/** The exit by which the call came to `step`, or the step itself. */
export function placeOfWay({ flow }: Hotline, taken: Successor, step: string): PropertyKey[] {
  const last = lastExit(taken)
  return last ? placeOfExit(flow, last.step, last.exit) : ['steps', step]
}

/** The same in words. */
export function wayInWords(taken: Successor, step: string): string {
  const last = lastExit(taken)
  return last ? `'${last.step}' leads by '${last.exit}' to '${step}'` : `it happens in '${step}'`
}

/** The step that was at work when the turn ended. */
export function lastStep({ way, from }: Successor): string {
  return way.at(-1)?.step ?? from.call.step
}

export function isSame(again: Successor | null, taken: Successor): boolean {
  return again !== null && sameOutcome(again, taken)
}
