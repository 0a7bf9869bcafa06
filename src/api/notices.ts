/** Notices by the API: what callers are told for the time being is read, set and cleared by bearers of the token. */
import type { Router } from 'express'
import { clearNotice, type NoticeParts, setNotice } from '../turn/notices.ts'
import { noticeList } from './openapi.ts'
import { type SwitchDoor, switchRoutes } from './switch-routes.ts'

export type NoticeDoor = NoticeParts & Pick<SwitchDoor, 'clock' | 'log'>

/** `GET`, `PUT` and `DELETE` of `/api/v1/notices`. */
export function noticeRoutes({ notices, brands, clock, log }: NoticeDoor): Router {
  const parts = { notices, brands }
  return switchRoutes({
    route: '/api/v1/notices',
    clock,
    log,
    list: async (now) => noticeList.parse({ notices: await notices.current(now) }),
    set: (order) => setNotice(parts, order),
    clear: (order) => clearNotice(parts, order),
    notOn: { title: 'No such notice', detail: 'No notice is switched on for these callers.' },
  })
}
