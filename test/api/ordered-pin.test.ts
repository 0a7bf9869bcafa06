/** A PIN that a customer chose with an order, sent by a system of the operator's, and then heard on the telephone (R10). */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { proves } from '../support/proves.ts'

const { first: HANNA, nobody } = people.rheinnetz as NonNullable<typeof people.rheinnetz>

let app: TestApp
let shop: string
let older: string
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
  const budget = { perHour: 90, perDay: 90 }
  const token = (name: string, act: 'set_ordered_pins' | 'write_customers') =>
    app.deps.tokens.add({ name, brands: ['rheinnetz'], acts: [act], budget }, 'cli')
  shop = (await token('shop', 'set_ordered_pins')) ?? ''
  older = (await token('older', 'write_customers')) ?? ''
})
afterAll(() => app.close())
beforeEach(async () => {
  const { db } = app.deps.database
  await db.deleteFrom('pin_state').execute()
  await send('PUT', `rheinnetz/${nobody}`, { name: 'Noor Beispiel', language: 'de' }, API_TOKEN)
  for (const table of ['verifier', 'past_secret'] as const)
    await sql`DELETE FROM ${sql.table(table)} WHERE ref = (SELECT ref FROM account WHERE customer_number = ${nobody})`.execute(
      db,
    )
})

async function send(method: string, place: string, body: object, by: string) {
  const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/customers/${place}`
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}
const order = (pin: string, number = nobody, by = shop) => send('PUT', `rheinnetz/${number}/pin`, { pin }, by)

it('proves the customer from then on, and nothing rests for it', async () => {
  expect((await order('7391')).status).toBe(200)
  expect(await proves(app, nobody, '7391')).toBe(true)
  const told = (await app.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'account')
  expect(told).toContainEqual(
    expect.objectContaining({ actor: 'api/shop', facts: { act: 'choose_pin', credential: 'pin', by: 'order' } }),
  )
  expect(app.logged()).not.toContain('7391')
  const body = { brand: 'rheinnetz', number: nobody, secret: '7391', id: 'order-1' }
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${app.port}/api/v1/verify`
  const verified = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(await verified.json()).toMatchObject({ verified: true, resting: null })
})

it('is told with the place where it is found from the day on that it is shown there, and with none before', async () => {
  app.clock.turnTo('2026-11-22T10:00:00.000Z')
  const shown = await order('7391')
  expect(shown.body).toEqual({ set: true, place: expect.objectContaining({ de: expect.any(String) }) })
  const word = app.deps.hotlines.byBrand.get('rheinnetz')?.brand.words.de?.pin_place
  expect(shown.body.place.de).toBe(word)
  const { db } = app.deps.database
  await sql`DELETE FROM verifier WHERE ref = (SELECT ref FROM account WHERE customer_number = ${nobody})`.execute(db)
  app.clock.turnTo('2020-01-01T10:00:00.000Z')
  expect(await order('7391')).toEqual({ status: 200, body: { set: true, place: null } })
  app.clock.turnTo('2026-11-22T10:00:00.000Z')
})

it('replaces none, and says nothing of the one that there is, or was', async () => {
  const refused = await order(HANNA.pin === '7391' ? '5173' : '7391', HANNA.number)
  expect([refused.status, refused.body.code]).toEqual([409, 'has_one'])
  for (const pin of [HANNA.pin, '1234']) expect(await order(pin, HANNA.number)).toEqual(refused)
  expect(await proves(app, HANNA.number, HANNA.pin)).toBe(true)
  expect((await order('7391')).status).toBe(200)
  expect((await order('5173')).body.code).toBe('has_one')
  await send('POST', `rheinnetz/${nobody}/clear-pin`, { reason: 'came open' }, API_TOKEN)
  expect((await order('5173')).body.code).toBe('has_one')
  expect(await proves(app, nobody, '5173')).toBe(false)
})

it('of two orders at once the first holds', async () => {
  const both = await Promise.all([order('7391'), order('5173')])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  const won = both[0].status === 200 ? '7391' : '5173'
  expect(await proves(app, nobody, won)).toBe(true)
})

it('is judged by the policy, with its rule in words and another that is taken', async () => {
  const { status, body } = await order('1234')
  expect([status, body.code]).toEqual([422, 'sequence'])
  expect(Object.keys(body.sentences)).toContain('de')
  expect(body.sentences.de).toContain(body.suggestion)
  expect((await order('48269')).body).toMatchObject({ status: 422, code: 'length' })
  expect((await order(body.suggestion)).status).toBe(200)
})

it('is for tokens that are given the act, for their brands, customers and digits', async () => {
  expect((await order('7391', nobody, older)).status).toBe(403)
  const none = await order('7391', '407151739' === nobody ? '407182650' : '407151739')
  expect(none.status).toBe(404)
  const other = await send('PUT', 'kassemobil/42058371/pin', { pin: '7391' }, shop)
  expect([other.status, other.body]).toEqual([404, none.body])
  const strange = await send('PUT', `rheinnetz/${nobody}/pin`, { pin: '73*1' }, shop)
  expect(strange).toMatchObject({ status: 400, body: { errors: [{ field: 'pin' }] } })
  const word = await send('PUT', `rheinnetz/${nobody}/pin`, { pin: 'Anna' }, shop)
  expect(word).toMatchObject({ status: 422, body: { code: 'length' } })
})
