/**
 * Odd names and characters at every door behind Twilio's: each route of the application, as Express has them, refuses each with 400, breaks
 * over none, and writes no line of the log that is none (threat 36).
 */
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import express from 'express'
import { granted } from '../../src/api/granted.ts'
import { OPERATOR_PATH, operations } from '../../src/api/operations.ts'
import { operatorRoutes } from '../../src/api/operator-routes.ts'
import { readableOnly } from '../../src/http/readable.ts'
import { portalOperations } from '../../src/portal/operations.ts'
import { createOperator } from '../../src/server/operator.ts'
import { API_TOKEN, openApp, type TestApp } from '../support/app.ts'
import { ask } from '../support/ask.ts'
import { addAgent } from '../support/cheap-verifiers.ts'
import { openPortal, type TestPortal } from '../support/portal.ts'
import { PUBLIC_BASE_URL } from '../support/signing.ts'

const PASSWORD = 'a good long password'
const OPERATOR_KEY = 'key-of-this-start'

/** In an address, as it is sent. */
const oddParts: Record<string, string> = {
  'a NUL': 'a%00b',
  'a line feed': 'a%0Ab',
  'a carriage return': 'a%0Db',
  'an escape sequence': '%1B%5B2J',
  'a C1 control': '%C2%9B2J',
  'an overlong slash': '%C0%AF',
  'an overlong NUL': '%C0%80',
  'half of a surrogate pair': '%ED%A0%80',
  'a byte that begins nothing': '%FF',
  'a percent sign': '100%',
  'an override of direction': 'a%E2%80%AEb',
  'an isolate': 'a%E2%81%A6b',
  'the prototype': '__proto__',
  'a very long name': 'x'.repeat(5_000),
}

const MEMBER = '{"reason":"asked","name":'
/** As bodies. */
const oddBodies: Record<string, Buffer> = {
  'a NUL': Buffer.from(`${MEMBER}"a\\u0000b"}`),
  'half of a surrogate pair': Buffer.from(`${MEMBER}"a\\ud800b"}`),
  'the other half': Buffer.from(`${MEMBER}["\\udc00"]}`),
  'an escape sequence': Buffer.from(`${MEMBER}"\\u001b[2J"}`),
  'a C1 control': Buffer.from(`${MEMBER}"\u009b2J"}`),
  'an override of direction': Buffer.from(`${MEMBER}"a\u202eb"}`),
  'an overlong NUL': Buffer.concat([Buffer.from(`${MEMBER}"`), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
  'a surrogate in bytes': Buffer.concat([
    Buffer.from(`${MEMBER}"`),
    Buffer.from([0xed, 0xa0, 0x80]),
    Buffer.from('"}'),
  ]),
  'the prototype': Buffer.from('{"reason":"asked","__proto__":{"role":"supervisor"}}'),
  'an odd name of a member': Buffer.from('{"reason":"asked","a\\u0000b":1}'),
  'a very long name': Buffer.from(`${MEMBER}"${'x'.repeat(10_000)}"}`),
}

interface Route {
  method: string
  path: string
}

/** https://expressjs.com/en/api.html#router.listRoutes */
interface Listing {
  listRoutes(): { path: unknown; methods?: string[]; router?: Listing }[]
}

function routesIn(listing: Listing, before = ''): Route[] {
  return listing.listRoutes().flatMap(({ path, methods = [], router }) => {
    const here = before + (path === '/' ? '' : String(path))
    return router
      ? routesIn(router, here)
      : methods.filter((method) => method !== 'HEAD').map((method) => ({ method, path: here }))
  })
}

let app: TestApp
let portal: TestPortal
let routes: Route[] = []
let desk: Record<string, string> = {}
/** What the operator's door logged. */
const broken: unknown[] = []
let closeOperator = async (): Promise<void> => {}
let operatorPort = 0

beforeAll(async () => {
  portal = await openPortal(() => app)
  app = await openApp({ customers: 'cheap', settings: portal.settings })
  const anna = { name: 'anna', displayName: 'Anna', role: 'supervisor' as const, phone: 'client:anna' }
  const ofAnna = { brands: ['rheinnetz'], topics: ['bill'], languages: ['de'] }
  await addAgent(app.deps.database.db, { ...anna, ...ofAnna }, PASSWORD)
  const operator = express()
  const log = { error: (fields: { err?: unknown }) => void broken.push(fields.err) }
  operator.use(readableOnly, operatorRoutes({ operator: createOperator(app.deps), key: OPERATOR_KEY, log }))
  const server = operator.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  operatorPort = (server.address() as AddressInfo).port
  closeOperator = () => new Promise((resolve) => void server.close(() => resolve()))
  routes = [app.doors, operator].flatMap(({ router }) => routesIn(router as unknown as Listing))
  const name = JSON.stringify({ name: 'anna', password: PASSWORD })
  const { headers, body } = await ask(app.port, 'POST', '/desk/api/sign-in', headersOfPage, name)
  desk = { cookie: String(headers['set-cookie']).split(';')[0] ?? '', 'x-csrf-token': JSON.parse(body).csrf }
})
afterAll(async () => {
  await closeOperator()
  await app.close()
})

const headersOfPage = { 'content-type': 'application/json', origin: PUBLIC_BASE_URL, 'sec-fetch-site': 'same-origin' }

/** As somebody who may all of it. */
async function send({ method, path }: Route, address: string, body: string | Buffer = ''): Promise<number> {
  const isOperators = path.startsWith(OPERATOR_PATH)
  const bearer = isOperators ? OPERATOR_KEY : path.startsWith('/portal/') ? await portal.token('407182632') : API_TOKEN
  const headers = { ...headersOfPage, ...(path.startsWith('/desk/') ? desk : { authorization: `Bearer ${bearer}` }) }
  const { status } = await ask(isOperators ? operatorPort : app.port, method, address, headers, body)
  return status
}

/** The path as it is sent where all goes well. */
const plain = (path: string): string => path.replace('{/*path}', '').replaceAll(/[:*][A-Za-z]+/g, 'some')

/** Where an odd part may stand: in place of each name of the path, and in a query as name and as value. */
function addressesWith(part: string, path: string): string[] {
  const names = [...path.matchAll(/:[A-Za-z]+/g)]
  const inPath = names.map(({ index, 0: name }) =>
    plain(`${path.slice(0, index)}${part}${path.slice(index + name.length)}`),
  )
  return [...inPath, `${plain(path)}?reason=${part}`, `${plain(path)}?${part}=x`]
}

/** Every line is one JSON object, and nothing in it that a terminal takes for an order. */
function expectPlainLog(): void {
  const lines = app.logged().split('\n').slice(0, -1)
  for (const line of lines) {
    expect(typeof JSON.parse(line)).toBe('object')
    expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u)
  }
  expect(lines.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([])
  expect(broken).toEqual([])
}

it('is asked of every route of the tables of API, operator and portal, and of the desk', () => {
  const known = routes.map(({ method, path }) => `${method} ${path}`)
  const { lookUpPin: _, ...ofPortal } = portalOperations
  const tables = [...Object.values(granted), ...Object.values(ofPortal)].map(
    ({ method, path }) => `${method.toUpperCase()} ${path}`,
  )
  expect(known).toEqual(expect.arrayContaining(tables))
  expect(known).toEqual(expect.arrayContaining(Object.keys(operations).map((name) => `POST ${OPERATOR_PATH}/${name}`)))
  expect(known).toEqual(expect.arrayContaining(['POST /desk/api/assignments/:id/wrap-up', 'POST /desk/api/sign-in']))
})

it.each(Object.entries(oddParts))('an address with %s is 400 everywhere (threat 36)', async (_what, part) => {
  const seen = await Promise.all(
    routes.flatMap((route) =>
      isTwilios(route)
        ? []
        : addressesWith(part, route.path).map(async (address) => [
            route.method,
            address.slice(0, 80),
            await send(route, address),
          ]),
    ),
  )
  expect(seen.filter(([, , status]) => status !== 400)).toEqual([])
  expectPlainLog()
})

it.each(Object.entries(oddBodies))('a body with %s is 400 wherever one is read (threat 36)', async (what, body) => {
  const reading = routes.filter(
    (route) =>
      !isTwilios(route) &&
      ['POST', 'PUT'].includes(route.method) &&
      !readsNone(route) &&
      !(what === LONG && route.path === SIGN_OUT),
  )
  const seen: unknown[] = []
  for (const route of reading) seen.push([route.method, route.path, await send(route, plain(route.path), body)])
  expect(seen.filter((one) => (one as unknown[])[2] !== 400)).toEqual([])
  expectPlainLog()
})

/** What is sent with it says nothing, and may be as long as a body may. */
const SIGN_OUT = '/desk/api/sign-out'
const LONG = 'a very long name'

/** They ask for a signature before anything else, and read forms by rules of their own (test/twilio/one-reading). */
const isTwilios = ({ path }: Route): boolean => path.startsWith('/voice/')

/** Those whose body says nothing: an agent or a reference is in the address, and an act of the portal in its name. */
function readsNone({ path }: Route): boolean {
  const withoutBody = Object.values(portalOperations).filter(({ input }) => input === null)
  const all = [granted.redeemReference, granted.setAgentAway, ...withoutBody].map((operation) => operation.path)
  return (all as string[]).includes(path)
}
