/** Everything that the stores hold, as text: for "nothing changed" and for "this is nowhere". */
import type { Redis } from 'ioredis'
import { type Kysely, sql } from 'kysely'
import type { Live } from '../../src/live/live.ts'
import type { CallSeal } from '../../src/live/sealed-calls.ts'
import type { Schema } from '../../src/store/schema.ts'

/** Every row of every table, one line each, sorted. */
export async function dumpTables(db: Kysely<Schema>): Promise<string> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`.execute(db)
  const lines: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(t)::text as row from ${sql.table(name)} t order by 1`.execute(db)
    lines.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  return lines.join('\n')
}

/** What the live store shows of these calls, with the step that each call waits for. */
export async function dumpLive({ calls }: Live, callIds: Iterable<string>): Promise<string> {
  const lines: string[] = []
  for (const callId of callIds) {
    const claimed = await calls.claim(callId, '', { create: false, leaseMs: 1 })
    lines.push(JSON.stringify([callId, claimed, await calls.get(callId)]))
  }
  return lines.join('\n')
}

/**
 * Every key of a Redis and all that is behind it, sorted, and its own form of it (DUMP) as it is. Of a call there is what was sealed: some
 * digits in their forms come about by chance in so much that is encrypted.
 */
export async function dumpRedis(redis: Redis, { open }: CallSeal): Promise<string> {
  const lines: string[] = []
  for (const key of (await redis.keys('*')).sort()) {
    const type = await redis.type(key)
    const value = await heldAt(redis, key, type)
    const isCall = value !== null && typeof value === 'object' && 'call' in value
    const [, callId = ''] = /\{(.*)\}$/.exec(key) ?? []
    const shown = isCall ? { ...value, call: open(callId, String(value.call)) } : value
    lines.push(`${key} ${type} ${JSON.stringify(shown)}`)
    if (!isCall) lines.push((await redis.dumpBuffer(key)).toString('latin1'))
  }
  return lines.join('\n')
}

function heldAt(redis: Redis, key: string, type: string): Promise<object | string | null> {
  if (type === 'hash') return redis.hgetall(key)
  return type === 'zset' ? redis.zrange(key, 0, '-1', 'WITHSCORES') : redis.get(key)
}
