import { randomInt } from 'node:crypto'
import { checks, type IdentifierRule } from '../auth/identifiers.ts'

/** Where a brand takes no ticket numbers by keypad they still have a form that people can read out. */
const PLAIN = { digits: { max: 10 }, check: 'mod11_10' } as const

/**
 * A random ticket number in the form that the brand takes by keypad, its check digit included. Random, because a number
 * that counts on tells how many matters there are, and can be guessed. It begins with no 0, which begins a phone number.
 */
function newTicketNumber(rule: Pick<IdentifierRule, 'digits' | 'check'> | undefined): string {
  const { digits, check } = rule ?? PLAIN
  const length = check === null ? digits.max : digits.max - 1
  const body = Array.from({ length }, (_, index) => (index === 0 ? randomInt(1, 10) : randomInt(10))).join('')
  if (check === null) return body
  const last = [...'0123456789'].find((digit) => checks[check](body + digit))
  return last === undefined ? newTicketNumber(rule) : body + last
}

/** What draws numbers for new tickets of a brand. */
export function ticketNumbersOf({ identifiers }: { identifiers: readonly IdentifierRule[] }): () => string {
  const rule = identifiers.find(({ kind }) => kind === 'ticket_number')
  return () => newTicketNumber(rule)
}
