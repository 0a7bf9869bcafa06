import type { Clock } from '../../src/seams/clock.ts'
import { DUPLICATE_POLL_MS } from '../../src/seams/patience.ts'

export interface TestClock extends Clock {
  /** Lets time pass at once. */
  turn(ms: number): void
  /** Makes it this moment, also an earlier one. */
  turnTo(moment: string): void
}

/** A clock that stands until the test turns it, however long the machine takes for what is done meanwhile. Waits are real. */
export function createStandingClock(start = new Date('2026-11-22T10:00:00.000Z')): TestClock {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    turn(ms) {
      time += ms
    },
    turnTo(moment) {
      time = Date.parse(moment)
    },
  }
}

/**
 * A clock that runs like a real one and jumps over long waits, so that the answer grid costs nothing. Short waits are
 * real: whoever waits for another delivery sees it at work, instead of losing patience within a few milliseconds.
 */
export function createTestClock(start = new Date('2026-11-22T10:00:00.000Z')): TestClock {
  const began = performance.now()
  let ahead = 0
  const time = (): number => start.getTime() + Math.floor(performance.now() - began) + ahead
  return {
    now: () => new Date(time()),
    async wait(ms) {
      const due = time() + ms
      await new Promise((resolve) => setTimeout(resolve, ms > DUPLICATE_POLL_MS ? 0 : ms))
      ahead += Math.max(0, due - time())
    },
    turn(ms) {
      ahead += ms
    },
    turnTo(moment) {
      ahead += Date.parse(moment) - time()
    },
  }
}
