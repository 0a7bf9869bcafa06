/** What is wrong with an order of an operator: a sentence for commands, the API and the log, and a word for pages. PURE. */

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
