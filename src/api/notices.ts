/** Notices by the API: what callers are told for the time being is read, set and cleared by bearers of the token. */
import { type Request, type Response, Router } from 'express'
import { guarded, refuse } from '../http/problem.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { clearNotice, type NoticeParts, setNotice } from '../turn/notices.ts'
import { noticeList } from './openapi.ts'
import { readJson } from './read-json.ts'

export interface NoticeDoor extends NoticeParts {
  clock: Clock
  log: Pick<Log, 'error'>
}

/** Who did it, in the history: there is one token, so one name. */
const ACTOR = 'api'
const ROUTE = '/api/v1/notices'

/** `GET`, `PUT` and `DELETE` of `/api/v1/notices`. What mounts it has looked at the token. */
export function noticeRoutes({ notices, brands, clock, log }: NoticeDoor): Router {
  const router = Router()

  const parts = { notices, brands }
  const notUnderstood = (response: Response, faults: readonly string[]): void =>
    refuse(response, 400, 'Not understood', faults.join(' '))
  const act = (handle: (request: Request, response: Response) => Promise<void>) => guarded(log, ROUTE, handle)

  router.get(
    ROUTE,
    act(async (_request, response) => {
      response.json(noticeList.parse({ notices: await notices.current(clock.now()) }))
    }),
  )
  router.put(
    ROUTE,
    readJson,
    act(async (request, response) => {
      const set = await setNotice(parts, { sent: request.body, actor: ACTOR, now: clock.now() })
      if ('faults' in set) notUnderstood(response, set.faults)
      else response.json(set)
    }),
  )
  router.delete(
    ROUTE,
    act(async (request, response) => {
      const done = await clearNotice(parts, { sent: { ...request.query }, actor: ACTOR, now: clock.now() })
      if (done === 'not_on') refuse(response, 404, 'No such notice', 'No notice is switched on for these callers.')
      else if (done === 'cleared') response.status(204).end()
      else notUnderstood(response, done.faults)
    }),
  )
  return router
}
