/** The portal of a try-out: customers of the demo are logged in by a click, and nobody anywhere else. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose'
import { readConfig } from '../../src/config/config.ts'
import { freshKeys } from '../../src/config/keys.ts'
import { createLog } from '../../src/log/log.ts'
import { PORTAL_DOCUMENT } from '../../src/portal/routes.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { openDemoPortal } from '../../src/server/demo-portal.ts'
import { systemClock } from '../../src/server/deps.ts'
import { ownUrl, type Running, serve } from '../../src/server/serve.ts'
import { welcome } from '../../src/server/welcome.ts'
import { flowsOf } from '../flow/one-brand.ts'
import { shippedHotlines } from '../flow/shipped.ts'
import { type AnyStore, anyStore } from '../support/any-store.ts'

const FLOWS_DIR = flowsOf('rheinnetz')
const HANNA = { brand: 'rheinnetz', customerNumber: '407182632' }
const OUTSIDE = {
  PUBLIC_BASE_URL: 'https://voice.example.com',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a'.repeat(32),
}

let ahead = 0
const clock: Clock = { now: () => new Date(Date.now() + ahead), wait: systemClock.wait }
const home = mkdtempSync(join(tmpdir(), 'rufpass-portal-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const lines: string[] = []
async function start(settings: Record<string, string>): Promise<Running> {
  const log = createLog({ level: 'trace', to: { write: (line) => void lines.push(line) } })
  const config = { ...readConfig({ FLOWS_DIR, ...settings }), port: 0 }
  return serve(config, { log, clock, noticeMs: 0, unproved: true })
}

interface Reply {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

async function ask(
  { port }: Running,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${ownUrl('127.0.0.1', port)}/my-data/api/${path}`, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

/** Whether anybody gets anything from a portal here. */
async function isThere({ port }: Running): Promise<{ page: number; logIn: number; api: number; document: number }> {
  const at = ownUrl('127.0.0.1', port)
  const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(HANNA) }
  return {
    page: (await fetch(`${at}/my-data`)).status,
    logIn: (await fetch(`${at}/my-data/api/log-in`, json)).status,
    api: (await fetch(`${at}/portal/v1/state`)).status,
    document: (await fetch(at + PORTAL_DOCUMENT)).status,
  }
}

describe('with the demo, in a try-out', () => {
  let store: AnyStore
  let running: Running
  const settings = () => ({ ...keys, DATABASE_URL: store.url, DEMO: 'on' })
  const keys = freshKeys()
  beforeAll(async () => {
    store = await anyStore(null, join(home, 'db'))
    running = await start(settings())
  })
  afterAll(async () => {
    await running.stop()
    await store.drop()
  })

  const logIn = async (place = HANNA): Promise<Record<string, string>> => {
    const { body } = await ask(running, 'POST', 'log-in', place)
    return { 'x-session': String(body.session) }
  }

  it('offers the customers of the demo without their PINs, logs one in, and asks the portal API for that one', async () => {
    const { body } = await ask(running, 'GET', 'cast')
    expect(body.brands).toEqual([
      {
        name: 'rheinnetz',
        title: 'Rheinnetz',
        number: '+492214710100',
        pin: { de: 'Telefon-PIN', en: 'phone PIN' },
        press: '1',
      },
    ])
    expect(body.customers).toContainEqual({ ...HANNA, name: 'Hanna Reuter', shows: 'verified' })
    expect(JSON.stringify(body)).not.toMatch(/4826|"pin":"/)
    const session = await logIn()
    const state = await ask(running, 'GET', 'portal/v1/state', undefined, session)
    expect([state.status, state.body.customer_number, state.headers.get('cache-control')]).toEqual([
      200,
      HANNA.customerNumber,
      'no-store',
    ])
    expect((await ask(running, 'PUT', 'portal/v1/pin', { pin: '1234' }, session)).body).toMatchObject({
      code: 'not_taken',
      suggestion: expect.stringMatching(/^[0-9]{4}$/),
    })
  })

  it('makes a token for each request, short and of its own, which no browser gets to see', async () => {
    const session = await logIn()
    for (let n = 1; n <= 2; n++) {
      const answer = await ask(running, 'POST', 'portal/v1/unlock', undefined, session)
      expect([answer.status, answer.body.code]).toEqual([409, 'not_locked'])
      expect(JSON.stringify([...answer.headers, answer.body])).not.toContain('eyJ')
    }
    const config = readConfig({ FLOWS_DIR })
    const own = await openDemoPortal(config, running.demo, { hotlines: shippedHotlines, clock })
    const tokens = await Promise.all([1, 2].map(() => own?.token(own.logIn(HANNA) ?? '')))
    const [first, second] = tokens.map((token) => decodeJwt(token ?? ''))
    expect(first).toMatchObject({ brand: 'rheinnetz', sub: HANNA.customerNumber, aud: 'rufpass-portal', acr: 'mfa' })
    expect(first?.jti).not.toBe(second?.jti)
    expect((first?.exp ?? 0) - Number(first?.auth_time)).toBeLessThanOrEqual(61)
    expect(decodeProtectedHeader(tokens[0] ?? '').alg).toBe('ES256')
    expect(JSON.stringify(own?.settings)).not.toContain('"d":')
  })

  it('lets nobody in that it does not offer, or that is not logged in, or no longer', async () => {
    for (const place of [
      { ...HANNA, customerNumber: '407182633' },
      { ...HANNA, brand: 'sternmobil' },
      { ...HANNA, more: true },
    ])
      expect((await ask(running, 'POST', 'log-in', place)).body.code).toBe('not_offered')
    const session = await logIn()
    for (const headers of [{}, { 'x-session': 'guessed' }])
      expect((await ask(running, 'GET', 'portal/v1/state', undefined, headers)).body.code).toBe('logged_out')
    await ask(running, 'POST', 'log-out', undefined, session)
    expect((await ask(running, 'GET', 'portal/v1/state', undefined, session)).body.code).toBe('logged_out')
    expect((await ask(running, 'GET', 'portal/v1/nothing', undefined, await logIn())).status).toBe(404)
  })

  it('has a log-in for five minutes, as the API wants it', async () => {
    const session = await logIn()
    try {
      ahead = 6 * 60_000
      expect((await ask(running, 'GET', 'portal/v1/state', undefined, session)).body.code).toBe('stale')
      expect((await ask(running, 'GET', 'portal/v1/state', undefined, await logIn())).status).toBe(200)
    } finally {
      ahead = 0
    }
  })

  it('is asked by its own page on this machine alone', async () => {
    const session = await logIn()
    for (const headers of [
      { origin: 'https://elsewhere.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'x-forwarded-for': '192.0.2.7' },
    ])
      expect([
        headers,
        (await ask(running, 'GET', 'portal/v1/state', undefined, { ...session, ...headers })).status,
      ]).toEqual([headers, 403])
  })

  it('tells a new PIN in its answer and nowhere else', async () => {
    const { body } = await ask(running, 'POST', 'portal/v1/pin/new', undefined, await logIn())
    expect(body.pin).toMatch(/^[0-9]{4}$/)
    expect(lines.join('')).not.toContain(`"${body.pin}"`)
  })

  it('is there at the next start with what was kept, where the sessions of before are not', async () => {
    const session = await logIn()
    await running.stop()
    running = await start(settings())
    expect((await ask(running, 'GET', 'portal/v1/state', undefined, session)).body.code).toBe('logged_out')
    expect((await ask(running, 'GET', 'portal/v1/state', undefined, await logIn())).status).toBe(200)
    expect(welcome(readConfig({ FLOWS_DIR }), running)).toContain(`${running.baseUrl}/my-data`)
  })
})

describe('there is none', () => {
  it('in production, inside an app, or where other machines may ask: whatever demo there is', async () => {
    const [tryout, demo] = [readConfig({ FLOWS_DIR }), { customers: [], agents: [] }]
    const parts = { hotlines: shippedHotlines, clock }
    expect(await openDemoPortal(tryout, demo, parts)).not.toBeNull()
    for (const more of [
      { production: true },
      { host: null },
      { host: '0.0.0.0' },
      { host: '::' },
      { publicBaseUrl: 'https://voice.example.com' },
    ])
      expect([more, await openDemoPortal({ ...tryout, ...more }, demo, parts)]).toEqual([more, null])
    expect(await openDemoPortal(tryout, null, parts)).toBeNull()
  })

  it('on a server for others with a demo of its own', async () => {
    const store = await anyStore(null, join(home, 'others'))
    const running = await start({ ...freshKeys(), ...OUTSIDE, DATABASE_URL: store.url, DEMO: 'on' })
    try {
      expect(running.demo?.customers).not.toHaveLength(0)
      expect(await isThere(running)).toEqual({ page: 404, logIn: 404, api: 404, document: 404 })
      expect(welcome(readConfig({ FLOWS_DIR }), running)).not.toContain('my-data')
    } finally {
      await running.stop()
      await store.drop()
    }
  })

  it('beside a portal of the operator, whose tokens are then the only ones', async () => {
    const jwk = await exportJWK((await generateKeyPair('ES256')).publicKey)
    const own = {
      PORTAL_JWKS: JSON.stringify({ keys: [jwk] }),
      PORTAL_ISSUER: 'https://portal.example',
      PORTAL_AUDIENCE: 'rufpass-portal',
    }
    const store = await anyStore(null, join(home, 'own'))
    const running = await start({ ...freshKeys(), ...own, DATABASE_URL: store.url, DEMO: 'on' })
    try {
      expect(await isThere(running)).toEqual({ page: 404, logIn: 404, api: 401, document: 200 })
    } finally {
      await running.stop()
      await store.drop()
    }
  })
})
