/** What is wrong with an order of an operator: a sentence for commands, the API and the log, and a word for pages. PURE. */
import type { z } from 'zod'

/**
 * `form`: a field has not its form. `is_over`: of a moment or a day. `too_far`: more than a year ahead. `closed_anyway`: nothing
 * would change. `in_future`: of a day that must have been.
 */
export type FaultCode =
  | 'form'
  | 'no_brand'
  | 'no_topic'
  | 'text_missing'
  | 'not_spoken'
  | 'is_over'
  | 'too_far'
  | 'closed_anyway'
  | 'name_taken'
  | 'in_future'

export interface Fault {
  code: FaultCode
  /** Which field, as `texts.de`; null: none, or all of it. */
  field: string | null
  /** Says what to do. */
  sentence: string
}

export function sentencesOf(faults: readonly Fault[]): string {
  return faults.map(({ sentence }) => sentence).join(' ')
}

/** What zod would say in its own words, as what to do. For `safeParse`: what a rule of ours says goes before it. */
export const inOurWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `there is no field '${issue.keys.join("', '")}'; remove it or correct its spelling`
    case 'invalid_type':
      return issue.input === undefined ? 'it is missing; add it' : `it must be of type ${issue.expected}`
    case 'invalid_value':
      return `it must be one of: ${issue.values.map(String).join(', ')}`
    default:
      return undefined
  }
}
