import { describe, expect, it } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import { apiRoutes } from '../../src/api/routes.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { shipped } from '../flow/shipped.ts'
import { createTestClock } from '../support/clock.ts'
import { heldHours } from '../support/held-hours.ts'
import { namedTokens } from '../support/named-tokens.ts'
import { noAccountChanges, noAccounts, noCallCodes, noCustomerFile, noErasures } from '../support/no-accounts.ts'
import { noReports, noVerification } from '../support/no-reports.ts'

const TOKEN = 'a-token'
const ROUTE = '/api/v1/special-hours'
const texts = { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' }

function door(changes: object = {}) {
  const { store, held, actors } = heldHours()
  const errors: unknown[] = []
  const app = express()
  app.use(
    apiRoutes({
      contexts: { waiting: () => Promise.resolve([]), of: () => Promise.resolve(null) },
      agents: { find: async () => null },
      references: { make: async () => 'unused', redeem: async () => null },
      setAway: async () => ({ done: true }),
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
      publicBaseUrl: 'http://localhost:3000',
      notices: { current: async () => [], set: async () => {}, clear: async () => {} },
      specialHours: { ...store, ...changes },
      calendar: createHolidays(),
      brands: [...shipped.values()].map(({ brand }) => brand),
      clock: createTestClock(),
      log: { error: (fields) => void errors.push(fields) },
    }),
  )
  const send = (method: 'get' | 'put' | 'delete', path = ROUTE, token = TOKEN) =>
    request(app)[method](path).set('Authorization', `Bearer ${token}`)
  return { send, held, actors, errors }
}

describe('special hours by the API', () => {
  const order = { brand: 'rheinnetz', day: '2026-11-22', closed_from: '14:00', texts }

  it('are set, listed and taken away', async () => {
    const { send, held, actors } = door()
    const set = await send('put').send(order)
    const hours = { brand: 'rheinnetz', day: '2026-11-22', hours: ['00:00-14:00'], texts }
    expect([set.status, set.body]).toEqual([200, { ...hours, since: expect.any(String) }])
    expect((await send('get')).body).toEqual({ special_hours: [set.body] })
    expect((await send('delete', `${ROUTE}?brand=rheinnetz&day=2026-11-23`)).status).toBe(404)
    expect((await send('delete', `${ROUTE}?brand=rheinnetz&day=2026-11-22`)).status).toBe(204)
    expect([held, actors]).toEqual([[], ['api', 'api']])
  })

  it('that are over are not listed', async () => {
    const { send, held } = door()
    const since = '2026-11-01T00:00:00.000Z'
    const of = (day: string) => ({ brand: 'rheinnetz', day, hours: [], texts: {}, since })
    held.push(of('2026-11-21'), of('2026-11-24'), of('2026-11-23'))
    const { special_hours: listed } = (await send('get')).body
    expect(listed.map(({ day }: { day: string }) => day)).toEqual(['2026-11-23', '2026-11-24'])
  })

  it('are refused in words that say what to do, and are for bearers of the token alone', async () => {
    const { send, held } = door()
    const refused = await send('put').send({ ...order, hours: [] })
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringMatching(/one of the two/)])
    expect((await send('put').send({ ...order, reason: 'x' })).body.detail).toMatch(/reason/)
    for (const method of ['get', 'put', 'delete'] as const)
      expect((await send(method, ROUTE, 'another').send(order)).status).toBe(401)
    expect(held).toEqual([])
  })

  it('are not to be had where the store does not answer; what it said is logged and not told', async () => {
    const { send, errors } = door({ from: () => Promise.reject(new Error('secret place')) })
    const answer = await send('get')
    expect([answer.status, answer.text.includes('secret')]).toEqual([503, false])
    expect(errors).toMatchObject([{ route: ROUTE }])
  })
})
