/** An address at which no Redis works is told at start, in a sentence without its password. */
import { createServer, type Socket } from 'node:net'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Live } from '../../src/live/live.ts'
import { lookIntoRedis } from '../../src/live/look-into.ts'
import { openRedis } from '../../src/live/redis.ts'
import { freePort } from '../support/free-port.ts'
import { describeServers } from '../support/live-stores.ts'
import { startRedis } from '../support/redis.ts'
import { SEALING } from '../support/sealing.ts'

describe('an address', () => {
  it.each(['localhost', 'localhost:6379', 'http://localhost:6379', 'redis://', '', 'redis://:::'])(
    'like %j is refused with a sentence',
    async (url) => {
      await expect(openRedis(url, SEALING)).rejects.toThrow(/^REDIS_URL must be like redis:\/\/host:6379 .*\.$/)
    },
  )

  it('where nobody answers is refused with a sentence that names it and not its password', async () => {
    const refused = openRedis('redis://someone:hidden@127.0.0.1:1/3', SEALING)
    await expect(refused).rejects.toThrow(
      /^REDIS_URL: no Redis works at redis:\/\/127\.0\.0\.1:1\/3 \(.*ECONNREFUSED.*\)\. Start it or set the right URL\.$/,
    )
    await expect(refused).rejects.not.toThrow(/hidden|someone/)
    await expect(openRedis('/nowhere/r.sock', SEALING)).rejects.toThrow(
      /no Redis works at \/nowhere\/r\.sock \(.*ENOENT/,
    )
  })

  it.each(['redis+sentinel://a:hidden@127.0.0.1:1,127.0.0.1:2/m', 'redis+cluster://a:hidden@127.0.0.1:1,127.0.0.1:2'])(
    'of many, %s, where nobody answers is refused so too',
    async (url) => {
      const refused = openRedis(url, SEALING)
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
    await expect(openRedis(`redis://127.0.0.1:${port}`, SEALING)).rejects.toThrow(
      /no Redis works at redis:\/\/127\.0\.0\.1:\d+/,
    )
    for (const socket of callers) socket.destroy()
    mute.close()
  })
})

describeServers(
  'a password',
  async () => {
    const port = await freePort()
    return { port, ...(await startRedis({ cluster: false, more: ['--port', `${port}`, '--bind', '127.0.0.1'] })) }
  },
  (redis) => {
    beforeAll(() => redis().direct.config('SET', 'requirepass', 'the-right-one'))

    const at = (login: string): Promise<Live> => openRedis(`redis://${login}127.0.0.1:${redis().port}`, SEALING)

    it('that is missing or wrong is told at start by that reason, and which it was not', async () => {
      await expect(at('')).rejects.toThrow(
        `REDIS_URL: the Redis at redis://127.0.0.1:${redis().port} wants a password, and REDIS_URL has none. Write it before the host, like redis://:password@host:6379.`,
      )
      for (const login of [':a-wrong-one@', 'somebody:the-right-one@']) {
        const refused = at(login)
        await expect(refused).rejects.toThrow(
          `REDIS_URL: the Redis at redis://127.0.0.1:${redis().port} refuses the password of REDIS_URL, or its user. Set the ones that it was given.`,
        )
        await expect(refused).rejects.not.toThrow(/wrong-one|somebody|right-one/)
      }
    })

    it('that is right opens it', async () => {
      const live = await at(':the-right-one@')
      await live.ping()
      await live.close()
      expect(await lookIntoRedis(`redis://:the-right-one@127.0.0.1:${redis().port}`)).toMatchObject({ isOpen: false })
    })
  },
)
