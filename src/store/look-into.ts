/**
 * What can be seen of a store without changing it: no step of the schema is taken, no key remembered, no lock held. A Postgres is asked in
 * a transaction that can only read; of an embedded store a copy is opened, for opening it writes to it.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { kyselyOver, startPglite } from './database.ts'
import { holderOf } from './lock-file.ts'
import { type Steps, stepsOf } from './migrations/index.ts'
import { kidsInUse } from './past-secrets.ts'
import { openPool, StoreUnreachable } from './pool.ts'
import type { Schema } from './schema.ts'
import { sqlStateOf } from './sql-state.ts'

/** A store that was opened. */
export interface OpenedStore {
  kind: 'postgres' | 'embedded'
  /** As the server says it. */
  version: string
  /** False where it is a replica, or made to be read alone. */
  canWrite: boolean
  steps: Steps
  /** Of keys; null where the schema is not yet, or no more, the one that is known here. */
  keys: KeysInStore | null
  /** How far its clock is ahead of ours, and how far off that may be, ms; null: it is our own. */
  clock: { aheadMs: number; errorMs: number } | null
  /** To a Postgres at once. */
  mostConnections: number | null
}

export interface KeysInStore {
  /** Names of keys that some verifier needs. */
  needed: readonly string[]
  /** Check values by the name of their key (`checkValueOf`). */
  checkValues: ReadonlyMap<string, Buffer>
}

export type StoreSeen =
  | { kind: 'memory' }
  /** A directory that the first start makes. */
  | { kind: 'new' }
  | { kind: 'in_use'; pid: number; host: string }
  /** `says` is a sentence for people. */
  | { kind: 'unusable'; says: string }
  | ({ kind: 'open' } & { store: OpenedStore })

/** How long is waited for a connection, and for an answer, ms. */
const CONNECT_MS = 3_000
const ANSWER_MS = 15_000

/** Without a handler they end the process at once, and nothing is put away. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function lookIntoStore(
  place: { kind: 'memory' } | { kind: 'postgres'; url: string } | { kind: 'directory'; path: string },
): Promise<StoreSeen> {
  switch (place.kind) {
    case 'memory':
      return { kind: 'memory' }
    case 'postgres':
      return lookIntoPostgres(place.url)
    case 'directory':
      return lookIntoDirectory(place.path)
  }
}

async function lookIntoPostgres(url: string): Promise<StoreSeen> {
  const pool = openPool(
    { connectionString: url, max: 1, statement_timeout: ANSWER_MS },
    { connectMs: CONNECT_MS, answerMs: ANSWER_MS },
  )
  const db = kyselyOver(pool)
  try {
    return { kind: 'open', store: await readOnly(db, 'postgres') }
  } catch (error) {
    if (error instanceof StoreUnreachable) return { kind: 'unusable', says: error.message }
    return { kind: 'unusable', says: `The database answers with an error (${sqlStateOf(error) || 'reason unknown'}).` }
  } finally {
    await db.destroy()
  }
}

async function lookIntoDirectory(path: string): Promise<StoreSeen> {
  let inside: string[]
  try {
    if (!existsSync(path)) return { kind: 'new' }
    inside = readdirSync(path)
  } catch (error) {
    return { kind: 'unusable', says: `${path} cannot be read (${sqlStateOf(error) || 'reason unknown'}).` }
  }
  if (inside.length === 0) return { kind: 'new' }
  if (!inside.includes('PG_VERSION')) return { kind: 'unusable', says: `${path} is not empty and holds no database.` }
  const lock = `${path}.lock`
  const holder = holderOf(lock)
  if (holder) return { kind: 'in_use', ...holder }
  try {
    return await inFolderOfItsOwn(async (folder) => {
      cpSync(path, join(folder, 'db'), { recursive: true })
      // A server that has begun meanwhile wrote while it was copied.
      const now = holderOf(lock)
      if (now) return { kind: 'in_use', ...now }
      return { kind: 'open', store: await lookIntoCopy(join(folder, 'db')) }
    })
  } catch (error) {
    return { kind: 'unusable', says: `A copy of ${path} cannot be opened (${sqlStateOf(error) || 'reason unknown'}).` }
  }
}

/** For this user alone, and gone afterwards, also when the process is stopped meanwhile: all customers are in the copy. */
async function inFolderOfItsOwn<T>(use: (folder: string) => Promise<T>): Promise<T> {
  let folder: string | null = null
  const remove = (): void => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
  const stop = (): never => process.exit(1)
  // Before there is anything, and for the second Ctrl-C as for the first.
  process.once('exit', remove)
  for (const signal of SIGNALS) process.on(signal, stop)
  try {
    folder = mkdtempSync(join(tmpdir(), 'rufpass-look-'))
    return await use(folder)
  } finally {
    remove()
    process.off('exit', remove)
    for (const signal of SIGNALS) process.off(signal, stop)
  }
}

async function lookIntoCopy(path: string): Promise<OpenedStore> {
  const lite = await startPglite(path)
  try {
    const { createPgConfig } = await import('@electric-sql/pglite/node-postgres')
    const db = kyselyOver(openPool({ ...createPgConfig(lite), max: 1 }, { inThisThread: true }))
    try {
      return await readOnly(db, 'embedded')
    } finally {
      await db.destroy()
    }
  } finally {
    await lite.close()
  }
}

function readOnly(db: Kysely<Schema>, kind: OpenedStore['kind']): Promise<OpenedStore> {
  return db
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      const clock = kind === 'embedded' ? null : await clockOf(trx)
      const { rows } = await sql<{ version: string; read_only: boolean; most: number }>`
        SELECT current_setting('server_version') AS version, current_setting('max_connections')::integer AS most,
          pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS read_only`.execute(trx)
      const steps = await stepsOf(trx)
      const isOurs = steps.pending.length + steps.later.length === 0
      return {
        kind,
        version: rows[0]?.version ?? '',
        canWrite: rows[0]?.read_only === false,
        steps,
        keys: isOurs ? await keysIn(trx) : null,
        clock,
        mostConnections: kind === 'embedded' ? null : (rows[0]?.most ?? null),
      }
    })
}

async function keysIn(db: Kysely<Schema>): Promise<KeysInStore> {
  const rows = await db.selectFrom('pin_key').select(['kid', 'check_value']).execute()
  return {
    needed: await kidsInUse(db),
    checkValues: new Map(rows.map(({ kid, check_value }) => [kid, check_value])),
  }
}

/** Its time is that of some moment between asking and hearing. */
async function clockOf(db: Kysely<Schema>): Promise<NonNullable<OpenedStore['clock']>> {
  const asked = Date.now()
  const { rows } = await sql<{ ms: number }>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms`.execute(db)
  const heard = Date.now()
  const errorMs = (heard - asked) / 2
  return { aheadMs: Math.round((rows[0]?.ms ?? asked + errorMs) - (asked + errorMs)), errorMs: Math.ceil(errorMs) }
}
