/** Answers to "who is it" and "is it right" leave on a grid, so that their time tells nothing about accounts. */

/** In ms. */
export interface Pace {
  gridMs: number
  atLeastMs: number
}
export const USUAL_PACE: Pace = { gridMs: 250, atLeastMs: 500 }
/** While many accounts are being guessed at (docs/security.md#spray): each guess costs its line more time. */
export const SPRAY_PACE: Pace = { gridMs: 1_000, atLeastMs: 2_000 }

/**
 * The first step of the grid after `now`, counted from the request's arrival, and so much after it at least. A longer step does not bring an answer
 * beyond `latestMs` after the arrival that is there before it: then it leaves on the usual one.
 */
export function nextAnswerTime(arrived: Date, now: Date, pace = USUAL_PACE, latestMs = Number.POSITIVE_INFINITY): Date {
  const after = stepAfter(now.getTime() - arrived.getTime(), pace)
  const usual = stepAfter(now.getTime() - arrived.getTime(), USUAL_PACE)
  return new Date(arrived.getTime() + (after > latestMs ? usual : after))
}

function stepAfter(ms: number, { gridMs, atLeastMs }: Pace): number {
  return Math.max(atLeastMs, Math.ceil(ms / gridMs) * gridMs)
}
