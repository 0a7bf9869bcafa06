/** Special hours by the API: days on which a hotline is open or closed unlike on others, read, set and taken away. */
import type { Router } from 'express'
import {
  clearSpecialHours,
  currentSpecialHours,
  type SpecialHoursParts,
  setSpecialHours,
} from '../turn/special-hours.ts'
import { specialHoursList } from './openapi.ts'
import { type SwitchDoor, switchRoutes } from './switch-routes.ts'

export type SpecialHoursDoor = SpecialHoursParts & Pick<SwitchDoor, 'clock' | 'log'>

/** `GET`, `PUT` and `DELETE` of `/api/v1/special-hours`. */
export function specialHoursRoutes({ specialHours, calendar, brands, clock, log }: SpecialHoursDoor): Router {
  const parts = { specialHours, calendar, brands }
  return switchRoutes({
    route: '/api/v1/special-hours',
    clock,
    log,
    list: async (now) => specialHoursList.parse({ special_hours: await currentSpecialHours(parts, now) }),
    set: (order) => setSpecialHours(parts, order),
    clear: (order) => clearSpecialHours(parts, order),
    notOn: { title: 'No special hours', detail: 'None are set for this day.' },
  })
}
