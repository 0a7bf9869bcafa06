/** An address at which no Redis works is told at start, in a sentence without its password. */
import { createServer, type Socket } from 'node:net'
import { describe, expect, it } from '@jest/globals'
import { openRedis } from '../../src/live/redis.ts'
import { describeRedis } from '../support/live-stores.ts'

describe('an address', () => {
  it.each(['localhost', 'localhost:6379', 'http://localhost:6379', 'redis://', '', 'redis://:::'])(
    'like %j is refused with a sentence',
    async (url) => {
      await expect(openRedis(url)).rejects.toThrow(/^REDIS_URL must be like redis:\/\/host:6379 .*\.$/)
    },
  )

  it('where nobody answers is refused with a sentence that names it and not its password', async () => {
    const refused = openRedis('redis://someone:hidden@127.0.0.1:1/3')
    await expect(refused).rejects.toThrow(
      /^REDIS_URL: no Redis works at redis:\/\/127\.0\.0\.1:1\/3 \(.*ECONNREFUSED.*\)\. Start it or set the right URL\.$/,
    )
    await expect(refused).rejects.not.toThrow(/hidden|someone/)
    await expect(openRedis('/nowhere/r.sock')).rejects.toThrow(/no Redis works at \/nowhere\/r\.sock \(.*ENOENT/)
  })

  it.each(['redis+sentinel://a:hidden@127.0.0.1:1,127.0.0.1:2/m', 'redis+cluster://a:hidden@127.0.0.1:1,127.0.0.1:2'])(
    'of many, %s, where nobody answers is refused so too',
    async (url) => {
      const refused = openRedis(url)
      await expect(refused).rejects.toThrow(
        /^REDIS_URL: no Redis works at redis\+(sentinel|cluster):\/\/127\.0\.0\.1:1,127\.0\.0\.1:2(\/m)? \(.*(ECONNREFUSED|closed).*\)\./,
      )
      await expect(refused).rejects.not.toThrow(/hidden/)
    },
  )

  it('of something that accepts and says nothing is refused too', async () => {
    const callers: Socket[] = []
    const mute = createServer((socket) => callers.push(socket)).listen(0, '127.0.0.1')
    await new Promise((resolve) => mute.once('listening', resolve))
    const address = mute.address()
    const port = typeof address === 'object' ? address?.port : 0
    await expect(openRedis(`redis://127.0.0.1:${port}`)).rejects.toThrow(/no Redis works at redis:\/\/127\.0\.0\.1:\d+/)
    for (const socket of callers) socket.destroy()
    mute.close()
  })
})

describeRedis('a password that is missing', (redis) => {
  it('is told at start', async () => {
    await redis().direct.config('SET', 'requirepass', 'something')
    await expect(openRedis(redis().url)).rejects.toThrow(/^REDIS_URL: no Redis works at \/.* \(NOAUTH .*\)/)
  })
})
