/** How often the floor looks for pairs: once in 100 ms at most, whatever happens, and always once more for what came last. */
import { expect, it } from '@jest/globals'
import { createOffering } from '../../src/floor/offering.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { agentsOf } from '../support/floor.ts'

/** A clock that the test moves; who waits goes on at the very moment. */
function createHandClock(): Clock & { to(ms: number): Promise<void> } {
  let time = 0
  let waiting: { due: number; pass: () => void }[] = []
  return {
    now: () => new Date(time),
    wait: (ms) => new Promise((pass) => waiting.push({ due: time + ms, pass })),
    async to(ms) {
      time = ms
      const due = waiting.filter((one) => one.due <= time)
      waiting = waiting.filter((one) => one.due > time)
      for (const { pass } of due) pass()
      // All that can go on without the clock has gone on then.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function offeringOn(clock: Clock) {
  const rounds: number[] = []
  const store = {
    kinds: async () => {
      rounds.push(clock.now().getTime())
      return []
    },
  }
  const outage = { isOn: () => false, isResting: () => false, toldSince: () => null }
  const parts = { store, agents: agentsOf([]), assigning: {}, outage, clock, log: {} }
  const offering = createOffering(parts as unknown as Parameters<typeof createOffering>[0])
  return { offering, rounds }
}

it('looks at most eleven times in a second, for a thousand signals', async () => {
  const clock = createHandClock()
  const { offering, rounds } = offeringOn(clock)
  for (let ms = 0; ms < 1_000; ms++) {
    await clock.to(ms)
    void offering.offerAll()
  }
  await clock.to(1_000)
  expect(rounds.length).toBeLessThanOrEqual(11)
  expect(rounds.slice(1).every((at, index) => at - (rounds[index] ?? 0) >= 100)).toBe(true)
  // And the last signal is not lost.
  expect(rounds.at(-1)).toBeGreaterThanOrEqual(1_000)
})

it('looks at once for a signal after a quiet while, also when the clock was set back', async () => {
  const clock = createHandClock()
  const { offering, rounds } = offeringOn(clock)
  await clock.to(5_000)
  void offering.offerAll()
  await clock.to(5_300)
  void offering.offerAll()
  await clock.to(5_300)
  expect(rounds).toEqual([5_000, 5_300])
  await clock.to(1_000)
  void offering.offerAll()
  await clock.to(1_100)
  expect(rounds).toEqual([5_000, 5_300, 1_100])
})
