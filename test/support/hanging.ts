/**
 * The limit of tests and hooks that must not depend on how fast the machine is, milliseconds. Jest wants one for each; this
 * one ends what hangs and measures nothing. `jest.setTimeout(HANGING_MS)` gives it to a whole file.
 */
export const HANGING_MS = 600_000
