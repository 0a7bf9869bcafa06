import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { openApiDocument } from '../../src/api/openapi.ts'
import { apiRoutes } from '../../src/api/routes.ts'
import { LONGEST_NOTICE } from '../../src/call/samples.ts'
import type { Notice, NoticeStore } from '../../src/seams/notices.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { shipped } from '../flow/shipped.ts'
import { heldHours } from '../support/held-hours.ts'
import { namedTokens } from '../support/named-tokens.ts'
import { noAccountChanges, noAccounts, noCallCodes, noCustomerFile, noErasures } from '../support/no-accounts.ts'
import { noReports, noVerification } from '../support/no-reports.ts'

const { middleware } = createRequire(import.meta.url)(
  'express-openapi-validator',
) as typeof import('express-openapi-validator')

const TOKEN = 'a-token'
const ROUTE = '/api/v1/notices'
const texts = { de: 'Im Norden ist das Netz gestört.', en: 'There is a fault in the north.' }

function door(changes: Partial<NoticeStore> = {}) {
  const clock = { now: () => new Date('2026-11-23T09:00:00.000Z'), wait: () => Promise.resolve() }
  const held: Notice[] = []
  const actors: string[] = []
  const errors: unknown[] = []
  const of = ({ brand, topic }: { brand: string; topic: string | null }): number =>
    held.findIndex((each) => each.brand === brand && each.topic === topic)
  const notices: NoticeStore = {
    current: () => Promise.resolve(held),
    async set(notice, actor, at) {
      held.push({ ...notice, since: at.toISOString() })
      actors.push(actor)
    },
    async clear(place, actor) {
      held.splice(of(place), 1)
      actors.push(actor)
    },
    ...changes,
  }
  const app = express()
  app.use(
    middleware({
      // biome-ignore lint/suspicious/noExplicitAny: the validator's own type of a document is older than 3.1
      apiSpec: openApiDocument('http://localhost:3000') as any,
      validateRequests: false,
      validateSecurity: false,
      validateResponses: true,
      ignoreUndocumented: true,
    }),
  )
  const nobody = { waiting: () => Promise.resolve([]), of: () => Promise.resolve(null) }
  const references = { make: async () => 'unused', redeem: async () => null }
  const brands = [...shipped.values()].map(({ brand }) => brand)
  const log = { error: (fields: unknown) => void errors.push(fields) }
  const publicBaseUrl = 'http://localhost:3000'
  const { store: specialHours } = heldHours()
  const books = { notices, specialHours, calendar: createHolidays() }
  const agents = { find: async () => null }
  const setAway = async () => ({ done: true }) as const
  app.use(
    apiRoutes({
      contexts: nobody,
      agents,
      references,
      setAway,
      accounts: noAccounts,
      callCodes: noCallCodes,
      erasures: noErasures,
      accountChanges: noAccountChanges,
      customerFile: noCustomerFile,
      orderPins: { set: async () => null },
      tokens: namedTokens().tokens,
      tickets: noReports,
      verify: noVerification,
      apiToken: TOKEN,
      publicBaseUrl,
      ...books,
      brands,
      clock,
      log,
    }),
  )
  app.use(((error, _request, response, _next) => {
    response.status(599).send(String(error.message))
  }) as express.ErrorRequestHandler)
  const send = (method: 'get' | 'put' | 'delete', path = ROUTE, token = TOKEN) =>
    request(app)[method](path).set('Authorization', `Bearer ${token}`)
  const put = (body: object) => send('put').send(body)
  return { send, put, held, actors, errors, clock }
}

describe('notices by the API', () => {
  it('are set, listed and cleared', async () => {
    const { send, put, actors, clock } = door()
    const since = clock.now().toISOString()
    const set = await put({ brand: 'rheinnetz', topic: 'outage', texts, until: '2031-01-01T13:00:00+01:00' })
    const notice = { brand: 'rheinnetz', topic: 'outage', texts, until: '2031-01-01T12:00:00.000Z', since }
    expect([set.status, set.body]).toEqual([200, notice])
    expect((await send('get')).body).toEqual({ notices: [notice] })
    expect((await send('delete', `${ROUTE}?brand=rheinnetz&topic=outage`)).status).toBe(204)
    expect((await send('get')).body).toEqual({ notices: [] })
    expect(actors).toEqual(['api', 'api'])
  })

  it('are for all callers of a brand where no topic is named, and without end where none is', async () => {
    const { send, put } = door()
    expect((await put({ brand: 'rheinnetz', texts })).body).toMatchObject({ topic: null, until: null })
    expect((await send('delete', `${ROUTE}?brand=rheinnetz&topic=outage`)).status).toBe(404)
    expect((await send('delete', `${ROUTE}?brand=rheinnetz`)).status).toBe(204)
  })

  const full = { brand: 'rheinnetz', topic: null, texts }
  const long = (letters: number): object => ({ ...full, texts: { ...texts, de: 'ä'.repeat(letters) } })

  it.each<[string, object, RegExp]>([
    ['a brand that there is not', { ...full, brand: 'nobody' }, /no brand 'nobody'.*rheinnetz/],
    ['a topic that there is not', { ...full, topic: 'credit' }, /no topic 'credit'/],
    ['a language too few', { ...full, texts: { de: 'x' } }, /text in 'en' is missing/],
    ['a language too many', { ...full, texts: { ...texts, fr: 'x' } }, /does not speak 'fr'/],
    ['too many letters', long(LONGEST_NOTICE + 1), /at most 117 letters/],
    ['nothing to say', { ...full, texts: { ...texts, de: '  ' } }, /says something/],
    ['a second line', { ...full, texts: { ...texts, de: 'a\nb' } }, /one line/],
    ['an end that is over', { ...full, until: '2020-01-01T00:00:00Z' }, /over already/],
    ['an end in no time zone', { ...full, until: '2031-01-01T00:00:00' }, /written as/],
    ['a field that nobody knows', { ...full, txt: 1 }, /txt/],
  ])('are refused with %s, in words that say what to do', async (_what, body, detail) => {
    const { put, held } = door()
    const answer = await put(body)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(detail)
    expect(held).toEqual([])
  })

  it('may have as many letters as 9 seconds take, and what is no JSON is refused', async () => {
    const { put, send } = door()
    expect((await put(long(LONGEST_NOTICE))).status).toBe(200)
    const broken = await send('put').set('Content-Type', 'application/json').send('{"brand":')
    expect([broken.status, broken.type]).toEqual([400, 'application/problem+json'])
  })

  it('are for bearers of the token alone', async () => {
    const { send, held } = door()
    for (const method of ['get', 'put', 'delete'] as const) {
      expect((await send(method, ROUTE, 'another').send(full)).status).toBe(401)
    }
    expect(held).toEqual([])
  })

  it('are not to be had where the store does not answer; what it said is logged and not told', async () => {
    const { send, errors } = door({ current: () => Promise.reject(new Error('secret place')) })
    const answer = await send('get')
    expect(answer.status).toBe(503)
    expect(answer.text).not.toContain('secret place')
    expect(errors).toMatchObject([{ route: ROUTE }])
  })
})
