/** Answers of Redis that come late, or not at all: those who were honest and asked again find what was done for them. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Live } from '../../src/live/live.ts'
import { openRedis } from '../../src/live/redis.ts'
import type { RedisPatience } from '../../src/seams/patience.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { describeRedis } from '../support/live-stores.ts'
import { until } from '../support/redis.ts'
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts'
import { SEALING } from '../support/sealing.ts'
import { callAt } from './sample.ts'

const CREATE = { create: true, leaseMs: 3_600_000 }
/** The first answer never comes in time, the second as late as it likes. */
const ASKS_AGAIN: RedisPatience = { firstMs: 50, againMs: WAITED_MS }

describeRedis('an answer', (redis) => {
  it('that has arrived counts, although we were too busy to read it', async () => {
    const live = await openRedis(redis().url, SEALING, { firstMs: 500, againMs: 0 })
    await until(() => live.calls.end('known').then(() => true))
    const asked = live.calls.end('known')
    const late = performance.now() + 700
    // Whatever was asked before has been answered when these are.
    for (let times = 0; times < 2; times++) execFileSync('redis-cli', ['-s', redis().url, 'PING'])
    while (performance.now() < late);
    await expect(asked).resolves.toEqual({ first: false, call: null })
    await live.close()
  })
})

let calls = 0

describeRedis('an operation', (redis) => {
  let proxy: RedisProxy
  let live: Live
  beforeAll(async () => {
    proxy = await startRedisProxy(redis().url)
    live = await openRedis(proxy.url, SEALING, ASKS_AGAIN)
  })
  afterAll(async () => {
    await live.close()
    await proxy.close()
  })

  /** Begins it, loses its first answer in this way, and gives the answer that comes in the end. */
  const ways = {
    'comes too late': async <T>(begin: () => Promise<T>): Promise<T> => {
      const release = proxy.holdAnswers()
      const operation = begin()
      await proxy.asked(2)
      release()
      return operation
    },
    'goes with the connection': async <T>(begin: () => Promise<T>): Promise<T> => {
      const release = proxy.holdAnswers()
      const operation = begin()
      await proxy.asked(1)
      // Redis has it: what is asked later of one server is answered later.
      await redis().direct.ping()
      proxy.cut()
      release()
      return operation
    },
  }

  describe.each(Object.keys(ways) as (keyof typeof ways)[])('whose answer %s', (way) => {
    const losing = ways[way]

    it('is asked again and gets the answer of the first, all through a call', async () => {
      const id = `CA${calls++}`
      await until(() => live.ping().then(() => true))
      const first = await losing(() => live.calls.claim(id, 't0', CREATE))
      expect(first).toEqual({ kind: 'proceed', call: null, claim: expect.any(String) })
      const claim = first.kind === 'proceed' ? first.claim : ''
      expect(await live.calls.claim(id, 't0', CREATE)).toEqual({ kind: 'busy' })

      const saved = callAt(id, 'menu')
      expect(await losing(() => live.calls.save(id, claim, saved, 't1'))).toBe(true)
      expect(await losing(() => live.calls.get(id))).toEqual(saved)

      await live.calls.claim(id, 't1', CREATE)
      expect(await losing(() => live.calls.seize(id, CREATE))).toMatchObject({ kind: 'proceed' })
      expect(await losing(() => live.calls.end(id))).toEqual({ first: true, call: saved })
      expect(await live.calls.end(id)).toEqual({ first: false, call: saved })
    })
  })
})
