/** Strangers who keep the door busy, beside callers who have their PIN at hand. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Clock } from '../../src/seams/clock.ts'
import { systemClock } from '../../src/server/deps.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { killHard, message, startChild } from '../support/children.ts'
import { describeRedis } from '../support/live-stores.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'

const CALLS = 30

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
