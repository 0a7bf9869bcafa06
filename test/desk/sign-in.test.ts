import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { Database } from '../../src/store/database.ts'
import { openAnyStore } from '../support/any-store.ts'
import { openDesk, PASSWORD, type TestDesk } from './fixture.ts'

let database: Database
let desk: TestDesk
beforeAll(async () => {
  database = await openAnyStore()
})
afterAll(() => database.close())
beforeEach(async () => {
  desk = await openDesk(database)
})
afterEach(() => desk.close())

const HOUR = 3_600_000

describe('sign-in', () => {
  it('gives a cookie that scripts and other sites do not get, and says who is in', async () => {
    const { answer, set, csrf, cookie } = await desk.signIn('anna')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      csrf: expect.any(String),
      me: { name: 'anna', displayName: 'ANNA', role: 'agent', phone: 'client:anna' },
    })
    expect(set).toMatch(/^rufpass=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(answer.headers['cache-control']).toBe('no-store')
    const me = await desk.get('/desk/api/me', { cookie })
    expect(me.body).toEqual({ ...answer.body, demo: true, openUrl: true })
    expect(me.headers['cache-control']).toBe('no-store')
    expect(csrf).not.toContain(cookie.split('=')[1])
    expect(await desk.events()).toEqual([['sign_in', 'anna', {}]])
  })

  it('behind https has a cookie that no other host can set', async () => {
    await desk.close()
    desk = await openDesk(database, { publicBaseUrl: 'https://voice.example.com' })
    const { set, cookie } = await desk.signIn('anna')
    expect(set).toMatch(/^__Host-rufpass=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    expect((await desk.get('/desk/api/me', { cookie })).status).toBe(200)
    expect((await desk.get('/desk/api/me', { cookie: cookie.replace('__Host-', '') })).status).toBe(401)
  })

  it('below a path has one that goes there alone, and that no plain http can set', async () => {
    await desk.close()
    desk = await openDesk(database, { publicBaseUrl: 'https://voice.example.com/hotline' })
    const { set, cookie } = await desk.signIn('anna')
    expect(set).toMatch(/^__Secure-rufpass=[A-Za-z0-9_-]{43}; Path=\/hotline; HttpOnly; Secure; SameSite=Strict$/)
    expect((await desk.get('/desk/api/me', { cookie })).status).toBe(200)
  })

  it('is refused in the same words for a wrong password, a disabled agent and nobody, and told who it was', async () => {
    await desk.agents.disable('ben')
    const answers = [
      (await desk.signIn('anna', 'wrong')).answer,
      (await desk.signIn('ben')).answer,
      (await desk.signIn('a secret in the wrong field')).answer,
    ]
    for (const { status, body, headers } of answers) {
      expect([status, body]).toEqual([401, answers[0]?.body])
      expect(headers['set-cookie']).toBeUndefined()
    }
    expect(await desk.events()).toEqual([
      ['sign_in_refused', 'anna', { reason: 'wrong' }],
      ['sign_in_refused', 'ben', { reason: 'wrong' }],
      ['sign_in_refused', '-', { reason: 'wrong' }],
    ])
  })

  it('ends the session that the browser had before', async () => {
    const before = await desk.signIn('anna')
    await request(desk.base)
      .post('/desk/api/sign-in')
      .set('Cookie', before.cookie)
      .send({ name: 'ben', password: PASSWORD })
    expect((await desk.get('/desk/api/me', before)).status).toBe(401)
  })

  it.each([
    ['no body', undefined],
    ['a list', []],
    ['no password', { name: 'anna' }],
    ['an object for a name', { name: { $ne: null }, password: PASSWORD }],
    ['more than asked', { name: 'anna', password: PASSWORD, role: 'supervisor' }],
    ['a password without end', { name: 'anna', password: 'x'.repeat(257) }],
  ])('understands nothing of %s', async (_what, body) => {
    const sent = request(desk.base).post('/desk/api/sign-in').set('Content-Type', 'application/json')
    const answer = await sent.send(body === undefined ? '' : JSON.stringify(body))
    expect([answer.status, answer.type]).toEqual([400, 'application/problem+json'])
    expect(await desk.events()).toEqual([])
  })

  it('takes JSON alone, of a bearable length', async () => {
    const form = await request(desk.base)
      .post('/desk/api/sign-in')
      .type('form')
      .send({ name: 'anna', password: PASSWORD })
    expect(form.status).toBe(415)
    const plain = await request(desk.base)
      .post('/desk/api/sign-in')
      .type('text/plain')
      .send(JSON.stringify({ name: 'anna', password: PASSWORD }))
    expect(plain.status).toBe(415)
    const long = await request(desk.base)
      .post('/desk/api/sign-in')
      .send({ name: 'anna', password: 'x'.repeat(20_000) })
    expect(long.status).toBe(413)
    const broken = await request(desk.base).post('/desk/api/sign-in').type('json').send(`{"password":"${PASSWORD}"`)
    expect([broken.status, broken.type]).toEqual([400, 'application/problem+json'])
    expect(broken.text).not.toContain(PASSWORD)
  })

  it('is not done for a page of another site', async () => {
    const sent = (headers: Record<string, string>) =>
      request(desk.base).post('/desk/api/sign-in').set(headers).send({ name: 'anna', password: PASSWORD })
    for (const site of ['cross-site', 'same-site', 'none', 'anything'])
      expect((await sent({ 'Sec-Fetch-Site': site })).status).toBe(403)
    for (const origin of [
      'https://evil.example',
      'null',
      'http://localhost:3001',
      'http://localhost:3000.evil.example',
    ])
      expect((await sent({ Origin: origin })).status).toBe(403)
    expect((await sent({ Origin: 'http://localhost:3000' })).status).toBe(200)
    expect((await sent({ 'Sec-Fetch-Site': 'same-origin' })).status).toBe(200)
  })
})

describe('the throttle', () => {
  it('stops the sixth wrong try under a name, for the right password too, and says for how long', async () => {
    for (let n = 0; n < 5; n++) expect((await desk.signIn('anna', `wrong ${n}`)).answer.status).toBe(401)
    const sixth = (await desk.signIn('anna')).answer
    expect(sixth.status).toBe(429)
    expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(800)
    expect(Number(sixth.headers['retry-after'])).toBeLessThanOrEqual(900)
    expect(sixth.headers['set-cookie']).toBeUndefined()
    expect((await desk.events()).at(-1)).toEqual(['sign_in_refused', 'anna', { reason: 'throttled' }])
    expect((await desk.signIn('ben')).answer.status).toBe(200)
  })

  it('holds the network that was wrong, and not agents in another, who go on with the right password', async () => {
    const [stranger, office] = ['203.0.113.7', '198.51.100.20:4711']
    for (let n = 0; n < 5; n++) expect((await desk.signIn('anna', `wrong ${n}`, stranger)).answer.status).toBe(401)
    expect((await desk.signIn('anna', undefined, stranger)).answer.status).toBe(429)
    expect((await desk.signIn('anna', undefined, office)).answer.status).toBe(200)
    // The stranger's tries are not forgiven by that.
    expect((await desk.signIn('anna', undefined, stranger)).answer.status).toBe(429)
  })

  it('stops wrong tries under a name from ever other networks, and spares those where the agent has signed in', async () => {
    await desk.close()
    desk = await openDesk(database, {
      signIn: { verify: async (name, password) => (password === PASSWORD ? name : null) },
    })
    expect((await desk.signIn('anna', undefined, '198.51.100.20')).answer.status).toBe(200)
    const from = (n: number): string => `203.0.113.${n}`
    for (let n = 0; n < 50; n++) expect((await desk.signIn('anna', 'wrong', from(n))).answer.status).toBe(401)
    const late = (await desk.signIn('anna', undefined, from(99))).answer
    expect(late.status).toBe(429)
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(3_600)
    expect((await desk.signIn('anna', undefined, '198.51.100.20')).answer.status).toBe(200)
    expect((await desk.signIn('ben', undefined, from(99))).answer.status).toBe(200)
  })

  it('warns once where a proxy says itself that it is in front and the settings do not', async () => {
    const told: string[] = []
    const log = { error: () => {}, warn: (_fields: object, message: string) => void told.push(message) }
    for (const [trustedProxies, times] of [
      [1, 0],
      [0, 1],
    ] as const) {
      await desk.close()
      desk = await openDesk(database, { trustedProxies, log })
      for (let n = 0; n < 2; n++) await desk.signIn('anna', 'wrong')
      expect(told).toHaveLength(times)
    }
    expect(told[0]).toContain('TRUSTED_PROXIES is 0')
  })

  it('stops tries under a name that nobody has in the same way', async () => {
    for (let n = 0; n < 5; n++) expect((await desk.signIn('nobody', 'wrong')).answer.status).toBe(401)
    expect((await desk.signIn('nobody', 'wrong')).answer.status).toBe(429)
  })

  it('counts before it checks: of twenty at once five are looked at', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => desk.signIn('anna', `wrong ${n}`)))
    expect(all.filter(({ answer }) => answer.status === 401)).toHaveLength(5)
    expect(all.filter(({ answer }) => answer.status === 429)).toHaveLength(15)
  })

  it('does the same work for a name that is throttled', async () => {
    let verified = 0
    await desk.close()
    desk = await openDesk(database, {
      signIn: {
        async verify() {
          verified++
          return null
        },
      },
    })
    for (let n = 0; n < 7; n++) await desk.signIn('anna', 'wrong')
    expect(verified).toBe(7)
  })

  it('counts no try that could not be compared', async () => {
    let isFlooded = true
    await desk.close()
    desk = await openDesk(database, {
      signIn: {
        async verify(name) {
          if (isFlooded) throw new Error('No slot for hashing came free in time.')
          return name
        },
      },
    })
    for (let n = 0; n < 6; n++) expect((await desk.signIn('anna')).answer.status).toBe(503)
    isFlooded = false
    expect((await desk.signIn('anna')).answer.status).toBe(200)
  })

  it('goes on at another server, and after a restart: the tries are in the store', async () => {
    for (let n = 0; n < 5; n++) await desk.signIn('anna', 'wrong')
    const other = await openDesk(database, {}, 'kept')
    expect((await other.signIn('anna')).answer.status).toBe(429)
    await other.close()
  })

  it('forgets the wrong ones after a right one', async () => {
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 4; n++) expect((await desk.signIn('anna', 'wrong')).answer.status).toBe(401)
      expect((await desk.signIn('anna')).answer.status).toBe(200)
    }
  })

  it('stops an address after 30 wrong tries under whatever names, and does no work for it', async () => {
    let verified = 0
    await desk.close()
    desk = await openDesk(database, {
      signIn: {
        async verify(name) {
          verified++
          return name === 'anna' ? name : null
        },
      },
    })
    for (let n = 0; n < 40; n++) expect((await desk.signIn('anna')).answer.status).toBe(200)
    for (let n = 0; n < 30; n++) expect((await desk.signIn(`agent${n}`, 'wrong')).answer.status).toBe(401)
    const last = (await desk.signIn('ben', 'wrong')).answer
    expect(last.status).toBe(429)
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    expect(verified).toBe(70)
    // Anna has signed in from there. What the senders themselves write into the header changes nothing; others, and a proxy that nobody told of, go on.
    expect((await desk.signIn('anna')).answer.status).toBe(200)
    expect((await desk.signIn('ben', 'wrong', '198.51.100.1, 203.0.113.7')).answer.status).toBe(429)
    expect((await desk.signIn('anna', undefined, '198.51.100.1')).answer.status).toBe(200)
    for (let n = 0; n < 40; n++) expect((await desk.signIn(`b${n}`, 'wrong', '10.0.0.1')).answer.status).toBe(401)
  })
})

describe('a session', () => {
  it('is needed for everything but the sign-in', async () => {
    const stranger = { cookie: `rufpass=${'A'.repeat(43)}`, csrf: 'x' }
    for (const path of ['/me', '/stream', '/anything'])
      expect((await desk.get(`/desk/api${path}`, stranger)).status).toBe(401)
    for (const path of [
      '/sign-out',
      '/presence',
      '/beat',
      '/away',
      '/take',
      '/assignments/as-anna/hold',
      '/assignments/as-anna/reference',
    ])
      expect((await desk.post(`/desk/api${path}`, stranger)).status).toBe(401)
    expect(desk.done).toEqual([])
  })

  it('ends by the clock: unused for an hour, or after 12 hours', async () => {
    const idle = await desk.signIn('anna')
    desk.clock.turn(HOUR)
    expect((await desk.get('/desk/api/me', idle)).status).toBe(401)
    const busy = await desk.signIn('anna')
    for (let half = 0; half < 23; half++) {
      desk.clock.turn(HOUR / 2)
      expect((await desk.post('/desk/api/presence', busy, { presence: 'away' })).status).toBe(200)
    }
    desk.clock.turn(HOUR / 2)
    expect((await desk.post('/desk/api/presence', busy, { presence: 'away' })).status).toBe(401)
  })

  it('is not kept by a page that only stands open: by its beats, its streams and what it asks by itself', async () => {
    const anna = await desk.signIn('anna')
    for (const minutes of [20, 20, 15]) {
      desk.clock.turn((minutes * HOUR) / 60)
      expect((await desk.post('/desk/api/beat', anna)).status).toBe(200)
      expect((await desk.get('/desk/api/me', anna)).status).toBe(200)
    }
    expect(desk.done).toEqual(Array(3).fill(['beat', 'anna']))
    desk.clock.turn(HOUR / 12)
    expect((await desk.post('/desk/api/beat', anna)).status).toBe(401)
    expect(desk.done).toHaveLength(3)
  })

  it('ends with sign-out, which takes the cookie back', async () => {
    const anna = await desk.signIn('anna')
    await desk.post('/desk/api/presence', anna, { presence: 'available' })
    const out = await desk.post('/desk/api/sign-out', anna)
    expect([out.status, out.body]).toEqual([200, {}])
    expect(out.headers['set-cookie']?.[0]).toMatch(/^rufpass=; Path=\/; Expires=Thu, 01 Jan 1970/)
    expect((await desk.get('/desk/api/me', anna)).status).toBe(401)
    expect((await desk.events()).at(-1)).toEqual(['sign_out', 'anna', {}])
  })

  it('ends when the agent is disabled, or gets another password', async () => {
    const [anna, ben] = [await desk.signIn('anna'), await desk.signIn('ben')]
    await desk.agents.disable('anna')
    await desk.agents.setPassword('ben', 'another good password')
    for (const each of [anna, ben]) expect((await desk.get('/desk/api/me', each)).status).toBe(401)
  })

  it('does nothing without its own csrf', async () => {
    const [anna, ben] = [await desk.signIn('anna'), await desk.signIn('ben')]
    const again = await desk.signIn('anna')
    for (const csrf of [
      '',
      'wrong',
      ben.csrf,
      again.csrf,
      `${anna.csrf}A`,
      anna.csrf.slice(1),
      anna.cookie.split('=')[1] ?? '',
    ]) {
      const answer = await desk.post('/desk/api/presence', { ...anna, csrf }, { presence: 'available' })
      expect([answer.status, answer.body.code]).toEqual([403, 'csrf'])
    }
    const without = await desk.get('/desk/api/me', anna)
    expect(without.status).toBe(200)
    const missing = await request(desk.base).post('/desk/api/take').set('Cookie', anna.cookie).send({})
    expect(missing.status).toBe(403)
    expect(desk.done).toEqual([])
    expect((await desk.post('/desk/api/presence', anna, { presence: 'available' })).status).toBe(200)
  })

  it('does nothing for a page of another site, even with its csrf', async () => {
    const anna = await desk.signIn('anna')
    const cross = await desk.post('/desk/api/take', anna).set('Sec-Fetch-Site', 'cross-site')
    expect(cross.status).toBe(403)
    expect(desk.done).toEqual([])
  })
})

describe('the demo’s sign-in by name', () => {
  const anna = { name: 'anna', displayName: 'Anna', role: 'agent', password: PASSWORD } as const
  const offering = async (...demoAgents: (typeof anna | (Omit<typeof anna, 'password'> & { password: string }))[]) => {
    await desk.close()
    desk = await openDesk(database, { demoAgents })
  }
  const enter = (body: object, headers: Record<string, string> = {}) =>
    request(desk.base).post('/desk/api/sign-in/demo').set(headers).send(body)
  const offered = async (headers: Record<string, string> = {}) =>
    (await request(desk.base).get('/desk/api/sign-in/demo').set(headers)).body

  it('is the sign-in with the password: the same session, and the same line in the record', async () => {
    await offering(anna)
    expect(await offered()).toEqual({ agents: [{ name: 'anna', displayName: 'Anna', role: 'agent' }] })
    const { status, body, headers } = await enter({ name: 'anna' })
    const typed = await desk.signIn('anna')
    expect([status, body]).toEqual([200, { ...typed.answer.body, csrf: body.csrf }])
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect((await desk.get('/desk/api/me', { cookie })).status).toBe(200)
    expect(await desk.events()).toEqual([
      ['sign_in', 'anna', {}],
      ['sign_in', 'anna', {}],
    ])
  })

  it('is counted with the tries by password, and refused with them', async () => {
    await offering({ ...anna, password: 'not that any more' })
    for (let n = 0; n < 3; n++) expect((await enter({ name: 'anna' })).status).toBe(401)
    for (let n = 0; n < 2; n++) expect((await desk.signIn('anna', 'wrong', '127.0.0.1')).answer.status).toBe(401)
    const late = await enter({ name: 'anna' })
    expect([late.status, late.body.code]).toEqual([429, 'throttled'])
    expect((await desk.signIn('anna', undefined, '127.0.0.1')).answer.status).toBe(429)
  })

  it('is not there for a disabled agent, for others, with more than a name, or from another site', async () => {
    await offering(anna)
    await desk.agents.disable('anna')
    expect((await enter({ name: 'anna' })).status).toBe(401)
    expect((await enter({ name: 'ben' })).status).toBe(401)
    expect((await enter({ name: 'anna', password: PASSWORD })).status).toBe(400)
    expect((await enter({ name: 'anna' }, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  })

  it('is offered to nobody who comes from elsewhere, and by nobody who was given none', async () => {
    await offering(anna)
    for (const headers of [{ 'x-forwarded-for': '203.0.113.7' }, { Host: 'voice.example.com' }]) {
      expect(await offered(headers)).toEqual({ agents: [] })
      expect((await enter({ name: 'anna' }, headers)).status).toBe(401)
    }
    await offering()
    expect(await offered()).toEqual({ agents: [] })
    expect((await enter({ name: 'anna' })).status).toBe(401)
  })
})
