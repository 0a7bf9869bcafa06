/** The tokens of other systems, by real HTTP: each does what it is given, in its brands, and nothing else is there for it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { bearerOf, gate } from '../../src/api/gate.ts'
import { openApiDocument } from '../../src/api/openapi.ts'
import { type Act, actNames } from '../../src/seams/tokens.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { namedTokens } from '../support/named-tokens.ts'
import { people } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
})
afterAll(() => app.close())

let made = 0
async function token(acts: readonly Act[], brands: readonly string[] = ['rheinnetz'], perHour = 100) {
  const name = `crm-${++made}`
  const secret = await app.deps.tokens.add({ name, brands, acts, budget: { perHour, perDay: 1_000 } }, 'cli')
  return { name, secret: secret ?? '' }
}

async function ask(secret: string, method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${secret}`, ...(body && { 'content-type': 'application/json' }) }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`http://127.0.0.1:${app.port}${path}`, init)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
}

interface Described {
  operationId: string
  security: { token?: string[] }[]
}

const operations = Object.entries(openApiDocument('http://localhost:3000').paths ?? {}).flatMap(([path, methods]) =>
  (Object.entries(methods) as [string, Described][])
    .filter(([, { security }]) => !security?.some((each) => 'operatorKey' in each))
    .map(([method, { operationId, security }]) => ({
      operationId,
      method: method.toUpperCase(),
      path: path.replace(/\{[^}]+\}/g, 'x'),
      needs: security?.[0]?.token ?? [],
    })),
)

it('every act is needed by some operation, and every operation names one', () => {
  expect(operations.map(({ needs }) => needs.length)).toEqual(operations.map(() => 1))
  expect([...new Set(operations.flatMap(({ needs }) => needs))].sort()).toEqual([...actNames].sort())
})

describe.each(operations)('$operationId', ({ method, path, needs }) => {
  it('is refused to a token of every other act, by the name of the one it needs', async () => {
    const { name, secret } = await token(actNames.filter((act) => !needs.includes(act)))
    const refused = await ask(secret, method, path, method === 'PUT' ? {} : undefined)
    expect(refused).toMatchObject({ status: 403, body: { code: 'not_granted', act: needs[0] } })
    expect(refused.body.detail).toContain(`'${name}'`)
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  })

  it('is not refused to a token of this act alone, nor to the one in the settings', async () => {
    for (const secret of [(await token(needs as Act[])).secret, API_TOKEN]) {
      const { status } = await ask(secret, method, path, method === 'PUT' ? {} : undefined)
      expect([200, 204, 400, 404, 409]).toContain(status)
    }
  })

  it('is there for nobody without a token', async () => {
    for (const secret of ['', 'x', `rufpass_${'A'.repeat(43)}`])
      expect((await ask(secret, method, path, method === 'PUT' ? {} : undefined)).status).toBe(401)
  })
})

describe('a token that is stolen (threat 43)', () => {
  it('and revoked is a wrong one from the next request on', async () => {
    const { name, secret } = await token(['read_notices'])
    expect((await ask(secret, 'GET', '/api/v1/notices')).status).toBe(200)
    await app.deps.tokens.revoke(name, 'cli')
    expect((await ask(secret, 'GET', '/api/v1/notices')).status).toBe(401)
  })

  it('reaches no path that there is not', async () => {
    const { secret } = await token(actNames)
    expect((await ask(secret, 'GET', '/api/v1/other')).status).toBe(404)
    expect((await ask(secret, 'POST', '/api/v1/calls')).status).toBe(404)
  })

  it('is who did it, in the record', async () => {
    const { name, secret } = await token(['set_notices', 'set_hours', 'read_calls'])
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(people.rheinnetz?.first.number ?? '')
    await call.key(people.rheinnetz?.first.pin ?? '')
    expect((await ask(secret, 'GET', `/api/v1/calls/${call.sid}`)).status).toBe(200)
    await ask(secret, 'PUT', '/api/v1/notices', { brand: 'rheinnetz', texts: { de: 'Ja.', en: 'Yes.' } })
    await ask(secret, 'DELETE', '/api/v1/notices?brand=rheinnetz')
    const events = (await app.deps.events.read({ limit: 1_000 })).filter(({ actor }) => actor === `api/${name}`)
    expect(events.map(({ kind }) => kind)).toEqual(['context_read', 'notice', 'notice'])
    expect((await app.deps.tokens.list()).find((each) => each.name === name)?.lastUsed).not.toBeNull()
    expect((await app.deps.tokens.list())[0]).toMatchObject({ name: 'api', lastUsed: expect.any(String) })
    await call.hangUp()
  })

  it('of some brands finds those of others as if there were none, and reads nothing of them', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.toPin(people.rheinnetz?.first.number ?? '')
    await call.key(people.rheinnetz?.first.pin ?? '')
    const own = await token(['read_calls'], ['rheinnetz'])
    const other = await token(['read_calls'], ['kassemobil'])
    expect((await ask(own.secret, 'GET', '/api/v1/calls?state=waiting')).body.calls).toHaveLength(1)
    expect((await ask(other.secret, 'GET', '/api/v1/calls?state=waiting')).body).toEqual({ calls: [] })
    const refused = await ask(other.secret, 'GET', `/api/v1/calls/${call.sid}`)
    expect(refused.status).toBe(404)
    expect(refused.body).toEqual((await ask(other.secret, 'GET', `/api/v1/calls/CA${'f'.repeat(32)}`)).body)
    const read = (await app.deps.events.read({ limit: 1_000 })).filter(({ actor }) => actor === `api/${other.name}`)
    expect(read).toEqual([])
    await call.hangUp()
  })

  it('of some brands opens no reference to a call of another', async () => {
    const call = phone(app, { brand: 'rheinnetz' })
    await call.ring()
    const agent = {
      displayName: 'Anna',
      role: 'agent',
      topics: ['bill'],
      languages: ['de'],
      phone: 'client:a',
    } as const
    await app.deps.agents.add({ ...agent, name: 'anna.r', brands: ['rheinnetz'] }, 'a good long password')
    const reference = () => app.deps.references.make('anna.r', call.sid, app.clock.now())
    const [own, other] = [await token(['redeem_reference']), await token(['redeem_reference'], ['kassemobil'])]
    expect((await ask(other.secret, 'POST', `/api/v1/references/${await reference()}`)).status).toBe(404)
    expect((await ask(own.secret, 'POST', `/api/v1/references/${await reference()}`)).status).toBe(200)
    // Another brand's agent is as unknown as nobody; this one is away already.
    const away = [await token(['set_agent_away']), await token(['set_agent_away'], ['kassemobil'])]
    const statuses = await Promise.all(
      away.map(async ({ secret }) => (await ask(secret, 'POST', '/api/v1/agents/anna.r/away')).status),
    )
    expect(statuses).toEqual([409, 404])
    await call.hangUp()
  })

  it('of some brands neither sees nor sets what callers of others are told', async () => {
    const { secret } = await token(['read_notices', 'set_notices', 'read_hours', 'set_hours'], ['kassemobil'])
    const day = new Date(app.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10)
    const texts = { de: 'Heute nicht.', en: 'Not today.' }
    await ask(API_TOKEN, 'PUT', '/api/v1/notices', { brand: 'rheinnetz', texts })
    expect(
      (await ask(API_TOKEN, 'PUT', '/api/v1/special-hours', { brand: 'rheinnetz', day, hours: [], texts })).status,
    ).toBe(200)
    expect((await ask(secret, 'GET', '/api/v1/notices')).body).toEqual({ notices: [] })
    expect((await ask(secret, 'GET', '/api/v1/special-hours')).body).toEqual({ special_hours: [] })
    const refused = [
      await ask(secret, 'PUT', '/api/v1/notices', { brand: 'rheinnetz', texts }),
      await ask(secret, 'DELETE', '/api/v1/notices?brand=rheinnetz'),
      await ask(secret, 'PUT', '/api/v1/special-hours', { brand: 'rheinnetz', day, hours: [], texts }),
      await ask(secret, 'DELETE', `/api/v1/special-hours?brand=rheinnetz&day=${day}`),
    ]
    for (const { status, body } of refused) {
      expect(status).toBe(400)
      expect(body.detail).toMatch(/no brand 'rheinnetz'.* kassemobil\.$/)
    }
    expect((await ask(API_TOKEN, 'GET', '/api/v1/notices')).body.notices).toHaveLength(1)
    await ask(API_TOKEN, 'DELETE', '/api/v1/notices?brand=rheinnetz')
  })
})

describe('where the store does not answer', () => {
  const broken = () => Promise.reject(new Error('secret place'))

  it('no named token opens anything', async () => {
    const { secret } = await token(['read_notices'])
    const { find } = app.deps.tokens
    Object.assign(app.deps.tokens, { find: broken })
    try {
      const refused = await ask(secret, 'GET', '/api/v1/notices')
      expect([refused.status, JSON.stringify(refused.body).includes('secret place')]).toEqual([503, false])
    } finally {
      Object.assign(app.deps.tokens, { find })
    }
  })

  it('the one in the settings opens as ever, and it is logged that its use was not noted', async () => {
    const errors: unknown[] = []
    const door = express()
    const { tokens } = namedTokens()
    door.use(gate({ tokens: { ...tokens, usedFirst: broken }, apiToken: 'a', log: { error: (e) => errors.push(e) } }))
    door.get('/api/v1/notices', (_request, response) => void response.json(bearerOf(response).actor))
    const sent = () => request(door).get('/api/v1/notices').set('Authorization', 'Bearer a')
    expect([(await sent()).body, (await sent()).body, errors.length]).toEqual(['api', 'api', 1])
  })
})
