/** Notices by the API: what callers are told for the time being is read, set and cleared by bearers of a token. */
import type { Router } from 'express'
import { clearNotice, type NoticeParts, setNotice } from '../turn/notices.ts'
import { type Bearer, isFor } from './gate.ts'
import { noticeList } from './openapi.ts'
import { type SwitchDoor, switchRoutes } from './switch-routes.ts'

export type NoticeDoor = NoticeParts & Pick<SwitchDoor, 'clock' | 'log'>

/** `GET`, `PUT` and `DELETE` of `/api/v1/notices`. */
export function noticeRoutes({ notices, brands, clock, log }: NoticeDoor): Router {
  const partsOf = (bearer: Bearer) => ({ notices, brands: brands.filter(({ name }) => isFor(bearer, name)) })
  return switchRoutes({
    route: '/api/v1/notices',
    clock,
    log,
    async list(now, bearer) {
      return noticeList.parse({ notices: (await notices.current(now)).filter(({ brand }) => isFor(bearer, brand)) })
    },
    set: ({ bearer, ...order }) => setNotice(partsOf(bearer), order),
    clear: ({ bearer, ...order }) => clearNotice(partsOf(bearer), order),
    notOn: { title: 'No such notice', detail: 'No notice is switched on for these callers.' },
  })
}
