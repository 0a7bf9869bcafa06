/**
 * A brand whose customers prove themselves by a word on the letter keys (R11): the shipped flow, and no step of its own. The word is keyed by telephone, told
 * to another channel and chosen in the portal, each by real HTTP.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { prove } from '../../src/proof/check.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { hotlinesIn } from '../flow/shipped.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { openPortal, type TestPortal } from '../support/portal.ts'
import { lockOf, proves } from '../support/proves.ts'

const NUMBER = people.rheinnetz?.first.number ?? ''
const WORD = 'Wolkenbruch'
/** As it is keyed; and so is `Wolkenbsuch`, for R and S are on one key. */
const KEYS = '96553627824'

let flows: string
let app: TestApp
let portal: TestPortal
beforeAll(async () => {
  flows = flowsOf('rheinnetz')
  const file = join(flows, 'brands', 'rheinnetz.yaml')
  const brand = readFileSync(file, 'utf8')
    .replace('credentials: [pin]', 'credentials: [word]')
    .replace('pin: Telefon-PIN', 'pin: Kundenkennwort')
    .replace('pin: phone PIN', 'pin: password')
  writeFileSync(file, brand)
  portal = await openPortal(() => app)
  app = await openApp({ customers: 'none', settings: { ...portal.settings, FLOWS_DIR: flows } })
  expect(await put({ name: 'Hanna Beispiel', language: 'de', birth_date: '1968-11-02', kennwort: WORD })).toBe(201)
})
afterAll(async () => {
  await app.close()
  rmSync(flows, { recursive: true })
})
beforeEach(async () => {
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

async function send(method: string, path: string, body: object) {
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text() }
}
const put = async (customer: object) => (await send('PUT', `customers/rheinnetz/${NUMBER}`, customer)).status
let told = 0
async function verify(secret: string) {
  const { status, text } = await send('POST', 'verify', {
    brand: 'rheinnetz',
    number: NUMBER,
    secret,
    id: `chat-${++told}`,
  })
  return status === 200 ? JSON.parse(text).method : status
}

it('is proved as any other: no call does what it must not, and every prompt is there', () => {
  const hotlines = hotlinesIn(flows)
  const { findings } = prove(hotlines.byBrand.values(), { checks: hotlines.checks })
  // Words take longer to key than PINs: that is told, and is no danger.
  expect(findings.filter(({ code }) => code !== 'budget')).toEqual([])
})

describe('by telephone', () => {
  it('is asked for by its name, by letters, to the hash key, and is right as it is keyed', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    const asked = await call.toPin(NUMBER)
    expect(asked).toContain('Jetzt bitte Ihr Kundenkennwort: je Buchstabe einmal seine Taste, dann die Raute-Taste.')
    expect(asked).not.toMatch(/numDigits=/)
    await call.key(KEYS)
    expect(await app.deps.live.calls.get(call.sid)).toMatchObject({ assurance: { level: 2, method: 'word' } })
  })

  it('spends a try by what is as long as words are, and by nothing else', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(NUMBER)
    for (const keys of ['96553', '9655362782411']) {
      expect(await call.key(keys)).toContain('Das Kundenkennwort hat sechs bis zwölf Buchstaben.')
      expect((await lockOf(app, 'rheinnetz', NUMBER)).consecutive).toBe(0)
    }
    await call.key('965536')
    expect((await lockOf(app, 'rheinnetz', NUMBER)).consecutive).toBe(1)
  })

  it('is locked by three wrong ones, also for the right one', async () => {
    for (const wrong of ['444444', '5555555', '666666666666']) expect(await proves(app, NUMBER, wrong)).toBe(false)
    expect(await proves(app, NUMBER, KEYS)).toBe(false)
  })
})

describe('told to another channel', () => {
  it.each([WORD, 'wolken bruch', 'WOLKENBSUCH', KEYS])('%s is the same', async (told) => {
    expect(await verify(told)).toBe('word')
  })

  it('counts on the same lock, and is no try where it is none by its form', async () => {
    expect(await verify('Wolke')).toBe(400)
    expect(await verify('Wolken-bruch')).toBe(400)
    expect((await lockOf(app, 'rheinnetz', NUMBER)).consecutive).toBe(0)
    for (const wrong of ['Sturmflut', 'Hagelkorn', 'Nieselregen']) expect(await verify(wrong)).toBeNull()
    expect(await verify(WORD)).toBeNull()
  })
})

describe('in the portal', () => {
  const choose = (pin: string) => portal.as(NUMBER, 'PUT', 'pin', { pin })

  it.each([
    ['Regen', 'length', 'Das Kundenkennwort hat 6 bis 12 Buchstaben.'],
    ['Beispielsatz', 'own_name', 'Darin steht Ihr Name. Viele kennen ihn.'],
    ['Sommer 1968', 'birth_year', 'Darin steht Ihr Geburtsjahr. Viele kennen es.'],
    ['Passwort', 'common', 'Dieses Wort wählen viele. Deshalb wird es früh probiert.'],
  ])('%s is refused by its rule, and one that would be taken is offered', async (word, fault, text) => {
    const { status, body } = await choose(word)
    expect([status, body.fault]).toEqual([422, fault])
    expect(body.text).toBe(`${text} Frei ist zum Beispiel ${body.suggestion}.`)
    expect(body.suggestion).toMatch(/^[a-z]{8}$/)
  })

  it('is chosen, and right as it is keyed; the one before is dead, by whatever word it is keyed', async () => {
    expect((await choose('Mondfinsternis')).status).toBe(422)
    expect((await choose('Mondlicht')).status).toBe(200)
    expect([await proves(app, NUMBER, '666354248'), await proves(app, NUMBER, KEYS)]).toEqual([true, false])
    // R and S are on one key: it is the one before.
    expect((await choose('Wolkenbsuch')).body).toMatchObject({ fault: 'used_before' })
  })

  it('is drawn, shown once as a word, and right as it is keyed', async () => {
    const { status, body } = await portal.as(NUMBER, 'POST', 'pin/new')
    expect(status).toBe(200)
    expect(body.pin).toMatch(/^[a-z]{8}$/)
    expect(await verify(String(body.pin))).toBe('word')
    expect((await portal.as(NUMBER, 'GET', 'state')).body).toMatchObject({ credentials: [{ kind: 'word' }] })
  })
})

it('neither the word nor its keys are in what was logged', () => {
  for (const secret of [WORD, KEYS, 'Mondlicht', '666354248']) expect(app.logged()).not.toContain(secret)
})

it('customers without a column for it stay as they are', async () => {
  expect(await put({ name: 'Hanna Beispiel', language: 'en' })).toBe(200)
  const [row] = await app.deps.database.db.selectFrom('verifier').select('credential').execute()
  expect(row?.credential).toBe('word')
})
