/** The form of a row in the table of questions. */
import type { Claim } from './call.ts'

/** `Asked`: what the question brings along. `Given`: the kinds of answers, and what each says beside its kind. */
export interface Row<Asked extends object, Given extends Record<keyof Given, object>> {
  /** Whether the time of its answer could tell something of accounts. What is the same for all callers may take its time. */
  tellsOfAccounts: boolean
  /**
   * Every kind of answer, with samples that stand for all of that kind. The everyday ones come first, so that the calls
   * that people are shown have those. `whose` makes the claim that a number leads to.
   */
  samples: { [Kind in keyof Given]: (asked: Asked, whose: Claimant) => readonly Given[Kind][] }
  /** What of an account stands in the samples and could be spoken: only verified callers may hear it. */
  marks: readonly string[]
  /** What the world answers, on most days, to a caller who does everything right. */
  good: keyof Given
  /** What is answered where the world cannot be asked, and what the log says then. It never lets a caller further in. */
  outage: { answer: PlainKind<Given>; log: string }
  /** How often one call may ask it, and where the call counts that; null: no policy limits it. */
  limit: { counter: 'entries' | 'tries' | 'changes' | 'letters'; most: number; what: string } | null
}

/** Whose number it is, for samples: a test and the proof have customers of their own. */
export type Claimant = (by: Claim['by']) => Claim

/** Answers that say nothing beside their kind. */
export type Plain = Record<never, never>
type PlainKind<Given> = { [Kind in keyof Given]: Plain extends Given[Kind] ? Kind : never }[keyof Given]

/** Keeps the types of a row while it is written. */
export function row<Asked extends object, Given extends Record<keyof Given, object>>(
  row: Row<Asked, Given>,
): Row<Asked, Given> {
  return row
}

/** The one sample of an answer that says nothing. */
export const plain = (): Plain[] => [{}]

/** A row whatever its question. */
export type AnyRow = Row<object, Record<string, object>>
