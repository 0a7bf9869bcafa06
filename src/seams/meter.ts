/**
 * What of a running server is counted where no other seam passes it. Kinds and durations alone: nothing of a caller is ever handed
 * over. `src/metrics/` counts, and all else by standing in for a seam.
 */

/** What is asked, as the log calls it. */
export type AskedStore = 'database' | 'live' | 'twilio'

/**
 * `refused`: answered, and not done, as where a rule of the database forbids it. `unreachable`: no answer, or a broken connection. `waited`: nothing was
 * asked yet; so long it took to get one of the connections.
 */
export type AskedResult = 'ok' | 'refused' | 'unreachable' | 'waited'

/** Hears of each time that one store was asked, ms. */
export type HearsAsked = (result: AskedResult, ms: number) => void

export interface Meter {
  /** One that was answered: the route and the outcome of its log line. */
  webhook(done: { route: string; outcome: string; ms: number }): void
}
