/**
 * How much all lines of a brand together may try in vain (docs/security.md#the-whole-service): the last layer, against guesses from very many numbers, each of them
 * within its own limits. A fixed figure would be a weapon, so it grows with what is proved, lasts an hour, and lines that have proved
 * somebody before draw on a share of their own, which nobody else can use up. PURE.
 */
import { type FromLine, lineName } from './caller-limits.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/**
 * In any span of `withinMs`: `least`, or so many for each customer that was proved in it, where that is more. Customers, not lines: one
 * customer with very many numbers makes no pool larger.
 */
export interface Pool {
  least: number
  forEachProved: number
  withinMs: number
  /** What it costs honest callers, for people. */
  costs: string
}

export const servicePools = {
  /** Lines that have proved nobody of late. */
  strangers: {
    least: 100,
    forEachProved: 1 / 2,
    withinMs: HOUR,
    costs:
      "while somebody guesses from ten numbers or more, a right PIN from a line that is not the customer's own and has proved nobody of late counts as wrong, and locks nothing; a person takes over",
  },
  /** Lines that have. */
  known: {
    least: 100,
    forEachProved: 1,
    withinMs: HOUR,
    costs: 'none, as long as fewer mistype than are proved',
  },
} as const satisfies Record<string, Pool>

/** So long a line counts as one that has proved a customer, after it last did. */
export const KNOWN_FOR_MS = 30 * DAY
/** And so many are that of one customer, the first ones: else a customer with very many numbers could make all of them known, and use up the pool of the others'. */
export const LINES_OF_A_CUSTOMER = 3

/** What a pool holds. `proved`: customers that were proved within it. */
export function holds({ least, forEachProved }: Pool, proved: number): number {
  return Math.max(least, Math.floor(proved * forEachProved))
}

/**
 * The name under which a line draws on the pools of the whole service, in no form that a number can be read back from. Null: it draws on none, for withheld numbers
 * have a budget together, and shared lines are listed by the operator, with limits of their own.
 */
export function lineOfService(key: Buffer, { brand, number, isShared }: FromLine): string | null {
  return number === null || isShared ? null : lineName(key, [brand, 'line', number])
}

/** The name under which a customer who was proved is counted, likewise. */
export function customerOfService(key: Buffer, brand: string, subject: string): string {
  return lineName(key, [brand, 'customer', subject])
}
