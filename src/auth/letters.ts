/**
 * A new PIN by post for customers who forgot theirs (decision A, docs/security.md#a-forgotten-pin). The one before lives until the new one is
 * first used, so for a time two are right. The numbers are here and nowhere else. PURE.
 */

const DAY = 24 * 3_600_000

/** After an order none is taken for the account for so long, ms. Callers hear it in the prompts `letter.told`, as two weeks. */
export const ORDER_EVERY_MS = 14 * DAY

/** Orders that one call may make, by key: each may be for another number. */
export const LETTERS_PER_CALL = 1

/** Within so long callers of a brand order as many by key as `letters_a_day` of its file says, ms. */
export const ORDERS_WINDOW_MS = DAY

/** No letter goes to an address that has been the customer's for less, ms. */
export const ADDRESS_AGE_MS = 14 * DAY

/** From when it is sealed a new PIN waits so long for its first use, ms; then it is worth nothing. */
export const UNUSED_MS = 28 * DAY

/**
 * Wrong tries of a new PIN while the account is locked for good, for each letter. Without them no lock could end by its use. They count in the
 * total too, and are let through only while that is at most `TOTAL_LIMIT` and these together, so other letters do not bring more.
 */
export const TRIES_WHILE_LOCKED = 3
