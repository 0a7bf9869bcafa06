/**
 * A brand whose PINs have six digits, and still four of those from before (R4): the shipped flow. They are keyed, told to another channel, imported, issued
 * and chosen, each by the door that it comes through.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { Command } from 'commander'
import { registerPins } from '../../src/cli/pins.ts'
import { prove } from '../../src/proof/check.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { hotlinesIn } from '../flow/shipped.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { openPortal, type TestPortal } from '../support/portal.ts'
import { lockOf, proves } from '../support/proves.ts'

const { first, pinless: PINLESS } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const NUMBER = first.number
const [OLD, NEW] = ['4826', '482639']
const HINT = /leicht zu erraten/

let flows: string
let app: TestApp
let portal: TestPortal
beforeAll(async () => {
  flows = flowsOf('rheinnetz')
  const file = join(flows, 'brands', 'rheinnetz.yaml')
  const brand = readFileSync(file, 'utf8')
    .replace('credentials: [pin]', 'credentials: [pin]\npins: { digits: 6, still: [4], weak: { follows: hint } }')
    .replace('digits: { min: 6, max: 12 }', 'digits: { min: 7, max: 12 }')
  writeFileSync(file, brand)
  portal = await openPortal(() => app)
  app = await openApp({ customers: 'none', settings: { ...portal.settings, FLOWS_DIR: flows } })
  await send('PUT', `customers/rheinnetz/${NUMBER}`, { name: 'Hanna Beispiel', language: 'de' })
})
afterAll(async () => {
  await app.close()
  rmSync(flows, { recursive: true })
})
beforeEach(async () => {
  await app.deps.database.db.deleteFrom('verifier').execute()
  await app.deps.database.db.deleteFrom('past_secret').execute()
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

async function send(method: string, path: string, body: object) {
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}
const put = (pin: string) =>
  send('PUT', `customers/rheinnetz/${NUMBER}`, { name: 'Hanna Beispiel', language: 'de', pin })
let told = 0
const verify = async (secret: string) => {
  const order = { brand: 'rheinnetz', number: NUMBER, secret, id: `chat-${++told}` }
  const { status, body } = await send('POST', 'verify', order)
  return status === 200 ? body.verified : status
}
const isMarked = async () => (await app.deps.database.db.selectFrom('verifier').select('weak').execute())[0]?.weak
async function heard(keys: string) {
  const call = phone(app, { brand: 'rheinnetz' })
  const asked = await call.toPin(NUMBER)
  const said = await call.key(keys)
  await call.hangUp()
  return { asked, said }
}

it('is proved as any other: no call does what it must not, and every prompt is there', () => {
  const hotlines = hotlinesIn(flows)
  const { findings } = prove(hotlines.byBrand.values(), { checks: hotlines.checks })
  // More keys, and the hash key, take longer to press: that is told, and is no danger.
  expect(findings.filter(({ code }) => code !== 'budget')).toEqual([])
})

describe('by telephone', () => {
  it('both are right, to the hash key, and the one from before is to be changed', async () => {
    await put(OLD)
    const { asked, said } = await heard(OLD)
    expect([await proves(app, NUMBER, OLD), await proves(app, NUMBER, NEW)]).toEqual([true, false])
    expect(asked).not.toMatch(/numDigits=|Ziffern/)
    expect(said).toMatch(HINT)
    await app.deps.database.db.deleteFrom('verifier').execute()
    await put(NEW)
    expect([await proves(app, NUMBER, NEW), await proves(app, NUMBER, OLD)]).toEqual([true, false])
    expect((await heard(NEW)).said).not.toMatch(HINT)
  })

  it('is to be changed where it was set before the brand had six: nothing in the store says so', async () => {
    await put(OLD)
    await app.deps.database.db.updateTable('verifier').set({ weak: false }).execute()
    expect((await heard(OLD)).said).toMatch(HINT)
  })

  it('sounds alike whatever the account has: asked, wrong by four, wrong by six, and of another length', async () => {
    const all: unknown[] = []
    for (const pin of [OLD, NEW]) {
      await app.deps.database.db.deleteFrom('verifier').execute()
      await put(pin)
      await app.deps.database.db.deleteFrom('pin_state').execute()
      const words = [await heard('4827'), await heard('482630'), await heard('48263')]
      all.push(words.map(({ asked, said }) => [asked, said].map((xml) => xml.replace(/"[^"]*"|step\/[^#]*#/g, ''))))
      // Five are no try.
      expect((await lockOf(app, 'rheinnetz', NUMBER)).consecutive).toBe(2)
    }
    expect(all[0]).toEqual(all[1])
    expect(JSON.stringify(all[0])).toContain('So lang ist keine Telefon-PIN.')
  })

  it('count on one lock', async () => {
    await put(NEW)
    for (const wrong of ['4827', '482630', '1357']) expect(await proves(app, NUMBER, wrong)).toBe(false)
    expect(await proves(app, NUMBER, NEW)).toBe(false)
  })
})

it('told to another channel both are tries, and nothing of another length is', async () => {
  await put(OLD)
  expect([await verify(OLD), await verify('482'), await verify('48263'), await verify(NEW)]).toEqual([
    true,
    400,
    400,
    false,
  ])
  expect((await lockOf(app, 'rheinnetz', NUMBER)).consecutive).toBe(1)
})

it('imported, one from before is taken and marked; of another length it is none', async () => {
  const judged: unknown[] = []
  for (const pin of ['48263', OLD, NEW]) {
    await app.deps.database.db.deleteFrom('verifier').execute()
    judged.push([(await put(pin)).status, await isMarked()])
  }
  expect(judged).toEqual([
    [400, undefined],
    [200, true],
    [200, false],
  ])
  expect((await put('482')).body.detail).toContain('pin must be 6 or 4 digits')
})

describe('a new one', () => {
  it('is chosen in the portal with six digits, and the one from before is dead', async () => {
    await put(OLD)
    const choose = (pin: string) => portal.as(NUMBER, 'PUT', 'pin', { pin })
    const { status, body } = await choose('7391')
    expect([status, body.fault]).toEqual([422, 'length'])
    expect(body.text).toBe(`Die neue Telefon-PIN hat 6 Ziffern. Frei ist zum Beispiel ${body.suggestion}.`)
    expect(body.suggestion).toMatch(/^\d{6}$/)
    expect((await choose('739164')).status).toBe(200)
    expect([await proves(app, NUMBER, '739164'), await proves(app, NUMBER, OLD), await isMarked()]).toEqual([
      true,
      false,
      false,
    ])
    expect((await portal.as(NUMBER, 'POST', 'pin/new')).body.pin).toMatch(/^\d{6}$/)
  })

  it('is set with an order by six digits', async () => {
    const order = (pin: string) => send('PUT', `customers/rheinnetz/${NUMBER}/pin`, { pin })
    const { status, body } = await order('7391')
    expect([status, body.code, body.suggestion]).toEqual([422, 'length', expect.stringMatching(/^\d{6}$/)])
    expect((await order('739164')).status).toBe(200)
    expect(await proves(app, NUMBER, '739164')).toBe(true)
  })

  it('is issued by post with six digits, and right from the first call on', async () => {
    await send('PUT', `customers/rheinnetz/${PINLESS}`, { name: 'Deniz Aksoy', language: 'de' })
    const identity = await generateX25519Identity()
    const folder = mkdtempSync(join(tmpdir(), 'letters-'))
    const brands = new Map([...hotlinesIn(flows).byBrand].map(([name, { brand }]) => [name, brand]))
    const { database, verifier } = app.deps
    const program = new Command().exitOverride()
    const silent = { out: () => {}, err: () => {}, now: () => new Date() }
    registerPins(program, async () => ({ db: database.db, verifier, brands, close: async () => {} }), silent)
    const files = ['--letters', join(folder, 'l'), '--proof', join(folder, 'p')]
    const printer = ['--printer', await identityToRecipient(identity)]
    await program.parseAsync(['pins', 'issue', '--brand', 'rheinnetz', '--number', PINLESS, ...printer, ...files], {
      from: 'user',
    })
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    const { sealed } = JSON.parse(readFileSync(join(folder, 'l'), 'utf8'))
    const letter = JSON.parse(await decrypter.decrypt(Buffer.from(sealed, 'base64'), 'text'))
    rmSync(folder, { recursive: true })
    expect(letter).toMatchObject({ customer_number: PINLESS, pin: expect.stringMatching(/^\d{6}$/) })
    expect(await proves(app, PINLESS, letter.pin)).toBe(true)
  })
})

it('none of them was logged', () => {
  for (const secret of [NEW, '739164']) expect(app.logged()).not.toContain(secret)
})
