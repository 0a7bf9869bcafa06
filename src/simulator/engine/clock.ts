import type { Clock } from '../../seams/clock.ts'

/** The wall clock. */
export const realClock: Clock = {
  now: () => new Date(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** Real time given up per wait (ms), so that work going on beside it (hashing, the network) gets its turn. */
const TURN_MS = 1

/**
 * A clock that jumps: each wait moves it. A whole call takes milliseconds, and a server that shares the clock lives
 * in the same time as its caller. It never goes backwards; waits side by side overlap as they would in real time.
 */
export function createFastClock(start: Date): Clock {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    async wait(ms) {
      const due = now + ms
      await new Promise((resolve) => setTimeout(resolve, Math.min(ms, TURN_MS)))
      now = Math.max(now, due)
    },
  }
}
