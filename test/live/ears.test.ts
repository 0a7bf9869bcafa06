/** The connection that hears changes, and what becomes of it. */
import { expect, it } from '@jest/globals'
import type { Live } from '../../src/live/live.ts'
import { openRedis } from '../../src/live/redis.ts'
import { describeRedis } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts'
import { SEALING } from '../support/sealing.ts'

/** Somebody who listens by way of a proxy; `heard`: how many changes so far. */
async function listening(
  url: string,
  act: (ears: { proxy: RedisProxy; live: Live; heard: () => number }) => Promise<void>,
): Promise<void> {
  const proxy = await startRedisProxy(url)
  const live = await openRedis(proxy.url, SEALING)
  try {
    let heard = 0
    live.signals.hear(() => {
      heard++
    })
    await act({ proxy, live, heard: () => heard })
  } finally {
    await live.close()
    await proxy.close()
  }
}

describeRedis('the connection that hears changes', (redis) => {
  it('may be lost just when it listens again: nothing breaks, and it listens on the next one', async () => {
    await listening(redis().url, async ({ proxy, live, heard }) => {
      for (let times = 0; times < 2; times++) {
        const isCut = proxy.cutAt('subscribe')
        proxy.cut()
        await until(async () => isCut())
      }
      await until(async () => {
        await live.signals.send()
        return heard() > 0
      })
    })
  })

  it('is made again when what we say is not heard there, and no word is said of it', async () => {
    await listening(redis().url, async ({ proxy, live, heard }) => {
      proxy.swallowListeners()
      await live.signals.send()
      await redis().direct.ping()
      expect(heard()).toBe(0)
      await until(async () => {
        await live.signals.send()
        return heard() > 0
      })
    })
  })
})
