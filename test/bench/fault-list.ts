/** The faults: what each is done to, and how. A fault that goes by does so after `FOR_MS`, within the patience of a webhook or not. */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { OwnPostgres } from '../support/postgres.ts'
import type { PostgresProxy } from '../support/postgres-proxy.ts'
import { startStandby } from '../support/postgres-standby.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startCluster, startWatched } from '../support/redis-groups.ts'
import type { RedisProxy } from '../support/redis-proxy.ts'
import type { Child } from './child.ts'

/** What there is to do it to; parts that a fault has not asked for are missing. */
export interface Setting {
  servers: Child[]
  database: string
  postgres: OwnPostgres
  postgresProxy: PostgresProxy
  redis: TestRedis
  redisProxy: RedisProxy
  /** Where an embedded store is. */
  disk: string
  /** What is to be stopped at the end, last things first. */
  closing: (() => Promise<unknown>)[]
}

export interface Fault {
  /** After "while". */
  name: string
  servers?: number
  /** Deliveries go to servers that live; else the dead one is met, and the next delivery goes to another. */
  balanced?: boolean
  embedded?: boolean
  redis?: () => Promise<TestRedis>
  env?: Record<string, string>
  /** No server is left. */
  endsAll?: boolean
  /** How many may be lost: calls that come when the only server is gone. */
  mayLose?: number
  act(setting: Setting): Promise<void>
  /** What must be done before all can be well again. */
  mend?(setting: Setting): Promise<void>
}

const FOR_MS = 4_000
const LONG_MS = 12_000

type Command = [string, ...string[]]
const redisSays =
  (begin: Command[], end: Command[]) =>
  async ({ redis }: Setting): Promise<void> => {
    for (const [command, ...given] of begin) await redis.direct.call(command, ...given)
    await wait(FOR_MS)
    for (const [command, ...given] of end) await redis.direct.call(command, ...given)
  }

const frozen =
  (ms: number) =>
  async ({ postgres }: Setting): Promise<void> => {
    const goOn = postgres.freeze()
    await wait(ms)
    goOn()
  }

const redisFrozen =
  (ms: number) =>
  async ({ redis }: Setting): Promise<void> => {
    const pid = Number(/process_id:(\d+)/.exec(await redis.direct.info('server'))?.[1])
    process.kill(pid, 'SIGSTOP')
    await wait(ms)
    process.kill(pid, 'SIGCONT')
  }

/** The master is what is done something to. */
async function watchedRedis(): Promise<TestRedis> {
  const { master, url, stop } = await startWatched(3)
  return { ...master, url, stop }
}

/** A third of the calls is on the node that something is done to. */
async function clusteredRedis(): Promise<TestRedis> {
  const { masters, url, flush, stop } = await startCluster(3)
  return { ...(masters[0] as TestRedis), url, flush, stop }
}

async function copyAll(from: TestRedis, to: TestRedis): Promise<void> {
  for (const key of await from.direct.keys('*')) {
    const dump = await from.direct.dumpBuffer(key)
    if (dump !== null) await to.direct.restore(key, 0, dump)
  }
}

export const faults: Fault[] = [
  { name: 'nothing fails', act: async () => {} },
  {
    name: 'Postgres resets all connections, five times',
    async act({ postgresProxy }) {
      for (let times = 0; times < 5; times++) {
        postgresProxy.reset()
        await wait(500)
      }
    },
  },
  { name: 'Postgres restarts (fast)', act: ({ postgres }) => postgres.restartFast() },
  { name: 'Postgres restarts (immediate)', act: ({ postgres }) => postgres.restartImmediately() },
  {
    name: 'Postgres is gone for 12 s',
    async act({ postgresProxy, postgres }) {
      postgresProxy.leadTo(join(postgres.folder, 'nobody'))
      await wait(LONG_MS)
      postgresProxy.leadTo(postgres.socket)
    },
  },
  {
    name: 'Postgres has no connection left for 4 s',
    async act({ database }) {
      const taken: pg.Client[] = []
      const take = async (): Promise<void> => {
        const client = new pg.Client({ connectionString: database, application_name: 'taken' })
        client.on('error', () => {})
        await client.connect().then(
          () => taken.push(client),
          () => {},
        )
      }
      // Theirs are ended and taken, until they have none.
      for (let theirs = 1; theirs > 0; ) {
        await Promise.all(Array.from({ length: 100 }, take))
        const ended = await taken[0]?.query<{ theirs: number }>(
          `SELECT count(pg_terminate_backend(pid))::integer AS theirs FROM pg_stat_activity
           WHERE backend_type = 'client backend' AND application_name <> 'taken'`,
        )
        theirs = ended?.rows[0]?.theirs ?? 0
      }
      await wait(FOR_MS)
      for (const client of taken) await client.end()
    },
  },
  {
    name: 'every statement waits 4 s for a lock, and the pool of 2 connections is exhausted',
    env: { DATABASE_POOL_SIZE: '2' },
    async act({ database }) {
      const client = new pg.Client({ connectionString: database })
      await client.connect()
      await client.query('BEGIN')
      await client.query('LOCK TABLE identifier, pin_state, queue_place')
      await wait(FOR_MS)
      await client.query('ROLLBACK')
      await client.end()
    },
  },
  {
    name: 'Postgres answers 2 s late, for 12 s',
    async act({ postgresProxy }) {
      postgresProxy.delay(2_000)
      await wait(LONG_MS)
      postgresProxy.delay(0)
    },
  },
  { name: 'Postgres is frozen for 4 s', act: frozen(FOR_MS) },
  { name: 'Postgres is frozen for 12 s', act: frozen(LONG_MS) },
  {
    name: 'Postgres fails over to its standby at the same address',
    async act(setting) {
      const { postgres, postgresProxy, closing } = setting
      const standby = await startStandby(postgres.folder)
      closing.push(standby.stop)
      await postgres.halt()
      await wait(1_000)
      await standby.promote()
      postgresProxy.leadTo(standby.socket)
      setting.database = setting.database.replace(
        encodeURIComponent(postgres.folder),
        encodeURIComponent(standby.folder),
      )
    },
  },
  {
    name: 'the disk of an embedded store is full for 4 s, and its tables need new pages',
    embedded: true,
    async act({ disk }) {
      const file = join(disk, 'filler')
      const filler = openSync(file, 'w')
      try {
        for (let size = 1 << 20; size >= 512; ) {
          try {
            if (writeSync(filler, Buffer.alloc(size)) < size) size /= 2
          } catch {
            size /= 2
          }
        }
      } finally {
        closeSync(filler)
      }
      await wait(FOR_MS)
      execFileSync('rm', [file])
    },
  },
  {
    name: 'Redis restarts and has kept what it knew',
    redis: () => startRedis({ cluster: false, keeps: true }),
    async act({ redis }) {
      await redis.kill()
      await redis.start()
    },
  },
  {
    name: 'Redis speaks TLS by a CA of its own, restarts and has kept what it knew',
    redis: () => startRedis({ cluster: false, keeps: true, tls: true }),
    async act({ redis }) {
      await redis.kill()
      await redis.start()
    },
  },
  {
    name: 'Redis restarts and has forgotten all',
    async act({ redis }) {
      await redis.kill()
      await redis.start()
    },
  },
  {
    name: 'Redis may only be read (READONLY) for 4 s',
    act: redisSays([['REPLICAOF', '127.0.0.1', '1']], [['REPLICAOF', 'NO', 'ONE']]),
  },
  {
    name: 'Redis has no memory left (OOM) for 4 s',
    act: redisSays([['CONFIG', 'SET', 'maxmemory', '1mb']], [['CONFIG', 'SET', 'maxmemory', '0']]),
  },
  {
    name: 'Redis wants a password now (NOAUTH), for 4 s',
    act: redisSays(
      [
        ['CONFIG', 'SET', 'requirepass', 'something'],
        ['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'],
      ],
      [['CONFIG', 'SET', 'requirepass', '']],
    ),
  },
  { name: 'Redis is frozen for 4 s', act: redisFrozen(FOR_MS) },
  { name: 'Redis is frozen for 12 s', act: redisFrozen(LONG_MS) },
  {
    name: 'Redis fails over to another server at the same address',
    async act({ redis, redisProxy, closing }) {
      const other = await startRedis()
      closing.push(other.stop)
      // What the first knows the other knows too, as a replica does.
      await copyAll(redis, other)
      await redis.kill()
      redisProxy.leadTo(other.url)
    },
  },
  { name: 'the master that Sentinels watch is killed (-9)', redis: watchedRedis, act: ({ redis }) => redis.kill() },
  { name: 'the master that Sentinels watch is frozen for 12 s', redis: watchedRedis, act: redisFrozen(LONG_MS) },
  {
    name: 'a node of a Redis Cluster is killed (-9), and its replica takes over',
    redis: clusteredRedis,
    act: ({ redis }) => redis.kill(),
  },
  { name: 'a node of a Redis Cluster is frozen for 12 s', redis: clusteredRedis, act: redisFrozen(LONG_MS) },
  { name: 'one of two servers is killed (-9)', servers: 2, act: ({ servers }) => servers[0]?.kill() ?? wait(0) },
  { name: 'one of four servers is killed (-9)', servers: 4, act: ({ servers }) => servers[0]?.kill() ?? wait(0) },
  {
    name: 'one of two servers is told to stop (SIGTERM), and the balancer notices',
    servers: 2,
    env: { DRAIN_SECONDS: '4' },
    async act({ servers }) {
      const [first] = servers
      first?.signal('SIGTERM')
      await wait(2_000)
      // It is asked no more, and finishes what it has.
      servers.shift()
      await first?.ended()
    },
  },
  {
    name: 'the only server is told to stop (SIGTERM) and drains for 10 s',
    env: { DRAIN_SECONDS: '10' },
    endsAll: true,
    async act({ servers }) {
      servers[0]?.signal('SIGTERM')
      await servers[0]?.ended()
    },
  },
  { name: 'the clock of the server jumps a day ahead', act: async ({ servers }) => servers[0]?.signal('SIGUSR2') },
]
