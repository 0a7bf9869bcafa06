/** Notices by the API: what callers are told for the time being is read, set and cleared by bearers of the token. */
import express, { type Request, type Response, Router } from 'express'
import type { z } from 'zod'
import { faultsOf, type NoticeBrand, noticeOrder, noticePlace } from '../flow/notice.ts'
import { guarded, refuse } from '../http/problem.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { NoticeStore } from '../seams/notices.ts'
import { noticeList } from './openapi.ts'

export interface NoticeDoor {
  notices: NoticeStore
  brands: readonly NoticeBrand[]
  clock: Clock
  log: Pick<Log, 'error'>
}

/** Who did it, in the history: there is one token, so one name. */
const ACTOR = 'api'
const ROUTE = '/api/v1/notices'

/** `GET`, `PUT` and `DELETE` of `/api/v1/notices`. Whoever mounts it has looked at the token. */
export function noticeRoutes({ notices, brands, clock, log }: NoticeDoor): Router {
  const router = Router()

  /** What was sent, if it has the form and there is such a brand and topic; else the refusal is sent. */
  function understood<T extends z.ZodType<Parameters<typeof faultsOf>[0]>>(
    response: Response,
    schema: T,
    sent: unknown,
  ): z.infer<T> | null {
    const read = schema.safeParse(sent)
    const faults = read.success
      ? faultsOf(read.data, brands, clock.now())
      : read.error.issues.map(({ path, message }) => `${path.join('.') || 'The notice'}: ${message}.`)
    if (faults.length > 0) {
      refuse(response, 400, 'Not understood', faults.join(' '))
      return null
    }
    return read.data ?? null
  }

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
      const order = understood(response, noticeOrder, request.body)
      if (order === null) return
      const now = clock.now()
      const until = order.until === null ? null : new Date(order.until).toISOString()
      await notices.set({ ...order, until }, ACTOR, now)
      response.json({ ...order, until, since: now.toISOString() })
    }),
  )
  router.delete(
    ROUTE,
    act(async (request, response) => {
      const place = understood(response, noticePlace, { ...request.query })
      if (place === null) return
      const now = clock.now()
      const isOn = (await notices.current(now)).some(
        ({ brand, topic }) => brand === place.brand && topic === place.topic,
      )
      if (!isOn) return refuse(response, 404, 'No such notice', 'No notice is switched on for these callers.')
      await notices.clear(place, ACTOR, now)
      response.status(204).end()
    }),
  )
  return router
}

const json = express.json({ limit: '16kb' })

/** What is no JSON is refused in the words of this door. */
function readJson(request: Request, response: Response, next: () => void): void {
  json(request, response, (error?: unknown) => {
    if (error === undefined) next()
    else refuse(response, 400, 'Not understood', 'Send JSON of at most 16 kB, with Content-Type: application/json.')
  })
}
