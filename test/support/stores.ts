/** The loop over both sides of the durable store. What passes here on PGlite passes on Postgres, and the other way round. */
import { afterAll, beforeAll, describe, it } from '@jest/globals'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { PATIENT } from './any-store.ts'
import { type OwnPostgres, sharedPostgres, startPostgres, type TestPostgres } from './postgres.ts'
import { postgresMissing } from './postgres-cluster.ts'

/** Opens a new, empty, migrated store. It is closed when the tests of its side are over. For `beforeAll`. */
export type OpenStore = () => Promise<Database>

/** Runs `body` for PGlite in memory and for a real Postgres. Its tests may take the time that opening takes. */
export function describeStores(name: string, body: (open: OpenStore) => void): void {
  describe(`${name}, on PGlite`, () => {
    body(opener(() => Promise.resolve('memory:')))
  })
  describePostgres(name, (postgres) => {
    body(opener(() => postgres().createDatabase({ migrated: true })))
  })
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
