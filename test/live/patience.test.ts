/** What Redis refuses for now, and for how long it is asked again. */
import { describe, expect, it } from '@jest/globals'
import { ReplyError } from 'ioredis'
import { openRedis } from '../../src/live/redis.ts'
import { type Ask, askPatiently } from '../../src/live/redis-patience.ts'
import { describeRedis } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'
import { SEALING } from '../support/sealing.ts'

const ID = 'CA00000000000000000000000000000001'
const CREATE = { create: true, leaseMs: 10_000 }

describeRedis('a Redis without memory', (redis) => {
  it('is waited for, and the call goes on', async () => {
    const live = await openRedis(redis().url, SEALING)
    await live.ping()
    await redis().direct.config('SET', 'maxmemory', '1mb')
    const claimed = live.calls.claim(ID, 't0', CREATE)
    await until(async () => Number(/errorstat_OOM:count=(\d+)/.exec(await redis().direct.info('errorstats'))?.[1]) > 1)
    await redis().direct.config('SET', 'maxmemory', '0')
    expect(await claimed).toMatchObject({ kind: 'proceed' })
    await live.close()
  })
})

describe('an answer that may be another one soon', () => {
  const noMemory = (): Promise<never> => Promise.reject(new ReplyError('OOM command not allowed'))
  /** How often it is asked before its refusal is final. */
  async function asks(ask: Ask): Promise<number> {
    let times = 0
    await expect(
      ask(() => {
        times++
        return noMemory()
      }),
    ).rejects.toThrow('OOM')
    return times
  }

  it('is asked for again while the outage is young, and is final once it is long, though Redis may still be read', async () => {
    const ask = askPatiently({ firstMs: 100, againMs: 100 }, 100)
    expect(await asks(ask)).toBeGreaterThan(1)
    expect(await asks(ask)).toBe(1)
    expect(await ask(async () => 'read', undefined, 'read')).toBe('read')
    expect(await asks(ask)).toBe(1)
    expect(await ask(async () => 'written')).toBe('written')
    expect(await asks(ask)).toBeGreaterThan(1)
  })
})
