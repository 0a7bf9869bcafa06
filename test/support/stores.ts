/**
 * The loop over both sides of the durable store. What passes here on PGlite passes on Postgres, and the other way round: they are
 * one database server, the embedded one compiled to WebAssembly, where all takes it several times as much.
 */
import { afterAll, beforeAll, describe, it } from '@jest/globals'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { PATIENT } from './any-store.ts'
import { isFull } from './counts.ts'
import { type OwnPostgres, sharedPostgres, startPostgres, type TestPostgres } from './postgres.ts'
import { postgresMissing } from './postgres-cluster.ts'

/** Opens a new, empty, migrated store. It is closed when the tests of its side are over. For `beforeAll`. */
export type OpenStore = () => Promise<Database>

/**
 * Runs `body` for PGlite in memory and for a real Postgres. Its tests may take the time that opening takes. `several`: whether the store has more than one
 * connection; on PGlite's one, what is done beside an open transaction waits for its end for ever.
 */
export function describeStores(name: string, body: (open: OpenStore, side: { several: boolean }) => void): void {
  describeEmbedded(name, () => body(openerOfEmbedded(), { several: false }))
  describePostgres(name, (postgres) => {
    body(
      opener(() => postgres().createDatabase({ migrated: true })),
      { several: true },
    )
  })
}

/**
 * For what is played on a real Postgres too. By the ordinary count it is on that alone, where there is one: `run/tiers.test.ts`
 * holds that all of them are played by the full count.
 */
export function describeEmbedded(name: string, body: () => void): void {
  if (isFull || postgresMissing() !== null) describe(`${name}, on PGlite`, body)
}

/** Runs `body` with the run's real Postgres; a visible skip with its reason where there is none, unless REQUIRE_REAL=1. */
export function describePostgres(name: string, body: (postgres: () => TestPostgres) => void): void {
  describeServer(name, sharedPostgres, body)
}

/** As above, with a Postgres that the test may end. */
export function describeOwnPostgres(name: string, body: (postgres: () => OwnPostgres) => void): void {
  describeServer(name, startPostgres, body)
}

function describeServer<P extends TestPostgres>(
  name: string,
  start: () => Promise<P>,
  body: (postgres: () => P) => void,
): void {
  const missing = postgresMissing()
  if (missing !== null && process.env.REQUIRE_REAL !== '1') {
    describe(`${name}, on Postgres`, () => {
      it.skip(`skipped: ${missing}`, () => {})
    })
    return
  }
  describe(`${name}, on Postgres`, () => {
    let postgres: P | null = null
    beforeAll(async () => {
      postgres = await start()
    })
    body(() => {
      if (!postgres)
        throw new Error('Postgres is there in beforeAll and in tests, not while tests are being described.')
      return postgres
    })
    afterAll(async () => {
      await postgres?.stop()
    })
  })
}

/**
 * A PGlite takes a second of work to make, and one that is emptied is as good as new: the same tables, no rows, numbers from
 * the beginning. A process that Jest started for tests keeps one for the next side, and ends with it; a test that opens a
 * second meanwhile gets one that is not kept. In Jest's main process none is: an open one would let it wait at its end.
 */
let kept: Promise<Database> | null = null
let isKeptInUse = false

function openerOfEmbedded(): OpenStore {
  const others: Database[] = []
  let hasKept = false
  afterAll(async () => {
    for (const database of others) await database.close()
    if (hasKept) isKeptInUse = false
  })
  return async () => {
    if (isKeptInUse || !process.connected) {
      const other = await openDatabase('memory:', PATIENT)
      others.push(other)
      return other
    }
    isKeptInUse = true
    hasKept = true
    kept ??= openDatabase('memory:', PATIENT)
    const database = await kept
    await emptied(database)
    return { ...database, close: async () => {} }
  }
}

async function emptied({ db }: Database): Promise<void> {
  await db.transaction().execute(async (own) => {
    const { rows } = await sql<{ names: string }>`
      SELECT string_agg(format('%I', tablename), ', ') AS names FROM pg_tables
       WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%'`.execute(own)
    // Without its triggers: of some tables nothing may ever be taken away.
    await sql`SET LOCAL session_replication_role = replica`.execute(own)
    await sql`TRUNCATE ${sql.raw(rows[0]?.names ?? '')} RESTART IDENTITY CASCADE`.execute(own)
  })
}

function opener(url: () => Promise<string>): OpenStore {
  const opened: Database[] = []
  afterAll(async () => {
    for (const database of opened) await database.close()
  })
  return async () => {
    const database = await openDatabase(await url(), PATIENT)
    opened.push(database)
    return database
  }
}
