/** What all sprays have in common. */
import type { KeptOut } from './owners.ts'

/** So long each is played. */
export const DAYS = 30
/** Customers of the brand: what a line can do is spread over them. */
export const CUSTOMERS = 1_000_000

export interface Means {
  /** Calls at once, each from a number of its own. */
  lines: number
  /** The share of the numbers keyed that are somebody's. */
  known: number
}

/** What came of it, of so many that were played. */
export interface SprayOutcome {
  opened: number
  keptOut: KeptOut
  played: number
}
