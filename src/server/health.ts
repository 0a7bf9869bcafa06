/**
 * Whether this process lives, whether it should get work, and how it stops. Imports the seams only.
 */
import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { type Response, Router } from 'express'
import type { Closable } from '../seams/closable.ts'
import { within } from '../seams/within.ts'

export interface Health {
  /** From now on this process is not ready, whatever its stores say. */
  startDraining(): void
  /** Asks every store at once. A store that does not answer within the limit is down. */
  ready(): Promise<{ ready: boolean; draining: boolean; stores: Record<string, 'ok' | 'down'> }>
}

/** A probe that takes longer would be given up by most load balancers anyway. */
const PING_LIMIT_MS = 1_000

/** @param stores by the name that the answer shows. */
export function createHealth(
  stores: Readonly<Record<string, Pick<Closable, 'ping'>>>,
  limitMs = PING_LIMIT_MS,
): Health {
  let draining = false
  return {
    startDraining() {
      draining = true
    },
    async ready() {
      const names = Object.keys(stores)
      const states = await Promise.all(Object.values(stores).map((store) => stateOf(store, limitMs)))
      return {
        ready: !draining && states.every((state) => state === 'ok'),
        draining,
        stores: Object.fromEntries(names.map((name, i) => [name, states[i] ?? 'down'])),
      }
    },
  }
}

/** `/health/live`: the process answers. `/health/ready`: it should get calls, else 503. Neither says why a store is down. */
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
  /** How long load balancers get to notice, ms. */
  noticeMs?: number
  /** How long requests may still run, ms: below the 10 s that `docker stop` waits before it kills. */
  graceMs?: number
}

/**
 * Stops without losing a request: not ready any more, no keep-alive, no new connections, then the stores. Resolves
 * with the errors of stores that could not be closed.
 */
export async function drain(server: Server, options: DrainOptions): Promise<unknown[]> {
  const { health, closables, noticeMs = 200, graceMs = 8_000 } = options
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
