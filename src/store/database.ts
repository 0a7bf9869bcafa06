/**
 * The durable store: what must survive a crash, in Postgres or in PGlite (Postgres as a library, in our own process),
 * with one dialect, one driver and one set of migrations for both. This folder imports `auth`, `call` and the seams.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely'
import type { Closable } from '../seams/closable.ts'
import type { HearsAsked } from '../seams/meter.ts'
import type { DatabasePatience } from '../seams/patience.ts'
import { takeLock } from './lock-file.ts'
import { migrate } from './migrations/index.ts'
import { newCluster } from './new-cluster.ts'
import { openPool } from './pool.ts'
import type { Schema } from './schema.ts'

export { StoreInUse } from './lock-file.ts'

/** For commands and imports. */
const PATIENT: DatabasePatience = { connectMs: 2_000, statementMs: 30_000 }
/** Connections at once, where nobody says how many. */
const CONNECTIONS = 10
/** The client gives up a little after the server should have. */
const QUERY_MARGIN_MS = 300
/** A process that waits here waits for another one's migrations. */
const MIGRATION_MS = 300_000

/** What DATABASE_URL names can be no store. The message says what to set. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable'
}

export interface Database extends Closable {
  db: Kysely<Schema>
  /** `embedded` lives in this process alone; `postgres` may be shared by several. */
  kind: 'embedded' | 'postgres'
}

/**
 * Opens the store and brings its tables up to date.
 * @param url `postgres://…`, a directory (made when it is not there), or `memory:`.
 * @param connections at once, to a Postgres.
 * @param hears how each statement went, but for those of migrations.
 * @throws {StoreUnusable} when the address or the directory can be no store.
 * @throws {StoreInUse} when another process has the directory open.
 * @throws {StoreUnreachable} when no connection is to be had, or it breaks meanwhile.
 */
export function openDatabase(
  url: string,
  patience: DatabasePatience = PATIENT,
  connections: number = CONNECTIONS,
  hears?: HearsAsked,
): Promise<Database> {
  if (/^postgres(ql)?:/.test(url)) return openPostgres(url, patience, connections, hears)
  if (url === 'memory:') return openEmbedded(null, hears)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(url) || url === '')
    throw new StoreUnusable('DATABASE_URL is not understood. Set it to postgres://…, to a directory, or to memory:')
  return openEmbedded(resolve(url), hears)
}

async function openPostgres(
  url: string,
  { connectMs, statementMs }: DatabasePatience,
  connections: number,
  hears?: HearsAsked,
): Promise<Database> {
  const migrating = { connectionString: url, max: 1, statement_timeout: MIGRATION_MS }
  const first = kyselyOver(openPool(migrating, { connectMs }))
  try {
    await migrate(first)
  } finally {
    await first.destroy()
  }
  const pool = openPool(
    { connectionString: url, max: connections, keepAlive: true, statement_timeout: statementMs },
    { connectMs, answerMs: statementMs + QUERY_MARGIN_MS, ...(hears && { hears }) },
  )
  const db = kyselyOver(pool)
  return { db, kind: 'postgres', ping: () => ping(db), close: () => db.destroy() }
}

/**
 * Makes the directory of an embedded store if it is not there, and refuses one that holds something else: called before
 * anything else is made beside it.
 */
export function makeDirectory(dir: string): void {
  let inside: string[]
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    inside = readdirSync(dir)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : 'reason unknown'
    throw new StoreUnusable(
      `${dir} cannot be made or read (${reason}). Set DATABASE_URL to a directory of this user's.`,
    )
  }
  if (inside.length > 0 && !inside.includes('PG_VERSION'))
    throw new StoreUnusable(
      `${dir} is not empty and holds no database. Set DATABASE_URL to an empty or a new directory.`,
    )
}

/** @param dir absolute path, or null for a database in memory only. */
async function openEmbedded(dir: string | null, hears?: HearsAsked): Promise<Database> {
  let unlock = (): void => {}
  if (dir !== null) {
    makeDirectory(dir)
    unlock = takeLock(`${dir}.lock`)
  }
  try {
    const lite = await startPglite(dir)
    // PGlite has one connection. The pool makes statements queue for it.
    const { createPgConfig } = await import('@electric-sql/pglite/node-postgres')
    const db = kyselyOver(
      openPool({ ...createPgConfig(lite), max: 1 }, { inThisThread: true, ...(hears && { hears }) }),
    )
    const close = async (): Promise<void> => {
      await db.destroy()
      await lite.close()
      unlock()
    }
    try {
      await migrate(db)
    } catch (error) {
      await close()
      throw error
    }
    return { db, kind: 'embedded', ping: () => ping(db), close }
  } catch (error) {
    unlock()
    throw error
  }
}

export async function startPglite(dir: string | null) {
  const isNew = dir === null || !existsSync(join(dir, 'PG_VERSION'))
  const cluster = isNew ? await newCluster() : null
  const { PGlite } = await import('@electric-sql/pglite')
  const { btree_gist } = await import('@electric-sql/pglite/contrib/btree_gist')
  return PGlite.create({
    ...(dir === null ? {} : { dataDir: dir }),
    ...(cluster === null ? {} : { loadDataDir: cluster }),
    extensions: { btree_gist },
    // PGlite's own 128 MB would be most of the memory that the whole service takes.
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'],
  })
}

export function kyselyOver(pool: PostgresPool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

/** By writing, as calls need it: a replica, or a server whose disk is full, can still be read. */
async function ping(db: Kysely<Schema>): Promise<void> {
  await sql`INSERT INTO probe VALUES (true, now()) ON CONFLICT (one) DO UPDATE SET at = excluded.at`.execute(db)
}
