/** Callers who fetch no more waiting: they keep the place while the network says that they are there, and for no longer. */
import { expect, it } from '@jest/globals'
import { createLookForGone } from '../../src/floor/look-for-gone.ts'
import type { Log } from '../../src/seams/log.ts'
import { createStandingClock } from '../support/clock.ts'

const MINUTE = 60_000

function lookingAt(calls: Record<string, 'on' | 'over' | 'no answer'>) {
  const clock = createStandingClock()
  const seen = new Map(Object.keys(calls).map((call) => [call, clock.now().getTime() - 1]))
  const asked: string[] = []
  const done: string[] = []
  const errors: unknown[] = []
  let resting = false
  const look = createLookForGone({
    store: {
      lapse: async () => [],
      unheard: async (since, most, last) =>
        [...seen]
          .filter(([, at]) => at < since.getTime())
          .sort(([one, a], [other, b]) => Number(last.includes(one)) - Number(last.includes(other)) || a - b)
          .map(([call]) => call)
          .slice(0, most),
      vouchFor: async (those, at) => {
        for (const call of those) seen.set(call, at.getTime())
      },
    },
    telephony: {
      isOn: async (call) => {
        asked.push(call)
        if (calls[call] === 'no answer') throw new Error('no answer')
        return calls[call] === 'on'
      },
    },
    assigning: {
      callerGone: async (call) => {
        done.push(call)
        seen.delete(call)
      },
      changed: async () => {},
    },
    outage: { isResting: () => resting },
    clock,
    log: { error: (fields: unknown) => void errors.push(fields) } as Pick<Log, 'error'>,
  })
  const rest = (on: boolean): void => {
    resting = on
  }
  return { look, clock, seen, asked, done, errors, rest }
}

it('after a start the network is asked about all who were not heard since, once', async () => {
  const { look, clock, asked, done } = lookingAt({ gone: 'over', here: 'on' })
  clock.turn(1)
  await look()
  expect([asked, done]).toEqual([['gone', 'here'], ['gone']])
  clock.turn(5_000)
  await look()
  expect(asked).toEqual(['gone', 'here'])
})

it('later on only those who fetch nothing for longer than a piece of waiting lasts, and they keep the place', async () => {
  const { look, clock, asked, done, seen } = lookingAt({ late: 'on', fetches: 'on' })
  await look()
  asked.length = 0
  for (let second = 0; second < 40 * 60; second += 5) {
    clock.turn(5_000)
    seen.set('fetches', clock.now().getTime())
    await look()
  }
  // Once in two and a half minutes, for forty.
  expect(asked.length).toBeGreaterThanOrEqual(13)
  expect(asked.length).toBeLessThanOrEqual(16)
  expect(new Set(asked)).toEqual(new Set(['late']))
  expect(done).toEqual([])
})

it('nobody goes because the network does not answer, and it is asked again', async () => {
  const { look, clock, asked, done, errors, rest } = lookingAt({ unknown: 'no answer' })
  clock.turn(1)
  await look()
  expect([asked.length, done, errors.length]).toEqual([1, [], 1])
  rest(true)
  clock.turn(5 * MINUTE)
  await look()
  expect(asked).toHaveLength(1)
  rest(false)
  clock.turn(5_000)
  await look()
  expect(asked).toHaveLength(2)
})

it('calls that nothing can be learned about hide no other', async () => {
  const mute = Array.from({ length: 25 }, (_, n): [string, 'no answer'] => [`mute ${n}`, 'no answer'])
  const { look, clock, asked, done } = lookingAt({ ...Object.fromEntries(mute), gone: 'over' })
  clock.turn(1)
  for (let looks = 0; looks < 4; looks++) {
    await look()
    clock.turn(5_000)
  }
  expect(done).toEqual(['gone'])
  // And each of them is asked about again, when everybody else has been.
  for (const [call] of mute) expect(asked.filter((one) => one === call).length).toBeGreaterThanOrEqual(2)
})

it('twenty at most are asked about in one look, whatever the queue', async () => {
  const { look, clock, asked } = lookingAt(
    Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`call ${n}`, 'on'])),
  )
  clock.turn(1)
  for (const most of [20, 40, 50, 50]) {
    await look()
    expect(asked).toHaveLength(most)
    clock.turn(5_000)
  }
})
