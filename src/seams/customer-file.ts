/** One customer as the operator's systems tell of them: the same as a line of a customer file. */
import type { ColumnFault, CustomerPlace } from './account-book.ts'

export interface CustomerPut {
  is: 'new' | 'changed' | 'same'
  /** The columns of the brand that said nothing, so what is stored there stays; and those of secrets that exist already. */
  kept: string[]
  /** A kind of number that another customer claims, too: it identifies neither. */
  disputed: string | null
}

export interface CustomerFile {
  /** The columns that a customer has besides those that name them, lists with `true`. */
  columns: Readonly<Record<string, boolean>>
  /**
   * Takes a customer over, by the rules of the brand. `columns`: as they would stand in a file, lists with | between; one that is missing
   * says nothing, an empty one takes away what is stored, and a secret that exists stays. `raced`: somebody else changed the
   * same at this moment, and nothing was done. Null: there is no such brand.
   */
  put(
    place: CustomerPlace,
    columns: Readonly<Record<string, string>>,
    at: { actor: string; now: Date },
  ): Promise<CustomerPut | { fault: ColumnFault } | 'raced' | null>
}
