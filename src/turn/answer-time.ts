/** Answers to "who is it" and "is it right" leave on a grid, so that their time tells nothing about accounts. */
export const GRID_MS = 250
export const AT_LEAST_MS = 500

/** The first 250 ms step after `now`, counted from the request's arrival, and at least 500 ms after it. */
export function nextAnswerTime(arrived: Date, now: Date): Date {
  const steps = Math.ceil((now.getTime() - arrived.getTime()) / GRID_MS)
  return new Date(arrived.getTime() + Math.max(AT_LEAST_MS, steps * GRID_MS))
}
