/** How the database answers is told, each statement once, to what counts. */
import { expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase } from '../../src/store/database.ts'
import { openPool } from '../../src/store/pool.ts'
import { anyStore, PATIENT } from '../support/any-store.ts'
import { freePort } from '../support/free-port.ts'

it('is done, or refused by a rule of the database', async () => {
  const store = await anyStore(null)
  const heard: string[] = []
  const { db, close } = await openDatabase(store.url, PATIENT, undefined, (result, ms) => {
    expect(ms).toBeGreaterThanOrEqual(0)
    heard.push(result)
  })
  try {
    await sql`SELECT 1`.execute(db)
    await expect(sql`SELECT FROM nothing_of_this_name`.execute(db)).rejects.toThrow('does not exist')
    // Before each it waits for a connection.
    expect(heard).toEqual(['waited', 'ok', 'waited', 'refused'])
  } finally {
    await close()
    await store.drop()
  }
})

it('is unreachable where no connection is to be had', async () => {
  const heard: string[] = []
  const pool = openPool(
    { host: '127.0.0.1', port: await freePort(), user: 'nobody', database: 'none' },
    { connectMs: 0, hears: (result) => heard.push(result) },
  )
  await expect(pool.connect()).rejects.toThrow('cannot be reached')
  await pool.end()
  expect(heard).toEqual(['unreachable'])
})
