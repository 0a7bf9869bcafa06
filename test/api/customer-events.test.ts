/** What a system tells of customers between two files, over real HTTP and heard on the telephone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { csv, dump, empty, file, importFile, line, refOf } from '../support/customers.ts'
import { phone } from '../support/phone-call.ts'

const OWN_LINE = '+491713920077'
const NUMBER = '53999998'
const CONTRACT = '70012345678'
const SIM = '8949039200530629436'
const NEW_SIM = '8949039200539999996'
const PIN = '5083'
const reason = 'Told by the network'
const account = { brand: 'alpenfunk', customer_number: NUMBER, pin: PIN, sim_numbers: SIM, phone_numbers: OWN_LINE }

let app: TestApp
let secret: string
beforeAll(async () => {
  app = await openApp({ customers: 'none' })
  const budget = { perHour: 1_000, perDay: 1_000 }
  const token = { name: 'network', brands: ['alpenfunk'], acts: ['change_customers'], budget } as const
  secret = (await app.deps.tokens.add(token, 'cli')) ?? ''
})
afterAll(() => app.close())
beforeEach(async () => {
  const { db } = app.deps.database
  await empty(db)
  const written = file(csv([line({ ...account, contract_numbers: CONTRACT, email: 'old@b.example' })]))
  const options = { brands: rulesOf(app.deps.hotlines), verifier: cheapMaker(app.deps.keys.pin), now: app.clock.now }
  expect((await importFile(db, written, options)).bad).toBe(0)
  app.clock.turn(30 * 86_400_000)
})

async function tell(event: object, { by = secret, number = NUMBER, brand = 'alpenfunk' } = {}) {
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/${brand}/${number}/events`
  const at = app.clock.now().toISOString()
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ at, reason, ...event }) })
  return { status: response.status, body: await response.json() }
}

/** Who is found by this number at the telephone, as far as the PIN, and with which level. */
async function levelBy(by: string): Promise<number | undefined> {
  const call = phone(app, { brand: 'alpenfunk', from: OWN_LINE })
  await call.toPin(by)
  await call.key(PIN)
  const level = (await app.deps.live.calls.get(call.sid))?.assurance.level
  await call.hangUp()
  await app.deps.database.db.deleteFrom('pin_state').execute()
  return level
}

describe('an event by the API', () => {
  it('ports a number out, once however often it is told, and the number leads to nobody', async () => {
    expect(await levelBy('01713920077')).toBe(2)
    const at = app.clock.now().toISOString()
    const gone = { kind: 'port_out', phone_number: '0171 392 0077', at }
    expect(await tell(gone)).toEqual({ status: 200, body: { changed: true } })
    expect(await tell(gone)).toEqual({ status: 200, body: { changed: false } })
    expect([await levelBy('01713920077'), await levelBy('1')]).toEqual([0, 0])
    expect(await levelBy(NUMBER)).toBe(2)
    const events = (await app.deps.events.read({ limit: 10_000 })).filter(({ facts }) => facts.act === 'port_out')
    expect(events).toMatchObject(
      [true, false].map((changed) => ({ actor: 'api/network', facts: { at, changed, reason } })),
    )
  })

  it('ports one in, for a contract, and ends it with the contract', async () => {
    const ported = '01713920078'
    expect(
      await tell({ kind: 'port_in', phone_number: ported, contract_number: CONTRACT, sim_number: SIM }),
    ).toMatchObject({ status: 200 })
    app.clock.turn(73 * 3_600_000)
    expect(await levelBy(ported)).toBe(2)
    expect(await tell({ kind: 'contract_end', contract_number: CONTRACT })).toMatchObject({ body: { changed: true } })
    expect(await levelBy(ported)).toBe(0)
  })

  it('confirms an address, and that one stands first', async () => {
    const at = '2026-07-01T10:00:00+02:00'
    await tell({ kind: 'address_confirmed', contact: 'email', value: ' new@b.example ', at })
    const { db } = app.deps.database
    const rows = await db
      .selectFrom('contact')
      .select(['value', 'confirmed'])
      .where('confirmed', 'is not', null)
      .execute()
    expect(rows).toEqual([{ value: 'new@b.example', confirmed: new Date(at) }])
  })

  it.each([
    ['a kind that there is not', { kind: 'fly' }, 'kind', /one of port_in, port_out, sim_change/],
    ['no moment', { kind: 'port_out', phone_number: OWN_LINE, at: undefined }, 'at', /2026-11-30T00:00:00\+01:00/],
    [
      'a moment without its offset',
      { kind: 'port_out', phone_number: OWN_LINE, at: '2026-11-30T00:00:00' },
      'at',
      /\+01:00/,
    ],
    ['a year that is a slip', { kind: 'port_out', phone_number: OWN_LINE, at: '0026-11-30T00:00:00Z' }, 'at', /1970/],
    ['no number', { kind: 'port_out' }, 'phone_number', /needed/],
    ['a number that is none', { kind: 'port_out', phone_number: '0171' }, 'phone_number', /country code/],
    [
      'a SIM number with a slip',
      { kind: 'sim_change', sim_number: '8949039200539999997', old_sim_number: null },
      'sim_number',
      /all digits/,
    ],
    ['no SIM before', { kind: 'sim_change', sim_number: NEW_SIM }, 'old_sim_number', /needed/],
    [
      'one SIM twice',
      { kind: 'sim_change', sim_number: NEW_SIM, old_sim_number: NEW_SIM },
      'old_sim_number',
      /no longer used/,
    ],
    ['a contract that is none', { kind: 'contract_end', contract_number: 'x' }, 'contract_number', /digits/],
    [
      'a contract of somebody else',
      { kind: 'contract_end', contract_number: '70012345679' },
      'contract_number',
      /import/,
    ],
    [
      'a SIM of somebody else',
      { kind: 'port_in', phone_number: OWN_LINE, sim_number: NEW_SIM },
      'sim_number',
      /sim_change/,
    ],
    ['an address that is none', { kind: 'address_confirmed', contact: 'email', value: 'x' }, 'value', /a@b.example/],
    ['a field too many', { kind: 'port_out', phone_number: OWN_LINE, force: true }, '(all)', /force/],
    ['no reason', { kind: 'port_out', phone_number: OWN_LINE, reason: undefined }, 'reason', /why/],
  ])('is refused with %s by field, rule and remedy, and changes nothing', async (_what, event, field, remedy) => {
    const before = [await dump(app.deps.database.db), (await app.deps.events.read({ limit: 10_000 })).length]
    const { status, body } = await tell(event)
    expect([status, body.errors]).toEqual([
      400,
      [{ field, rule: expect.any(String), remedy: expect.stringMatching(remedy) }],
    ])
    expect(JSON.stringify(body)).not.toMatch(/894903|713920|700123/)
    expect([await dump(app.deps.database.db), (await app.deps.events.read({ limit: 10_000 })).length]).toEqual(before)
  })

  it('of nobody, of another brand and of none are one answer, and no event', async () => {
    const before = (await app.deps.events.read({ limit: 10_000 })).length
    const gone = { kind: 'port_out', phone_number: OWN_LINE }
    const none = await tell(gone, { number: '53999999' })
    expect(none.status).toBe(404)
    for (const place of [{ brand: 'sternmobil' }, { brand: 'x' }, { number: 'x' }, { brand: 'x', by: API_TOKEN }])
      expect((await tell(gone, place)).body).toEqual(none.body)
    expect((await app.deps.events.read({ limit: 10_000 })).length).toBe(before)
  })

  it('of numbers that the brand does not use says so', async () => {
    const { db } = app.deps.database
    const options = { brands: rulesOf(app.deps.hotlines), verifier: cheapMaker(app.deps.keys.pin), now: app.clock.now }
    await importFile(db, file(csv([line({ brand: 'rheinnetz', customer_number: '407182632' })])), options)
    expect(await refOf(db, '407182632', 'rheinnetz')).toBeTruthy()
    const place = { by: API_TOKEN, brand: 'rheinnetz', number: '407182632' }
    const { body } = await tell({ kind: 'sim_change', sim_number: NEW_SIM, old_sim_number: null }, place)
    expect(body.errors).toMatchObject([{ field: 'sim_number', rule: "'rheinnetz' uses no such numbers" }])
  })
})
