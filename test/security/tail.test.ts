/** Customers whose last contract has ended: verified for what is left to do, for some days, and then strangers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { createStandingClock } from '../support/clock.ts'
import { csv, file, importFile, line } from '../support/customers.ts'
import { phone, queueOf, withoutToken } from '../support/phone-call.ts'

const OWN_LINE = '+491713920077'
const PIN = '5083'
const DAY = 24 * 3_600_000
const ENDED = '2026-06-01T10:00:00.000Z'

let app: TestApp
beforeAll(async () => {
  // It stands: what is asked for is so to the moment, and a busy machine takes seconds for a call.
  app = await openApp({ customers: 'none', clock: createStandingClock() })
  for (const [moment, contracts] of [
    ['2026-01-01T10:00:00.000Z', (of: string) => of],
    [ENDED, () => ''],
  ] as const) {
    app.clock.turnTo(moment)
    const lines = people.map(({ brand, number, contract }) =>
      line({
        brand,
        customer_number: number,
        pin: PIN,
        phone_numbers: OWN_LINE,
        contract_numbers: contracts(contract),
      }),
    )
    const { bad } = await importFile(app.deps.database.db, file(csv(lines)), {
      brands: rulesOf(app.deps.hotlines),
      verifier: cheapMaker(app.deps.keys.pin),
      now: app.clock.now,
    })
    expect(bad).toBe(0)
  }
})
afterAll(() => app.close())

/** `sternmobil` has a tail of 60 days for bills, `alpenfunk` none. */
const people = [
  { brand: 'sternmobil', number: '20990017', contract: '70012345678' },
  { brand: 'alpenfunk', number: '53999998', contract: '70012345679' },
] as const

/** A call about a topic (its key), as far as the right PIN; and that of a stranger, who keys a number that nobody has. */
async function told(after: number, by: string, { brand = 'sternmobil', topic = '1', nobody = '20990018' } = {}) {
  app.clock.turnTo(new Date(Date.parse(ENDED) + after).toISOString())
  const calls = []
  for (const entry of [by, nobody]) {
    await app.deps.database.db.deleteFrom('pin_state').execute()
    const call = phone(app, { brand, from: OWN_LINE })
    await call.ring()
    await call.key(topic)
    const heard = [await call.key(entry), await call.key(PIN)].map(withoutToken)
    const { account, assurance } = await app.context(call.sid)
    calls.push({ heard, level: assurance.level, sees: account?.customerNumber ?? null, queue: queueOf(heard[1] ?? '') })
    await call.hangUp()
  }
  const [own, stranger] = calls
  return { ...own, isStranger: JSON.stringify(own?.heard) === JSON.stringify(stranger?.heard) && own?.level === 0 }
}

describe('a customer whose last contract has ended', () => {
  it.each([
    ['the customer number', '20990017'],
    ['the last contract', '70012345678'],
  ])('is verified by %s for what is left to do, for as many days as the brand gives', async (_by, by) => {
    const served = { level: 2, sees: '20990017', queue: 'sternmobil.bill', isStranger: false }
    expect(await told(DAY, by)).toMatchObject(served)
    expect(await told(60 * DAY - 1000, by)).toMatchObject(served)
    expect(await told(60 * DAY, by)).toMatchObject({ level: 0, sees: null, isStranger: true })
  })

  it('is a stranger for every other topic', async () => {
    expect(await told(DAY, '20990017', { topic: '3' })).toMatchObject({ level: 0, sees: null, isStranger: true })
  })

  it.each([
    ['the own line', '1'],
    ['the phone number', '01713920077'],
  ])('is a stranger by %s', async (_by, by) => {
    expect(await told(DAY, by)).toMatchObject({ level: 0, sees: null, isStranger: true })
  })

  it('is a stranger at once where the brand names nothing', async () => {
    const alpenfunk = { brand: 'alpenfunk', nobody: '53999999' }
    expect(await told(0, '53999998', alpenfunk)).toMatchObject({ level: 0, sees: null, isStranger: true })
  })

  it('is shown to agents of what is left to do alone, however the call came to others', async () => {
    app.clock.turnTo(new Date(Date.parse(ENDED) + DAY).toISOString())
    const call = phone(app, { brand: 'sternmobil', from: OWN_LINE })
    await call.toPin('20990017')
    await call.key(PIN)
    const held = await app.deps.live.calls.get(call.sid)
    const of = (topics: string[]) =>
      app.deps.contexts.of(call.sid, { name: 'mara', of: { brands: ['sternmobil'], topics } })
    expect((await of(['bill']))?.account?.customerNumber).toBe('20990017')
    expect(held?.claim?.topics).toEqual(['bill'])
  })
})
