/** A customer put by a system of the operator's, and then heard on the telephone. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { proves } from '../support/proves.ts'

let app: TestApp
let secret: string
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
  const budget = { perHour: 1, perDay: 1 }
  const token = { name: 'billing', brands: ['rheinnetz'], acts: ['write_customers'], budget } as const
  secret = (await app.deps.tokens.add(token, 'cli')) ?? ''
})
afterAll(() => app.close())

async function put(place: string, body: object, by = secret) {
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/${place}`
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}
const isVerified = (number: string, pin: string) => proves(app, number, pin)

const { nobody } = people.rheinnetz ?? { nobody: '' }
const place = `rheinnetz/${nobody}`
const noor = { name: 'Noor Beispiel', language: 'de', pin: '4826' }

it('is verified by the PIN that came along, which no later one replaces', async () => {
  expect(await isVerified(nobody, noor.pin)).toBe(false)
  await app.deps.database.db.deleteFrom('pin_state').execute()
  expect(await put(place, noor)).toEqual({
    status: 201,
    body: { is: 'new', kept: expect.arrayContaining(['email', 'mobile']), disputed: null },
  })
  expect(await isVerified(nobody, noor.pin)).toBe(true)
  const again = await put(place, { ...noor, pin: '7395', email: null })
  expect([again.status, again.body.is, again.body.kept.includes('pin')]).toEqual([200, 'same', true])
  expect(await isVerified(nobody, '7395')).toBe(false)
  expect(await isVerified(nobody, noor.pin)).toBe(true)
  const [event] = (await app.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'account')
  expect(event).toMatchObject({ actor: 'api/billing', facts: { act: 'put', is: 'new' } })
  expect(app.logged()).not.toContain('4826')
})

it.each([
  ['a column that there is not', { ...noor, vip: true }, '(all)'],
  ['a list that is none', { ...noor, phone_numbers: '+491713920018' }, 'phone_numbers'],
  ['two entries in one', { ...noor, phone_numbers: ['+491713920018|+491713920019'] }, 'phone_numbers.0'],
  ['no name', { language: 'de' }, 'name'],
  ['a language that the brand does not speak', { ...noor, language: 'fr' }, 'language'],
  ['a PIN that is none', { ...noor, pin: '48269' }, 'pin'],
])('is refused with %s, by field, rule and remedy', async (_what, body, field) => {
  const refused = await put(place, body)
  expect(refused.status).toBe(400)
  expect(refused.body.errors).toEqual([{ field, rule: expect.any(String), remedy: expect.stringMatching(/.{5}/) }])
  expect(JSON.stringify(refused.body)).not.toContain('48269')
})

it('is refused under a number that cannot be one, and unknown under another brand', async () => {
  expect((await put('rheinnetz/12x', noor)).body.errors).toMatchObject([{ field: 'customer_number' }])
  const [other, none] = [await put('kassemobil/42058371', noor), await put('nobrand/42058371', noor, API_TOKEN)]
  expect([other.status, other.body]).toEqual([404, none.body])
})
