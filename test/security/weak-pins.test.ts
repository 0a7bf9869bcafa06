/** A PIN that is easy to guess is taken over and marked; of the mark learns nobody but who keys that PIN. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'

const ADA = '42058399'
const { first: FRANK, nobody: NOBODY } = people.kassemobil as NonNullable<typeof people.kassemobil>
const HINT = /leicht zu erraten/

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/customers/kassemobil/${ADA}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada Beispiel', language: 'de', pin: '1234' }),
  })
  expect(response.status).toBe(201)
})
afterAll(() => app.close())

async function keyed(number: string, pin: string) {
  const call = phone(app, { brand: 'kassemobil' })
  await call.toPin(number)
  const heard = await call.key(pin)
  const kept = await app.deps.live.calls.get(call.sid)
  await call.hangUp()
  // What is spoken, without the addresses of the next step.
  const words = [...heard.matchAll(/<Say[^>]*>([^<]*)</g)].map(([, text]) => text).join(' ')
  return { words, level: kept?.assurance.level, kept: JSON.stringify(kept) }
}

it('no customer of the try-out is marked', async () => {
  const marked = await app.deps.database.db.selectFrom('verifier').select('ref').where('weak', '=', true).execute()
  expect(marked).toHaveLength(1)
})

it('says so after the right PIN, and to the caller alone', async () => {
  const { words, level, kept } = await keyed(ADA, '1234')
  expect(level).toBe(2)
  expect(words).toMatch(HINT)
  expect(kept.replace(/"(?:say|text)":"[^"]*"/g, '')).not.toMatch(/weak|change_soon/)
  const events = await app.deps.events.read({ limit: 1_000 })
  expect(JSON.stringify(events)).not.toMatch(/weak|change_/)
  expect((await keyed(FRANK.number, FRANK.pin)).words).not.toMatch(HINT)
})

it('sounds to strangers like any other account', async () => {
  const heard = await Promise.all([ADA, FRANK.number, NOBODY].map((number) => keyed(number, '1235')))
  expect(new Set(heard.map(({ words }) => words)).size).toBe(1)
  expect(heard[0]?.words).not.toMatch(HINT)
})
