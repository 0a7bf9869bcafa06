/** What an account does in the portal within a day. A log-in may be stolen, and its owner is told of each of these. The numbers are here and nowhere else. PURE. */

/** The day begins with each act: of any 24 hours no more. ms */
export const PORTAL_DAY_MS = 24 * 3_600_000

/**
 * `change`: whatever changes something, taken or not. A household that sets a PIN, corrects it and switches the PUKs of its SIMs stays far below; a thief
 * can neither bury the owner in messages nor keep the server hashing.
 * `look_up`: readings of the PIN (R6).
 */
export const portalLimits = { change: 20, look_up: 3 } as const satisfies Record<string, number>

export type PortalBudget = keyof typeof portalLimits
