/** Accounts that are to be erased: asked for by an operator, done after a time, and void where the customer comes back before. */
import type { Because, CustomerPlace } from './account-book.ts'
import type { Hindrance } from './hindrances.ts'

/** Null: the brand has no such customer. */
export interface Erasures {
  /** Asks for it. `changed` false: it was asked for before, and is due as it was. */
  request(
    place: CustomerPlace,
    because: Because,
  ): Promise<{ due: string; changed: boolean } | { hindered: Hindrance[] } | null>
  /** Takes that back. False: nobody had asked. */
  keep(place: CustomerPlace, because: Because): Promise<boolean | null>
  /**
   * Erases what is due: nothing that leads to the person is left, but counts. `held`: due, and kept by something that would have
   * refused it, or by a call within a day; they are tried again. Safe in several processes at once. Throws the first fault when all were
   * tried.
   */
  carryOut(actor: string): Promise<{ erased: number; held: number }>
}
