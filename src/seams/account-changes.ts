/** What happens to one customer between two files, as the operator's systems tell of it. */
import type { Because, ChangeDone, CustomerPlace } from './account-book.ts'

/** `at`: from when on it is so, ISO 8601. Numbers are as people write them, named as the columns of a customer file. */
export type ToldChange = { at: string } & (
  | {
      kind: 'port_in'
      phone_number: string
      contract_number?: string | undefined
      /** The SIM that has the number. */
      sim_number?: string | undefined
    }
  | { kind: 'port_out'; phone_number: string }
  | {
      kind: 'sim_change'
      /** The new one. */
      sim_number: string
      /** Null where it is not known: then what is known to have the phone number ends, if anything. */
      old_sim_number: string | null
      /** Has the new SIM from then on. */
      phone_number?: string | undefined
    }
  | { kind: 'contract_end'; contract_number: string }
  | { kind: 'address_confirmed'; contact: 'email' | 'mobile'; value: string }
)

export interface ToldMerge {
  at: string
  other_number: string
}

export interface AccountChanges {
  /**
   * Does what the event says and records it, both or nothing. Events may come in any order, and twice.
   * @param now when it is told.
   */
  tell(place: CustomerPlace, change: ToldChange, because: Because, now: Date): Promise<ChangeDone>
  /**
   * The customer `other` becomes one with the customer of `place`, who keeps PIN, name and contacts. Nothing is unlocked by it, and what the
   * other one had rests there as all that is new.
   * @param told since when, ISO 8601, and the customer number of the other.
   */
  merge(place: CustomerPlace, told: ToldMerge, because: Because, now: Date): Promise<ChangeDone>
}

/** What began after an end never was: a year that was misread would take it out of the store. In days. */
export const LONGEST_OVER_DAYS = 366

/** Whether nothing that was a customer's can have ended then: so long ago that a year was misread. */
export function isLongOver(at: Date, now: Date): boolean {
  return at.getTime() < now.getTime() - LONGEST_OVER_DAYS * 86_400_000
}
