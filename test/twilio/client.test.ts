/**
 * Every REST request that we make, against Twilio's own OpenAPI document: the path, the method, and each parameter by name
 * and form. The document is large and not ours, so without it that part is skipped with its reason.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createTelephony } from '../../src/twilio/client.ts'

const OPENAPI = '../shared/twilio-oai/spec/json/twilio_api_v2010.json'
const ACCOUNT = `AC${'a'.repeat(32)}`
const TOKEN = 'a token'
const LEG = `CA${'1'.repeat(32)}`
const CONFERENCE = `CF${'2'.repeat(32)}`
const ASSIGNMENT = '3'.repeat(32)
const RINGING = { to: 'client:anna', from: '+492214710100', assignment: ASSIGNMENT, seconds: 20 }

interface Asked {
  method: string
  path: string
  authorization: string
  form: Record<string, string>
}

let server: Server
let asked: Asked[] = []
let answer: { status: number; body: object }
/** These first, one a request. */
let answers: (typeof answer)[] = []
const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const telephony = () =>
  createTelephony({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    publicBaseUrl: 'https://voice.example.com/',
    apiUrl: base(),
  })

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      asked.push({
        method,
        path,
        authorization: headers.authorization ?? '',
        form: Object.fromEntries(new URLSearchParams(text)),
      })
      const { status, body } = answers.shift() ?? answer
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

/** All that the floor can ask of the network. */
async function everyRequest(): Promise<Asked[]> {
  asked = []
  answer = { status: 201, body: { sid: LEG } }
  const network = telephony()
  expect(await network.ring(RINGING)).toEqual({ legId: LEG })
  answer = { status: 200, body: { sid: LEG } }
  for (const kind of ['join', 'check', 'queue'] as const) {
    expect(await network.redirect(LEG, ASSIGNMENT, { kind, nonce: 'n0nce_-' })).toBe('done')
  }
  expect(await network.hangUp(LEG)).toBe('done')
  for (const on of [true, false]) expect(await network.hold(CONFERENCE, LEG, on)).toBe('done')
  expect(await network.endRoom(CONFERENCE)).toBe('done')
  return asked
}

it('asks for what is meant, with the account and its token', async () => {
  const requests = await everyRequest()
  const account = `/2010-04-01/Accounts/${ACCOUNT}`
  const participant = `${account}/Conferences/${CONFERENCE}/Participants/${LEG}.json`
  const voice = 'https://voice.example.com/voice'
  expect(requests.map(({ path, form }) => [path, form])).toEqual([
    [
      `${account}/Calls.json`,
      {
        To: 'client:anna',
        From: '+492214710100',
        Url: `${voice}/agent/${ASSIGNMENT}`,
        Method: 'POST',
        Timeout: '20',
        StatusCallback: `${voice}/agent/${ASSIGNMENT}/ended`,
        StatusCallbackMethod: 'POST',
      },
    ],
    ...['join', 'check', 'queue'].map((kind) => [
      `${account}/Calls/${LEG}.json`,
      { Url: `${voice}/move/${ASSIGNMENT}/${kind}/n0nce_-`, Method: 'POST' },
    ]),
    [`${account}/Calls/${LEG}.json`, { Status: 'completed' }],
    [participant, { Hold: 'true', HoldUrl: `${voice}/hold`, HoldMethod: 'POST' }],
    [participant, { Hold: 'false', HoldUrl: `${voice}/hold`, HoldMethod: 'POST' }],
    [`${account}/Conferences/${CONFERENCE}.json`, { Status: 'completed' }],
  ])
  const basic = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`
  expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(new Set([basic]))
})

it.each([
  [400, 21220],
  [404, 20404],
])('takes %i with code %i for a call that is over, and any other error for one', async (status, code) => {
  answer = { status, body: { code, message: 'gone', more_info: '', status } }
  expect(await telephony().redirect(LEG, ASSIGNMENT, { kind: 'join', nonce: 'n' })).toBe('gone')
  answer = { status: 429, body: { code: 20429, message: 'Too Many Requests', more_info: '', status: 429 } }
  await expect(telephony().hangUp(LEG)).rejects.toThrow('Too Many Requests')
})

const NOT_IN_PROGRESS = { status: 400, body: { code: 21220, message: 'Call is not in-progress.', status: 400 } }
const redirected = () => telephony().redirect(LEG, ASSIGNMENT, { kind: 'join', nonce: 'n' })

it.each(['queued', 'ringing', 'in-progress'])(
  'takes no call for over that says itself that it is %s',
  async (status) => {
    answers = [NOT_IN_PROGRESS, { status: 200, body: { sid: LEG, status } }]
    await expect(redirected()).rejects.toThrow('not in-progress')
  },
)

it.each(['completed', 'busy', 'failed', 'no-answer', 'canceled'])(
  'takes a call for over that is %s',
  async (status) => {
    asked = []
    answers = [NOT_IN_PROGRESS, { status: 200, body: { sid: LEG, status } }]
    expect(await redirected()).toBe('gone')
    expect(asked.map(({ method, path }) => [method, path])).toEqual(
      ['POST', 'GET'].map((method) => [method, `/2010-04-01/Accounts/${ACCOUNT}/Calls/${LEG}.json`]),
    )
  },
)

it('takes no call for over whose state cannot be asked', async () => {
  answers = [NOT_IN_PROGRESS, { status: 503, body: { code: 20503, message: 'Service unavailable', status: 503 } }]
  await expect(redirected()).rejects.toThrow('Service unavailable')
})

it('knows a room that is not there from a call that is over', async () => {
  answer = { status: 404, body: { code: 20404, message: 'not found', more_info: '', status: 404 } }
  expect(await telephony().hold(CONFERENCE, LEG, true)).toBe('not_there')
  expect(await telephony().endRoom(CONFERENCE)).toBe('not_there')
})

it("tells an agent's phone that is refused from a network that does not answer", async () => {
  const failure = (status: number, code: number) => ({ status, body: { code, message: 'no', more_info: '', status } })
  // A number of ours that is wrong is refused as well: it must not count as an outage, which holds up all others.
  for (const code of [21211, 21212, 21214, 21215, 21216, 21217, 21219]) {
    answer = failure(400, code)
    expect([code, await telephony().ring(RINGING)]).toEqual([code, 'refused'])
  }
  // Our own token, too many requests, and an answer that is none.
  for (const [status, code] of [
    [401, 20003],
    [403, 20003],
    [429, 20429],
    [503, 20503],
  ] as const) {
    answer = failure(status, code)
    await expect(telephony().ring(RINGING)).rejects.toThrow('no')
  }
  const nobody = createTelephony({
    accountSid: ACCOUNT,
    authToken: TOKEN,
    publicBaseUrl: 'https://voice.example.com',
    apiUrl: 'http://127.0.0.1:1',
  })
  await expect(nobody.ring(RINGING)).rejects.toThrow('ECONNREFUSED')
})

interface Schema {
  type?: string
  format?: string
  enum?: string[]
  pattern?: string
  $ref?: string
  properties?: Record<string, Schema>
}
interface Operation {
  requestBody?: { content: Record<string, { schema: Schema & { required?: string[] } }> }
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const isThere = existsSync(OPENAPI)
if (!isThere && process.env.REQUIRE_REAL === '1' && existsSync('../shared')) {
  throw new Error(`${OPENAPI} is required here, and missing`)
}
const skip = isThere ? '' : ` (skipped: ${OPENAPI} is not here)`

;(isThere ? describe : describe.skip)(`Twilio's OpenAPI document${skip}`, () => {
  it('knows every path, method and parameter that we send, and misses none', async () => {
    const api = JSON.parse(readFileSync(OPENAPI, 'utf8')) as OpenApi
    for (const { method, path, form } of await everyRequest()) {
      const template = Object.keys(api.paths).find((one) => matches(one, path))
      const operation = api.paths[template ?? '']?.[method.toLowerCase()]
      if (!operation) throw new Error(`there is no ${method} ${path} at Twilio`)
      const schema = operation.requestBody?.content['application/x-www-form-urlencoded']?.schema
      for (const [name, value] of Object.entries(form)) {
        const known = schema?.properties?.[name]
        if (!known) throw new Error(`${method} ${path} has no parameter ${name}`)
        expect([name, value, complaint(api, known, value)]).toEqual([name, value, null])
      }
      expect((schema?.required ?? []).filter((name) => !(name in form))).toEqual([])
    }
  })

  it('would tell a parameter that is not there, and one of the wrong form', () => {
    const api = JSON.parse(readFileSync(OPENAPI, 'utf8')) as OpenApi
    const calls = api.paths['/2010-04-01/Accounts/{AccountSid}/Calls.json']?.post
    const schema = calls?.requestBody?.content['application/x-www-form-urlencoded']?.schema
    expect(schema?.properties?.TimeOut).toBeUndefined()
    expect(complaint(api, schema?.properties?.Timeout ?? {}, 'twenty')).not.toBeNull()
    expect(complaint(api, schema?.properties?.Method ?? {}, 'PATCHED')).not.toBeNull()
  })
})

function matches(template: string, path: string): boolean {
  const pattern = template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+?')
  return new RegExp(`^${pattern}$`).test(path)
}

function complaint(api: OpenApi, schema: Schema, value: string): string | null {
  if (schema.$ref !== undefined) {
    return complaint(api, api.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, value)
  }
  if (schema.enum && !schema.enum.includes(value)) return `must be one of ${schema.enum}`
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) return `must match ${schema.pattern}`
  if (schema.type === 'integer' && !/^-?[0-9]+$/.test(value)) return 'must be a number'
  if (schema.type === 'boolean' && !/^(true|false)$/.test(value)) return 'must be true or false'
  if (schema.format === 'http-method' && !/^(HEAD|GET|POST|PATCH|PUT|DELETE)$/.test(value)) return 'must be a method'
  if (schema.format === 'uri' && !URL.canParse(value)) return 'must be an address'
  return null
}
