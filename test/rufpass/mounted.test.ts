import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express from 'express'
import { freshKeys } from '../../src/config/keys.ts'
import { createRufpass, FlowError, type Rufpass, StepTypeError } from '../../src/index.ts'
import { smallFolder, writeSmallFolder } from '../flow/small-folder.ts'
import { anyStore } from '../support/any-store.ts'
import { type Answer, ask } from '../support/ask.ts'
import { freePort } from '../support/free-port.ts'
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  callSid,
  gathered,
  PUBLIC_BASE_URL,
  signForm,
  twilioFields,
} from '../support/signing.ts'
import { next, own } from './own-step.ts'

const API_TOKEN = 'a-token-of-the-desk-that-is-long-enough'
const home = mkdtempSync(join(tmpdir(), 'rufpass-mounted-'))
const store = await anyStore()
const settings = {
  DATABASE_URL: store.url,
  FLOWS_DIR: smallFolder(),
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  ...freshKeys(),
  API_TOKEN,
}

const metricsPort = await freePort()

interface Opened {
  rufpass: Rufpass
  lines: string[]
}

const opened = new Map<string, Opened>()
const servers: Server[] = []

/** One for each public address, whatever it is mounted on. */
async function openAt(base: string): Promise<Opened> {
  const known = opened.get(base)
  if (known) return known
  const lines: string[] = []
  const log = { write: (line: string) => void lines.push(line) }
  const rufpass = await createRufpass({
    settings: {
      ...settings,
      PUBLIC_BASE_URL: base,
      ...(base === PUBLIC_BASE_URL && { METRICS_PORT: String(metricsPort) }),
    },
    log,
  })
  opened.set(base, { rufpass, lines })
  return { rufpass, lines }
}

async function listen(app: RequestListener): Promise<number> {
  const server = createServer(app)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A webhook as Twilio sends it: signed over the public address, and delivered below `path` of this server. */
function deliver(port: number, url: string, path: string, fields: Record<string, string>): Promise<Answer> {
  const { headers, body } = signForm(url, twilioFields({ To: '+4930231250', ...fields }))
  return ask(port, 'POST', path, headers, body)
}

/** Rings, asks for a new contract and lands in its queue; every document names the address of the next. */
async function callThrough(port: number, base: string, prefix: string, sid: string): Promise<string[]> {
  const documents: string[] = []
  let path = '/voice/incoming'
  for (const fields of [{ CallStatus: 'ringing' }, gathered('3')]) {
    const { status, body } = await deliver(port, base + path, prefix + path, { CallSid: sid, ...fields })
    expect(status).toBe(200)
    documents.push(body)
    path = new RegExp(`action="${base}(/voice/step/[^"#]+)`).exec(body)?.[1] ?? path
  }
  return documents
}

afterAll(async () => {
  rmSync(home, { recursive: true })
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  for (const { rufpass } of opened.values()) await rufpass.close()
  await store.drop()
})

describe('Rufpass on an app of the operator', () => {
  let port: number
  let lines: string[]
  let rufpass: Rufpass

  beforeAll(async () => {
    ;({ rufpass, lines } = await openAt(PUBLIC_BASE_URL))
    const app = express()
    app.set('etag', 'strong')
    app.set('query parser', () => ({ state: 'waiting' }))
    app.set('json replacer', () => 'replaced')
    app.use(rufpass.routes)
    app.use(express.urlencoded({ extended: true }))
    app.get('/', (_request, response) => void response.send('the host'))
    app.post('/form', (request, response) => void response.json(request.body))
    app.get('/voices', (_request, response) => void response.send('of the host'))
    app.get('/broken', () => {
      throw new Error('of the host')
    })
    app.use(
      (_request: express.Request, response: express.Response) => void response.status(404).send('the host has none'),
    )
    app.use((_error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      response.status(500).send('the host caught it')
    })
    port = await listen(app)
  })

  it('tells its hotlines', () => {
    expect(rufpass.hotlines).toEqual([{ brand: 'small', numbers: ['+4930231250'] }])
  })

  it('answers a signed call to the end', async () => {
    const [first, second] = await callThrough(port, PUBLIC_BASE_URL, '', callSid(1))
    expect(first).toContain('hello')
    expect(second).toMatch(/<Enqueue[^>]*>small\.join</)
    const { status, body } = await ask(port, 'GET', '/api/v1/calls?state=waiting', {
      authorization: `Bearer ${API_TOKEN}`,
    })
    expect([status, JSON.parse(body).calls.map((call: { callSid: string }) => call.callSid)]).toEqual([
      200,
      [callSid(1)],
    ])
    const over = await deliver(port, `${PUBLIC_BASE_URL}/voice/status`, '/voice/status', {
      CallSid: callSid(1),
      CallStatus: 'completed',
    })
    expect(over.status).toBe(204)
  })

  it('opens /metrics on a port of its own, and not on the app', async () => {
    const { status, body } = await ask(metricsPort, 'GET', '/metrics')
    expect(status).toBe(200)
    expect(body).toMatch(/^rufpass_webhooks_total\{route="incoming",outcome="[a-z]+"\} [1-9]/m)
    expect(await ask(port, 'GET', '/metrics')).toMatchObject({ status: 404, body: 'the host has none' })
  })

  it('leaves to the app what is not its own, bodies and errors included', async () => {
    expect((await ask(port, 'GET', '/')).body).toBe('the host')
    expect((await ask(port, 'GET', '/voices')).body).toBe('of the host')
    expect(await ask(port, 'GET', '/elsewhere')).toMatchObject({ status: 404, body: 'the host has none' })
    expect(await ask(port, 'GET', '/broken')).toMatchObject({ status: 500, body: 'the host caught it' })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await ask(port, 'POST', '/form', form, 'a=1')).body).toBe('"replaced"')
  })

  it('keeps its doors shut below them', async () => {
    const unsigned = await ask(
      port,
      'POST',
      '/voice/incoming',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'a=1',
    )
    expect(unsigned.status).toBe(403)
    expect((await ask(port, 'GET', '/voice/unknown')).status).toBe(405)
    expect((await ask(port, 'GET', '/api/v1/anything')).status).toBe(401)
    // A store that takes a second is told as down: on a busy machine it is asked again.
    while ((await ask(port, 'GET', '/health/ready')).status !== 200) await pause(20)
    expect((await ask(port, 'GET', '/api/v1/calls/nobody')).status).toBe(401)
    // Said before anything is looked up, so it tells nobody anything.
    expect((await ask(port, 'GET', '/api/v1/calls/%E0%A4%A')).status).toBe(400)
  })

  it('has settings of its own', async () => {
    const bearer = { authorization: `Bearer ${API_TOKEN}` }
    const odd = await ask(port, 'GET', '/api/v1/calls?state=gone', bearer)
    expect(odd.status).toBe(400)
    const { headers, body } = await ask(port, 'GET', '/api/v1/calls?state=waiting', bearer)
    expect(headers.etag).toBeUndefined()
    expect(JSON.parse(body)).toHaveProperty('calls')
    const broken = await ask(port, 'GET', '/api/v1/calls/%E0%A4%A', bearer)
    expect(JSON.parse(broken.body)).toMatchObject({ status: 400, title: 'Not understood' })
  })

  it('logs one line for each webhook and nothing that was keyed', () => {
    expect(lines.filter((line) => line.includes('"message":"webhook"'))).toHaveLength(3)
  })
})

describe('Rufpass below a path of the app', () => {
  const BASE = 'https://example.com/hotline'

  it('answers a call that was signed over the public address with that path', async () => {
    const { rufpass } = await openAt(BASE)
    const port = await listen(express().use('/hotline', rufpass.routes))
    const [, second] = await callThrough(port, BASE, '/hotline', callSid(2))
    expect(second).toContain('<Enqueue')
    expect((await deliver(port, `${BASE}/voice/incoming`, '/voice/incoming', {})).status).toBe(404)
    const otherwise = await deliver(port, 'https://example.com/voice/incoming', '/hotline/voice/incoming', {})
    expect(otherwise.status).toBe(403)
  })

  it('answers behind a proxy that gives another path', async () => {
    const { rufpass } = await openAt(BASE)
    const port = await listen(express().use('/inside/of/it', express.Router().use('/here', rufpass.routes)))
    const [, second] = await callThrough(port, BASE, '/inside/of/it/here', callSid(3))
    expect(second).toContain('<Enqueue')
  })
})

describe('Rufpass behind a body parser', () => {
  it.each([
    ['at once', 0],
    ['later', 30],
  ])('refuses webhooks %s, and says why in the log', async (_when, ms) => {
    const { rufpass, lines } = await openAt(PUBLIC_BASE_URL)
    const app = express()
    app.use(express.urlencoded({ extended: false }))
    app.use(async (_request, _response, next) => {
      if (ms > 0) await pause(ms)
      next()
    })
    app.use(rufpass.routes)
    const port = await listen(app)
    const { status, body } = await deliver(port, `${PUBLIC_BASE_URL}/voice/incoming`, '/voice/incoming', {
      CallSid: callSid(4),
    })
    expect(status).toBe(500)
    expect(body).not.toContain('Response')
    const [line = '{}'] = lines.filter((each) => each.includes('body_read'))
    expect(JSON.parse(line)).toMatchObject({ level: 'error', route: '/voice/incoming' })
    expect(line).toContain('mount Rufpass before every body parser')
  })

  it('minds no parser that leaves forms alone, and none that only held the request up', async () => {
    const { rufpass } = await openAt(PUBLIC_BASE_URL)
    const app = express()
    app.use(express.json())
    app.use(async (request, _response, next) => {
      request.pause()
      await pause(20)
      next()
    })
    app.use(rufpass.routes)
    const [, second] = await callThrough(await listen(app), PUBLIC_BASE_URL, '', callSid(5))
    expect(second).toContain('<Enqueue')
  })
})

describe('createRufpass', () => {
  /** A folder of flows with one brand, in which some text of the flow is replaced. */
  function folderWith(from: string, to: string): string {
    const folder = mkdtempSync(join(home, 'flows-'))
    writeSmallFolder(folder)
    const file = join(folder, 'hotline.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to))
    return folder
  }
  const quiet = { ...settings, LOG_LEVEL: 'silent' }

  it('refuses flows with findings, and settings with problems', async () => {
    await expect(createRufpass({ settings: { ...settings, PORT: 'x' } })).rejects.toMatchObject({ name: 'ConfigError' })
    await expect(createRufpass({ settings, flowsDir: '/nowhere' })).rejects.toBeInstanceOf(FlowError)
    const flowsDir = folderWith(
      '    refused: general\n    no_pin: general\n',
      '    refused: general\n    no_pin: verified\n',
    )
    const { findings } = (await createRufpass({ settings: quiet, flowsDir }).catch(
      (error: unknown) => error,
    )) as FlowError
    expect(findings.map(({ code }) => code)).toContain('level')
  })

  it('serves flows with the step types that it is given, by option or by setting, and refuses them without', async () => {
    const flowsDir = folderWith('next: hours }\n', 'next: own }\n  own: { type: own, next: hours }\n')
    const rufpass = await createRufpass({ settings: quiet, flowsDir, stepTypes: [own({ enter: () => next })] })
    await rufpass.close()
    await rufpass.close()
    expect(rufpass.hotlines).toEqual([{ brand: 'small', numbers: ['+4930231250'] }])
    await expect(createRufpass({ settings: quiet, flowsDir })).rejects.toThrow("'steps.own.type' must be one of: say")
    const STEP_TYPES = join(flowsDir, 'gone.mjs')
    await expect(createRufpass({ settings: { ...quiet, STEP_TYPES }, flowsDir })).rejects.toThrow(StepTypeError)
  })
  it('is never a try-out: without keys, token, account or store of its own it does not open, wherever it is', async () => {
    const onlyHere = { ...quiet, PUBLIC_BASE_URL: 'http://localhost:3000' }
    for (const name of ['PIN_KEYS', 'SUBJECT_KEY', 'API_TOKEN', 'DATABASE_URL'])
      await expect(createRufpass({ settings: { ...onlyHere, [name]: undefined } })).rejects.toMatchObject({
        problems: [expect.stringMatching(`^${name} must be set inside an app of your own`)],
      })
    const account = { TWILIO_ACCOUNT_SID: undefined, TWILIO_AUTH_TOKEN: undefined }
    for (const asked of [account, { DEMO: 'on' }, { TELEPHONY: 'stand-in' }])
      await expect(createRufpass({ settings: { ...onlyHere, ...asked } })).rejects.toMatchObject({
        problems: [expect.stringContaining('inside an app of your own')],
      })
  })

  it('on this machine alone has neither a stand-in nor demo customers', async () => {
    const lines: string[] = []
    const log = { write: (line: string) => void lines.push(line) }
    const rufpass = await createRufpass({ settings: { ...settings, PUBLIC_BASE_URL: 'http://localhost:3000' }, log })
    try {
      const port = await listen(express().use(rufpass.routes))
      for (const path of ['/', '/phone', '/simulator/api/world'])
        expect((await ask(port, 'GET', path)).status).toBe(404)
      const origin = { origin: 'http://localhost:3000', 'content-type': 'application/json' }
      const anna = JSON.stringify({ name: 'anna', password: 'anna-demo-desk' })
      expect((await ask(port, 'POST', '/desk/api/sign-in', origin, anna)).status).toBe(401)
    } finally {
      await rufpass.close()
    }
  })
})
