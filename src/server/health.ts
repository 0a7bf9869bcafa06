/**
 * Whether this process lives, whether it should get work, and how it stops. Imports the seams only.
 */
import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Response, Router } from 'express'
import type { Closable } from '../seams/closable.ts'
import type { Log } from '../seams/log.ts'
import { within } from '../seams/within.ts'

export interface Health {
  /** From now on this process is not ready, whatever its stores say. */
  startDraining(): void
  /** Asks every store at once. A store that does not answer within the limit is down. */
  ready(): Promise<Readiness>
}

/**
 * `ready`: this process should get calls. `degraded`: it should, and every other process too, for they all miss a store that they
 * share; until it is back, those who call are brought to a person unverified, which is better than to be dropped.
 */
export interface Readiness {
  ready: boolean
  degraded: boolean
  draining: boolean
  stores: Record<string, 'ok' | 'down'>
}

/** `shared`: other processes have the same one, so that its failing says nothing of this one. */
export interface HealthStore {
  store: Pick<Closable, 'ping'>
  shared: boolean
}

/** A probe that takes longer would be given up by most load balancers anyway. */
const PING_LIMIT_MS = 1_000

/** @param stores by the name that the answer shows. @param log hears once of each that goes, and once of each that is back. */
export function createHealth(
  stores: Readonly<Record<string, HealthStore>>,
  log: Pick<Log, 'error' | 'info'>,
  limitMs = PING_LIMIT_MS,
): Health {
  let draining = false
  const down = new Set<string>()
  function tell(name: string, state: 'ok' | 'down'): void {
    if (state === 'down' && !down.has(name))
      log.error({ store: name }, 'ALARM: a store cannot be used; callers come to a person unverified until it can')
    if (state === 'ok' && down.has(name)) log.info({ store: name }, 'the store can be used again')
    if (state === 'down') down.add(name)
    else down.delete(name)
  }
  return {
    startDraining() {
      draining = true
    },
    async ready() {
      const asked = Object.entries(stores).map(async ([name, { store, shared }]) => {
        const state = await stateOf(store, limitMs)
        tell(name, state)
        return { name, state, isOurs: state === 'down' && !shared }
      })
      const all = await Promise.all(asked)
      const ready = !draining && !all.some(({ isOurs }) => isOurs)
      return {
        ready,
        degraded: ready && all.some(({ state }) => state === 'down'),
        draining,
        stores: Object.fromEntries(all.map(({ name, state }) => [name, state])),
      }
    },
  }
}

/**
 * `/health/live`: the process answers. `/health/ready`: 503 where this process should get no calls; 200 with `degraded` where a
 * store is down that others share, for callers who are sent elsewhere find the same. Neither says why a store is down.
 */
export function healthRoutes(health: Health): Router {
  const router = Router()
  const answer = (response: Response, status: number, body: object): void => {
    response.status(status).set('Cache-Control', 'no-store').json(body)
  }
  router.get('/health/live', (_request, response) => answer(response, 200, { live: true }))
  router.get('/health/ready', async (_request, response) => {
    const state = await health.ready()
    answer(response, state.ready ? 200 : 503, state)
  })
  return router
}

export interface DrainOptions {
  health: Health
  /** Ends the streams that pages hold open, once nobody can connect any more: they would never end by themselves. */
  endStreams?: () => void
  /** Closed in this order after the last request, each even if one before it fails. */
  closables: readonly Pick<Closable, 'close'>[]
  /** How long all is answered as ever but for readiness, ms: load balancers notice meanwhile. */
  noticeMs: number
  /** How long requests may still run after that, ms. */
  graceMs: number
}

/**
 * Stops without losing a request: not ready any more, no keep-alive, no new connections, then the stores. Resolves
 * with the errors of stores that could not be closed.
 */
export async function drain(server: Server, options: DrainOptions): Promise<unknown[]> {
  const { health, closables, noticeMs, graceMs } = options
  health.startDraining()
  // A connection kept alive would keep the server open, so every answer from now on ends its connection.
  server.prependListener('request', (_request, response) => response.setHeader('Connection', 'close'))
  await wait(noticeMs)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  options.endStreams?.()
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const late = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
  const errors: unknown[] = []
  for (const closable of closables) await closable.close().catch((error: unknown) => errors.push(error))
  return errors
}

function stateOf(store: Pick<Closable, 'ping'>, limitMs: number): Promise<'ok' | 'down'> {
  return within(limitMs, store.ping()).then(
    () => 'ok',
    () => 'down',
  )
}

/** The stores that a running Rufpass has: those embedded in it are its own. */
export function healthOf(
  { database, live }: { database: Closable & { kind: 'embedded' | 'postgres' }; live: Closable },
  log: Pick<Log, 'error' | 'info'>,
): Health {
  return createHealth(
    {
      database: { store: database, shared: database.kind === 'postgres' },
      // In memory it never fails.
      live: { store: live, shared: true },
    },
    log,
  )
}
