/** What happens when Redis is not there, goes, hangs or comes back. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Live } from '../../src/live/live.ts'
import { openRedis } from '../../src/live/redis.ts'
import { TWILIO_MS } from '../../src/seams/patience.ts'
import { startStopwatch } from '../support/clock.ts'
import { describeRedis } from '../support/live-stores.ts'
import { startRedis, type TestRedis, until } from '../support/redis.ts'
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts'
import { SEALING } from '../support/sealing.ts'
import { callAt } from './sample.ts'

const ID = 'CA00000000000000000000000000000001'
const CREATE = { create: true, leaseMs: 10_000 }

/** Every operation, begun at once. */
const everything = ({ calls, signals, ping }: Live): Promise<unknown>[] => [
  calls.claim(ID, 't0', CREATE),
  calls.seize(ID, CREATE),
  calls.save(ID, 'claim', callAt(ID, 'menu'), 't1'),
  calls.end(ID),
  calls.get(ID),
  signals.send(),
  ping(),
]

/** Rejected, all of them, while Twilio still listens, also on a busy machine. */
async function expectRefusals(operations: Promise<unknown>[]): Promise<void> {
  const passed = startStopwatch()
  const results = await Promise.allSettled(operations)
  expect(results.map(({ status }) => status)).toEqual(operations.map(() => 'rejected'))
  expect(passed()).toBeLessThan(TWILIO_MS)
}

for (const cluster of [false, true]) {
  describeRedis(
    'an outage',
    (redis) => {
      let live: Live
      beforeAll(async () => {
        live = await openRedis(redis().url, SEALING)
      })
      afterAll(() => live.close())

      it('by hanging makes every operation reject in time, and goes by', async () => {
        const patience = { firstMs: 50, againMs: 50 }
        const hurried = await openRedis(redis().url, SEALING, patience)
        await redis().direct.call('CLIENT', 'PAUSE', 3000, 'ALL')
        // They would be answered by the end of the pause: who waits longer than its patience is not refused.
        await expectRefusals(everything(hurried))
        await until(async () => (await hurried.calls.get('none')) === null)
        await hurried.close()
      })

      it('makes every operation reject quickly, and goes by without a word of ours', async () => {
        await until(() => live.calls.end('known').then(() => true))
        let heard = 0
        live.signals.hear(() => {
          heard++
        })
        const inFlight = [...everything(live), ...everything(live)].map((one) => one.catch(() => {}))
        await redis().kill()
        const passed = startStopwatch()
        await Promise.all(inFlight)
        expect(passed()).toBeLessThan(TWILIO_MS)
        await expectRefusals(everything(live))
        await redis().start()
        await until(async () => live.ping().then(() => true))
        // The scripts went with the old server, as did its calls.
        await until(async () => (await live.calls.end('known')).first)
        expect(await live.calls.claim(ID, 't0', CREATE)).toMatchObject({ kind: 'proceed', call: null })
        // Listeners that heard changes before hear them again.
        heard = 0
        await until(async () => {
          await live.signals.send()
          return heard > 0
        })
      })
    },
    { cluster },
  )
}

/** What makes a Redis take no calls while it goes on answering, and what ends that. */
const refusals: [name: string, begin: Command[], end: Command[]][] = [
  ['a replica whose master is gone', [['REPLICAOF', '127.0.0.1', '1']], [['REPLICAOF', 'NO', 'ONE']]],
  ['without memory', [['CONFIG', 'SET', 'maxmemory', '1mb']], [['CONFIG', 'SET', 'maxmemory', '0']]],
  [
    'without enough replicas',
    [['CONFIG', 'SET', 'min-replicas-to-write', '1']],
    [['CONFIG', 'SET', 'min-replicas-to-write', '0']],
  ],
  [
    'one that wants a password now',
    [
      ['CONFIG', 'SET', 'requirepass', 'something'],
      ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'],
    ],
    [['CONFIG', 'SET', 'requirepass', '']],
  ],
]
type Command = [string, ...string[]]

for (const cluster of [false, true]) {
  describeRedis(
    'a Redis that takes no calls',
    (redis) => {
      let live: Live
      beforeAll(async () => {
        live = await openRedis(redis().url, SEALING)
      })
      afterAll(() => live.close())

      // A node of a cluster is made a replica by the cluster alone, and its clients are sent to the master.
      it.each(refusals.filter(([name]) => !cluster || !name.startsWith('a replica')))(
        'because it is %s is down until it takes them again',
        async (_name, begin, end) => {
          await until(() => live.ping().then(() => true))
          for (const [command, ...given] of begin) await redis().direct.call(command, ...given)
          await expect(live.ping()).rejects.toThrow()
          await expect(live.calls.claim(ID, 't0', CREATE)).rejects.toThrow()
          for (const [command, ...given] of end) await redis().direct.call(command, ...given)
          await until(() => live.ping().then(() => true))
          expect(await live.calls.claim(ID, 't0', { create: true, leaseMs: 0 })).toMatchObject({ kind: 'proceed' })
        },
      )
    },
    { cluster },
  )
}

describeRedis('a failover', (redis) => {
  let other: TestRedis
  let proxy: RedisProxy
  let live: Live
  beforeAll(async () => {
    other = await startRedis()
    proxy = await startRedisProxy(redis().url)
    live = await openRedis(proxy.url, SEALING)
  })
  afterAll(async () => {
    await live.close()
    await proxy.close()
    await other.stop()
  })

  it('to another server at the same address loses no operation, and changes are heard from there', async () => {
    let heard = 0
    live.signals.hear(() => {
      heard++
    })
    await live.calls.end('known to the old one')
    await redis().direct.call('REPLICAOF', '127.0.0.1', '1')
    // The connections stand, and lead to what is a replica now.
    proxy.leadTo(other.url)
    expect(await live.calls.claim(ID, 't0', CREATE)).toMatchObject({ kind: 'proceed' })
    expect(await other.direct.exists(`rufpass:call:{${ID}}`)).toBe(1)
    await live.ping()
    await until(async () => {
      await other.direct.publish('rufpass:changed', '')
      return heard > 0
    })
  })
})

describeRedis('a connection that is gone without a word', (redis) => {
  it('is down until it is made again, which needs no word of ours', async () => {
    const proxy = await startRedisProxy(redis().url)
    const live = await openRedis(proxy.url, SEALING, { firstMs: 500, againMs: 0 })
    try {
      await live.ping()
      proxy.swallow()
      await expect(live.ping()).rejects.toThrow()
      await until(() => live.ping().then(() => true))
      expect(await live.calls.claim(ID, 't0', CREATE)).toMatchObject({ kind: 'proceed' })
    } finally {
      await live.close()
      await proxy.close()
    }
  })
})
