/** Secrets that customers tell to other channels, by real HTTP: the check and the lock are those of the telephone (R24, threat 43). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { countedVerifier } from '../support/counted-verifier.ts'
import { people, wrongPin } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { lockOf as lockIn } from '../support/proves.ts'

const { first: HANNA, second: OLIVER } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const FAILED = { status: 200, body: { verified: false, level: 0, method: null, resting: null } }
const PROVED = { status: 200, body: { verified: true, level: 2, method: 'pin', resting: null } }

let app: TestApp
const tries = countedVerifier()
beforeAll(async () => {
  app = await openApp({ customers: 'cheap', wrap: tries.wrap })
})
afterAll(() => app.close())
beforeEach(async () => {
  tries.reset()
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

let ids = 0
async function verify(number: string, secret: string, other: object = {}, token = API_TOKEN) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ brand: 'rheinnetz', number, secret, id: `chat-${++ids}`, ...other })
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/verify`, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}
const asked = async (...given: Parameters<typeof verify>) => {
  const { status, text } = await verify(...given)
  return { status, body: JSON.parse(text) }
}
const lockOf = (number: string) => lockIn(app, 'rheinnetz', number)
const events = async () => (await app.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'verify')

describe('a secret that is told to another channel', () => {
  it('proves the customer, and the record names the sender', async () => {
    expect(await asked(HANNA.number, HANNA.pin)).toEqual(PROVED)
    expect((await events()).at(-1)).toMatchObject({ callId: '-', actor: 'api', facts: { result: 'right' } })
    const crm = { name: 'crm', brands: ['rheinnetz'], acts: ['verify' as const], budget: { perHour: 9, perDay: 9 } }
    const secret = await app.deps.tokens.add(crm, 'cli')
    expect(await asked(HANNA.number, HANNA.pin, {}, secret ?? '')).toEqual(PROVED)
    expect((await events()).at(-1)).toMatchObject({ actor: 'api/crm' })
  })

  it('says what rests where the PIN was changed a short time ago, and only to who proved it', async () => {
    const { db } = app.deps.database
    const setBy = (way: string | null) =>
      sql`UPDATE verifier SET chosen_by = ${way}, set_at = '2026-11-30T08:00:00Z'::timestamptz WHERE ref IN (
        SELECT ref FROM account WHERE brand = 'rheinnetz' AND customer_number = ${HANNA.number})`.execute(db)
    const { clock } = app.deps.verification
    app.deps.verification.clock = { ...clock, now: () => new Date('2026-12-01T08:00:00Z'), wait: async () => {} }
    try {
      await setBy('phone')
      const resting = { actions: ['change_tariff', 'change_address'], until: '2026-12-03T08:00:00.000Z' }
      expect(await asked(HANNA.number, HANNA.pin)).toEqual({ status: 200, body: { ...PROVED.body, resting } })
      expect(await asked(HANNA.number, wrongPin(HANNA.pin, 1))).toEqual(FAILED)
    } finally {
      app.deps.verification.clock = clock
      await setBy(null)
    }
  })

  it('that is a code for first use proves nothing here, as if it were wrong, to the byte; and it is no wrong try', async () => {
    const { db } = app.deps.database
    const mark = (marked: boolean) =>
      sql`UPDATE verifier SET replace_only = ${marked} WHERE ref IN (
        SELECT ref FROM account WHERE brand = 'rheinnetz' AND customer_number = ${HANNA.number})`.execute(db)
    await mark(true)
    try {
      const right = await verify(HANNA.number, HANNA.pin)
      expect(await lockOf(HANNA.number)).toMatchObject({ consecutive: 0, total: 0 })
      expect(right).toEqual(await verify(HANNA.number, wrongPin(HANNA.pin, 1)))
      expect(JSON.parse(right.text)).toEqual(FAILED.body)
    } finally {
      await mark(false)
    }
  })

  it('is not told to be proved where it cannot be read what rests', async () => {
    const { source } = app.deps.verification
    app.deps.verification.source = { ...source, context: async () => Promise.reject(new Error('gone')) }
    try {
      expect((await verify(HANNA.number, HANNA.pin)).status).toBe(503)
    } finally {
      app.deps.verification.source = source
    }
  })

  it('is answered alike where it is wrong, the account locked or the number nobody’s, to the byte', async () => {
    const wrong = await verify(HANNA.number, wrongPin(HANNA.pin, 1))
    for (let n = 2; n <= 3; n++) await verify(HANNA.number, wrongPin(HANNA.pin, n))
    const locked = await verify(HANNA.number, HANNA.pin)
    const nobody = await verify(people.rheinnetz?.nobody ?? '', '1234')
    expect([locked, nobody]).toEqual([wrong, wrong])
    expect(JSON.parse(wrong.text)).toEqual(FAILED.body)
    expect((await events()).slice(-2).map(({ facts }) => facts.result)).toEqual(['locked', 'unknown'])
  })

  it('counts on the lock of the telephone, and that on it', async () => {
    for (let n = 1; n <= 2; n++) expect(await asked(HANNA.number, wrongPin(HANNA.pin, n))).toEqual(FAILED)
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(HANNA.number)
    await call.key(wrongPin(HANNA.pin, 3))
    await call.hangUp()
    expect(await lockOf(HANNA.number)).toMatchObject({ consecutive: 3, total: 3, lockedUntil: expect.any(String) })
    expect(await asked(HANNA.number, HANNA.pin)).toEqual(FAILED)
    expect(tries.compared).toBe(3)
  })

  it('is answered on the grid of the telephone, so that its time tells nothing', async () => {
    const { clock } = app.deps.verification
    const waits: number[] = []
    app.deps.verification.clock = { now: () => clock.now(), wait: async (ms) => void waits.push(ms) }
    await verify(HANNA.number, HANNA.pin)
    await verify(people.rheinnetz?.nobody ?? '', '1234')
    app.deps.verification.clock = clock
    expect(waits).toHaveLength(2)
    expect(Math.min(...waits)).toBeGreaterThan(0)
  })

  it('is never compared twice under one id, and the id of another sender is another', async () => {
    const id = 'one'
    expect(await asked(HANNA.number, wrongPin(HANNA.pin, 1), { id })).toEqual(FAILED)
    const again = await asked(HANNA.number, HANNA.pin, { id })
    expect(again).toMatchObject({ status: 409, body: { code: 'repeated' } })
    expect(tries.compared).toBe(1)
    expect(await lockOf(HANNA.number)).toMatchObject({ consecutive: 1 })
    const shop = { name: 'shop', brands: ['rheinnetz'], acts: ['verify' as const], budget: { perHour: 9, perDay: 9 } }
    expect(await asked(HANNA.number, HANNA.pin, { id }, (await app.deps.tokens.add(shop, 'cli')) ?? '')).toEqual(PROVED)
  })

  it('is not looked at where the budget of the sender is spent, or the brand is not theirs', async () => {
    const few = { name: 'few', brands: ['rheinnetz'], acts: ['verify' as const], budget: { perHour: 1, perDay: 1 } }
    const secret = (await app.deps.tokens.add(few, 'cli')) ?? ''
    const other = await asked(HANNA.number, HANNA.pin, { brand: 'fuldanetz' }, secret)
    expect(other).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/no brand 'fuldanetz'; name one of: rheinnetz\.$/) },
    })
    expect(await asked(HANNA.number, HANNA.pin, {}, secret)).toMatchObject({
      status: 429,
      body: { code: 'budget_spent' },
    })
    expect(tries.compared).toBe(0)
  })

  it.each([
    [
      'a number of no form',
      { number: '12' },
      /number: callers of 'rheinnetz' key none of that form; have it told again/,
    ],
    [
      'a secret of another length',
      { secret: '58214' },
      /secret: those of 'rheinnetz' have 4 digits; .* No try was spent/,
    ],
    ['letters where the brand takes none', { secret: '58x4' }, /secret: those of 'rheinnetz' have 4 digits/],
    ['a sign in it', { secret: '58*4' }, /secret: it is 1 to 64 digits, or letters and blanks/],
    ['no topic', { topic: 'weather' }, /topic: 'rheinnetz' has no topic 'weather'/],
    ['no id', { id: undefined }, /id: it is missing; add it/],
  ])('is refused with %s, without a try and without a digit of it', async (_name, other, why) => {
    const { status, body } = await asked(OLIVER.number, OLIVER.pin, other)
    expect([status, body.detail]).toEqual([400, expect.stringMatching(why)])
    expect(body.detail).not.toMatch(/58/)
    expect(await lockOf(OLIVER.number)).toMatchObject({ total: 0 })
  })

  it('spends nothing while customers cannot be looked up', async () => {
    const { source } = app.deps.verification
    app.deps.verification.source = { ...source, find: async () => ({ kind: 'unavailable' }) }
    try {
      expect(await asked(HANNA.number, HANNA.pin)).toMatchObject({ status: 503 })
    } finally {
      app.deps.verification.source = source
    }
    expect(await lockOf(HANNA.number)).toMatchObject({ total: 0 })
  })

  it('proves nothing by a PIN that was to be changed by now, as at the telephone, and is answered as any other failure', async () => {
    const { brand } = app.deps.hotlines.byBrand.get('rheinnetz') ?? {}
    if (!brand) throw new Error('there is no such brand')
    const before = brand.pins
    const marks = app.deps.database.db.updateTable('verifier').where('brand', '=', 'rheinnetz')
    await marks.set({ weak: true }).execute()
    try {
      const told = async (weak: typeof before.weak) => {
        brand.pins = { ...before, weak }
        return (await verify(HANNA.number, HANNA.pin)).text
      }
      const failed = await verify(HANNA.number, wrongPin(HANNA.pin, 1))
      expect(await told({ follows: 'must_change', by: '2000-01-01' })).toBe(failed.text)
      expect(JSON.parse(await told({ follows: 'must_change', by: '2999-01-01' }))).toEqual(PROVED.body)
      expect(JSON.parse(await told({ follows: 'hint' }))).toEqual(PROVED.body)
    } finally {
      brand.pins = before
      await marks.set({ weak: false }).execute()
    }
  })

  it('leaves no digit in the log', async () => {
    await verify(HANNA.number, HANNA.pin)
    await verify(HANNA.number, HANNA.pin, { brand: 'nobody' })
    expect(app.logged()).not.toContain(HANNA.pin)
  })
})
