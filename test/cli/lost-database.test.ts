/** Commands whose database goes away: a sentence, exit code 1, and the same command again goes on. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { freshKeys } from '../../src/config/keys.ts'
import { commandsOfOneProcess } from '../support/command.ts'
import { csv, file, line } from '../support/customers.ts'
import { type PostgresProxy, startPostgresProxy } from '../support/postgres-proxy.ts'
import { describePostgres } from '../support/stores.ts'

const { PIN_KEYS, SUBJECT_KEY } = freshKeys()
const rufpass = commandsOfOneProcess()
const STACK = /^\s+at /m

describePostgres('a command whose connection is reset', (postgres) => {
  let proxy: PostgresProxy
  beforeAll(async () => {
    proxy = await startPostgresProxy(postgres())
  })
  afterAll(() => proxy.close())

  it('while it imports says how far it came, and goes on there when it is run again', async () => {
    const lines = Array.from({ length: 450 }, (_, n) =>
      line({ brand: 'sternmobil', customer_number: String(10_000_000 + n) }),
    )
    const name = file(csv(lines))
    const DATABASE_URL = proxy.urlOf(await postgres().createDatabase({ migrated: true }))
    const settings = { DATABASE_URL, PIN_KEYS, SUBJECT_KEY }
    const reset = proxy.resetAfter('insert into "account"', 2)
    const broken = await rufpass(['accounts', 'import', name], settings)
    expect(broken).toMatchObject({ code: 1, out: '' })
    expect(broken.err).toMatch(
      /customers\.csv was not imported beyond 200 lines\. The connection to the database was lost \(\w+\)\. Do it again when the database answers\. The same command goes on where this one stopped\.\n$/,
    )
    expect(broken.err).not.toMatch(STACK)
    await reset
    expect(await rufpass(['accounts', 'import', name], settings)).toEqual({
      code: 0,
      out: '450 lines: 250 new, 0 changed, 200 as before, 0 bad.\n',
      err: '',
    })
  })

  it('while it brings the database up to date says so, and does the whole of it when it is run again', async () => {
    const DATABASE_URL = proxy.urlOf(await postgres().createDatabase({ migrated: false }))
    const settings = { DATABASE_URL, PIN_KEYS, SUBJECT_KEY }
    const reset = proxy.resetAfter('CREATE TABLE incident')
    const broken = await rufpass(['events', 'list'], settings)
    expect(broken).toMatchObject({ code: 1, out: '' })
    expect(broken.err).toMatch(/^The connection to the database was lost \(\w+\)\. Do it again [^\n]*\n$/)
    await reset
    expect(await rufpass(['events', 'list'], settings)).toEqual({ code: 0, out: '', err: '' })
  })
})
