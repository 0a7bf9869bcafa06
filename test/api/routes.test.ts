import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { openApiDocument } from '../../src/api/openapi.ts'
import { OPERATOR_PATH, operations } from '../../src/api/operations.ts'
import { apiRoutes } from '../../src/api/routes.ts'
import type { CallContext } from '../../src/context/call-context.ts'
import type { Contexts } from '../../src/context/contexts.ts'
import type { Agent, References } from '../../src/seams/agents.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { createTestClock } from '../support/clock.ts'
import { heldHours } from '../support/held-hours.ts'
import { namedTokens } from '../support/named-tokens.ts'
import { noAccountChanges, noAccounts, noCallCodes, noCustomerFile, noErasures } from '../support/no-accounts.ts'
import { noReports, noVerification } from '../support/no-reports.ts'

const { middleware } = createRequire(import.meta.url)(
  'express-openapi-validator',
) as typeof import('express-openapi-validator')

const TOKEN = 'desk-token.with~all+kinds/of-characters=='
const sid = (end: string): string => `CA${end.padStart(32, '0')}`

const verified: CallContext = {
  version: 1,
  callSid: sid('a'),
  brand: 'rheinnetz',
  language: 'de',
  topic: 'billing',
  caller: { number: '+4917139200', onFile: true },
  carried: null,
  assurance: { level: 2, method: 'pin', at: '2026-11-22T10:00:00.000Z' },
  outcome: 'verified',
  account: { id: 'a-1', customerNumber: '10000004', name: 'Erika Mustermann' },
  elsewhere: [],
  contacts: [],
  tickets: [],
  notes: [],
  incidents: [{ name: 'mail', day: '2026-10-01', texts: { de: 'Nicht gehackt.', en: 'Not hacked.' } }],
  may: ['read_bill'],
  mayNot: ['sim_swap', 'bank_data'],
  ticket: null,
  waitingSince: '2026-11-22T10:00:01.000Z',
  failedTriesBefore: 0,
  lockedUntil: null,
  flags: [],
}
const unknown: CallContext = {
  ...verified,
  callSid: sid('b'),
  topic: null,
  caller: { number: null, onFile: false },
  carried: null,
  assurance: { level: 0, method: null, at: null },
  outcome: 'refused',
  account: null,
  incidents: [],
  ticket: 'T-4711',
  lockedUntil: '2026-11-22T10:15:00.000Z',
}

// Checks every answer of the app against the document that the app itself hands out.
const checked = middleware({
  // biome-ignore lint/suspicious/noExplicitAny: the validator's own type of a document is older than 3.1
  apiSpec: openApiDocument('http://localhost:3000') as any,
  validateRequests: false,
  validateSecurity: false,
  validateResponses: true,
  ignoreUndocumented: true,
})

const AGENT: Agent = {
  name: 'anna',
  displayName: 'Anna',
  role: 'agent',
  brands: ['rheinnetz'],
  topics: ['bill'],
  languages: ['de'],
  phone: 'client:anna',
  disabled: false,
}

function desk(contexts: Partial<Contexts> = {}, redeem: References['redeem'] = async () => null) {
  const asked: unknown[][] = []
  const errors: unknown[] = []
  const app = express()
  app.use(checked)
  app.use(
    apiRoutes({
      accounts: noAccounts,
      callCodes: noCallCodes,
      erasures: noErasures,
      accountChanges: noAccountChanges,
      customerFile: noCustomerFile,
      tokens: namedTokens().tokens,
      tickets: noReports,
      verify: noVerification,
      apiToken: TOKEN,
      publicBaseUrl: 'http://localhost:3000',
      clock: createTestClock(),
      agents: { find: async (name) => ({ ...AGENT, name }) },
      references: { make: async () => 'unused', redeem },
      async setAway(_by, agent) {
        asked.push(['away', agent])
        return agent === 'anna' ? { done: true } : { refused: agent === 'ben' ? 'too_late' : 'not_found' }
      },
      log: { error: (fields) => errors.push(fields) },
      notices: {
        current: () => Promise.resolve([]),
        set: () => Promise.reject(new Error('not asked for here')),
        clear: () => Promise.reject(new Error('not asked for here')),
      },
      specialHours: heldHours().store,
      calendar: createHolidays(),
      brands: [],
      contexts: {
        async waiting(...given) {
          asked.push(given)
          return [verified, unknown]
        },
        async of(...given) {
          asked.push(given)
          return given[0] === verified.callSid ? verified : null
        },
        ...contexts,
      },
    }),
  )
  app.use(((error, _request, response, _next) => {
    response.status(599).send(String(error.message))
  }) as express.ErrorRequestHandler)
  const get = (path: string, token: string | null = TOKEN) => {
    const sent = request(app).get(path)
    return token === null ? sent : sent.set('Authorization', `Bearer ${token}`)
  }
  const post = (path: string) => request(app).post(path).set('Authorization', `Bearer ${TOKEN}`)
  return { get, post, app, asked, errors }
}

describe('the agents’ API', () => {
  it('lists who waits in the order it was given, and says who reads', async () => {
    const { get, asked } = desk()
    const answer = await get('/api/v1/calls?state=waiting')
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ calls: [verified, unknown] })
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(asked).toEqual([[{ name: 'api', of: 'everything' }]])
  })

  it('shows one call', async () => {
    const { get, asked } = desk()
    const answer = await get(`/api/v1/calls/${verified.callSid}`)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual(verified)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(asked).toEqual([[verified.callSid, { name: 'api', of: 'everything' }]])
  })

  it.each([sid('c'), 'CA1', 'x'.repeat(2000), '%00', '..%2f..', "CA';--"])(
    'knows no call %s, and asks no store for what is no CallSid',
    async (path) => {
      const { get, asked } = desk()
      const answer = await get(`/api/v1/calls/${path}`)
      expect([answer.status, answer.type]).toEqual([404, 'application/problem+json'])
      expect(asked.length).toBe(path === sid('c') ? 1 : 0)
    },
  )

  it.each([
    '',
    '?state=',
    '?state=ended',
    '?state=waiting&state=waiting',
    '?state=waiting&limit=1',
    '?state[a]=waiting',
  ])('refuses the query %j', async (query) => {
    const { get, asked } = desk()
    const answer = await get(`/api/v1/calls${query}`)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ status: 400, title: expect.any(String) })
    expect(asked).toEqual([])
  })
})

describe('a reference of the desk', () => {
  it('is answered with the context, read by the agent who opened it, and with nothing once it is used', async () => {
    const given: unknown[] = []
    let held: { agent: string; callId: string } | null = { agent: 'anna', callId: verified.callSid }
    const { post, asked } = desk({}, async (reference) => {
      given.push(reference)
      const once = held
      held = null
      return once
    })
    const first = await post('/api/v1/references/abc')
    expect([first.status, first.body]).toEqual([200, verified])
    expect(first.headers['cache-control']).toBe('no-store')
    expect(asked).toEqual([[verified.callSid, { name: 'anna', of: AGENT }]])
    const second = await post('/api/v1/references/abc')
    expect(second.status).toBe(404)
    expect(given).toEqual(['abc', 'abc'])
    held = { agent: 'anna', callId: sid('c') }
    const forgotten = await post('/api/v1/references/abc')
    expect([forgotten.status, forgotten.body]).toEqual([404, second.body])
  })

  it('is not even looked up without the token, nor by GET', async () => {
    let looked = 0
    const { app, get } = desk({}, async () => {
      looked++
      return null
    })
    expect((await request(app).post('/api/v1/references/abc')).status).toBe(401)
    expect((await get('/api/v1/references/abc')).status).toBe(404)
    expect(looked).toBe(0)
  })
})

describe('an agent', () => {
  it('is made away by the token, and told apart from nobody and from who is away', async () => {
    const { app, post, asked } = desk()
    const statuses = async (...names: string[]) => {
      const answers: number[] = []
      for (const name of names) answers.push((await post(`/api/v1/agents/${name}/away`)).status)
      return answers
    }
    expect(await statuses('anna', 'ben', 'nobody')).toEqual([200, 409, 404])
    expect(await statuses('Anna', 'a%20b')).toEqual([404, 404])
    expect((await request(app).post('/api/v1/agents/anna/away')).status).toBe(401)
    expect(asked).toEqual(['anna', 'ben', 'nobody'].map((name) => ['away', name]))
  })
})

describe('without the token', () => {
  const wrong: [what: string, header: string | null][] = [
    ['no header', null],
    ['another scheme', `Basic ${TOKEN}`],
    ['no token', 'Bearer '],
    ['a beginning of it', `Bearer ${TOKEN.slice(0, -1)}`],
    ['more than it', `Bearer ${TOKEN}=`],
    ['another of its length', `Bearer ${TOKEN.replace('d', 'D')}`],
    ['a very long one', `Bearer ${'a'.repeat(8_000)}`],
    ['two of them', `Bearer ${TOKEN} ${TOKEN}`],
  ]
  it.each(wrong)('(%s) nothing below /api/v1 answers, and no store is asked', async (_what, header) => {
    const { app, asked } = desk()
    for (const path of ['/api/v1/calls?state=waiting', `/api/v1/calls/${verified.callSid}`, '/api/v1/other']) {
      const sent = request(app).get(path)
      const answer = await (header === null ? sent : sent.set('Authorization', header))
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="rufpass"/)
      expect(answer.text).not.toContain(TOKEN)
    }
    expect(asked).toEqual([])
  })

  it('the document of the API is there for everyone, and names every path', async () => {
    const answer = await desk().get('/api/openapi.json', null)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ openapi: '3.1.0', security: [{ token: [] }] })
    expect(Object.keys(answer.body.paths)).toEqual([
      '/api/v1/calls',
      '/api/v1/calls/{CallSid}',
      '/api/v1/references/{reference}',
      '/api/v1/agents/{name}/away',
      '/api/v1/notices',
      '/api/v1/tickets',
      '/api/v1/verify',
      '/api/v1/customers/{brand}/{number}',
      ...['lock', 'unlock', 'clear-pin', 'call-codes', 'end', 'erase', 'keep', 'events', 'merge'].map(
        (act) => `/api/v1/customers/{brand}/{number}/${act}`,
      ),
      ...Object.keys(operations).map((name) => `${OPERATOR_PATH}/${name}`),
      '/api/v1/special-hours',
    ])
    for (const name of Object.keys(operations))
      expect(answer.body.paths[`${OPERATOR_PATH}/${name}`].post.security).toEqual([{ operatorKey: [] }])
    const schema = answer.body.components.schemas.CallContext
    expect(schema.additionalProperties).toBe(false)
    expect(schema.required).toEqual(Object.keys(verified))
  })
})

describe('a context that must not be shown', () => {
  const stained: [what: string, context: object][] = [
    ['a field of its own', { ...verified, pin: '4711' }],
    ['a field inside', { ...verified, assurance: { ...verified.assurance, digits: '4711' } }],
    ['a field in the account', { ...verified, account: { ...verified.account, puk: '47114711' } }],
    ['digits for an action', { ...verified, may: ['4711'] }],
    ['digits for a flag', { ...verified, flags: ['4711'] }],
    ['digits for a topic', { ...verified, topic: '4711' }],
  ]
  it.each(stained)('(%s) is refused alone, left out of a list, and logged', async (_what, context) => {
    const { get, errors } = desk({
      of: async () => context as CallContext,
      waiting: async () => [verified, context as CallContext],
    })
    const alone = await get(`/api/v1/calls/${verified.callSid}`)
    expect(alone.status).toBe(500)
    expect(alone.text).not.toContain('4711')
    const list = await get('/api/v1/calls?state=waiting')
    expect(list.status).toBe(200)
    expect(list.body).toEqual({ calls: [verified] })
    expect(errors).toHaveLength(2)
  })

  it('is told from a store that does not answer, which says nothing of itself', async () => {
    const broken = async (): Promise<never> => {
      throw new Error('connect to 10.0.0.4 refused')
    }
    const { get, errors } = desk({ of: broken, waiting: broken })
    for (const path of [`/api/v1/calls/${verified.callSid}`, '/api/v1/calls?state=waiting']) {
      const answer = await get(path)
      expect(answer.status).toBe(503)
      expect(answer.text).not.toContain('10.0.0.4')
    }
    expect(errors).toHaveLength(2)
  })
})
