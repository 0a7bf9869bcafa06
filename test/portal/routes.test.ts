/** The portal API over real HTTP, beside real calls: who gets in, what a token may change, and what that does at the telephone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { PIN_REST_HOURS } from '../../src/auth/pin-rest.ts'
import { portalLimits } from '../../src/auth/portal-limits.ts'
import { Secret } from '../../src/auth/secret.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { portalActs } from '../../src/portal/acts.ts'
import { type PortalOperation, portalOperations } from '../../src/portal/operations.ts'
import { PORTAL_DOCUMENT } from '../../src/portal/routes.ts'
import { createCallCodes } from '../../src/store/call-codes.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { people, wrongPin } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { openPortal, type TestPortal } from '../support/portal.ts'
import { lockOf, proves } from '../support/proves.ts'
import { recordRight } from '../support/right-event.ts'

const {
  first: HANNA,
  second: OLIVER,
  pinless: PAULA,
  nobody: NOBODY,
} = people.rheinnetz as NonNullable<typeof people.rheinnetz>

let app: TestApp
let portal: TestPortal
beforeAll(async () => {
  portal = await openPortal(() => app)
  app = await openApp({ customers: 'cheap', settings: portal.settings })
})
afterAll(() => app.close())
beforeEach(async () => {
  await app.deps.database.db.deleteFrom('pin_state').execute()
  await app.deps.database.db.deleteFrom('message').execute()
  await app.deps.database.db.deleteFrom('portal_budget').execute()
})

const longAgo = (): number => Math.floor(app.clock.now().getTime() / 1000) - 400
const told = async () =>
  (await app.deps.database.db.selectFrom('message').select('kind').orderBy('id').execute()).map(({ kind }) => kind)
const acts = async () =>
  (await app.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'account').map(({ facts }) => facts.act)
const account = async () => {
  const find = { brand: 'rheinnetz', value: HANNA.number, kinds: ['customer_number' as const] }
  const found = await app.deps.source.find(find, app.clock.now())
  if (found.kind !== 'found') throw new Error('there is no such customer')
  return { brand: 'rheinnetz', ref: found.account.ref }
}
const lockedBy = async (tries: number) => {
  for (let n = 1; n <= tries; n++) await proves(app, HANNA.number, wrongPin(HANNA.pin, n))
}

describe('who gets in', () => {
  it.each(Object.entries(portalOperations))('%s answers nobody without a token of the portal', async (_name, row) => {
    const path = row.path.replace('/portal/v1/', '').replace(':id', 'any')
    for (const [token, code] of [
      [null, 'missing'],
      [API_TOKEN, 'invalid'],
      [await portal.token(HANNA.number, { aud: 'shop' }), 'invalid'],
      [await portal.token(HANNA.number, { auth_time: longAgo() }), 'stale'],
      [await portal.token(HANNA.number, { acr: 'password' }), 'weak'],
    ] as const) {
      const { status, headers, body } = await portal.ask(row.method.toUpperCase(), path, token)
      expect([status, body.code]).toEqual([401, code])
      expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('www-authenticate')).toMatch(/^Bearer realm="rufpass-portal"/)
    }
  })

  it('is told what to do by the scheme of step-up', async () => {
    const stale = await portal.token(HANNA.number, { auth_time: longAgo() })
    expect((await portal.ask('GET', 'state', stale)).headers.get('www-authenticate')).toBe(
      'Bearer realm="rufpass-portal", error="insufficient_user_authentication", max_age="300"',
    )
  })

  it('is the customer of the token and of its brand alone', async () => {
    expect(await portal.as(NOBODY, 'GET', 'state')).toMatchObject({ status: 404, body: { code: 'no_customer' } })
    const elsewhere = await portal.token(HANNA.number, { brand: 'sternmobil' })
    expect(await portal.ask('GET', 'state', elsewhere)).toMatchObject({ status: 404, body: { code: 'no_customer' } })
  })

  it('finds nothing else below it, and no door of the API', async () => {
    expect(await portal.as(HANNA.number, 'GET', 'nothing')).toMatchObject({
      status: 404,
      body: { code: 'nothing_here' },
    })
    expect((await app.get('/api/v1/calls', await portal.token(HANNA.number))).status).toBe(401)
  })

  it('is nobody where the server has no portal', async () => {
    const plain = await openApp({ customers: 'none' })
    try {
      for (const path of ['/portal/v1/state', PORTAL_DOCUMENT]) expect((await plain.get(path)).status).toBe(404)
    } finally {
      await plain.close()
    }
  })

  it('is nobody while the keys of the portal cannot be had', async () => {
    const closed = { PORTAL_JWKS: 'http://localhost:9/jwks.json' }
    const plain = await openApp({ customers: 'none', settings: { ...portal.settings, ...closed } })
    try {
      const { status, body } = await plain.get('/portal/v1/state', await portal.token(HANNA.number))
      expect([status, JSON.parse(body).code]).toEqual([503, 'no_keys'])
    } finally {
      await plain.close()
    }
  })
})

describe('a token', () => {
  it('reads as often as the portal likes, and changes something once', async () => {
    const token = await portal.token(HANNA.number)
    for (let n = 1; n <= 2; n++) expect((await portal.ask('GET', 'state', token)).status).toBe(200)
    expect((await portal.ask('POST', 'unlock', token)).body.code).toBe('not_locked')
    expect(await portal.ask('POST', 'unlock', token)).toMatchObject({ status: 401, body: { code: 'spent' } })
    expect((await portal.ask('GET', 'state', token)).status).toBe(200)
  })

  it('changes something once of many requests that come together', async () => {
    await lockedBy(3)
    const token = await portal.token(HANNA.number)
    const replies = await Promise.all(Array.from({ length: 8 }, () => portal.ask('POST', 'unlock', token)))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(401)])
  })

  it('is not spent by what is not understood, and is by what then breaks', async () => {
    const token = await portal.token(HANNA.number)
    expect(await portal.ask('PUT', 'sims/any', token, { puk: 'maybe' })).toMatchObject({
      status: 400,
      body: { code: 'not_understood' },
    })
    const { portal: book } = app.deps
    const { unlock } = book
    book.unlock = () => Promise.reject(new Error('no database'))
    try {
      expect(await portal.ask('POST', 'unlock', token)).toMatchObject({ status: 503 })
    } finally {
      book.unlock = unlock
    }
    expect((await portal.ask('POST', 'unlock', token)).body.code).toBe('spent')
  })
})

describe('the soft lock', () => {
  it('is shown, lifted, told and recorded; the tries stay counted, so the next lock comes as early as without it', async () => {
    expect((await portal.as(HANNA.number, 'GET', 'state')).body).toMatchObject({
      lock: { kind: 'none', until: null },
      allows: { unlock: false },
    })
    await lockedBy(3)
    expect((await portal.as(HANNA.number, 'GET', 'state')).body).toMatchObject({
      lock: { kind: 'soft', until: expect.any(String) },
      allows: { unlock: true },
    })
    expect(await portal.as(HANNA.number, 'POST', 'unlock')).toMatchObject({ status: 200, body: {} })
    expect(await lockOf(app, 'rheinnetz', HANNA.number)).toMatchObject({ consecutive: 3, total: 3, lockedUntil: null })
    expect(await told()).toContain('lock_lifted')
    expect((await acts()).at(-1)).toBe('portal_unlock')
    for (let n = 4; n <= 6; n++) await proves(app, HANNA.number, wrongPin(HANNA.pin, n))
    expect(await lockOf(app, 'rheinnetz', HANNA.number)).toMatchObject({
      consecutive: 6,
      lockedUntil: expect.any(String),
    })
    expect(await portal.as(HANNA.number, 'POST', 'unlock')).toMatchObject({ status: 200 })
    expect(await proves(app, HANNA.number, HANNA.pin)).toBe(true)
  })

  it('is the only one that is lifted: not a hard one, and none of the operator', async () => {
    await lockedBy(3)
    await app.deps.database.db.updateTable('pin_state').set({ hard_locked: true }).execute()
    expect(await portal.as(HANNA.number, 'POST', 'unlock')).toMatchObject({
      status: 409,
      body: { code: 'needs_new_pin' },
    })
    expect((await portal.as(HANNA.number, 'GET', 'state')).body).toMatchObject({ lock: { kind: 'hard', until: null } })
    const place = { brand: 'rheinnetz', customerNumber: HANNA.number }
    await app.deps.accounts.lock(place, { actor: 'cli', reason: 'Reported as taken over' })
    expect(await portal.as(HANNA.number, 'POST', 'unlock')).toMatchObject({
      status: 409,
      body: { code: 'operator_locked' },
    })
    expect(await lockOf(app, 'rheinnetz', HANNA.number)).toMatchObject({ hardLocked: true, operatorLocked: true })
    expect(await told()).not.toContain('lock_lifted')
  })
})

describe('the PIN', () => {
  const { first: HEIKE } = people.fuldanetz as NonNullable<typeof people.fuldanetz>
  let stored: string
  beforeAll(async () => {
    const { ref } = await account()
    const row = await app.deps.database.db
      .selectFrom('verifier')
      .select('stored')
      .where('ref', '=', ref)
      .executeTakeFirstOrThrow()
    stored = JSON.stringify(row.stored)
  })
  afterEach(async () => {
    const { db } = app.deps.database
    const { ref } = await account()
    await db.updateTable('verifier').set({ stored, chosen_by: null }).where('ref', '=', ref).execute()
    await db.deleteFrom('past_secret').execute()
    await app.deps.accounts.unlock(
      { brand: 'rheinnetz', customerNumber: HANNA.number },
      { actor: 'cli', reason: 'Over' },
    )
  })

  it('is chosen: it is right by phone at once, the one before is not, and the customer is told', async () => {
    expect(await portal.as(HANNA.number, 'PUT', 'pin', { pin: '7350' })).toMatchObject({ status: 200, body: {} })
    expect([await proves(app, HANNA.number, HANNA.pin), await proves(app, HANNA.number, '7350')]).toEqual([false, true])
    expect(await told()).toEqual(['pin_set'])
    expect((await acts()).at(-1)).toBe('choose_pin')
  })

  it('is not taken against the policy, in the language of the customer, with one that is taken, and nothing of it is logged', async () => {
    const refused = await portal.as(HANNA.number, 'PUT', 'pin', { pin: '1234' })
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'not_taken', fault: 'sequence', text: expect.stringMatching(/^Das ist eine Zahlenreihe/) },
    })
    const suggestion = String(refused.body.suggestion)
    expect(refused.body.text).toContain(suggestion)
    expect(await portal.as(HANNA.number, 'PUT', 'pin', { pin: '12' })).toMatchObject({ body: { fault: 'length' } })
    expect(await portal.as(HANNA.number, 'PUT', 'pin', { pin: 'Anna' })).toMatchObject({ body: { fault: 'length' } })
    const odd = await portal.as(HANNA.number, 'PUT', 'pin', { pin: '73*0' })
    expect([odd.status, odd.body.detail]).toEqual([400, 'pin: it is 1 to 64 digits, or letters and blanks.'])
    expect(await told()).toEqual([])
    expect((await portal.as(HANNA.number, 'PUT', 'pin', { pin: suggestion })).status).toBe(200)
    expect(await portal.as(HANNA.number, 'PUT', 'pin', { pin: HANNA.pin })).toMatchObject({
      status: 422,
      body: { fault: 'used_before' },
    })
    for (const digits of [suggestion, HANNA.pin, '73x0']) expect(app.logged()).not.toContain(`"${digits}"`)
    expect(JSON.stringify(await app.deps.events.read({ limit: 1_000 }))).not.toContain(suggestion)
  })

  it('that is chosen leaves the tries as they are, and a random one, shown once, ends the hard lock', async () => {
    await lockedBy(3)
    expect((await portal.as(HANNA.number, 'PUT', 'pin', { pin: '7350' })).status).toBe(200)
    expect(await lockOf(app, 'rheinnetz', HANNA.number)).toMatchObject({
      consecutive: 3,
      lockedUntil: expect.any(String),
    })
    await app.deps.database.db.updateTable('pin_state').set({ hard_locked: true }).execute()
    expect(await portal.as(HANNA.number, 'PUT', 'pin', { pin: '7359' })).toMatchObject({
      status: 409,
      body: { code: 'hard_locked' },
    })
    expect((await portal.as(HANNA.number, 'GET', 'state')).body.allows).toMatchObject({ choose: false, renew: true })
    const { status, body } = await portal.as(HANNA.number, 'POST', 'pin/new')
    expect([status, body]).toEqual([200, { pin: expect.stringMatching(/^[0-9]{4}$/) }])
    expect(await lockOf(app, 'rheinnetz', HANNA.number)).toMatchObject({ consecutive: 0, hardLocked: false })
    expect(await proves(app, HANNA.number, String(body.pin))).toBe(true)
    expect(app.logged()).not.toContain(`"${body.pin}"`)
  })

  it('that is a code for first use is to be changed, and is not kept by choosing it again', async () => {
    const { db } = app.deps.database
    const { ref } = await account()
    const state = async () =>
      (await portal.as(HANNA.number, 'GET', 'state')).body as { credentials: object[]; allows: object }
    await db.updateTable('verifier').set({ replace_only: true }).where('ref', '=', ref).execute()
    expect((await state()).credentials).toMatchObject([{ kind: 'pin', to_be_changed: true }])
    expect(await portal.as(HANNA.number, 'PUT', 'pin', { pin: HANNA.pin })).toMatchObject({
      body: { fault: 'used_before' },
    })
    expect((await portal.as(HANNA.number, 'PUT', 'pin', { pin: '7350' })).status).toBe(200)
    expect((await state()).credentials).toMatchObject([{ kind: 'pin', to_be_changed: false }])
    expect(await proves(app, HANNA.number, '7350')).toBe(true)
  })

  it('is nothing to choose where a brand takes PUKs alone; what there is is told all the same', async () => {
    const hotline = app.deps.hotlines.byBrand.get('rheinnetz') as Hotline
    const pukAlone: Hotline = { ...hotline, brand: { ...hotline.brand, credentials: ['puk'] } }
    const ofPuks = portalActs({ ...app.deps, lookUp: null, hotlines: { byBrand: new Map([['rheinnetz', pukAlone]]) } })
    const token = { acr: 'mfa', jti: 'of-puks-alone-1', until: app.clock.now() }
    const hanna = { brand: 'rheinnetz', customerNumber: HANNA.number, ...token }
    const sent = { body: undefined, id: '' }
    expect(await ofPuks.getPortalState(hanna, sent)).toMatchObject({
      answer: { customer_number: HANNA.number, allows: { choose: false, renew: false } },
    })
    expect(await ofPuks.renewPin(hanna, sent)).toEqual({ refused: 'not_accepted' })
  })

  it('is set by nobody while the operator has locked the account, nor in the name of another customer', async () => {
    const place = { brand: 'rheinnetz', customerNumber: HANNA.number }
    await app.deps.accounts.lock(place, { actor: 'cli', reason: 'Reported as taken over' })
    for (const [method, path, order] of [
      ['PUT', 'pin', { pin: '7350' }],
      ['POST', 'pin/new', undefined],
    ] as const)
      expect(await portal.as(HANNA.number, method, path, order)).toMatchObject({
        status: 409,
        body: { code: 'operator_locked' },
      })
    const other = await portal.token(HEIKE.number)
    expect(await portal.ask('PUT', 'pin', other, { pin: '7350' })).toMatchObject({ body: { code: 'no_customer' } })
  })

  it('that was set by phone gives way to a random one, and only such a one', async () => {
    expect(await portal.as(HANNA.number, 'POST', 'pin/undo')).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_undo' },
    })
    await recordRight(app.deps.database.db, await account())
    const because = { actor: 'caller', callId: 'CA1' }
    const when = { now: app.clock.now(), by: { left: () => 1 } }
    const done = await app.deps.pinChoice.chooseByPhone(await account(), 'pin', new Secret('7350'), because, when)
    expect(done).toEqual({ set: true })
    expect((await portal.as(HANNA.number, 'GET', 'state')).body.allows).toMatchObject({ undo: true })
    const undone = await portal.as(HANNA.number, 'POST', 'pin/undo')
    expect(undone).toMatchObject({ status: 200, body: { pin: expect.stringMatching(/^\d{4}$/) } })
    expect((await portal.as(HANNA.number, 'GET', 'state')).body.allows).toMatchObject({ undo: false })
    for (const dead of ['7350', HANNA.pin]) expect(await proves(app, HANNA.number, dead)).toBe(false)
    expect(await proves(app, HANNA.number, String(undone.body.pin))).toBe(true)
  })
})

describe('a customer', () => {
  const left = async () => {
    const { rows } = await sql<{ spent: number }>`SELECT cardinality(spent) AS spent FROM portal_budget`.execute(
      app.deps.database.db,
    )
    return portalLimits.change - (rows[0]?.spent ?? 0)
  }

  it('changes something so often a day, by any number of requests at once, and nothing is done beyond (threat 32)', async () => {
    const replies = await Promise.all(
      Array.from({ length: portalLimits.change + 4 }, () => portal.as(HANNA.number, 'POST', 'unlock')),
    )
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(4)
    for (const { body, headers } of refused) {
      expect(body.code).toBe('too_many')
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(86_000)
    }
    await app.deps.database.db.deleteFrom('message').execute()
    const before = await acts()
    for (const [method, path, order] of [
      ['PUT', 'pin', { pin: '7350' }],
      ['POST', 'pin/new', undefined],
      ['POST', 'pin/undo', undefined],
      ['POST', 'unlock', undefined],
      ['POST', 'erasure', undefined],
    ] as const)
      expect(await portal.as(HANNA.number, method, path, order)).toMatchObject({ status: 429 })
    expect([await told(), await acts()]).toEqual([[], before])
    // Reading costs nothing, and other customers have theirs.
    expect((await portal.as(HANNA.number, 'GET', 'state')).status).toBe(200)
    expect((await portal.as(OLIVER.number, 'POST', 'unlock')).body.code).toBe('not_locked')
  })

  it('has an act back a day after it, one by one', async () => {
    for (let n = 1; n <= 3; n++) await portal.as(HANNA.number, 'POST', 'unlock')
    expect(await left()).toBe(portalLimits.change - 3)
    await sql`UPDATE portal_budget SET spent[1] = spent[1] - interval '24 hours'`.execute(app.deps.database.db)
    await portal.as(HANNA.number, 'POST', 'unlock')
    expect(await left()).toBe(portalLimits.change - 3)
  })

  it('is told by the state until when something rests', async () => {
    const rest = async () => (await portal.as(HANNA.number, 'GET', 'state')).body.rest as { until: string } | null
    expect(await rest()).toBeNull()
    const { db } = app.deps.database
    await sql`UPDATE verifier SET chosen_by = 'portal' WHERE ref = ${(await account()).ref}`.execute(db)
    const { rows } = await sql<{ until: Date }>`
      SELECT max(set_at) + ${PIN_REST_HOURS}::integer * interval '1 hour' AS until FROM verifier WHERE chosen_by = 'portal'`.execute(
      app.deps.database.db,
    )
    expect(await rest()).toEqual({ until: rows[0]?.until.toISOString() })
    const ago = (hours: number) => new Date(app.clock.now().getTime() - hours * 3_600_000)
    for (const [hours, rests] of [
      [PIN_REST_HOURS - 1, true],
      [PIN_REST_HOURS + 1, false],
    ] as const) {
      await sql`UPDATE verifier SET set_at = ${ago(hours)} WHERE chosen_by = 'portal'`.execute(db)
      expect((await rest()) !== null).toBe(rests)
    }
    await sql`UPDATE verifier SET chosen_by = NULL`.execute(db)
  })
})

describe('a call code', () => {
  const { first: HEIKE } = people.fuldanetz as NonNullable<typeof people.fuldanetz>
  const asked = async (method: string, path: string) =>
    portal.ask(method, path, await portal.token(HEIKE.number, { brand: 'fuldanetz' }))
  const levelBy = async (code: unknown) => {
    const call = phone(app, { brand: 'fuldanetz' })
    await call.toPin(String(code))
    const { assurance } = (await app.deps.live.calls.get(call.sid)) ?? {}
    await call.hangUp()
    return [assurance?.level, assurance?.method]
  }

  it('is made for the customer of the token, lets one call in, replaces the one before, and is told and recorded', async () => {
    expect((await asked('GET', 'state')).body.allows).toMatchObject({ call_code: true })
    const before = await asked('POST', 'call-code')
    const made = await asked('POST', 'call-code')
    expect(made).toMatchObject({
      status: 200,
      body: { code: expect.stringMatching(/^[0-9]{16}$/), expires: expect.any(String) },
    })
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(await levelBy(before.body.code)).not.toEqual([2, 'call_code'])
    expect(await levelBy(made.body.code)).toEqual([2, 'call_code'])
    expect(await levelBy(made.body.code)).not.toEqual([2, 'call_code'])
    expect(await told()).toEqual(['call_code', 'call_code'])
    expect((await acts()).at(-1)).toBe('call_code')
    expect(app.logged()).not.toContain(String(made.body.code))
  })

  it('lets in nobody to what is dangerous: a thief of the log-in would have that at once (threat 32)', async () => {
    const { code } = (await asked('POST', 'call-code')).body
    const call = phone(app, { brand: 'fuldanetz' })
    await call.toPin(String(code))
    const { assurance, resting, may } = await app.context(call.sid)
    await call.hangUp()
    expect([assurance.level, resting?.actions]).toEqual([2, ['change_tariff', 'change_address']])
    expect(may).not.toContain('change_address')
    expect((await asked('GET', 'state')).body.rest).not.toBeNull()
  })

  it('is not made where the brand takes none, nor while the account is locked for good; the token is spent all the same', async () => {
    expect((await portal.as(HANNA.number, 'GET', 'state')).body.allows).toMatchObject({ call_code: false })
    const token = await portal.token(HANNA.number)
    expect(await portal.ask('POST', 'call-code', token)).toMatchObject({ status: 409, body: { code: 'not_taken' } })
    expect(await portal.ask('POST', 'call-code', token)).toMatchObject({ status: 401, body: { code: 'spent' } })
    const place = { brand: 'fuldanetz', customerNumber: HEIKE.number }
    await app.deps.accounts.lock(place, { actor: 'cli', reason: 'Reported as taken over' })
    expect(await asked('POST', 'call-code')).toMatchObject({ status: 409, body: { code: 'locked' } })
    expect((await asked('GET', 'state')).body.allows).toMatchObject({ call_code: false })
    await app.deps.accounts.unlock(place, { actor: 'cli', reason: 'Over' })
  })
})

describe('what is theirs', () => {
  it('has the log-ins by phone and by other channels, and nobody else’s', async () => {
    await proves(app, OLIVER.number, OLIVER.pin)
    await proves(app, HANNA.number, wrongPin(HANNA.pin))
    await proves(app, HANNA.number, HANNA.pin)
    const { body } = await portal.as(HANNA.number, 'GET', 'calls')
    expect((body.calls as unknown[]).slice(0, 2)).toEqual([
      { at: expect.any(String), by: 'phone', kind: 'pin', result: 'right' },
      { at: expect.any(String), by: 'phone', kind: 'pin', result: 'wrong' },
    ])
    expect((await portal.as(OLIVER.number, 'GET', 'calls')).body.calls).toHaveLength(1)
  })

  it('has the calls by code among the log-ins, also one whose code was over', async () => {
    const { db } = app.deps.database
    const callCodes = createCallCodes(db, { subjectKey: Buffer.alloc(32, 'a key'), isTaken: () => true })
    const place = { brand: 'rheinnetz', customerNumber: OLIVER.number }
    for (const expires of [null, "now() - interval '1 second'"]) {
      const made = await callCodes.make(place, { actor: 'api/app', reason: 'test' })
      if (made === null || 'refused' in made) throw new Error('no code was made')
      if (expires !== null)
        await db
          .updateTable('call_code')
          .set({ expires: sql.raw(expires) })
          .execute()
      await callCodes.redeem('rheinnetz', made.code, { callId: 'CA1' })
    }
    const { status, body } = await portal.as(OLIVER.number, 'GET', 'calls')
    expect(status).toBe(200)
    expect((body.calls as unknown[]).slice(0, 2)).toEqual([
      { at: expect.any(String), by: 'phone', kind: 'call_code', result: 'over' },
      { at: expect.any(String), by: 'phone', kind: 'call_code', result: 'right' },
    ])
  })

  it('is told as data, without a verifier, and each reading is recorded', async () => {
    const { status, body } = await portal.as(HANNA.number, 'GET', 'data')
    expect(status).toBe(200)
    expect(body).toMatchObject({ customerNumber: HANNA.number, name: expect.any(String), language: 'de' })
    expect(JSON.stringify(body)).not.toMatch(/argon|salt|"tag"/)
    expect((await acts()).at(-1)).toBe('portal_data')
  })

  it('is erased where no contract runs, as an operator’s request is, and else the portal is told why not', async () => {
    const hindered = await portal.as(PAULA, 'POST', 'erasure')
    expect(hindered).toMatchObject({ status: 409, body: { code: 'hindered' } })
    const place = { brand: 'rheinnetz', customerNumber: PAULA }
    await app.deps.accounts.end(place, new Date(), { actor: 'cli', reason: 'Ended' }, new Date())
    const asked = await portal.as(PAULA, 'POST', 'erasure')
    expect(asked).toMatchObject({ status: 200, body: { changed: true, due: expect.any(String) } })
    expect((await portal.as(PAULA, 'GET', 'data')).body).toMatchObject({ erasure: { due: asked.body.due } })
  })
})

it('the description has every operation of the table with its refusals, and no other', async () => {
  const { paths } = JSON.parse((await app.get(PORTAL_DOCUMENT)).body) as {
    paths: Record<string, Record<string, { operationId: string; responses: Record<string, { description: string }> }>>
  }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, method, path.replace('{id}', ':id')]),
  )
  expect(described.sort()).toEqual(
    Object.entries<PortalOperation>(portalOperations)
      // Shown by the process that has the key alone (look-up.test.ts).
      .filter(([, { looksUp }]) => !looksUp)
      .map(([name, { method, path }]) => [name, method, path])
      .sort(),
  )
  expect(paths['/portal/v1/unlock']?.post?.responses['409']?.description).toContain('needs_new_pin')
})
