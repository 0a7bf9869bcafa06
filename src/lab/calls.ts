/** What attackers can do by telephone. */

/** A call of a machine that interrupts every prompt, with its three tries, ms. `rufpass flows budget` times the first of them at a third of it. */
export const CALL_MS = 60_000
