/** Special hours by the API: days on which a hotline is open or closed unlike on others, read, set and taken away. */
import type { Router } from 'express'
import {
  clearSpecialHours,
  currentSpecialHours,
  type SpecialHoursParts,
  setSpecialHours,
} from '../turn/special-hours.ts'
import { type Bearer, isFor } from './gate.ts'
import { specialHoursList } from './openapi.ts'
import { type SwitchDoor, switchRoutes } from './switch-routes.ts'

export type SpecialHoursDoor = SpecialHoursParts & Pick<SwitchDoor, 'clock' | 'log'>

/** `GET`, `PUT` and `DELETE` of `/api/v1/special-hours`. */
export function specialHoursRoutes({ specialHours, calendar, brands, clock, log }: SpecialHoursDoor): Router {
  const partsOf = (bearer: Bearer) => ({
    specialHours,
    calendar,
    brands: brands.filter(({ name }) => isFor(bearer, name)),
  })
  return switchRoutes({
    route: '/api/v1/special-hours',
    clock,
    log,
    async list(now, bearer) {
      const held = await currentSpecialHours(partsOf(bearer), now)
      return specialHoursList.parse({ special_hours: held.filter(({ brand }) => isFor(bearer, brand)) })
    },
    set: ({ bearer, ...order }) => setSpecialHours(partsOf(bearer), order),
    clear: ({ bearer, ...order }) => clearSpecialHours(partsOf(bearer), order),
    notOn: { title: 'No special hours', detail: 'None are set for this day.' },
  })
}
