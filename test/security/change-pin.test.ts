/** A PIN is changed by telephone only right after it was keyed itself, once whatever is delivered twice, and leaves its digits nowhere. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { type PhoneCall, phone } from '../support/phone-call.ts'

const BRAND = 'alpenfunk'
const OLD = '4683'
const NEW = '8264'

let app: TestApp
/** How often anything was asked to set a PIN. */
let chosen = 0
let customers = 0
let number = ''

beforeAll(async () => {
  app = await openApp({
    customers: 'cheap',
    wrap: ({ pinChoice }) => ({
      pinChoice: {
        chooseByPhone(...given) {
          chosen += 1
          return pinChoice.chooseByPhone(...given)
        },
      },
    }),
  })
})
afterAll(() => app.close())
beforeEach(async () => {
  chosen = 0
  customers += 1
  number = String(53_900_000 + customers)
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/customers/${BRAND}/${number}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada Beispiel', language: 'de', pin: OLD }),
  })
  expect(response.status).toBe(201)
})

/** At the PIN prompt, about the topic of that key. */
async function toPin(key = '3'): Promise<PhoneCall> {
  const call = phone(app, { brand: BRAND })
  await call.ring()
  await call.key(key)
  await call.key(number)
  return call
}

async function proves(pin: string): Promise<boolean> {
  const call = await toPin('1')
  await call.key(pin)
  const verified = (await app.deps.live.calls.get(call.sid))?.assurance.level === 2
  await call.hangUp()
  return verified
}

async function keyed(...entries: string[]): Promise<PhoneCall> {
  const call = await toPin()
  for (const digits of entries) await call.key(digits)
  return call
}

const changes = async () =>
  (await app.deps.events.read({ limit: 1_000 })).filter(
    ({ facts }) => facts.act === 'choose_pin' && facts.by === 'phone',
  ).length

it('holds from the next call on, and the old one does not', async () => {
  const call = await keyed(OLD, NEW, NEW)
  expect(call.heard).toContain('gilt deine neue Kundenkennzahl')
  await call.hangUp()
  expect(await proves(OLD)).toBe(false)
  expect(await proves(NEW)).toBe(true)
})

it('leaves its digits in no document, log, stored call or event, neither between the entries nor after', async () => {
  const before = app.exchanges.length
  const call = await keyed(OLD, NEW)
  const between = JSON.stringify(await app.deps.live.calls.get(call.sid))
  expect(between).toContain('"entry":')
  await call.key(NEW)
  const after = JSON.stringify(await app.deps.live.calls.get(call.sid))
  expect(after).not.toContain('"entry":')
  const events = JSON.stringify(await app.deps.events.read({ limit: 1_000 }))
  const documents = app.exchanges.slice(before).map(({ answer }) => answer)
  await call.hangUp()
  for (const text of [between, after, events, app.logged(), ...documents])
    expect(text).not.toMatch(new RegExp(`(?<![0-9])${NEW}(?![0-9])`))
})

it('is changed once, however often the webhook of the second entry comes, and at once', async () => {
  const before = await changes()
  const call = await keyed(OLD, NEW)
  const { step } = call
  const fields = call.fields({ Digits: NEW, msg: 'Gather End' })
  await Promise.all([app.post(step, fields), app.post(step, fields), app.post(step, fields)])
  await app.post(step, fields)
  await call.hangUp()
  expect(chosen).toBe(1)
  expect(await changes()).toBe(before + 1)
  expect(await proves(NEW)).toBe(true)
})

it('stays where the caller hangs up between the entries', async () => {
  const call = await keyed(OLD, NEW)
  await call.hangUp()
  expect(chosen).toBe(0)
  expect(await proves(OLD)).toBe(true)
})

it('stays where the two are not the same, or a rule refuses it, and is not offered one aloud', async () => {
  const call = await keyed(OLD, NEW, '8265')
  expect(call.heard).toContain('nicht dasselbe')
  expect(chosen).toBe(0)
  await call.key('1234')
  expect(await call.key('1234')).toContain('Zahlenreihe')
  // Digits are in the addresses of steps alone.
  expect(
    (call.heard ?? '').replace(/<Gather[^>]*>|<Redirect[^<]*<|\/voice\/[^<"]*/g, '').match(/>[^<]*\d{4}[^<]*</),
  ).toBeNull()
  await call.hangUp()
  expect(await proves(OLD)).toBe(true)
})

it('stays the one that is keyed in another call: what is kept of a first entry is worth nothing there', async () => {
  const one = await keyed(OLD, NEW)
  const other = await keyed(OLD, '9175')
  const entry = (await app.deps.live.calls.get(one.sid))?.visit.entry
  const call = await app.deps.live.calls.get(other.sid)
  expect(entry).toBeDefined()
  expect(call?.visit.entry).not.toEqual(entry)
  if (!entry) throw new Error('nothing was kept of the first entry')
  const { verifier } = app.deps
  const ref = call?.claim?.subject
  expect(await verifier.matches(new Secret(NEW), `@call/${one.sid}/${ref}`, 'pin', entry)).toBe(true)
  expect(await verifier.matches(new Secret(NEW), `@call/${other.sid}/${ref}`, 'pin', entry)).toBe(false)
  await one.hangUp()
  await other.hangUp()
})

it('may be changed once in three days by telephone, so that its owner can have it back', async () => {
  await (await keyed(OLD, NEW, NEW)).hangUp()
  const call = await keyed(NEW, '9175', '9175')
  expect(call.heard).toContain('Nach drei Tagen')
  await call.hangUp()
  expect(await proves(NEW)).toBe(true)
})

it.each([
  ['wrong PINs', ['1111', '2222', number, '3333']],
  ['no PIN at all', ['0000', '12', '*']],
  ['a number in place of it', ['53900001', '53900001']],
])('is changed by no call with %s', async (_what, entries) => {
  const call = await keyed(...entries)
  for (let more = 0; more < 4 && /<Gather/.test(call.heard ?? ''); more++) await call.key(NEW)
  await call.hangUp()
  expect(chosen).toBe(0)
  expect(await changesOf(number)).toBe(0)
})

async function changesOf(customer: string): Promise<number> {
  const found = await app.deps.source.find(
    { brand: BRAND, value: customer, kinds: ['customer_number'] },
    app.clock.now(),
  )
  if (found.kind !== 'found') throw new Error(`nobody has ${customer}`)
  const { ref } = found.account
  return (await app.deps.events.read({ limit: 1_000 })).filter(
    (event) => event.ref === ref && event.facts.act === 'choose_pin',
  ).length
}
