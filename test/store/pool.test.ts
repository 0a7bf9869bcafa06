/** What becomes of a statement, and of the next one, when a connection breaks. That the process goes on: `test/rufpass`. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type RawBuilder, sql } from 'kysely'
import { createAttempts } from '../../src/store/attempts.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'
import { describePostgres } from '../support/stores.ts'

const LOST = /^The connection to the database was lost \((.*)\)\. Do it again when the database answers\.$/

describePostgres('a connection that breaks', (postgres) => {
  let proxy: PostgresProxy
  let store: Database

  beforeAll(async () => {
    proxy = await startPostgresProxy(postgres())
    const url = proxy.urlOf(await postgres().createDatabase({ migrated: true }))
    store = await openDatabase(url, { connectMs: 20_000, statementMs: 2_000 })
  })
  afterAll(async () => {
    await store.close()
    await proxy.close()
  })

  const outcome = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    )

  it('is not handed out again when the server has said that the session ends', async () => {
    const ending = sql`SELECT pg_terminate_backend(pg_backend_pid())`
    for (let round = 0; round < 20; round++) {
      const error = await outcome(ending.execute(store.db))
      expect(error).toMatchObject({ name: 'StoreUnreachable', message: expect.stringMatching(LOST) })
      expect(error).toMatchObject({ cause: { code: '57P01' } })
      await store.ping()
    }
  })

  it('is not handed out again when it may only read, as on a server that is the primary no more, and the probe sees that', async () => {
    const other = await openDatabase(await postgres().createDatabase({ migrated: true }))
    const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(other.db)
    const name = rows[0]?.name ?? ''
    const mayOnlyRead = (is: boolean) =>
      sql`ALTER DATABASE ${sql.id(name)} SET default_transaction_read_only = ${sql.lit(is)}`.execute(store.db)
    const end = sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`
    await mayOnlyRead(true)
    await end.execute(store.db)
    const refused = async () => (await outcome(other.ping())) as { cause?: { code?: string } } | null
    // The first may still meet the session that was ended.
    await refused()
    expect(await refused()).toMatchObject({ cause: { code: '25006' } })
    await mayOnlyRead(false)
    await other.ping()
    await other.close()
  })

  it('fails the transaction that it carried with a sentence, and the next one begins on another', async () => {
    const broken = store.db.transaction().execute(async (trx) => {
      await sql`CREATE TABLE half (n integer)`.execute(trx)
      proxy.reset()
      await sql`INSERT INTO half VALUES (1)`.execute(trx)
    })
    expect(await outcome(broken)).toMatchObject({ name: 'StoreUnreachable', message: expect.stringMatching(LOST) })
    const { rows } = await store.db
      .transaction()
      .execute((trx) => sql<{ half: string | null }>`SELECT to_regclass('half') AS half`.execute(trx))
    expect(rows).toEqual([{ half: null }])
  })

  it('without a word is given up with the first statement that gets no answer', async () => {
    await store.ping()
    proxy.swallow()
    expect(await outcome(store.ping())).toMatchObject({ message: expect.stringMatching(/lost \(no answer\)/) })
    await store.ping()
  })

  it('leaves nothing behind that closing would wait for', async () => {
    const url = proxy.urlOf(await postgres().createDatabase({ migrated: true }))
    const other = await openDatabase(url)
    const reset = proxy.resetAfter('pg_sleep')
    const slow = sql`SELECT pg_sleep(60)`.execute(other.db)
    expect(await outcome(slow)).toMatchObject({ name: 'StoreUnreachable' })
    await reset
    await other.close()
  })
})

describePostgres('a statement', (postgres) => {
  let proxy: PostgresProxy
  let store: Database
  beforeAll(async () => {
    proxy = await startPostgresProxy(postgres())
    const url = proxy.urlOf(await postgres().createDatabase({ migrated: true }))
    store = await openDatabase(url, { connectMs: WAITED_MS, statementMs: WAITED_MS })
  })
  afterAll(async () => {
    await store.close()
    await proxy.close()
  })

  it('waits for a connection while there is none to be had, and is asked then', async () => {
    await store.ping()
    proxy.leadTo('/nobody listens here')
    let isDone = false
    // One that may be repeated: it may meet the old connection before its end is noticed.
    const asked = createAttempts(store.db)
      .lockState('anybody')
      .then(() => {
        isDone = true
      })
    for (let refused = 0; refused < 3; refused++) await proxy.connected()
    expect(isDone).toBe(false)
    proxy.leadTo(postgres().socket)
    await asked
  })

  it('whose connection breaks in the middle is asked once more where that does nothing twice', async () => {
    const attempts = createAttempts(store.db)
    const owner = { brand: 'rheinnetz', ref: 'unknown:somebody', sims: null }
    const attempt = {
      token: 'once',
      subject: 'unknown:somebody',
      credential: 'pin',
      ownSubject: null,
      owner,
      line: null,
    } as const
    const reset = proxy.resetAfter('rufpass_pin_rows')
    expect(await attempts.reserve(attempt)).toMatchObject({ kind: 'reserved', ordinal: 1 })
    await reset
    expect(await attempts.reserve(attempt)).toEqual({ kind: 'repeated' })
    expect((await attempts.lockState(attempt.subject)).consecutive).toBe(1)
  })

  it('and is not asked again where it would', async () => {
    const events = createEventLog(store.db)
    const event = { kind: 'end', callId: 'CA1', brand: 'b', ref: null, actor: 'caller', facts: {} } as const
    await events.append(event)
    const reset = proxy.resetAfter('rufpass_event')
    await expect(events.append(event)).rejects.toMatchObject({ name: 'StoreUnreachable' })
    await reset
  })
})

/** As many as the pool has. */
const CONNECTIONS = 10

describePostgres('an answer', (postgres) => {
  it('that has arrived counts, although we were too busy to read it, and so does the connection that it sets free', async () => {
    const url = await postgres().createDatabase({ migrated: true })
    const limits = { connectMs: 3_000, statementMs: 3_000 }
    const store = await openDatabase(url, limits)
    const many = <T>(count: number, statement: RawBuilder<T>) =>
      Promise.all(Array.from({ length: count }, () => statement.execute(store.db)))
    await many(CONNECTIONS, sql`SELECT pg_sleep(0.3)`)
    const asked = many(CONNECTIONS + 1, sql<{ n: number }>`SELECT 4711 AS n, pg_sleep(0.3)`)
    const late = performance.now() + limits.statementMs + 500
    // All that is asked has gone out when the loop comes to this; Postgres still sleeps.
    await new Promise((resolve) => setImmediate(resolve))
    const answered = `SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND query LIKE 'SELECT 4711%'`
    const count = () => Number(execFileSync('psql', [url, '-Atc', answered], { encoding: 'utf8' }))
    while (performance.now() < late || count() < CONNECTIONS);
    expect((await asked).map(({ rows }) => rows[0]?.n)).toEqual(Array(CONNECTIONS + 1).fill(4711))
    await store.close()
  })
})

describePostgres('no connection', (postgres) => {
  it.each([
    ['postgres://postgres@127.0.0.1:1/any', /^The database cannot be reached \(ECONNREFUSED\): check DATABASE_URL/],
    ['/nobody', /^The database refuses the connection \(3D000\): check user, password and database name/],
  ])('at %s is said with what to look at', async (place, sentence) => {
    const url = place.startsWith('/')
      ? (await postgres().createDatabase({ migrated: false })).replace(/\/[^/?]+(?=\?)/, place)
      : place
    await expect(openDatabase(url)).rejects.toMatchObject({
      name: 'StoreUnreachable',
      message: expect.stringMatching(sentence),
    })
  })
})
