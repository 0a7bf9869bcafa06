/**
 * The lock-out policy (docs/security.md#the-lock, decision G). The counting itself is one SQL statement
 * in `store/attempts.ts`; the numbers are here and nowhere else.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Wrong tries in a row that set a temporary lock, and for how long (milliseconds). */
export const softLocks = [
  { after: 3, forMs: 15 * MINUTE },
  { after: 6, forMs: 24 * HOUR },
] as const

/** Wrong tries in a row after which only a new PIN helps. */
export const HARD_LOCK_AFTER = 10

/** Wrong tries since the last new PIN, within the window, after which a new PIN is forced even with successes between. */
export const TOTAL_LIMIT = 20
export const TOTAL_WINDOW_MS = 365 * DAY

/** Rows of numbers that belong to nobody are forgotten after this time. */
export const UNKNOWN_SUBJECT_TTL_MS = 24 * HOUR

/** PIN tries in one call, and well-formed identifier entries in one call. Nothing in a call resets them. */
export const TRIES_PER_CALL = 3
export const ENTRIES_PER_CALL = 3
/** How often a new secret may be keyed in one call, twice each time, until it is taken. */
export const CHANGES_PER_CALL = 3
