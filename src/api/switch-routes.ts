/** What is switched on for callers, read, set and taken away by the API: `GET`, `PUT` and `DELETE` of one route. */
import { type Request, type Response, Router } from 'express'
import { type Fault, sentencesOf } from '../flow/fault.ts'
import { guarded, refuse } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { type Bearer, bearerOf } from './gate.ts'

/** `bearer`: who asks. Brands that are not theirs are none that there are. */
interface Order {
  sent: unknown
  bearer: Bearer
  actor: string
  now: Date
}

interface Faulty {
  faults: readonly Fault[]
}

export interface SwitchDoor {
  route: string
  clock: Clock
  log: Pick<Log, 'error'>
  /** The answer to `GET`, in its form. */
  list(now: Date, bearer: Bearer): Promise<object>
  set(order: Order): Promise<object | Faulty>
  clear(order: Order): Promise<'cleared' | 'not_on' | Faulty>
  /** What is said where there is nothing to take away. */
  notOn: { title: string; detail: string }
}

/** What mounts them has a gate before them. */
export function switchRoutes({ route, clock, log, list, set, clear, notOn }: SwitchDoor): Router {
  const router = Router()
  const orderOf = (sent: unknown, response: Response): Order => {
    const bearer = bearerOf(response)
    return { sent, bearer, actor: bearer.actor, now: clock.now() }
  }
  const notUnderstood = (response: Response, { faults }: Faulty): void =>
    refuse(response, 400, 'Not understood', sentencesOf(faults))
  const act = (handle: (request: Request, response: Response) => Promise<void>) => guarded(log, route, handle)

  router.get(
    route,
    act(async (_request, response) => {
      response.json(await list(clock.now(), bearerOf(response)))
    }),
  )
  router.put(
    route,
    readJson,
    act(async (request, response) => {
      const done = await set(orderOf(request.body, response))
      if ('faults' in done) notUnderstood(response, done)
      else response.json(done)
    }),
  )
  router.delete(
    route,
    act(async (request, response) => {
      const done = await clear(orderOf({ ...request.query }, response))
      if (done === 'not_on') refuse(response, 404, notOn.title, notOn.detail)
      else if (done === 'cleared') response.status(204).end()
      else notUnderstood(response, done)
    }),
  )
  return router
}
