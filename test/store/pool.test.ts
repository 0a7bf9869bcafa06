/** What becomes of a statement, and of the next one, when a connection breaks. That the process goes on: `test/rufpass`. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'
import { describePostgres } from '../support/stores.ts'

const SLOW = 120_000
const LOST = /^The connection to the database was lost \((.*)\)\. Do it again when the database answers\.$/

describePostgres('a connection that breaks', (postgres) => {
  let proxy: PostgresProxy
  let store: Database

  beforeAll(async () => {
    proxy = await startPostgresProxy(postgres())
    const url = proxy.urlOf(await postgres().createDatabase({ migrated: true }))
    store = await openDatabase(url, { connectMs: 20_000, statementMs: 2_000 })
  }, SLOW)
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
