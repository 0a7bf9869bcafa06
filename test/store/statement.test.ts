import { beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { createAttempts } from '../../src/store/attempts.ts'
import type { Database } from '../../src/store/database.ts'
import { statement } from '../../src/store/statement.ts'
import { describeStores } from '../support/stores.ts'
import { pinTry } from '../support/tries.ts'

const twice = statement<{ doubled: number }>('test_twice', 'SELECT 2 * $1::integer AS doubled')

describeStores('statements of every call', (open) => {
  let store: Database

  beforeAll(async () => {
    store = await open()
  })

  async function prepared(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`SELECT name FROM pg_prepared_statements ORDER BY name`.execute(
      store.db,
    )
    return rows.map((row) => row.name)
  }

  it('are prepared once on a connection and take their values each time', async () => {
    for (const n of [1, 2, 3]) expect(await twice(store.db, [n])).toEqual([{ doubled: 2 * n }])
    expect((await prepared()).filter((name) => name === 'rufpass_test_twice')).toHaveLength(1)
  })

  it('are those of a PIN try, and no others', async () => {
    const attempts = createAttempts(store.db)
    await attempts.lockState('account:prepared')
    const attempt = pinTry('account:prepared')
    await attempts.settle(attempt, await attempts.reserve(attempt), 'right', null)
    const names = await prepared()
    expect(names).toEqual(expect.arrayContaining(['rufpass_pin_close', 'rufpass_pin_rows', 'rufpass_pin_spend']))
    expect(names.filter((name) => !name.startsWith('rufpass_'))).toEqual([])
  })

  it('run in a transaction as any other, and are rolled back with it', async () => {
    const insert = statement('test_insert', 'INSERT INTO pin_state (subject) VALUES ($1)')
    const rolledBack = store.db.transaction().execute(async (trx) => {
      await insert(trx, ['account:rolled-back'])
      throw new Error('roll back')
    })
    await expect(rolledBack).rejects.toThrow('roll back')
    const count = store.db.selectFrom('pin_state').select('subject').where('subject', '=', 'account:rolled-back')
    expect(await count.execute()).toEqual([])
  })
})
