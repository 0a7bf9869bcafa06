import type { Clock } from '../../src/seams/clock.ts'
import type { Deadline } from '../../src/seams/deadline.ts'
import { DUPLICATE_POLL_MS } from '../../src/seams/patience.ts'
import { WAITED_MS } from './hanging.ts'

/** A deadline that no machine is too busy for. */
export const unhurried: Deadline = { left: () => WAITED_MS, extend() {} }

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
 * real: code that waits for another delivery sees it at work, instead of losing patience within a few milliseconds.
 */
export function createTestClock(start = new Date('2026-11-22T10:00:00.000Z')): TestClock {
  const began = performance.now()
  let ahead = 0
  let turns = 0
  const time = (): number => start.getTime() + Math.floor(performance.now() - began) + ahead
  return {
    now: () => new Date(time()),
    async wait(ms) {
      const due = time() + ms
      const turnsBefore = turns
      await new Promise((resolve) => setTimeout(resolve, ms > DUPLICATE_POLL_MS ? 0 : ms))
      // A moment that was due before the clock was set to another is no longer ahead of it.
      if (turns === turnsBefore) ahead += Math.max(0, due - time())
    },
    turn(ms) {
      ahead += ms
    },
    turnTo(moment) {
      turns += 1
      ahead += Date.parse(moment) - time()
    },
  }
}

/** Between two ticks of this process, if it gets to run, ms. */
const TICK_MS = 5

export interface TickingClock extends Clock {
  /** What comes due by it from now on never does. */
  stop(): void
}

/**
 * A clock so many times as fast as a real one, which a busy machine slows: each tick moves it by the same step, however late
 * the tick comes. So nobody who tells the time by it runs out of time because the machine had none for them.
 */
export function createTickingClock(speed: number): TickingClock {
  let time = Date.now()
  let waiting: { due: number; pass: () => void }[] = []
  const ticks = setInterval(() => {
    time += TICK_MS * speed
    const due = waiting.filter((one) => one.due <= time)
    waiting = waiting.filter((one) => one.due > time)
    for (const { pass } of due) pass()
  }, TICK_MS)
  ticks.unref()
  return {
    now: () => new Date(time),
    wait: (ms) => new Promise((pass) => waiting.push({ due: time + ms, pass })),
    stop: () => clearInterval(ticks),
  }
}

/** Starts to measure; the function gives what has passed by a ticking clock, ms: what a busy machine adds does not count. */
export function startStopwatch(): () => number {
  const clock = createTickingClock(1)
  const began = clock.now().getTime()
  return () => clock.now().getTime() - began
}
