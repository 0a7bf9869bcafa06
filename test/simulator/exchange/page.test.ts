import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import express from 'express'
import { realClock } from '../../../src/simulator/engine/clock.ts'
import { MAX_LIVE } from '../../../src/simulator/exchange/exchange.ts'
import { createStandIn, type StandIn } from '../../../src/simulator/exchange/stand-in.ts'
import type { ShownPhone } from '../../../src/simulator/view.ts'
import { type Documents, type ScriptedServer, startScripted } from '../scripted-server.ts'
import { conference, service, until } from './exchange-server.ts'

const HOTLINE = '+492214710100'
const CALLER = '+491713920001'
const CUSTOMER = {
  brand: 'rheinnetz',
  name: 'Anna',
  customerNumber: '4711',
  phone: CALLER,
  pin: '1234',
  shows: 'verified' as const,
}
const DRAWN =
  '<svg><g id="graph0" class="graph"><g id="node1" class="node">\n<title>(ring)</title></g>\n<g id="node2" class="node">\n<title>ask_pin</title><path/></g></g></svg>'

let server: ScriptedServer
let standIn: StandIn
let baseUrl: string
let close: () => Promise<void>
let drawings: string[]
/** What happens while a store is asked where a call stands. */
let meanwhile: () => Promise<void>

async function open(documents: Documents = {}): Promise<void> {
  server = await startScripted({ ...service, ...documents })
  const pagesDir = mkdtempSync(join(tmpdir(), 'pages-'))
  for (const folder of ['phone', 'assets']) mkdirSync(join(pagesDir, folder))
  writeFileSync(join(pagesDir, 'phone', 'index.html'), '<!doctype html><title>Phone</title>')
  writeFileSync(join(pagesDir, 'assets', 'phone-1a2b.js'), 'export {}')
  drawings = []
  meanwhile = async () => {}
  const app = express()
  const listening = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  baseUrl = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  standIn = createStandIn({
    connectTo: server.baseUrl,
    publicBaseUrl: server.baseUrl,
    accountSid: server.accountSid,
    authToken: server.authToken,
    clock: realClock,
    limitMs: 1000,
    hotlines: [{ brand: 'rheinnetz', name: 'Rheinnetz', number: HOTLINE }],
    customers: [CUSTOMER],
    clients: async () => ['client:anna'],
    async standingOf() {
      await meanwhile()
      return { step: 'ask_pin', inCheck: true, asks: { for: 'secret', hash: false } }
    },
    async drawFlow(brand) {
      drawings.push(brand)
      return brand === 'rheinnetz' ? DRAWN : null
    },
    pagesDir,
  })
  app.use(standIn.routes)
  app.use((_request, response) => void response.status(404).send('passed on'))
  close = async () => {
    await standIn.close()
    listening.closeAllConnections()
    await new Promise((resolve) => listening.close(resolve))
    await server.close()
    rmSync(pagesDir, { recursive: true })
  }
}

beforeEach(() => open())
afterEach(() => close())

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${baseUrl}/simulator/api${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, text, body: type.includes('json') ? JSON.parse(text) : null }
}

async function phoneIn(): Promise<string> {
  const { status, body } = await ask('POST', '/phones', { to: HOTLINE, from: CALLER })
  expect(status).toBe(201)
  return body.id
}

/** All pictures that a page has got so far, of a stream that stays open until the end of the test. */
async function watch(): Promise<ShownPhone[][]> {
  const pictures: ShownPhone[][] = []
  const response = await fetch(`${baseUrl}/simulator/api/stream`)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const read = async (): Promise<void> => {
    for (;;) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: '' }
      if (done) return
      text += value
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        const data = /^data: ?(.*)$/m.exec(event)?.[1]
        if (data !== undefined && /^event: ?phones$/m.test(event)) pictures.push(JSON.parse(data).phones)
      }
    }
  }
  void read().catch(() => {})
  await until(() => pictures.length > 0)
  return pictures
}

describe('phones', () => {
  it('a caller phones in, keys, and hangs up; the page sees it live, and never a digit', async () => {
    await close()
    await open({
      '/voice/incoming': '<Gather numDigits="4" timeout="600" action="/step"><Say language="de-DE">PIN?</Say></Gather>',
      '/step': '<Pause length="600"/>',
    })
    const pictures = await watch()
    expect(pictures).toEqual([[]])
    const id = await phoneIn()
    await until(() => pictures.at(-1)?.[0]?.listening)
    expect(pictures.at(-1)?.[0]).toMatchObject({
      id,
      kind: 'caller',
      direction: 'out',
      number: CALLER,
      with: HOTLINE,
      brand: 'rheinnetz',
      state: 'talking',
      step: 'ask_pin',
      inCheck: true,
      asks: { for: 'secret', hash: false },
      listening: { numDigits: 4 },
      lines: [{ kind: 'said', language: 'de-DE', text: 'PIN?' }],
    })
    expect((await ask('POST', `/phones/${id}/keys`, { keys: '9876' })).body).toEqual({})
    await until(() => server.to('/step').length > 0)
    expect(server.to('/step')[0]?.form.Digits).toBe('9876')
    await until(() => pictures.at(-1)?.[0]?.lines.at(-1)?.text === '••••')
    await ask('POST', `/phones/${id}/hang-up`, {})
    await until(() => pictures.at(-1)?.[0]?.state === 'ended')
    expect(JSON.stringify(pictures)).not.toContain('9876')
    expect((await ask('DELETE', `/phones/${id}`)).status).toBe(200)
    await until(() => pictures.at(-1)?.length === 0)
  })

  it('is shown with what is asked for and what was heard at one moment, however long a store takes to answer', async () => {
    await close()
    await open({
      '/voice/incoming': '<Gather numDigits="1" timeout="600" action="/step"><Say>Menu</Say></Gather>',
      '/step': '<Pause length="600"/>',
    })
    await phoneIn()
    const [phone] = standIn.exchange.handsets()
    const heard = () => phone?.view().lines.map(({ kind }) => kind)
    await until(() => phone?.view().listening)
    let asked = 0
    meanwhile = async () => {
      asked += 1
      if (asked > 1) return
      phone?.press('1')
      await until(() => heard()?.includes('keyed'))
    }
    const [[shown] = []] = await watch()
    expect(shown?.lines.map(({ kind }) => kind)).toEqual(['said', 'keyed'])
    expect(asked).toBeGreaterThan(1)
  })

  it('gives at most ten pictures a second', async () => {
    const pictures = await watch()
    const id = await phoneIn()
    const began = Date.now()
    for (let times = 0; times < 40; times++) await ask('POST', `/phones/${id}/fault`, { fault: null })
    await until(() => (pictures.at(-1)?.[0]?.lines.length ?? 0) >= 40)
    expect(pictures.length).toBeLessThanOrEqual(3 + (Date.now() - began) / 100)
  })

  it('an agent’s phone rings, is answered, and talks by typed lines', async () => {
    const caller = await phoneIn()
    const agent = standIn.exchange.ring({
      to: 'client:anna',
      from: HOTLINE,
      url: `${server.baseUrl}/agent`,
      timeout: 20,
      statusCallback: `${server.baseUrl}/agent/ended`,
    })
    const id = agent?.id ?? ''
    expect((await ask('POST', `/phones/${id}/say`, { text: 'zu früh' })).status).toBe(409)
    expect((await ask('POST', `/phones/${id}/answer`, {})).status).toBe(200)
    expect((await ask('POST', `/phones/${id}/answer`, {})).status).toBe(409)
    const one = standIn.exchange.handset(caller)
    await until(() => one?.view().state === 'waiting')
    one?.redirect(`${server.baseUrl}/join`)
    await until(() => one?.view().state === 'in_room' && agent?.view().state === 'in_room')
    expect((await ask('POST', `/phones/${id}/say`, { text: ' Guten Tag ' })).status).toBe(200)
    expect(one?.view().lines.at(-1)).toMatchObject({ kind: 'heard', text: 'Guten Tag' })
    expect(agent?.view().lines.at(-1)).toMatchObject({ kind: 'note', note: 'you_said', text: 'Guten Tag' })
    expect(agent?.view()).toMatchObject({ number: 'client:anna', with: HOTLINE, brand: 'rheinnetz', direction: 'in' })
    await ask('POST', `/phones/${id}/hang-up`, {})
    await until(() => server.to('/agent/ended').length > 0)
  })

  it('declines', async () => {
    const agent = standIn.exchange.ring({
      to: 'client:anna',
      from: HOTLINE,
      url: `${server.baseUrl}/agent`,
      timeout: 20,
      statusCallback: `${server.baseUrl}/agent/ended`,
    })
    expect((await ask('POST', `/phones/${agent?.id}/decline`, {})).status).toBe(200)
    await until(() => server.to('/agent/ended')[0]?.form.CallStatus === 'busy')
  })

  it('a fault hits the next webhook, once', async () => {
    await close()
    await open({
      '/voice/incoming': '<Gather numDigits="1" timeout="600" action="/step"/>',
      '/step': '<Gather numDigits="1" timeout="600" action="/again"/>',
      '/again': conference(),
    })
    const id = await phoneIn()
    const listening = () => standIn.exchange.handset(id)?.view().listening
    await until(listening)
    expect((await ask('POST', `/phones/${id}/fault`, { fault: 'twice' })).status).toBe(200)
    await ask('POST', `/phones/${id}/keys`, { keys: '1' })
    await until(() => server.to('/step').length === 2 && listening())
    await ask('POST', `/phones/${id}/keys`, { keys: '2' })
    await until(() => standIn.exchange.handset(id)?.view().state === 'in_room')
    expect(server.to('/again')).toHaveLength(1)
  })

  it.each([
    ['a number that is none', '/phones', { to: '0221', from: null }],
    ['no word on the own number', '/phones', { to: HOTLINE }],
    ['something besides', '/phones', { to: HOTLINE, from: null, more: 1 }],
    ['a letter as a key', '/phones/ID/keys', { keys: '12a' }],
    ['too many keys', '/phones/ID/keys', { keys: '1'.repeat(65) }],
    ['too long a line', '/phones/ID/say', { text: 'x'.repeat(201) }],
    ['two lines', '/phones/ID/say', { text: 'zwei\nZeilen' }],
    ['an empty line', '/phones/ID/say', { text: '  ' }],
    ['a fault that is none', '/phones/ID/fault', { fault: 'often' }],
    ['a body where none belongs', '/phones/ID/hang-up', { now: true }],
    ['a body that is too long', '/phones/ID/say', { text: 'x'.repeat(5000) }],
  ])('refuses %s', async (_what, path, body) => {
    const id = await phoneIn()
    await until(() => standIn.exchange.handset(id)?.view().state === 'waiting')
    const answered = await ask('POST', path.replace('ID', id), body)
    expect([400, 413]).toContain(answered.status)
    expect(answered.type).toContain('application/problem+json')
    expect(standIn.exchange.handsets()).toHaveLength(1)
    expect(standIn.exchange.handset(id)?.view().state).toBe('waiting')
  })

  it('has a limit, and knows only its own', async () => {
    for (let phones = 0; phones < MAX_LIVE; phones++) await phoneIn()
    expect((await ask('POST', '/phones', { to: HOTLINE, from: null })).status).toBe(429)
    expect((await ask('POST', '/phones/none/keys', { keys: '1' })).status).toBe(404)
    expect((await ask('DELETE', '/phones/none')).status).toBe(404)
    const [first] = standIn.exchange.handsets()
    expect((await ask('DELETE', `/phones/${first?.id}`)).status).toBe(409)
  })
})

describe('the world', () => {
  it('is who can be phoned, as which customer, and which agents have a phone here', async () => {
    expect((await ask('GET', '/world')).body).toEqual({
      hotlines: [{ brand: 'rheinnetz', name: 'Rheinnetz', number: HOTLINE }],
      customers: [CUSTOMER],
      clients: ['client:anna'],
    })
  })

  it('is drawn once, with the steps marked', async () => {
    for (let times = 0; times < 2; times++) {
      const { status, type, text } = await ask('GET', '/flow.svg?brand=rheinnetz')
      expect(status).toBe(200)
      expect(type).toContain('image/svg+xml')
      expect(text.match(/<g [^>]*data-step[^>]*>/g)).toEqual(['<g data-step="ask_pin" id="node2" class="node">'])
    }
    expect(drawings).toEqual(['rheinnetz'])
    expect((await ask('GET', '/flow.svg?brand=other')).status).toBe(404)
  })
})

describe('who may ask', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 201],
    [{}, 201],
  ])('phones in with %j: %i', async (headers, status) => {
    expect((await ask('POST', '/phones', { to: HOTLINE, from: null }, headers)).status).toBe(status)
    expect(standIn.exchange.handsets()).toHaveLength(status === 201 ? 1 : 0)
  })

  it('phones in from the page as a proxy shows it, that asks here under a name of its own', async () => {
    const { origin } = new URL(server.publicBaseUrl)
    expect((await ask('POST', '/phones', { to: HOTLINE, from: null }, { origin })).status).toBe(201)
  })

  it('nobody by a name that leads here from elsewhere', async () => {
    const { hostname, port } = new URL(baseUrl)
    const status = await new Promise((resolve, reject) => {
      request({ host: hostname, port, path: '/simulator/api/world', headers: { host: 'evil.example' } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(403)
  })

  it('nobody through a proxy or tunnel on this machine, not even for a page', async () => {
    const { port } = new URL(baseUrl)
    const rest = `/simulator/2010-04-01/Accounts/${server.accountSid}/Calls.json`
    for (const path of [
      '/simulator/api/world',
      '/simulator/api/stream',
      '/phone',
      '/',
      '/pages/assets/phone-1a2b.js',
      rest,
    ]) {
      const status = await new Promise((resolve, reject) => {
        const headers = { 'x-forwarded-for': '192.0.2.7' }
        request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
          response.resume()
          resolve(response.statusCode)
        })
          .on('error', reject)
          .end()
      })
      expect([path, status]).toEqual([path, 403])
    }
  })

  it('a form from another page is not understood, whatever it says of itself', async () => {
    const response = await fetch(`${baseUrl}/simulator/api/phones`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ to: HOTLINE, from: null }),
    })
    expect(response.status).toBe(400)
    expect(standIn.exchange.handsets()).toEqual([])
  })
})

describe('pages', () => {
  it('are served with strict headers', async () => {
    const page = await fetch(`${baseUrl}/phone`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<title>Phone</title>')
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'self'",
    )
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.has('strict-transport-security')).toBe(false)
  })

  it('have assets that may be kept for ever', async () => {
    const asset = await fetch(`${baseUrl}/pages/assets/phone-1a2b.js`)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(asset.headers.get('content-security-policy')).toContain("default-src 'self'")
  })

  it('that are not there are passed on, and so is everything else', async () => {
    for (const path of ['/', '/pages/assets/none.js', '/pages/', '/desk', '/voice/incoming']) {
      const response = await fetch(baseUrl + path)
      expect([path, response.status, await response.text()]).toEqual([path, 404, 'passed on'])
    }
  })
})

it('stands in for Twilio’s API at an address of its own', async () => {
  expect(standIn.apiBaseUrl).toBe(`${server.baseUrl}/simulator`)
  const url = `${baseUrl}/simulator/2010-04-01/Accounts/${server.accountSid}/Calls.json`
  expect((await fetch(url, { method: 'POST' })).status).toBe(401)
})
