/** Strangers who keep the door busy, beside callers who have their PIN at hand. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { systemClock } from '../../src/server/deps.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { describeRedis } from '../support/live-stores.ts'
import { people } from '../support/people.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'

const CALLS = 30
const SLOTS = 4

interface Caller {
  brand: string
  number: string
  pin: string
}

describeRedis('30 bodies of 65 kB a second that nobody signed', (redis) => {
  let app: TestApp<Clock>
  let strangers: ChildProcess
  /** How often which status was answered, a line for each second. */
  const answered: Record<string, number>[] = []

  beforeAll(async () => {
    app = await openApp({ redis: redis().url, clock: systemClock })
    strangers = startChild(new URL('./processes/strangers.ts', import.meta.url), `${app.port}`)
    strangers.on('message', (statuses: Record<string, number>) => answered.push(statuses))
    await message(strangers)
  })
  afterAll(async () => {
    await killHard(strangers)
    await app.close()
  })

  /** The level that a caller has reached who keys their number and PIN; null when they were sent away before. */
  async function levelOf({ brand, number, pin }: Caller): Promise<number | null> {
    const call = phone(app, { brand })
    try {
      await call.toPin(number)
      await call.key(pin)
    } catch {
      return null
    }
    return (await app.context(call.sid)).assurance.level
  }

  it('keep no caller from being verified', async () => {
    const callers: Caller[] = Object.entries(people).flatMap(([brand, { first, second }]) =>
      [first, second, first, second, first].map((person) => ({ brand, ...person })),
    )
    expect(callers).toHaveLength(CALLS)
    const levels = await Promise.all(callers.map(levelOf))
    expect(levels).toEqual(callers.map(() => 2))
    // And the strangers were there all the time, each with an answer.
    await message(strangers)
    for (const statuses of answered) expect(statuses).toEqual({ 403: 15, 413: 15 })
  })
})

/** Wrong PINs that wait to be hashed. */
const WRONG = 500

describeRedis(`${WRONG} wrong PINs of as many numbers at once`, (redis) => {
  let app: TestApp<Clock>
  const slots = createHashingSlots(SLOTS)
  /** Hashes at work, the most there were at once, and all. */
  const work = { now: 0, most: 0, all: 0 }

  beforeAll(async () => {
    app = await openApp({
      redis: redis().url,
      clock: systemClock,
      limits: true,
      wrap: ({ verifier }) => ({
        slots,
        verifier: {
          ...verifier,
          async matchOf(secret, kind, candidates) {
            work.all++
            work.most = Math.max(work.most, ++work.now)
            try {
              return await verifier.matchOf(secret, kind, candidates)
            } finally {
              work.now--
            }
          },
        },
      }),
    })
  })
  afterAll(() => app.close())

  const OURS = ['rheinnetz', 'sternmobil', 'fuldanetz'] as const
  /** To the answer, however often they are asked to hold on. */
  async function keyed(
    brand: string,
    from: string,
    { number, pin }: { number: string; pin: string },
  ): Promise<PhoneCall> {
    const call = phone(app, { brand, from })
    await call.toPin(number)
    await call.key(pin)
    return call
  }
  const levelOf = async ({ sid }: PhoneCall): Promise<number> => (await app.context(sid)).assurance.level

  it('take no more than the slots there are, and keep no caller with a line of theirs from being verified (threat 25)', async () => {
    const owners = OURS.map((brand, n) => {
      const { number, pin } = (people[brand] as (typeof people)[string]).first
      return { brand, from: `+4916099900${n}0`, number, pin }
    })
    for (const { brand, from, ...owner } of owners) expect(await levelOf(await keyed(brand, from, owner))).toBe(2)
    work.all = 0
    const strangers = Array.from({ length: WRONG }, (_, n) =>
      keyed('rheinnetz', `+49171${String(1_000 * n).padStart(7, '0')}`, { number: `${29_000_000 + n}`, pin: '1357' }),
    )
    const levels = await Promise.all(
      owners.map(async ({ brand, from, ...owner }) => levelOf(await keyed(brand, from, owner))),
    )
    expect(levels).toEqual(OURS.map(() => 2))
    const calls = await Promise.all(strangers)
    expect(work.all).toBe(WRONG + OURS.length)
    expect(work.most).toBeLessThanOrEqual(SLOTS)
    // Each was answered, and goes on.
    expect(calls.filter(({ heard }) => heard?.includes('<Gather'))).toHaveLength(WRONG)
  })
})
