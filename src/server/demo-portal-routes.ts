/**
 * The doors of the portal of a try-out: its page, `/my-data`, and what that asks. What it asks of the portal API is passed on with a token of
 * its own for each request, as a portal's server does it: no token comes into a browser.
 */
import { join } from 'node:path'
import { type Request, Router } from 'express'
import { z } from 'zod'
import { packageRoot } from '../config/package-root.ts'
import { thisMachineOnly } from '../http/own-machine.ts'
import { pageHeaders } from '../http/page-headers.ts'
import { withoutSlash } from '../http/page-place.ts'
import { guarded, neverStored, refuse } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import { sameOriginOnly } from '../http/same-origin.ts'
import { type PortalOperation, portalOperations } from '../portal/operations.ts'
import type { PortalBrand, PortalCast } from '../portal/view.ts'
import type { Log } from '../seams/log.ts'
import { demoCustomersIn } from '../store/demo.ts'
import type { DemoPortal } from './demo-portal.ts'
import type { Deps } from './deps.ts'

const PAGE = '/my-data'
const API = `${PAGE}/api`
/** Names the session, and is sent by the page alone: no other page can make a browser send it. */
const SESSION = 'x-session'
/** Longer than the portal API takes for anything, ms. */
const PATIENCE_MS = 10_000

export interface DemoPortalParts extends Pick<Deps, 'hotlines' | 'database'> {
  portal: DemoPortal
  publicBaseUrl: string
  /** Where this machine reaches the portal API. */
  connectTo: string
  log: Pick<Log, 'error'>
}

const logIn = z.strictObject({ brand: z.string().max(64), customerNumber: z.string().max(32) })

export function demoPortalRoutes(parts: DemoPortalParts): Router {
  const { portal, publicBaseUrl, log } = parts
  const router = Router()
  const headers = pageHeaders(publicBaseUrl)
  router.use(PAGE, thisMachineOnly(), headers)
  router.get(PAGE, withoutSlash, (_request, response, next) => {
    const options = {
      root: join(packageRoot(), 'dist', 'pages', 'my-data'),
      headers: { 'Cache-Control': 'no-cache' },
      cacheControl: false,
    }
    response.sendFile('index.html', options, (error) => {
      if (error && !response.headersSent) next('status' in error && error.status === 404 ? undefined : error)
    })
  })
  router.use(API, sameOriginOnly(publicBaseUrl), neverStored)
  router.get(
    `${API}/cast`,
    guarded(log, `${API}/cast`, async (_request, response) => {
      response.json(await castOf(parts))
    }),
  )
  router.post(
    `${API}/log-in`,
    readJson,
    guarded(log, `${API}/log-in`, async (request, response) => {
      const sent = logIn.safeParse(request.body)
      const isOffered = async ({ brand, customerNumber }: z.infer<typeof logIn>): Promise<boolean> =>
        (await castOf(parts)).customers.some((one) => one.brand === brand && one.customerNumber === customerNumber)
      const session = sent.success && (await isOffered(sent.data)) ? portal.logIn(sent.data) : null
      if (session === null) return refuse(response, 404, 'Not offered', 'Choose a customer of the demo.', 'not_offered')
      response.json({ session })
    }),
  )
  router.post(`${API}/log-out`, (request, response) => {
    portal.logOut(request.get(SESSION) ?? '')
    response.json({})
  })
  for (const operation of Object.values<PortalOperation>(portalOperations)) {
    const { method, path, input } = operation
    const passOn = guarded(log, API + path, async (request, response) => {
      const token = await portal.token(request.get(SESSION) ?? '')
      if (token === null) return refuse(response, 401, 'Logged out', 'Log in first.', 'logged_out')
      const answer = await fetch(parts.connectTo + filled(path, request), {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${token}`, ...(input && { 'content-type': 'application/json' }) },
        ...(input && { body: JSON.stringify(request.body ?? {}) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      response
        .status(answer.status)
        .type(answer.headers.get('content-type') ?? 'application/json')
        .send(await answer.text())
    })
    router[method](API + path, readJson, passOn)
  }
  router.use(API, (_request, response) => refuse(response, 404, 'Nothing here', 'There is nothing here.'))
  return router
}

/** The path with what the request has in the place of its names. */
function filled(path: string, { params }: Request): string {
  return path.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(String(params[name] ?? '')))
}

/** Customers of the demo that this store has, in brands that are served and have a portal. */
async function castOf({ hotlines, database }: DemoPortalParts): Promise<PortalCast> {
  const brands = [...hotlines.byBrand.values()].flatMap(({ brand }): PortalBrand[] => {
    const { name, numbers, words, portal, topics } = brand
    if (portal === undefined) return []
    const pin = Object.entries(words).flatMap(([language, { pin: word }]) => (word ? [[language, word]] : []))
    const press = topics.find(({ needs, more }) => needs === 2 && !more)?.press ?? null
    const title = Object.values(words)[0]?.brand ?? name
    return [{ name, title, number: numbers[0] ?? '', pin: Object.fromEntries(pin), press }]
  })
  const known = new Set(brands.map(({ name }) => name))
  const customers = (await demoCustomersIn(database.db))
    .filter(({ brand }) => known.has(brand))
    .map(({ brand, customerNumber, name, shows }) => ({ brand, customerNumber, name, shows }))
  return { brands, customers }
}
