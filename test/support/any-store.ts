/**
 * A store of its own for a test that needs one and does not mind which: a database in the run's Postgres, or PGlite where there
 * is none. Making a PGlite costs four CPU seconds and half a gigabyte, a copy in Postgres next to nothing. That both do the
 * same is what `describeStores` shows.
 */
import { type DatabasePatience, type Patience, USUAL_PATIENCE } from '../../src/seams/patience.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { HANGING_MS, WAITED_MS } from './hanging.ts'
import { sharedPostgres, type TestPostgres } from './postgres.ts'
import { postgresMissing } from './postgres-cluster.ts'

/** That a store answers too late is shown by tests of their own; on a busy machine every one does. */
export const PATIENT: DatabasePatience = { connectMs: HANGING_MS, statementMs: HANGING_MS }

/** For an app none of whose parts fails: however long a busy machine takes, nobody is asked to hold on. */
export const UNHURRIED: Patience = { ...USUAL_PATIENCE, deadlineMs: WAITED_MS, database: PATIENT }

/** What a store holds: its name, and how a new one is filled. */
export interface Filling {
  name: string
  fill(database: Database): Promise<void>
}

export interface AnyStore {
  /** For `openDatabase`. */
  url: string
  /** When nobody has it open any more. */
  drop(): Promise<void>
}

/**
 * @param filling not there yet where there is no Postgres: a PGlite is made when it is opened.
 * @param embedded the PGlite's address: a directory for a test that opens it more than once.
 */
export async function anyStore(filling: Filling | null = null, embedded = 'memory:'): Promise<AnyStore> {
  const postgres = await someServer()
  if (postgres === null) return { url: embedded, drop: async () => {} }
  const url = await (filling === null
    ? postgres.createDatabase({ migrated: true })
    : postgres.createCopy(filling.name, (empty) => filled(empty, filling)))
  return { url, drop: postgres.stop }
}

/** The same, opened. Closing it drops it. */
export async function openAnyStore(): Promise<Database> {
  const { url, drop } = await anyStore()
  const database = await openDatabase(url, PATIENT)
  return { ...database, close: () => database.close().then(drop) }
}

async function someServer(): Promise<TestPostgres | null> {
  return postgresMissing() === null || process.env.REQUIRE_REAL === '1' ? sharedPostgres() : null
}

async function filled(url: string, { fill }: Filling): Promise<void> {
  const database = await openDatabase(url, PATIENT)
  await fill(database)
  await database.close()
}
