/**
 * Stores as earlier versions left them (`upgrade/*.sql`), brought up to date and served: what was proved, locked, rested,
 * reported and told before still is. `npm run fixture` adds one; those that are here stay as they are.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { accountSubject } from '../../src/auth/subjects.ts'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import { openDatabase } from '../../src/store/database.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { refOf } from '../support/customers.ts'
import { keptCluster } from '../support/kept-cluster.ts'
import { phone } from '../support/phone-call.ts'
import { describePostgres } from '../support/stores.ts'
import * as cast from './upgrade/cast.ts'

const folder = join(import.meta.dirname, 'upgrade')
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.sql'))

describe.each(fixtures)('the store of %s', (fixture) => {
  const statements = readFileSync(join(folder, fixture), 'utf8')

  describe('on PGlite', () => {
    const dir = mkdtempSync(join(tmpdir(), 'rufpass-upgrade-'))
    afterAll(() => rmSync(dir, { recursive: true }))
    isServed(async () => {
      const store = join(dir, 'db')
      const lite = await PGlite.create({ dataDir: store, loadDataDir: await keptCluster(), extensions: { btree_gist } })
      await lite.exec(statements)
      await lite.close()
      return { filled: store, fresh: 'memory:' }
    })
  })

  describePostgres('served', (postgres) => {
    isServed(async () => {
      const filled = await postgres().createDatabase({ migrated: false })
      const client = new pg.Client({ connectionString: filled })
      await client.connect()
      await client.query(statements)
      await client.end()
      return { filled, fresh: await postgres().createDatabase({ migrated: false }) }
    })
  })
})

/** @param fill gives the address of a store with the fixture in it, and that of an empty one. */
function isServed(fill: () => Promise<{ filled: string; fresh: string }>): void {
  let app: TestApp
  let fresh: string
  beforeAll(async () => {
    const stores = await fill()
    fresh = stores.fresh
    app = await openApp({ database: stores.filled, customers: 'none', settings: cast.keys, start: cast.MOMENT })
  })
  afterAll(() => app.close())

  const levelOf = async (brand: string, number: string, secret: string): Promise<number | undefined> => {
    const call = phone(app, { brand })
    await call.toPin(number)
    await call.key(secret)
    return (await app.deps.live.calls.get(call.sid))?.assurance.level
  }
  const lockOf = async ({ brand, number }: typeof cast.verified) =>
    app.deps.attempts.lockState(accountSubject(brand, await refOf(app.deps.database.db, number, brand)))

  it('has the tables of a new one', async () => {
    const other = await openDatabase(fresh)
    try {
      expect(await schemaOf(app.deps.database.db)).toEqual(await schemaOf(other.db))
    } finally {
      await other.close()
    }
  })

  it('verifies a caller by the PIN of then, and shows the agents what happened', async () => {
    const { brand, number, pin } = cast.verified
    const call = phone(app, { brand })
    await call.toPin(number)
    await call.key(pin)
    expect(await app.context(call.sid)).toMatchObject({
      assurance: { level: 2, method: 'pin' },
      account: { customerNumber: number },
      incidents: [cast.incident],
    })
  })

  it('keeps the locks', async () => {
    for (const { brand, number, pin } of [cast.lockedForGood, cast.lockedForNow])
      expect(await levelOf(brand, number, pin)).toBe(1)
    expect(await lockOf(cast.lockedForGood)).toMatchObject({ consecutive: 10, hardLocked: true })
    expect(await lockOf(cast.lockedForNow)).toMatchObject({ consecutive: 3, lockedUntil: '2100-01-01T00:00:00.000Z' })
  })

  it('keeps a ticket with its note, and says its notice', async () => {
    const { brand, number, pin } = cast.reporter
    const call = phone(app, { brand })
    expect(await call.ring()).toContain(cast.notice.texts.de)
    await call.key('1')
    await call.key(number)
    await call.key(pin)
    const { reportedAt, ...ticket } = cast.ticket
    const kept = { ...ticket, reportedAt, open: true, notes: [{ agent: cast.agent.name, text: cast.note }] }
    expect((await app.context(call.sid)).tickets).toMatchObject([kept])
  })

  it('signs an agent in, and not an agent who was disabled', async () => {
    const signIn = async (name: string) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name, password: cast.agent.password })
      return (await fetch(`http://127.0.0.1:${app.port}/desk/api/sign-in`, { method: 'POST', headers, body })).status
    }
    expect(await signIn(cast.agent.name)).toBe(200)
    expect(await signIn(cast.disabledAgent)).toBe(401)
  })

  it('keeps who waited, in a journal that holds', async () => {
    const check = createJournalCheck()
    const lines = await app.deps.floorStore.journal({ after: 0, limit: 1_000 })
    for (const line of lines) check.take(line)
    expect(lines[0]).toMatchObject({ kind: 'joined', queue: 'rheinnetz.bill' })
    expect(check.report()).toMatchObject({ overtakings: [], notWaiting: [] })
  })

  it('lets the PUK of a SIM that was swapped rest as long as it would have', async () => {
    const { brand, number, now, restsMs } = cast.swapped
    expect(await levelOf(brand, number, now.puk)).toBe(1)
    app.clock.turnTo(new Date(cast.MOMENT.getTime() + restsMs + 3_600_000).toISOString())
    expect(await levelOf(brand, number, now.puk)).toBe(2)
  })
}

/** Columns, constraints, indexes and triggers. The order of columns may differ after an upgrade; nothing asks for it. */
async function schemaOf(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    ORDER BY 1`.execute(db)
  return rows.map(({ line }) => line)
}
