/** The trace of a request, from the header of a proxy in front to the log line and to Twilio. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import express from 'express'
import { traceNow, tracing } from '../../src/http/trace.ts'
import { createTelephony } from '../../src/twilio/client.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { ask } from '../support/ask.ts'
import { phone } from '../support/phone-call.ts'
import { PUBLIC_BASE_URL, signForm } from '../support/signing.ts'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const PARENT = `00-${ID}-00f067aa0ba902b7-01`
const LEG = `CA${'1'.repeat(32)}`

let app: TestApp
let twilio: Server
let door: Server
/** `traceparent` of each request that Twilio got. */
let got: (string | undefined)[] = []
const portOf = (server: Server) => (server.address() as AddressInfo).port
const listening = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

beforeAll(async () => {
  app = await openApp({ customers: 'none' })
  twilio = await listening(
    createServer((request, response) => {
      got.push([request.headers.traceparent].flat()[0])
      request.resume()
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'))
    }),
  )
  const network = createTelephony({
    accountSid: `AC${'a'.repeat(32)}`,
    authToken: 'a token',
    publicBaseUrl: PUBLIC_BASE_URL,
    apiUrl: `http://127.0.0.1:${portOf(twilio)}`,
  })
  const hangsUp = express()
    .use(tracing())
    .post('/', async (_request, response) => {
      await network.hangUp(LEG)
      response.send(traceNow()?.id ?? 'none')
    })
  door = await listening(createServer(hangsUp))
})
afterAll(async () => {
  for (const server of [twilio, door]) {
    server?.closeAllConnections()
    server?.close()
  }
  await app?.close()
})

const knock = (traceparent?: string) =>
  ask(portOf(door), 'POST', '/', traceparent === undefined ? {} : { traceparent }).then(({ body }) => body)

it('is passed on to Twilio as it came', async () => {
  got = []
  expect(await knock(PARENT)).toBe(ID)
  expect(got).toEqual([PARENT])
})

it('is that of the request alone, however many there are at once', async () => {
  got = []
  const parents = Array.from({ length: 8 }, (_, n) => PARENT.replace(ID, ID.slice(0, -1) + n))
  const ids = await Promise.all([...parents.map((parent) => knock(parent)), knock()])
  expect(ids).toEqual([...parents.map((parent) => parent.split('-')[1]), 'none'])
  expect(got.sort()).toEqual([...parents, undefined].sort())
})

it.each([
  ['none came', undefined],
  ['it is of no version that there is', PARENT.replace('00-', '01-')],
  ['its id is none', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['it is in capitals', PARENT.toUpperCase()],
  ['more stands behind it', `${PARENT}-x`],
])('is none where %s', async (_, header) => {
  got = []
  expect(await knock(header)).toBe('none')
  expect(got).toEqual([undefined])
})

it('stands in the log line of the turn, beside call, brand and step', async () => {
  const call = phone(app, { brand: 'rheinnetz' })
  const { headers, body } = signForm(`${PUBLIC_BASE_URL}/voice/incoming`, call.fields({ CallStatus: 'ringing' }))
  expect((await ask(app.port, 'POST', '/voice/incoming', { ...headers, traceparent: PARENT }, body)).status).toBe(200)
  const lines = app
    .logged()
    .split('\n')
    .filter((line) => line.includes('"message":"webhook"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines).toEqual([
    expect.objectContaining({
      callId: call.sid,
      trace: ID,
      brand: 'rheinnetz',
      step: expect.stringMatching(/^[a-z_]+$/),
      route: '/voice/incoming',
      ms: expect.any(Number),
      outcome: 'gather',
    }),
  ])
})
