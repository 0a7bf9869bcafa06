/** When the customer last changed a secret of the account, or got one that is in force, in a way after which actions rest. Imports kysely and `auth`. */
import { type RawBuilder, sql } from 'kysely'
import { PIN_REST_HOURS, waysThatRest } from '../auth/pin-rest.ts'
import type { ChosenBy } from '../seams/pin-choice.ts'

const ways: readonly ChosenBy[] = waysThatRest

/**
 * An expression for a statement that reads the account anyway. What was cleared since goes on resting. What the portal showed counts as what it changed: with the PIN in force, or
 * with a code for a call, the thief of a log-in proves as much by phone as with a new PIN.
 */
export function changedByCustomer(brand: RawBuilder<unknown>, ref: RawBuilder<unknown>) {
  return sql<Date | null>`greatest((SELECT max(changed.set_at) FROM verifier AS changed
    WHERE changed.brand = ${brand} AND changed.ref = ${ref} AND changed.sim = '' AND changed.chosen_by = ANY (${[...ways]}::text[])),
    (SELECT max(shown.at) FROM event AS shown
     WHERE shown.ref = ${ref} AND shown.brand = ${brand} AND shown.kind = 'account' AND shown.actor = 'portal'
       AND shown.at > now() - ${PIN_REST_HOURS}::float8 * interval '1 hour'
       AND (shown.facts @> '{"act": "portal_look_up", "result": "shown"}' OR shown.facts @> '{"act": "call_code", "made": true}')))`
}
