/** What is kept of calls goes by itself, a day after the last word of it. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { LIFE_MS, type Live } from '../../src/live/live.ts'
import { openMemory } from '../../src/live/memory.ts'
import { openRedis } from '../../src/live/redis.ts'
import { describeRedis, standingClock } from '../support/live-stores.ts'
import { SEALING } from '../support/sealing.ts'
import { callAt } from './sample.ts'

const ID = 'CA00000000000000000000000000000001'
const CREATE = { create: true, leaseMs: 10_000 }

describeRedis('what is kept', (redis) => {
  let live: Live
  beforeAll(async () => {
    live = await openRedis(redis().url, SEALING, { firstMs: 10_000, againMs: 10_000 })
  })
  afterAll(() => live.close())

  it('goes a day after the last write, all of it', async () => {
    await live.calls.claim('only claimed', 't0', CREATE)
    await live.calls.seize('only seized', CREATE)
    await live.calls.end('only ended')
    const claimed = await live.calls.claim(ID, 't0', CREATE)
    await redis().direct.pexpire(`rufpass:call:{${ID}}`, 5000)
    if (claimed.kind === 'proceed') await live.calls.save(ID, claimed.claim, callAt(ID, 'menu'), 't1')
    const keys = await redis().direct.keys('*')
    expect(keys).toHaveLength(4)
    for (const key of keys) {
      const left = await redis().direct.pttl(key)
      expect(left).toBeGreaterThan(LIFE_MS - 60_000)
      expect(left).toBeLessThanOrEqual(LIFE_MS)
    }
  })
})

describe('what is kept in memory', () => {
  it('goes a day after the last write', async () => {
    const clock = standingClock()
    const { calls } = openMemory(clock, SEALING)
    const claimed = await calls.claim(ID, 't0', CREATE)
    clock.turn(LIFE_MS - 1)
    if (claimed.kind === 'proceed') expect(await calls.save(ID, claimed.claim, callAt(ID, 'menu'), 't1')).toBe(true)
    await calls.end('CAended')
    clock.turn(LIFE_MS - 1)
    expect(await calls.get(ID)).not.toBeNull()
    expect(await calls.end('CAended')).toEqual({ first: false, call: null })
    clock.turn(1)
    expect(await calls.get(ID)).toBeNull()
    expect(await calls.claim(ID, 't1', { ...CREATE, create: false })).toEqual({ kind: 'unknown' })
    expect(await calls.claim(ID, 't0', CREATE)).toMatchObject({ kind: 'proceed', call: null })
    expect(await calls.end('CAended')).toEqual({ first: true, call: null })
  })

  it('does not grow with the calls of past days', async () => {
    const clock = standingClock()
    const { calls } = openMemory(clock, SEALING)
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    /** Takes 500 calls of 20 kB, and returns the heap in use, in MB. */
    async function day(): Promise<number> {
      for (let n = 0; n < 500; n++) {
        const id = `${clock.now().toISOString()} ${n}`
        const claimed = await calls.claim(id, 't0', CREATE)
        if (claimed.kind === 'proceed') await calls.save(id, claimed.claim, callAt(id, 'x'.repeat(20_000)), 't1')
      }
      collectGarbage()
      return getHeapStatistics().used_heap_size / 1e6
    }
    const first = await day()
    let last = first
    for (let days = 0; days < 6; days++) {
      clock.turn(LIFE_MS + 1)
      last = await day()
    }
    expect(last - first).toBeLessThan(20)
  })
})
