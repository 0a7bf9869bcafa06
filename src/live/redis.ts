/** The real side of `live/`: one Redis (6 or newer), or a Redis Cluster, through ioredis. Leases run by Redis's own clock. */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { REDIS_PATIENCE } from '../seams/patience.ts'
import { within } from '../seams/within.ts'
import type { Live } from './live.ts'
import { redisCalls } from './redis-calls.ts'
import { askPatiently, isNotMaster } from './redis-patience.ts'
import { probeOf } from './redis-probe.ts'
import type { RedisClient } from './redis-script.ts'
import { redisSignals } from './redis-signals.ts'

/** How long the start waits for Redis, ms. */
const START_MS = 3000

/**
 * A connection that is asked and says nothing for so long, ms, is made again: one that a firewall has forgotten would be
 * kept for a quarter of an hour. Longer than any operation waits, so that it cuts off nobody.
 */
const SILENCE_MS = 5_000

/**
 * Opens `redis://`, `rediss://` or the path of a unix socket, and resolves once Redis answers. Whether it is a cluster is
 * asked of the server. Later outages are waited out: operations reject when their patience is over, until Redis is back.
 * Throws one sentence for people when the URL is not one or nobody answers there.
 */
export async function openRedis(url: string, patience = REDIS_PATIENCE): Promise<Live> {
  const redis = await connect(url)
  const { signals, stop } = await redisSignals(redis, patience.firstMs).catch((error: unknown) => {
    redis.disconnect()
    throw new RedisUnreachable(`REDIS_URL: the Redis there does not let us SUBSCRIBE (${reason(error)}). Allow it.`)
  })
  const probe = probeOf(redis)
  return {
    calls: redisCalls(redis, askPatiently(patience)),
    signals,
    ping: () => within(patience.firstMs, probe()),
    async close() {
      stop()
      await within(patience.firstMs, redis.quit()).catch(() => {})
      redis.disconnect()
    },
  }
}

/** REDIS_URL leads to no Redis that works. The message says what to do and shows no password. */
export class RedisUnreachable extends Error {
  override readonly name = 'RedisUnreachable'
}

async function connect(url: string): Promise<RedisClient> {
  if (!/^(rediss?:\/\/|\/)./.test(url) || (!url.startsWith('/') && !URL.canParse(url)))
    throw new RedisUnreachable(
      'REDIS_URL is not the address of a Redis: write it like redis://host:6379 (rediss:// for TLS).',
    )
  const single = new Redis(url, { ...connection, lazyConnect: true, enableOfflineQueue: false, retryStrategy })
  let chosen: RedisClient = single
  try {
    await ready(single)
    // An access list may forbid INFO; then it is taken for a single server.
    if (/^cluster_enabled:1/m.test(await single.info('cluster').catch(() => ''))) {
      chosen = clusterAt(single.options)
      single.disconnect()
      await ready(chosen)
    }
    return chosen
  } catch (error) {
    chosen.disconnect()
    throw new RedisUnreachable(
      `REDIS_URL: no Redis works at ${withoutPassword(url)} (${reason(error)}). Start it or set the right URL.`,
    )
  }
}

const connection = {
  connectTimeout: 1000,
  socketTimeout: SILENCE_MS,
  // Its own limit of time would not count an answer that has arrived, and it does not know what is safe to send twice:
  // both are in `redis-patience.ts`.
  maxRetriesPerRequest: 0,
  reconnectOnError: isNotMaster,
} satisfies RedisOptions

const retryStrategy = (times: number): number => Math.min(times * 50, 1000)

function clusterAt(node: RedisOptions): Cluster {
  const { host, port, username, password, tls } = node
  return new Cluster([{ host: host ?? 'localhost', port: port ?? 6379 }], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    // A moved slot and a lost node are tried again, but only for as long as a caller waits patiently.
    maxRedirections: 4,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    // Certificates carry names, and a cluster announces its nodes by name under TLS: leave names alone.
    ...(tls && { dnsLookup: (name, done) => done(null, name) }),
    redisOptions: {
      ...connection,
      ...(username && { username }),
      ...(password && { password }),
      ...(tls && { tls }),
    },
  })
}

/** Connects; rejects with the first error event, for `connect` itself says only that the connection was closed. */
async function ready(client: RedisClient): Promise<void> {
  let late: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      late = setTimeout(() => reject(new Error(`no answer within ${START_MS} ms`)), START_MS)
      // Stays on: later outages show as rejected operations, and an error event that nobody hears is printed.
      client.on('error', reject)
      client.connect().then(resolve, (error) => setImmediate(() => reject(error)))
    })
  } finally {
    clearTimeout(late)
  }
}

function withoutPassword(url: string): string {
  if (url.startsWith('/')) return url
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
