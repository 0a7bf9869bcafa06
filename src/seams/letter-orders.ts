/** A customer forgot the PIN: a letter with a new one to the address in the contract, ordered by a caller, an agent or an operator. */

/**
 * `too_early`: one was ordered within `ORDER_EVERY_MS`. `no_address`: the postal address is not known to have been theirs for `ADDRESS_AGE_MS`.
 * `no_customer`: nobody with a contract has this number. Operators alone are told which; who orders for somebody hears the same of all of them.
 */
export type Ordered = 'ordered' | 'too_early' | 'no_address' | 'no_customer'

/** Whose: an account as the account source names it, null where a number was keyed that nobody has; or a customer number. */
export type OrderFor = { brand: string } & ({ ref: string | null } | { customerNumber: string })

/** For the event. `callId`: `-` where there is no call. */
export interface OrderBecause {
  actor: string
  callId: string
}

/** In which call a key ordered it, and how many of such orders its brand takes within `ORDERS_WINDOW_MS`. */
export interface Keyed {
  callId: string
  most: number
}

/** The last order for an account. `at`: of the order; `next`: no other is taken before. */
export interface LastOrder {
  at: Date
  next: Date
}

export interface LetterOrders {
  /**
   * Opens nothing and changes no lock. The customer is told at once, for it may have been a stranger. The same statements are made whatever is
   * found, so that their time tells nothing; each order is an event, with what came of it.
   */
  order(whose: OrderFor, because: OrderBecause): Promise<Ordered>
  /**
   * The same by a caller's key. `taken`: whatever came of it, which the call is not told. `over_limit`: callers of the brand have ordered as many as may be lately,
   * for whatever numbers, so it tells nothing of this one; nothing was ordered.
   */
  orderByKey(whose: { brand: string; ref: string | null }, keyed: Keyed): Promise<'taken' | 'over_limit'>
  /** Null: none was ever ordered. */
  last(account: { brand: string; ref: string }): Promise<LastOrder | null>
}
