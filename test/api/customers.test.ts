/** One customer by the API, over real HTTP and beside real calls: what is locked or cleared here is so at every door. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { accountSubject } from '../../src/auth/subjects.ts'
import { type Act, actNames } from '../../src/seams/tokens.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { findLeaks } from '../support/canaries.ts'
import { refOf } from '../support/customers.ts'
import { people, wrongPin } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { proves } from '../support/proves.ts'

const { first: HANNA, nobody: NOBODY } = people.rheinnetz as NonNullable<typeof people.rheinnetz>
const KLAUS = people.kassemobil?.first.number ?? ''
const reason = 'Reported as taken over'
const because = { reason }

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
})
afterAll(() => app.close())
beforeEach(async () => {
  await app.deps.database.db.deleteFrom('pin_state').execute()
})

let made = 0
async function token(acts: readonly Act[] = actNames, perHour = 1_000): Promise<string> {
  const budget = { perHour, perDay: 1_000 }
  return (await app.deps.tokens.add({ name: `care-${++made}`, brands: ['rheinnetz'], acts, budget }, 'cli')) ?? ''
}

async function ask(secret: string, method: 'GET' | 'POST', path: string, body?: object) {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`http://127.0.0.1:${app.port}/api/v1/customers/${path}`, init)
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const shown = (secret: string, place: string, why = reason) =>
  ask(secret, 'GET', `${place}?reason=${encodeURIComponent(why)}`)

const isVerified = (pin = HANNA.pin) => proves(app, HANNA.number, pin)

const place = `rheinnetz/${HANNA.number}`
let secret: string
beforeAll(async () => {
  secret = await token()
})

describe('the state of an account', () => {
  it('is told without a secret, a name or an address, and recorded with its reason', async () => {
    const { status, body } = await shown(secret, place)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      brand: 'rheinnetz',
      customerNumber: HANNA.number,
      lock: { byOperator: null, until: null, needsNewPin: false, wrongInARow: 0 },
      credentials: [{ kind: 'pin', cleared: null }],
    })
    expect(JSON.stringify(body)).not.toMatch(/Reuter|@|argon|tag/)
    const [read] = (await app.deps.events.read({ limit: 1_000 })).filter(({ kind }) => kind === 'account')
    expect(read).toMatchObject({ actor: `api/care-${made}`, brand: 'rheinnetz', facts: { act: 'show', reason } })
  })

  it('shows wrong tries at once', async () => {
    await isVerified(wrongPin(HANNA.pin))
    expect((await shown(secret, place)).body.lock).toMatchObject({ wrongInARow: 1, wrongInAYear: 1 })
  })
})

describe('a lock by an operator', () => {
  it('is obeyed by the telephone, in words and time like any other refusal, and is lifted by unlock', async () => {
    expect(await ask(secret, 'POST', `${place}/lock`, because)).toMatchObject({ status: 200, body: { changed: true } })
    expect(await ask(secret, 'POST', `${place}/lock`, because)).toMatchObject({ status: 200, body: { changed: false } })
    const [locked, wrong] = [phone(app, { brand: 'rheinnetz' }), phone(app, { brand: 'rheinnetz' })]
    await locked.toPin(HANNA.number)
    await wrong.toPin(NOBODY)
    const refusals = [await locked.key(HANNA.pin), await wrong.key(HANNA.pin)].map((heard) =>
      heard.replace(/\/voice\/[^"]+/g, ''),
    )
    expect(refusals[0]).toBe(refusals[1])
    expect((await app.deps.live.calls.get(locked.sid))?.assurance.level).not.toBe(2)
    await locked.key('0')
    expect((await app.context(locked.sid)).flags).toContain('locked_by_operator')
    for (const call of [locked, wrong]) await call.hangUp()
    expect(await ask(secret, 'POST', `${place}/unlock`, because)).toMatchObject({
      status: 200,
      body: { remains: null },
    })
    expect(await isVerified()).toBe(true)
  })

  it('is obeyed by the one door to the verifier, whatever other channel asks there', async () => {
    await ask(secret, 'POST', `${place}/lock`, because)
    const ref = await refOf(app.deps.database.db, HANNA.number, 'rheinnetz')
    const subject = accountSubject('rheinnetz', ref)
    const owner = { brand: 'rheinnetz', ref, sims: null }
    const attempt = { token: 'probe', subject, credential: 'pin', ownSubject: null, owner, line: null } as const
    expect(await app.deps.attempts.reserve(attempt)).toEqual({ kind: 'locked' })
    expect(await app.deps.attempts.lockState(subject)).toMatchObject({ consecutive: 0, operatorLocked: true })
    await ask(secret, 'POST', `${place}/unlock`, because)
  })

  it('is not there to be lifted where wrong tries have locked; what to do is said', async () => {
    expect((await ask(secret, 'POST', `${place}/unlock`, because)).body).toMatchObject({
      status: 409,
      code: 'not_locked',
    })
    for (let n = 1; n <= 3; n++) await isVerified(wrongPin(HANNA.pin, n))
    const soft = (await ask(secret, 'POST', `${place}/unlock`, because)).body
    expect([soft.code, soft.detail]).toEqual(['temporary', expect.stringMatching(/until 20\S+Z\. That ends by itself/)])
    await app.deps.database.db.updateTable('pin_state').set({ hard_locked: true }).execute()
    const hard = (await ask(secret, 'POST', `${place}/unlock`, because)).body
    expect([hard.code, hard.detail]).toEqual(['needs_new_pin', expect.stringContaining('--replace-pins')])
    expect(await isVerified()).toBe(false)
  })
})

it('a PIN that is cleared verifies nothing', async () => {
  const { number, pin } = people.rheinnetz?.second ?? { number: '', pin: '' }
  const answer = await ask(secret, 'POST', `rheinnetz/${number}/clear-pin`, because)
  expect(answer).toMatchObject({ status: 200, body: { cleared: 1 } })
  const call = phone(app, { brand: 'rheinnetz' })
  await call.toPin(number)
  await call.key(pin)
  expect((await app.deps.live.calls.get(call.sid))?.assurance.level).not.toBe(2)
  await call.hangUp()
  expect((await shown(secret, `rheinnetz/${number}`)).body.credentials).toMatchObject([{ cleared: expect.any(String) }])
})

describe('a call code', () => {
  const { first: JANA, second: PAUL } = people.fuldanetz as NonNullable<typeof people.fuldanetz>
  const make = (number: string, by = API_TOKEN) => ask(by, 'POST', `fuldanetz/${number}/call-codes`, because)

  /** A call that keys the code at the number prompt. */
  const calls = async (code: string) => {
    const call = phone(app, { brand: 'fuldanetz' })
    await call.toPin(code)
    return call
  }

  it('is told once, lets one call in without another question, and stands in no log, record, call or context', async () => {
    const { status, body, headers } = await make(JANA.number)
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(body).toEqual({ code: expect.stringMatching(/^[0-9]{16}$/), expires: expect.any(String) })
    const first = await calls(body.code)
    const second = await calls(body.code)
    const stored = [await app.deps.live.calls.get(first.sid), await app.deps.live.calls.get(second.sid)]
    expect(stored.map((call) => [call?.assurance.level, call?.assurance.method])).toEqual([
      [2, 'call_code'],
      [0, null],
    ])
    const context = await app.context(first.sid)
    expect(context).toMatchObject({ assurance: { level: 2, method: 'call_code' } })
    const { db } = app.deps.database
    const left = {
      logs: app.logged(),
      record: JSON.stringify(await app.deps.events.read({ limit: 10_000 })),
      calls: JSON.stringify([context, stored]),
      codes: JSON.stringify(await db.selectFrom('call_code').selectAll().execute()),
      messages: JSON.stringify(await db.selectFrom('message').selectAll().execute()),
    }
    expect(findLeaks([{ digits: body.code, at: 'number' }], left)).toEqual([])
    for (const call of [first, second]) await call.hangUp()
  })

  it('is sent to a contact, and then not told to who asks', async () => {
    const send = { ...because, send: true }
    const asked = await ask(API_TOKEN, 'POST', `fuldanetz/${PAUL.number}/call-codes`, send)
    expect(asked).toMatchObject({ status: 202, body: { sends: true } })
    expect(await ask(API_TOKEN, 'POST', `fuldanetz/${PAUL.number}/call-codes`, send)).toMatchObject({
      status: 409,
      body: { code: 'lately' },
    })
    const odd = await ask(API_TOKEN, 'POST', `fuldanetz/${PAUL.number}/call-codes`, { ...because, send: 'yes' })
    expect(odd.status).toBe(400)
  })

  it('is made by the act alone, and by no token of another brand', async () => {
    expect((await make(PAUL.number, await token(['verify']))).status).toBe(403)
    expect((await make(PAUL.number, secret)).status).toBe(404)
    expect((await make(NOBODY)).status).toBe(404)
  })

  it('is refused for a brand that takes none, and for an account that is locked', async () => {
    const refused = await ask(API_TOKEN, 'POST', `${place}/call-codes`, because)
    expect(refused).toMatchObject({ status: 409, body: { code: 'not_taken' } })
    await ask(API_TOKEN, 'POST', `fuldanetz/${PAUL.number}/lock`, because)
    expect(await make(PAUL.number)).toMatchObject({ status: 409, body: { code: 'locked' } })
    await ask(API_TOKEN, 'POST', `fuldanetz/${PAUL.number}/unlock`, because)
  })
})

describe('the end of an account', () => {
  const { first: LENA } = people.alpenfunk as NonNullable<typeof people.alpenfunk>

  it('leaves the customer nothing to be verified for, where the brand has no tail', async () => {
    const post = (body: object) => ask(API_TOKEN, 'POST', `alpenfunk/${LENA.number}/end`, body)
    const level = async () => {
      const call = phone(app, { brand: 'alpenfunk' })
      await call.toPin(LENA.number)
      await call.key(LENA.pin)
      const reached = (await app.deps.live.calls.get(call.sid))?.assurance.level
      await call.hangUp()
      return reached
    }
    expect(await level()).toBe(2)
    const at = app.clock.now().toISOString()
    expect(await post({ reason, at: '30.11.2026' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'at', remedy: expect.stringContaining('2026-11-30T00:00:00+01:00') }] },
    })
    // A year that was misread: what began since then would never have been.
    expect(await post({ reason, at: '2016-11-30T00:00:00+01:00' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'at', remedy: expect.stringContaining('correct the year') }] },
    })
    expect(await level()).toBe(2)
    expect(await post(because)).toMatchObject({ status: 200, body: { changed: true } })
    expect(await post(because)).toMatchObject({ status: 200, body: { changed: false } })
    expect(await level()).not.toBe(2)
    const { body } = await shown(API_TOKEN, `alpenfunk/${LENA.number}`)
    expect(Date.parse(body.ended)).toBeGreaterThanOrEqual(Date.parse(at))
  })
})

describe('the erasure of an account', () => {
  const { second: MIA } = people.alpenfunk as NonNullable<typeof people.alpenfunk>
  const of = `alpenfunk/${MIA.number}`
  const post = (act: string, by = API_TOKEN) => ask(by, 'POST', `${of}/${act}`, because)

  it('is asked for once nothing runs, shown to operators and agents, taken back, and done by the server on its day', async () => {
    expect((await post('erase')).body).toMatchObject({
      status: 409,
      code: 'contract',
      detail: expect.stringContaining('end the account first'),
    })
    await post('end')
    await post('lock')
    expect((await post('erase')).body).toMatchObject({ status: 409, code: 'locked' })
    await post('unlock')
    const { status, body } = await post('erase')
    expect([status, body]).toEqual([200, { due: expect.any(String), changed: true }])
    expect(Date.parse(body.due) - Date.now()).toBeGreaterThan(13.9 * 86_400_000)
    expect((await shown(API_TOKEN, of)).body.erasure).toMatchObject({ due: body.due, hindered: [] })
    const ref = await refOf(app.deps.database.db, MIA.number, 'alpenfunk')
    expect(await app.deps.source.context('alpenfunk', ref, app.clock.now())).toMatchObject({ erasure: body.due })
    expect((await post('keep')).body).toEqual({ changed: true })
    expect((await post('keep')).body).toEqual({ changed: false })

    await post('erase')
    expect(await app.deps.erasures.carryOut('server')).toEqual({ erased: 0, held: 0 })
    const before = sql`now() - interval '30 days'`
    await sql`UPDATE account SET ends = ${before} WHERE ref = ${ref}`.execute(app.deps.database.db)
    await sql`UPDATE erasure SET requested = ${before}, due = now()`.execute(app.deps.database.db)
    expect(await app.deps.erasures.carryOut('server')).toEqual({ erased: 1, held: 0 })
    expect((await shown(API_TOKEN, of)).status).toBe(404)
  })

  it('needs its own act', async () => {
    const other = await token(actNames.filter((act) => act !== 'erase_customers'))
    for (const act of ['erase', 'keep'])
      expect((await ask(other, 'POST', `rheinnetz/${HANNA.number}/${act}`, because)).status).toBe(403)
  })
})

describe('a system that guesses numbers (threat 44)', () => {
  const acts = ['', '/lock', '/unlock', '/clear-pin', '/end', '/erase', '/keep']
  const asked = (by: string, at: string, act: string) =>
    act === '' ? shown(by, at) : ask(by, 'POST', `${at}${act}`, because)

  it.each(acts)('learns nothing of other brands (%s): the same answer as for nobody, and no event', async (act) => {
    const before = (await app.deps.events.read({ limit: 10_000 })).length
    const [none, ...others] = await Promise.all(
      [
        `rheinnetz/${NOBODY}`,
        `kassemobil/${KLAUS}`,
        'kassemobil/1',
        'nobrand/1',
        'rheinnetz/x',
        `rheinnetz/${'1'.repeat(40)}`,
      ].map((at) => asked(secret, at, act)),
    )
    expect(none?.status).toBe(404)
    for (const other of others) expect(other.body).toEqual(none?.body)
    expect((await app.deps.events.read({ limit: 10_000 })).length).toBe(before)
  })

  it('spends the budget of the token, right or wrong, at once or in turn, and is then told when there is some again', async () => {
    const thrifty = await token(actNames, 4)
    const places = [place, `rheinnetz/${NOBODY}`, 'rheinnetz/x', `kassemobil/${KLAUS}`, place, place]
    const answers = await Promise.all(places.map((at, n) => asked(thrifty, at, acts[n % 2] ?? '')))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2)
    const { status, headers, body } = await shown(thrifty, place)
    expect([status, body.code]).toEqual([429, 'budget_spent'])
    const wait = Number(headers.get('retry-after'))
    expect([wait > 3_500, wait <= 3_600]).toEqual([true, true])
    // What is not asked by such a number goes on.
    const calls = { headers: { authorization: `Bearer ${thrifty}` } }
    expect((await fetch(`http://127.0.0.1:${app.port}/api/v1/calls?state=waiting`, calls)).status).toBe(200)
    // The one in the settings has no budget.
    expect((await shown(API_TOKEN, place)).status).toBe(200)
    await ask(secret, 'POST', `${place}/unlock`, because)
  })
})

describe('a reason', () => {
  it.each([
    ['none', {}],
    ['none that says something', { reason: '  .' }],
    ['two lines', { reason: 'one\ntwo' }],
    ['too long a one', { reason: 'x'.repeat(201) }],
    ['what could be a PIN', { reason: 'The PIN 4826 was seen' }],
    ['what could be a PUK', { reason: 'PUK 48260395 was seen' }],
    ['another field', { reason, force: true }],
  ])('is needed, and %s is refused by field, rule and remedy', async (_what, body) => {
    const { status, body: refused } = await ask(secret, 'POST', `${place}/lock`, body)
    expect(status).toBe(400)
    expect(refused.errors).toEqual([
      { field: expect.any(String), rule: expect.any(String), remedy: expect.stringMatching(/.{5}/) },
    ])
    expect(JSON.stringify(refused)).not.toMatch(/4826/)
    if (/PIN|PUK/.test(JSON.stringify(body))) expect(refused.errors[0].rule).toBe('no_secret')
    expect((await shown(secret, place)).body.lock.byOperator).toBeNull()
  })

  it.each(['Ticket 520817', 'Anruf vom 27.11., Kennung A-12', '3 Anrufe heute'])('may be %s', async (why) => {
    expect((await shown(secret, place, why)).status).toBe(200)
  })
})
