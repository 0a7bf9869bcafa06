/** A number that goes to another brand and comes back: no contact of either holder ever serves the other (R42 to R46). */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import { createAccountAudit } from '../../src/store/account-audit.ts'
import { contactsOf } from '../../src/store/accounts/contacts.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { csv, file, importFile, line, refOf } from '../support/customers.ts'
import { phone } from '../support/phone-call.ts'

const DAY = 86_400_000
const PORTED = '+491713920077'
const KEYED = '01713920077'

/** Both are prepaid customers: there is no change of owner, the number is ported away and back. */
const first = { brand: 'alpenfunk', number: '53999998', pin: '5083', email: 'first@a.example', mobile: '+491713920081' }
const second = {
  brand: 'sternmobil',
  number: '20990017',
  pin: '7304',
  email: 'second@b.example',
  mobile: '+491713920082',
}
/** Of the first brand, after the number has come back to it. */
const third = { brand: 'alpenfunk', number: '53999997', pin: '6172', email: 'third@c.example', mobile: '+491713920083' }
type Person = typeof first

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'none' })
  app.clock.turnTo('2026-01-01T10:00:00.000Z')
  const lines = [first, second, third].map(({ brand, number, pin, email, mobile }) =>
    line({
      brand,
      customer_number: number,
      name: `Name ${email}`,
      pin,
      email,
      mobile,
      phone_numbers: number === first.number ? PORTED : '',
    }),
  )
  const { bad } = await importFile(app.deps.database.db, file(csv(lines)), {
    brands: rulesOf(app.deps.hotlines),
    verifier: cheapMaker(app.deps.keys.pin),
    now: app.clock.now,
  })
  expect(bad).toBe(0)
})
afterAll(() => app.close())

async function tell({ brand, number }: Person, kind: 'port_in' | 'port_out', at: string): Promise<void> {
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/${brand}/${number}/events`
  const body = JSON.stringify({ kind, phone_number: PORTED, at, reason: 'Told by the network' })
  const response = await fetch(url, { method: 'POST', headers, body })
  expect([response.status, await response.json()]).toEqual([200, { changed: true }])
}

/** What an agent of the brand sees after a call from the number, in which `by` and a PIN were keyed. */
async function seen(brand: string, by: string, pin: string) {
  await app.deps.database.db.deleteFrom('pin_state').execute()
  const call = phone(app, { brand, from: PORTED })
  await call.toPin(by)
  await call.key(pin)
  const { account, assurance, contacts } = await app.context(call.sid)
  await call.hangUp()
  return { who: account?.customerNumber ?? null, level: assurance.level, contacts: JSON.stringify(contacts ?? null) }
}

/** Who calls from the number and keys it, or presses 1 for the line, with each PIN of all three. */
async function found(brand: string): Promise<unknown[]> {
  const all = []
  for (const by of [KEYED, '1'])
    for (const { pin } of [first, second, third]) {
      const { who, level } = await seen(brand, by, pin)
      if (level > 0 || who !== null) all.push([by, who, level])
    }
  return all
}

it('leads to its owner of the moment, at either brand, and to nobody of before', async () => {
  const [MARCH, MAY] = ['2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z']
  const own = (of: Person, by: string, pin: string) => [by, of.number, of.pin === pin ? 2 : 1]
  const all = (of: Person) => [KEYED, '1'].flatMap((by) => [first, second, third].map(({ pin }) => own(of, by, pin)))
  expect(await found('alpenfunk')).toEqual(all(first))
  expect(await found('sternmobil')).toEqual([])

  await tell(first, 'port_out', MARCH)
  await tell(second, 'port_in', MARCH)
  app.clock.turnTo('2026-04-01T10:00:00.000Z')
  expect(await found('alpenfunk')).toEqual([])
  expect(await found('sternmobil')).toEqual(all(second))

  // It comes back to the first brand, and another has it there. What the other brand is told comes late.
  await tell(third, 'port_in', MAY)
  await tell(second, 'port_out', MAY)
  app.clock.turnTo('2026-06-01T10:00:00.000Z')
  expect(await found('alpenfunk')).toEqual(all(third))
  expect(await found('sternmobil')).toEqual([])

  // Each is still found by the customer number; every contact is that of the customer, and says until when the number was.
  for (const [of, days] of [
    [first, [null, MARCH]],
    [second, [MARCH, MAY]],
    [third, [MAY, null]],
  ] as const) {
    const { who, level, contacts } = await seen(of.brand, of.number, of.pin)
    expect([who, level]).toEqual([of.number, 2])
    for (const other of [first, second, third].filter((each) => each !== of))
      for (const theirs of [other.email, other.mobile]) expect(contacts).not.toContain(theirs)
    const { db } = app.deps.database
    const ref = await refOf(db, of.number, of.brand)
    const told = await contactsOf(db, { ref, customerNumber: of.number }, app.clock.now())
    const iso = (moment: string | null) => moment && new Date(moment).toISOString()
    expect(told.map(({ kind, value }) => [kind, value])).toEqual([
      ['phone_number', PORTED],
      ['mobile', of.mobile],
      ['email', of.email],
    ])
    expect(told[0]).toMatchObject({ source: of.number, validFrom: iso(days[0]), validTo: iso(days[1]) })
  }
  // The daily look finds nothing that outlived what it belongs to, and tells of the number.
  const findings = await createAccountAudit(app.deps.database.db).find(app.clock.now(), 10)
  const rows = Object.fromEntries(
    findings.map(({ kind, rows: named }) => [kind, named.map((row) => row.customerNumber)]),
  )
  expect([rows.ended, rows.disputed]).toEqual([[], []])
  expect(rows.changed_hands).toContain(third.number)
  expect(app.clock.now().getTime()).toBeGreaterThan(Date.parse(MAY) + 3 * DAY)
})
