/**
 * `npm run fixture`: writes a store of today's schema, with the cast in it, beside this file; its name is that of the newest
 * step of the database. What is in it was written by the code that serves calls. Needs Debian's Postgres.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { accountSubject } from '../../../src/auth/subjects.ts'
import { rulesOf } from '../../../src/hotlines/hotlines.ts'
import type { Column } from '../../../src/store/import/columns.ts'
import { createIncidents } from '../../../src/store/incidents.ts'
import { addTickets } from '../../../src/store/tickets.ts'
import { openApp, type TestApp } from '../../support/app.ts'
import { csv, file, importFile, line, refOf } from '../../support/customers.ts'
import { wrongPin } from '../../support/people.ts'
import { phone } from '../../support/phone-call.ts'
import { startPostgres } from '../../support/postgres.ts'
import { postgresBinary } from '../../support/postgres-cluster.ts'
import { pass } from '../../support/tries.ts'
import * as cast from './cast.ts'

const HOURS_BETWEEN_TRIES = 25
const TRIES_UNTIL_LOCKED_FOR_GOOD = 10
/** A lock that every later test finds. */
const LONG = '2100-01-01T00:00:00Z'

/** Plain SQL that any Postgres takes: no owners, no rights, and a row a line. */
const DUMP = ['--no-owner', '--no-privileges', '--inserts', '--column-inserts']

const folder = 'test/store/upgrade'
const postgres = await startPostgres()
try {
  const url = await postgres.createDatabase({ migrated: true })
  const app = await openApp({ database: url, customers: 'none', settings: cast.keys, start: cast.MOMENT })
  try {
    await customers(app)
    await mattersAndNotices(app)
    await agents(app)
    await tries(app)
    await aCallerWaits(app)
  } finally {
    await app.close()
  }
  const name =
    readdirSync('src/store/migrations')
      .filter((step) => /^\d/.test(step))
      .sort()
      .at(-1) ?? ''
  const to = join(folder, `${basename(name, '.ts')}.sql`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    to,
    readable(execFileSync(postgresBinary('pg_dump') ?? 'pg_dump', [...DUMP, url], { encoding: 'utf8' })),
  )
  console.log(`${to} is written. Run npm run test:unit -- test/store/upgrade, and commit it.`)
} finally {
  await postgres.stop()
}

async function imported({ deps, clock }: TestApp, cells: Partial<Record<Column, string>>[]): Promise<void> {
  const { bad } = await importFile(deps.database.db, file(csv(cells.map((each) => line(each)))), {
    brands: rulesOf(deps.hotlines),
    verifier: deps.verifier,
    now: clock.now,
  })
  if (bad > 0) throw new Error('the cast could not be imported')
}

async function customers(app: TestApp): Promise<void> {
  const { verified, lockedForGood, lockedForNow, reporter, swapped } = cast
  const people = [verified, lockedForGood, lockedForNow, reporter]
  const withSim = { brand: swapped.brand, customer_number: swapped.number, pin: '5083' }
  await imported(
    app,
    people.map(({ brand, number, pin }) => ({ brand, customer_number: number, pin })),
  )
  for (const { sim, puk } of [swapped.old, swapped.now])
    await imported(app, [{ ...withSim, sim_numbers: sim, puks: puk }])
}

async function mattersAndNotices({ deps, clock }: TestApp): Promise<void> {
  const { verified, reporter, ticket, note, notice, incident } = cast
  const [db, at] = [deps.database.db, clock.now()]
  const { number, topic, reportedAt } = ticket
  const { brand, number: customerNumber } = reporter
  await addTickets(db, [{ brand, number, customerNumber, topic, reportedAt: new Date(reportedAt), open: true }])
  const ref = await refOf(db, customerNumber, brand)
  const written = { text: note, goesTo: null, closes: false }
  const { name: author } = cast.agent
  const of = { assignment: '-', callId: '-', brand, ref, topic, author, agent: author, newNumber: () => number, at }
  await deps.floorStore.save([], { leaving: { ...of, written } })
  await deps.notices.set({ ...notice, topic: null, until: null }, 'make', at)
  const incidents = createIncidents(db)
  await incidents.open({ brand: verified.brand, ...incident }, 'make', at)
  const touched = [{ line: 1, customerNumber: verified.number }]
  const place = { brand: verified.brand, name: incident.name }
  await incidents.mark(place, all([touched]), { actor: 'make', at, skipUnknown: false, onUnknown: () => {} })
}

async function* all<Batch>(batches: Batch[]): AsyncGenerator<Batch> {
  yield* batches
}

async function agents({ deps }: TestApp): Promise<void> {
  for (const name of [cast.agent.name, cast.disabledAgent]) {
    const rights = { role: 'agent', brands: ['rheinnetz'], topics: ['bill'], languages: ['de'] } as const
    await deps.agents.add({ name, displayName: name, phone: `client:${name}`, ...rights }, cast.agent.password)
  }
  await deps.agents.disable(cast.disabledAgent)
}

async function tries(app: TestApp): Promise<void> {
  const { db } = app.deps.database
  const subjectOf = async ({ brand, number }: typeof cast.verified) =>
    accountSubject(brand, await refOf(db, number, brand))
  const [good, now] = [await subjectOf(cast.lockedForGood), await subjectOf(cast.lockedForNow)]
  for (let n = 1; n <= TRIES_UNTIL_LOCKED_FOR_GOOD; n++) {
    await wrong(app, cast.lockedForGood, n)
    // As if it had come from a trusted line: strangers alone do not come so far.
    await db
      .updateTable('pin_state')
      .set({ stranger_consecutive: 0, stranger_failures: [] })
      .where('subject', '=', good)
      .execute()
    await pass(db, HOURS_BETWEEN_TRIES, good)
  }
  for (let n = 1; n <= 3; n++) await wrong(app, cast.lockedForNow, n)
  await db
    .updateTable('pin_state')
    .set({ locked_until: new Date(LONG) })
    .where('subject', '=', now)
    .execute()
}

async function wrong(app: TestApp, { brand, number, pin }: typeof cast.verified, n: number): Promise<void> {
  const call = phone(app, { brand })
  await call.toPin(number)
  await call.key(wrongPin(pin, n))
  await call.hangUp()
}

/** Verified, and in the queue: an event, a place, and a line of the journal. */
async function aCallerWaits(app: TestApp): Promise<void> {
  const call = phone(app, { brand: cast.verified.brand })
  await call.toPin(cast.verified.number)
  await call.key(cast.verified.pin)
  if ((await app.waiting()).length !== 1) throw new Error('nobody waits')
}

/** Without comments, settings of the session and commands of psql, for any client to run as it is. */
function readable(dump: string): string {
  const kept = dump.split('\n').filter((each) => !/^(--|\\|SET |SELECT pg_catalog\.set_config)/.test(each))
  return `${kept
    .join('\n')
    .replace(/\n{2,}/g, '\n\n')
    .trim()}\n`
}
