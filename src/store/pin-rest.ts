/** When the customer last changed a secret of the account in a way after which actions rest. Imports kysely and `auth`. */
import { type RawBuilder, sql } from 'kysely'
import { waysThatRest } from '../auth/pin-rest.ts'
import type { ChosenBy } from '../seams/pin-choice.ts'

const ways: readonly ChosenBy[] = waysThatRest

/** An expression for a statement that reads the account anyway. What was cleared since goes on resting. */
export function changedByCustomer(brand: RawBuilder<unknown>, ref: RawBuilder<unknown>) {
  return sql<Date | null>`(SELECT max(changed.set_at) FROM verifier AS changed
    WHERE changed.brand = ${brand} AND changed.ref = ${ref} AND changed.sim = '' AND changed.chosen_by = ANY (${[...ways]}::text[]))`
}
