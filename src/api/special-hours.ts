/** Special hours by the API: days on which a hotline is open or closed unlike on others, read, set and taken away. */
import { type Request, type Response, Router } from 'express'
import { guarded, refuse } from '../http/problem.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import {
  clearSpecialHours,
  currentSpecialHours,
  type SpecialHoursParts,
  setSpecialHours,
} from '../turn/special-hours.ts'
import { specialHoursList } from './openapi.ts'
import { readJson } from './read-json.ts'

export interface SpecialHoursDoor extends SpecialHoursParts {
  clock: Clock
  log: Pick<Log, 'error'>
}

/** Who did it: there is one token, so one name. */
const ACTOR = 'api'
const ROUTE = '/api/v1/special-hours'

/** `GET`, `PUT` and `DELETE` of `/api/v1/special-hours`. What mounts it has looked at the token. */
export function specialHoursRoutes({ specialHours, calendar, brands, clock, log }: SpecialHoursDoor): Router {
  const router = Router()
  const parts = { specialHours, calendar, brands }
  const notUnderstood = (response: Response, faults: readonly string[]): void =>
    refuse(response, 400, 'Not understood', faults.join(' '))
  const act = (handle: (request: Request, response: Response) => Promise<void>) => guarded(log, ROUTE, handle)

  router.get(
    ROUTE,
    act(async (_request, response) => {
      response.json(specialHoursList.parse({ special_hours: await currentSpecialHours(parts, clock.now()) }))
    }),
  )
  router.put(
    ROUTE,
    readJson,
    act(async (request, response) => {
      const set = await setSpecialHours(parts, { sent: request.body, actor: ACTOR, now: clock.now() })
      if ('faults' in set) notUnderstood(response, set.faults)
      else response.json(set)
    }),
  )
  router.delete(
    ROUTE,
    act(async (request, response) => {
      const done = await clearSpecialHours(parts, { sent: { ...request.query }, actor: ACTOR, now: clock.now() })
      if (done === 'not_on') refuse(response, 404, 'No special hours', 'None are set for this day.')
      else if (done === 'cleared') response.status(204).end()
      else notUnderstood(response, done.faults)
    }),
  )
  return router
}
