/** The loop over the sides of `live/`. What passes here in memory passes on Redis and on Redis Cluster, and back. */
import { afterAll, beforeAll, describe, it } from '@jest/globals'
import type { Live } from '../../src/live/live.ts'
import { openMemory } from '../../src/live/memory.ts'
import { openRedis } from '../../src/live/redis.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { WAITED_MS } from './hanging.ts'
import { redisMissing, startRedis, type TestRedis } from './redis.ts'
import { startCluster } from './redis-groups.ts'
import { SEALING } from './sealing.ts'

/** Patient, for a busy machine: what the limit does is a test of its own. */
const PATIENT = { firstMs: WAITED_MS, againMs: WAITED_MS }

export interface LiveUnderTest extends Live {
  /** A second way in, as another process has: a connection of its own; in memory the same store. */
  again(): Promise<Live>
  /** Lets a few milliseconds pass by the clock that leases go by. */
  tick(): Promise<void>
}

/** Opens an empty store, emptying an earlier one of the same side. Closed when its tests are over. */
export type OpenLive = () => Promise<LiveUnderTest>

/** Runs `body` in memory and on a real Redis: a visible skip with its reason without one, unless REQUIRE_REAL=1. */
export function describeLiveStores(name: string, body: (open: OpenLive) => void): void {
  describe(`${name}, in memory`, () => body(openInMemory))
  describeRedis(name, (redis) => body(openerOn(redis)))
}

/** As above, and on a Redis Cluster of three masters too. */
export function describeLiveStoresAndCluster(name: string, body: (open: OpenLive) => void): void {
  describeLiveStores(name, body)
  describeServers(`${name}, on Redis Cluster`, startCluster, (cluster) => body(openerOn(cluster)))
}

/** Runs `body` with a real Redis of its own. The function given works in hooks and tests. */
export function describeRedis(
  name: string,
  body: (redis: () => TestRedis) => void,
  options = { cluster: false },
): void {
  describeServers(`${name}, on Redis${options.cluster ? ' Cluster' : ''}`, () => startRedis(options), body)
}

/** As above, with whatever servers are started so. */
export function describeServers<Servers extends { stop(): Promise<void> }>(
  title: string,
  start: () => Promise<Servers>,
  body: (servers: () => Servers) => void,
): void {
  const missing = redisMissing()
  if (missing !== null && process.env.REQUIRE_REAL !== '1') {
    describe(title, () => it.skip(`skipped: ${missing}`, () => {}))
    return
  }
  describe(title, () => {
    let servers: Servers | null = null
    beforeAll(async () => {
      servers = await start()
    })
    body(() => {
      if (!servers) throw new Error('Redis is there in hooks and tests, not while tests are being described.')
      return servers
    })
    afterAll(async () => {
      await servers?.stop()
    })
  })
}

/** A clock that stands still until it is turned. */
export function standingClock(start = new Date('2026-11-22T10:00:00.000Z')): Clock & { turn(ms: number): void } {
  let now = start.getTime()
  return {
    now: () => new Date(now),
    wait: async () => {},
    turn(ms) {
      now += ms
    },
  }
}

export async function openInMemory(): Promise<LiveUnderTest> {
  const clock = standingClock()
  const live = openMemory(clock, SEALING)
  return { ...live, again: async () => live, tick: async () => clock.turn(5) }
}

export function openerOn(servers: () => Pick<TestRedis, 'url' | 'flush'>): OpenLive {
  const opened: Live[] = []
  afterAll(async () => {
    for (const live of opened) await live.close()
  })
  const again = async (): Promise<Live> => {
    const live = await openRedis(servers().url, SEALING, PATIENT)
    opened.push(live)
    return live
  }
  return async () => {
    await servers().flush()
    return { ...(await again()), again, tick: () => new Promise((resolve) => setTimeout(resolve, 5)) }
  }
}
