/** The connection that hears changes, and what becomes of it. */
import { expect, it } from '@jest/globals'
import { openRedis } from '../../src/live/redis.ts'
import { describeRedis } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'
import { startRedisProxy } from '../support/redis-proxy.ts'

describeRedis('the connection that hears changes', (redis) => {
  it('may be lost just when it listens again: nothing breaks, and it listens on the next one', async () => {
    const proxy = await startRedisProxy(redis().url)
    const live = await openRedis(proxy.url)
    try {
      let heard = 0
      live.signals.hear(() => {
        heard++
      })
      for (let times = 0; times < 2; times++) {
        const isCut = proxy.cutAt('subscribe')
        proxy.cut()
        await until(async () => isCut())
      }
      await until(async () => {
        await live.signals.send()
        return heard > 0
      })
    } finally {
      await live.close()
      await proxy.close()
    }
  })

  it('is made again when what we say is not heard there, and no word is said of it', async () => {
    const proxy = await startRedisProxy(redis().url)
    const live = await openRedis(proxy.url)
    try {
      let heard = 0
      live.signals.hear(() => {
        heard++
      })
      proxy.swallowListeners()
      await live.signals.send()
      await redis().direct.ping()
      expect(heard).toBe(0)
      await until(async () => {
        await live.signals.send()
        return heard > 0
      })
    } finally {
      await live.close()
      await proxy.close()
    }
  })
})
