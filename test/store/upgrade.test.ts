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
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import { createJournalCheck } from '../../src/floor/journal-check.ts'
import { openDatabase } from '../../src/store/database.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { refOf } from '../support/customers.ts'
import { keptCluster } from '../support/kept-cluster.ts'
import { phone } from '../support/phone-call.ts'
import { describeEmbedded, describePostgres } from '../support/stores.ts'
import * as cast from './upgrade/cast.ts'

const folder = join(import.meta.dirname, 'upgrade')
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.sql'))

/** A customer of the stores of then whose contract was over. */
const over = { brand: 'rheinnetz', number: '900000017' }

/**
 * What the stores of then could have, and have not: the SIMs of `swapped` were tried 4 and 5 times, each with a counter of its own; `verified`
 * and `over` have a contract, an e-mail address and a phone number.
 */
const more = `
  INSERT INTO public.pin_state (subject, tries, consecutive, failures)
  SELECT 'account:' || brand || '/' || ref || '/sim/' || id, n, n, array_fill(now(), ARRAY[n::integer]) FROM (
    SELECT account.brand, ref, sim.id, 3 + row_number() OVER (ORDER BY sim.id) AS n
    FROM public.sim JOIN public.account USING (ref) WHERE customer_number = '${cast.swapped.number}'
  ) AS each ON CONFLICT DO NOTHING;
  INSERT INTO public.account (ref, brand, customer_number, name, language)
  VALUES ('a customer whose contract is over', '${over.brand}', '${over.number}', 'Bo Beispiel', 'de');
  INSERT INTO public.identifier (brand, value, kind, ref)
  SELECT brand, customer_number, 'customer_number', ref FROM public.account WHERE customer_number = '${over.number}';
  UPDATE public.account SET email = 'a@b.example' WHERE customer_number IN ('${cast.verified.number}', '${over.number}');
  INSERT INTO public.identifier (brand, value, kind, ref, valid_to)
  SELECT brand, '1' || customer_number, 'contract_number', ref,
    CASE customer_number WHEN '${over.number}' THEN '2026-01-01T00:00:00Z'::timestamptz END
  FROM public.account WHERE customer_number IN ('${cast.verified.number}', '${over.number}');
  INSERT INTO public.identifier (brand, value, kind, ref)
  SELECT brand, '49' || customer_number, 'phone_number', ref
  FROM public.account WHERE customer_number IN ('${cast.verified.number}', '${over.number}');`

describe.each(fixtures)('the store of %s', (fixture) => {
  const statements = readFileSync(join(folder, fixture), 'utf8') + more

  describeEmbedded('served', () => {
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

  it('counts the tries of all SIMs of an account in one counter, and lifts nothing by that', async () => {
    const { brand, number } = cast.swapped
    const { db } = app.deps.database
    const account = accountSubject(brand, await refOf(db, number, brand))
    expect(await app.deps.attempts.lockState(simsSubject(account, 'puk'))).toMatchObject({ consecutive: 5, total: 9 })
    const others = await db.selectFrom('pin_state').select('subject').where('subject', 'like', '%/sim/%').execute()
    expect(others).toEqual([])
  })

  it('makes a contract of each contract number, and ends what reached a customer whose last one is over', async () => {
    const { db } = app.deps.database
    const reached = async ({ brand, number }: typeof over) => {
      const found = await app.deps.source.context(brand, await refOf(db, number, brand), cast.MOMENT)
      return found?.contacts.map(({ kind, source, validTo }) => [kind, source, validTo])
    }
    const on = cast.verified
    expect(await reached(on)).toEqual(['phone_number', 'email'].map((kind) => [kind, `1${on.number}`, null]))
    const ended = '2026-01-01T00:00:00.000Z'
    expect(await reached(over)).toEqual(['phone_number', 'email'].map((kind) => [kind, `1${over.number}`, ended]))
    const found = await app.deps.source.find(
      { brand: over.brand, value: over.number, kinds: ['customer_number'] },
      cast.MOMENT,
    )
    expect(found).toMatchObject({ kind: 'found', account: { ended } })
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
