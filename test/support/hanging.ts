/**
 * Limits against hanging alone, milliseconds: they measure nothing, so that a busy machine never misses them. Jest has the
 * same for every test and hook (`testTimeout`); a wait inside of one ends sooner, and can still say what did not come. Soonest
 * ends one for something on a page: pages answer in moments, on a machine with twice as much to do as it can in some seconds.
 */
export const HANGING_MS = 600_000
export const WAITED_MS = 300_000
export const SEEN_MS = 120_000
