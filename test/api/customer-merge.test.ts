/** Two accounts of one customer made one, by the API and heard on the telephone: never a way round a lock or a rest. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { csv, dump, empty, file, importFile, line, refOf } from '../support/customers.ts'
import { phone } from '../support/phone-call.ts'

const HOUR = 3_600_000
const stays = { number: '53999998', pin: '5083', contract: '70012345678', phone: '+491713920077' }
const goes = { number: '53999997', pin: '7304', contract: '70012345679', phone: '+491713920078' }
const SIM = { number: '8949039200530629436', puk: '27183641' }
const reason = 'Two accounts of one customer'

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'none' })
})
afterAll(() => app.close())
beforeEach(async () => {
  app.clock.turnTo('2026-06-01T10:00:00.000Z')
  await empty(app.deps.database.db)
  await app.deps.database.db.deleteFrom('pin_state').execute()
  const lines = [stays, goes].map(({ number, pin, contract, phone: phone_numbers }) => ({
    customer_number: number,
    pin,
    contract_numbers: contract,
    phone_numbers,
    ...(number === goes.number && { sim_numbers: SIM.number, puks: SIM.puk }),
  }))
  await imported(...lines)
  app.clock.turn(30 * 24 * HOUR)
})

async function imported(...lines: Parameters<typeof line>[0][]): Promise<void> {
  const written = file(csv(lines.map((each) => line({ brand: 'alpenfunk', ...each }))))
  const options = { brands: rulesOf(app.deps.hotlines), verifier: cheapMaker(app.deps.keys.pin), now: app.clock.now }
  expect((await importFile(app.deps.database.db, written, options)).bad).toBe(0)
}

async function merge(body: object, number = stays.number, brand = 'alpenfunk') {
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/${brand}/${number}/merge`
  const sent = { other_number: goes.number, at: app.clock.now().toISOString(), reason, ...body }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(sent) })
  return { status: response.status, body: await response.json() }
}

async function tried(by: string, secret: string, brand = 'alpenfunk') {
  const call = phone(app, { brand })
  await call.toPin(by)
  await call.key(secret)
  const { account, assurance } = await app.context(call.sid)
  await call.hangUp()
  return [account?.customerNumber ?? null, assurance.level]
}

const subjectOf = async ({ number }: { number: string }) =>
  accountSubject('alpenfunk', await refOf(app.deps.database.db, number, 'alpenfunk'))

it('leads by every number to the one that stays, by its PIN alone, twice as once', async () => {
  const at = app.clock.now().toISOString()
  expect(await tried(goes.number, goes.pin)).toEqual([goes.number, 2])
  expect(await merge({ at })).toEqual({ status: 200, body: { changed: true } })
  const once = await dump(app.deps.database.db)
  expect(await merge({ at })).toEqual({ status: 200, body: { changed: false } })
  expect(await dump(app.deps.database.db)).toBe(once)
  for (const by of [stays.number, stays.contract, goes.contract, SIM.number, '01713920077'])
    expect([by, await tried(by, stays.pin)]).toEqual([by, [stays.number, 2]])
  expect(await tried(goes.contract, goes.pin)).toEqual([stays.number, 1])
  expect(await tried(goes.number, goes.pin)).toEqual([null, 0])
  const events = (await app.deps.events.read({ limit: 10_000 })).filter(({ facts }) => /^merge/.test(`${facts.act}`))
  expect(events.map(({ ref, facts: { act, changed } }) => [act, changed, ref]).slice(0, 2)).toEqual([
    ['merge', true, await refOf(app.deps.database.db, stays.number, 'alpenfunk')],
    ['merged', true, await refOf(app.deps.database.db, goes.number, 'alpenfunk')],
  ])
})

it('leaves nothing to be verified by the other PIN, also where a brand verifies for what is left to do after the end', async () => {
  const brand = 'sternmobil'
  const [one, other] = ['20990017', '20990018']
  await imported(
    { brand, customer_number: one, pin: stays.pin, contract_numbers: stays.contract },
    { brand, customer_number: other, pin: goes.pin, contract_numbers: goes.contract },
  )
  expect(await tried(other, goes.pin, brand)).toEqual([other, 2])
  expect((await merge({ other_number: other }, one, brand)).body).toEqual({ changed: true })
  expect((await tried(other, goes.pin, brand))[1]).not.toBe(2)
  expect(await tried(one, stays.pin, brand)).toEqual([one, 2])
})

it('ends a number with its contract, as before', async () => {
  await merge({})
  app.clock.turn(73 * HOUR)
  expect(await tried('01713920078', stays.pin)).toEqual([stays.number, 2])
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const end = { kind: 'contract_end', contract_number: goes.contract, at: app.clock.now().toISOString(), reason }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/alpenfunk/${stays.number}/events`
  expect((await fetch(url, { method: 'POST', headers, body: JSON.stringify(end) })).status).toBe(200)
  expect(await tried(goes.contract, stays.pin)).toEqual([null, 0])
  expect(await tried(stays.contract, stays.pin)).toEqual([stays.number, 2])
})

it('lets the PUK of a SIM that came with it rest, when it is told again', async () => {
  await merge({})
  expect(await tried(SIM.number, SIM.puk)).toEqual([stays.number, 1])
  await imported({
    customer_number: stays.number,
    contract_numbers: `${stays.contract}|${goes.contract}`,
    phone_numbers: stays.phone,
    sim_numbers: SIM.number,
    puks: SIM.puk,
  })
  expect(await tried(SIM.number, SIM.puk)).toEqual([stays.number, 1])
  app.clock.turn(73 * HOUR)
  expect(await tried(SIM.number, SIM.puk)).toEqual([stays.number, 2])
})

it.each([
  [stays, goes],
  [goes, stays],
])('keeps the higher count and the stricter lock, whichever of the two has it', async (locked, free) => {
  const { db } = app.deps.database
  const since = new Date('2026-01-02T00:00:00Z')
  const [strict, mild] = [await subjectOf(locked), await subjectOf(free)]
  const failures = Array.from({ length: 7 }, () => since)
  await db
    .insertInto('pin_state')
    .values([
      {
        subject: strict,
        tries: 9,
        consecutive: 7,
        failures,
        locked_until: new Date('2100-01-01'),
        operator_locked: since,
      },
      { subject: simsSubject(strict, 'puk'), tries: 3, consecutive: 3, locked_until: null, hard_locked: true },
      { subject: simsSubject(mild, 'puk'), tries: 1, consecutive: 1, locked_until: null },
      { subject: mild, tries: 4, consecutive: 2, failures: [since], locked_until: new Date('2099-01-01') },
    ])
    .execute()
  await merge({})
  const own = await db
    .selectFrom('pin_state')
    .selectAll()
    .where('subject', '=', await subjectOf(stays))
    .execute()
  expect(own).toMatchObject([
    { consecutive: 7, failures, locked_until: new Date('2100-01-01'), operator_locked: since, hard_locked: false },
  ])
  const puk = simsSubject(await subjectOf(stays), 'puk')
  const ofSims = await db.selectFrom('pin_state').selectAll().where('subject', '=', puk).execute()
  expect(ofSims).toMatchObject([{ consecutive: 3, hard_locked: true }])
  expect(await tried(stays.number, stays.pin)).toEqual([stays.number, 1])
})

it.each([
  ['itself', { other_number: stays.number }, 'other_number', 'itself'],
  ['nobody', { other_number: '53999999' }, 'other_number', 'no_customer'],
  ['what is no number', { other_number: 'x' }, 'other_number', 'invalid_format'],
  ['a day that is yet to come', { at: '2199-01-01T00:00:00Z' }, 'at', 'not_yet'],
])('is refused with %s, and changes nothing', async (_what, body, field, rule) => {
  const before = await dump(app.deps.database.db)
  const refused = await merge(body)
  expect([refused.status, refused.body.errors]).toMatchObject([400, [{ field, rule }]])
  expect(await dump(app.deps.database.db)).toBe(before)
})

it('is refused into an account that is over, and while the other has an open ticket', async () => {
  const { db } = app.deps.database
  const ref = await refOf(db, goes.number, 'alpenfunk')
  const ticket = { brand: 'alpenfunk', number: '4711', ref, topic: 'bill', reported_at: app.clock.now(), open: true }
  await db.insertInto('ticket').values(ticket).execute()
  expect((await merge({})).body.errors).toMatchObject([{ rule: 'open_tickets' }])
  await db.deleteFrom('ticket').execute()
  await db.updateTable('account').set({ ends: app.clock.now() }).where('customer_number', '=', stays.number).execute()
  expect((await merge({})).body.errors).toMatchObject([{ rule: 'over' }])
})
