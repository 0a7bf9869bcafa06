/** What happens when Redis is not there, goes, hangs or comes back, and when its records expire. */
import { createServer, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { LIFE_MS, type Live } from '../../src/live/live.ts'
import { openMemory } from '../../src/live/memory.ts'
import { openRedis } from '../../src/live/redis.ts'
import { TWILIO_MS } from '../../src/seams/patience.ts'
import { startStopwatch } from '../support/clock.ts'
import { describeRedis, standingClock } from '../support/live-stores.ts'
import { startRedis, type TestRedis, until } from '../support/redis.ts'
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts'
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
        live = await openRedis(redis().url)
      })
      afterAll(() => live.close())

      it('by hanging makes every operation reject in time, and goes by', async () => {
        const patience = { firstMs: 50, againMs: 50 }
        const hurried = await openRedis(redis().url, patience)
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
        live = await openRedis(redis().url)
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
    live = await openRedis(proxy.url)
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
    const live = await openRedis(proxy.url, { firstMs: 500, againMs: 0 })
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

describeRedis('what is kept', (redis) => {
  let live: Live
  beforeAll(async () => {
    live = await openRedis(redis().url, { firstMs: 10_000, againMs: 10_000 })
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
    const { calls } = openMemory(clock)
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
    const { calls } = openMemory(clock)
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
      return process.memoryUsage().heapUsed / 1e6
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
