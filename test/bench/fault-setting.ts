/** What a fault is done to: servers with a Postgres and a Redis of their own, or with an embedded store on a small disk. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../src/store/database.ts'
import { freePort } from '../support/free-port.ts'
import { type OwnPostgres, startPostgres } from '../support/postgres.ts'
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { type RedisProxy, startRedisProxy } from '../support/redis-proxy.ts'
import { type Child, startChild } from './child.ts'
import type { Fault, Setting } from './fault-list.ts'
import { settings } from './prepare.ts'

/** Enough for a new store and its demo-less customers, MB; what is left is taken away by the fault. */
const SMALL_DISK_MB = 120

export interface OpenSetting extends Omit<Partial<Setting>, 'database'> {
  servers: Child[]
  /** For a client of our own; null where no other process may open it. */
  database: string | null
  closing: (() => Promise<unknown>)[]
  close(): Promise<void>
}

export async function openSetting(fault: Fault, customersFile: string): Promise<OpenSetting> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const one of closing.reverse()) await one()
  }
  try {
    const parts = fault.embedded ? await embedded(closing) : await real(fault, closing)
    const { env, ...setting } = parts
    const shared = { ...(await settings(customersFile)), ...env, ...fault.env }
    const servers: Child[] = []
    // One after the other: the first makes the customers.
    for (let n = 0; n < (fault.servers ?? 1); n++) {
      const mine = { ...shared, PORT: String(await freePort()) }
      const server = await startChild('rufpass', { env: mine, core: null, profileTo: null })
      servers.push(server)
      closing.push(async () => server.isUp() && server.kill())
    }
    return { ...setting, servers, closing, close }
  } catch (error) {
    await close()
    throw error
  }
}
type Parts = Omit<OpenSetting, 'servers' | 'close' | 'closing'> & { env: Record<string, string> }

async function real(fault: Fault, closing: (() => Promise<unknown>)[]): Promise<Parts> {
  const postgres: OwnPostgres = await startPostgres()
  closing.push(postgres.stop)
  const direct = await postgres.createDatabase({ migrated: true })
  const postgresProxy: PostgresProxy = await startPostgresProxy(postgres)
  closing.push(postgresProxy.close)
  const redis: TestRedis = await (fault.redis?.() ?? startRedis())
  closing.push(redis.stop)
  const redisProxy: RedisProxy | undefined = redis.url.startsWith('/') ? await startRedisProxy(redis.url) : undefined
  if (redisProxy) closing.push(redisProxy.close)
  return {
    postgres,
    postgresProxy,
    redis,
    ...(redisProxy ? { redisProxy } : {}),
    database: direct,
    env: {
      DATABASE_URL: postgresProxy.urlOf(direct),
      REDIS_URL: redisProxy?.url ?? redis.url,
      ...(redis.ca === undefined ? {} : { NODE_EXTRA_CA_CERTS: redis.ca }),
    },
  }
}

/**
 * A disk of its own, which can be filled without harm: a tmpfs, that root alone may mount. The journal of Postgres has its space
 * beforehand, so a full disk refuses only what needs a new page of a table. Pages here take a tenth of the rows, or a whole crowd
 * of calls would find room on those that there are.
 */
async function embedded(closing: (() => Promise<unknown>)[]): Promise<Parts> {
  const disk = mkdtempSync(join(tmpdir(), 'rufpass-disk-'))
  closing.push(async () => rmSync(disk, { recursive: true }))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_MB}m`, 'tmpfs', disk])
  closing.push(async () => execFileSync('umount', ['-l', disk]))
  const store = join(disk, 'db')
  mkdirSync(store, { mode: 0o700 })
  const { db, close } = await openDatabase(store)
  const { rows } = await sql<{
    name: string
  }>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`.execute(db)
  for (const { name } of rows) await sql`ALTER TABLE ${sql.id(name)} SET (fillfactor = 10)`.execute(db)
  await close()
  return { disk, database: null, env: { DATABASE_URL: store, DEMO: 'off' } }
}
