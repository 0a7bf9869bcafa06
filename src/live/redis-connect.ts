/** Connects to what REDIS_URL names: one server, the master that Sentinels name, or a cluster. */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { type RedisAddress, redisAddressOf, shownAddress } from '../seams/redis-address.ts'
import { isNotMaster } from './redis-patience.ts'
import type { RedisClient } from './redis-script.ts'

/** How long the start waits for Redis, ms. */
const START_MS = 3000

/**
 * A connection that is asked and says nothing for so long, ms, is made again: one that a firewall has forgotten would be
 * kept for a quarter of an hour. Longer than any operation waits, so that it cuts off nobody. Where another server takes over it
 * is longer than an operation waits before it asks again, and short enough for the next one to be found within a webhook.
 */
const SILENCE_MS = { server: 5_000, sentinel: 2_500, cluster: 2_500 }

/** REDIS_URL leads to no Redis that works. The message says what to do and shows no password. */
export class RedisUnreachable extends Error {
  override readonly name = 'RedisUnreachable'
  /** Somebody answers there, and does not let us in. */
  readonly isRefused: boolean
  constructor(message: string, { isRefused = false } = {}) {
    super(message)
    this.isRefused = isRefused
  }
}

/** How a Redis begins the refusal of a user or password, and of those who show none. https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
const REFUSALS = [
  [
    /^NOAUTH\b/,
    'wants a password, and REDIS_URL has none. Write it before the host, like redis://:password@host:6379.',
  ],
  [
    /^(WRONGPASS\b|ERR invalid password)/,
    'refuses the password of REDIS_URL, or its user. Set the ones that it was given.',
  ],
] as const

/**
 * Resolves once Redis answers. Whether one server is a node of a cluster is asked of it, and then it is the way to all of them.
 * @throws NoRedisAddress, RedisUnreachable
 */
export async function connect(url: string): Promise<RedisClient> {
  const address = redisAddressOf(url)
  let chosen = clientOf(address)
  try {
    await ready(chosen)
    // An access list may forbid INFO; then it is taken for a single server.
    if (
      address.kind === 'server' &&
      chosen instanceof Redis &&
      /^cluster_enabled:1/m.test(await chosen.info('cluster').catch(() => ''))
    ) {
      const { host = 'localhost', port = 6379, username, password, tls } = chosen.options
      chosen.disconnect()
      chosen = clusterAt([{ host, port }], {
        ...(username && { username }),
        ...(password && { password }),
        ...(tls && { tls }),
      })
      await ready(chosen)
    }
    return chosen
  } catch (error) {
    chosen.disconnect()
    throw unreachable(shownAddress(address), reason(error))
  }
}

function unreachable(where: string, why: string): RedisUnreachable {
  const [, refusal] = REFUSALS.find(([beginning]) => beginning.test(why)) ?? []
  return refusal === undefined
    ? new RedisUnreachable(`REDIS_URL: no Redis works at ${where} (${why}). Start it or set the right URL.`)
    : new RedisUnreachable(`REDIS_URL: the Redis at ${where} ${refusal}`, { isRefused: true })
}

export function reason(error: unknown): string {
  // Of a cluster ioredis says that none of its nodes would do, and keeps what the last of them said.
  if (error instanceof Error && 'lastNodeError' in error) return reason(error.lastNodeError)
  const message = error instanceof Error ? error.message : String(error)
  // ioredis says of Sentinels that know no such master that they cannot be reached, and what they said behind it.
  const [, fromSentinel] = /^All sentinels are unreachable.*Last error: (.+)$/.exec(message) ?? []
  if (fromSentinel === undefined) return message
  const knowNone = /No such master/.test(fromSentinel)
  return knowNone ? 'no Sentinel knows a master of that name' : `no Sentinel tells which is the master: ${fromSentinel}`
}

const connection = {
  connectTimeout: 1000,
  // Its own limit of time would not count an answer that has arrived, and it does not know what is safe to send twice:
  // both are in `redis-patience.ts`.
  maxRetriesPerRequest: 0,
  reconnectOnError: isNotMaster,
} satisfies RedisOptions

const retryStrategy = (times: number): number => Math.min(times * 50, 1000)

const single = {
  ...connection,
  lazyConnect: true,
  enableOfflineQueue: false,
  retryStrategy,
} satisfies RedisOptions

function clientOf(address: RedisAddress): RedisClient {
  if (address.kind === 'server') return new Redis(address.url, { ...single, socketTimeout: SILENCE_MS.server })
  const { tls, endpoints, username, password } = address
  const login: Login = { ...(username && { username }), ...(password && { password }), ...(tls && { tls: {} }) }
  return address.kind === 'cluster' ? clusterAt(endpoints, login) : masterAt(address, login)
}

type Login = Pick<RedisOptions, 'username' | 'password' | 'tls'>

/**
 * With every new connection the Sentinels are asked which is the master. That a connection leads to one that is none any more
 * shows by itself: the Sentinels end all connections of a server that they make a replica, it says READONLY, or it is silent.
 * So ioredis need not listen to the Sentinels (`failoverDetector`); what it hears there while it connects would end it for good.
 */
function masterAt({ endpoints, master, db, sentinel, tls }: RedisAddress & { kind: 'sentinel' }, login: Login): Redis {
  return new Redis({
    ...single,
    ...login,
    socketTimeout: SILENCE_MS.sentinel,
    sentinels: endpoints,
    name: master,
    db,
    ...(sentinel.username && { sentinelUsername: sentinel.username }),
    ...(sentinel.password && { sentinelPassword: sentinel.password }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    // One that is silent is passed over for the next.
    sentinelCommandTimeout: connection.connectTimeout,
    sentinelRetryStrategy: retryStrategy,
  })
}

function clusterAt(endpoints: { host: string; port: number }[], login: Login): Cluster {
  return new Cluster(endpoints, {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    // A moved slot and a lost node are tried again, but only for as long as a caller waits patiently.
    maxRedirections: 4,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    // Certificates carry names, and a cluster announces its nodes by name under TLS: leave names alone.
    ...(login.tls && { dnsLookup: (name, done) => done(null, name) }),
    redisOptions: { ...connection, ...login, socketTimeout: SILENCE_MS.cluster },
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
