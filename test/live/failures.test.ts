/** Failures of all callers, on every side of `live/`. */
import { beforeEach, describe, expect, it } from '@jest/globals'
import { sprayRule } from '../../src/auth/spray.ts'
import { redisFailures } from '../../src/live/redis-failures.ts'
import type { RedisClient } from '../../src/live/redis-script.ts'
import type { FailureCounts } from '../../src/seams/failure-counts.ts'
import { describeLiveStoresAndCluster, type LiveUnderTest } from '../support/live-stores.ts'

const { windowMs } = sprayRule
let tokens = 0
const failed = (account: string, token = `t${tokens++}`, brand = 'rheinnetz') => ({ brand, token, account })

describeLiveStoresAndCluster('failures of all callers', (open) => {
  let live: LiveUnderTest
  let counts: FailureCounts
  beforeEach(async () => {
    live = await open()
    counts = live.failures
  })
  const read = async (brand = 'rheinnetz', withinMs: number = windowMs) => {
    const { failures, accounts } = await counts.read(brand, withinMs)
    return [failures, accounts]
  }

  it('are none at first, and then counted by tries and by accounts, for each brand by itself', async () => {
    expect(await read()).toEqual([0, 0])
    for (const account of ['a', 'b', 'a', 'c', 'a']) await counts.note(failed(account))
    await counts.note(failed('a', 'other', 'sternmobil'))
    expect([await read(), await read('sternmobil'), await read('fuldanetz')]).toEqual([
      [5, 3],
      [1, 1],
      [0, 0],
    ])
  })

  it('are counted once, however often they come', async () => {
    const same = failed('a')
    await Promise.all([counts.note(same), counts.note(same), counts.note(same)])
    expect(await read()).toEqual([1, 1])
  })

  it('are those of all ways in together, also of many at once', async () => {
    const second = (await live.again()).failures
    await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? counts : second).note(failed(`account ${n % 20}`))))
    expect(await second.read('rheinnetz', windowMs)).toEqual({ failures: 60, accounts: 20, counted: 'everywhere' })
    expect(await read()).toEqual([60, 20])
  })

  it('are forgotten after their time, and an account with its last one', async () => {
    await counts.note(failed('a'))
    await counts.note(failed('b'))
    await live.tick()
    expect(await read('rheinnetz', 1)).toEqual([0, 0])
    expect(await read()).toEqual([2, 2])
    await counts.note(failed('a'))
    const [failures = 0, accounts = 0] = await read('rheinnetz', 10_000)
    expect([failures, accounts]).toEqual([3, 2])
  })
})

describe('failures while Redis does not answer', () => {
  const down = { evalsha: () => Promise.reject(new Error('down')) } as unknown as RedisClient

  it('are counted here, and that is said', async () => {
    const counts = redisFailures(down)
    for (const account of ['a', 'b', 'a']) await expect(counts.note(failed(account))).rejects.toThrow('down')
    expect(await counts.read('rheinnetz', windowMs)).toEqual({ failures: 3, accounts: 2, counted: 'here' })
  })
})
