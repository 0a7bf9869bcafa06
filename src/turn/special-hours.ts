/** Special hours set and taken away: what every door does with what was sent to it. */
import { closedFrom } from '../flow/hours.ts'
import {
  faultsOfHours,
  type HoursBrand,
  type SpecialHoursOrder,
  specialDay,
  specialHoursOrder,
} from '../flow/special-hours.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { SpecialHours, SpecialHoursStore } from '../seams/special-hours.ts'
import { localDay } from './local-day.ts'
import { hoursOn } from './opening-hours.ts'
import { type Act, isNotUnderstood, type NotUnderstood, understood } from './understood.ts'

export interface SpecialHoursParts {
  specialHours: SpecialHoursStore
  calendar: HolidayCalendar
  brands: readonly HoursBrand[]
}

const WHAT = 'The special hours'

/** What was sent as the hours that would hold; nothing is set. Throws where the holidays cannot be read. */
export async function readSpecialHours(
  sent: unknown,
  { brands, calendar }: Pick<SpecialHoursParts, 'brands' | 'calendar'>,
  now: Date,
): Promise<Omit<SpecialHours, 'since'> | NotUnderstood> {
  const faultsOf = (read: SpecialHoursOrder) => faultsOfHours(read, brands, (zone) => localDay(now, zone))
  const order = understood(specialHoursOrder, sent, { what: WHAT, faultsOf })
  if (isNotUnderstood(order)) return order
  const { closed_from, hours, ...rest } = order
  if (closed_from === undefined) return { ...rest, hours: hours ?? [] }
  const brand = brands.find(({ name }) => name === order.brand)
  const ordinary = brand ? await hoursOn(brand, [], calendar, order.day) : []
  const left = closedFrom(ordinary, closed_from)
  // Nothing would change, and somebody would believe that it had.
  if (left.join() === ordinary.join()) {
    const sentence = `On ${order.day} it is closed at ${closed_from} anyway; name an earlier time.`
    return { faults: [{ code: 'closed_anyway', field: 'closed_from', sentence }] }
  }
  return { ...rest, hours: left }
}

/** The hours as they hold from now on, in place of those of the same day. */
export async function setSpecialHours(
  parts: SpecialHoursParts,
  { sent, actor, now }: Act,
): Promise<SpecialHours | NotUnderstood> {
  const read = await readSpecialHours(sent, parts, now)
  if (isNotUnderstood(read)) return read
  await parts.specialHours.set(read, actor, now)
  return { ...read, since: now.toISOString() }
}

/** `not_on`: the day has none. */
export async function clearSpecialHours(
  { specialHours, brands }: SpecialHoursParts,
  { sent, actor, now }: Act,
): Promise<'cleared' | 'not_on' | NotUnderstood> {
  const faultsOf = (read: Parameters<typeof faultsOfHours>[0]) =>
    faultsOfHours(read, brands, (zone) => localDay(now, zone))
  const place = understood(specialDay, sent, { what: WHAT, faultsOf })
  if (isNotUnderstood(place)) return place
  const held = await specialHours.from(place.day)
  if (!held.some(({ brand, day }) => brand === place.brand && day === place.day)) return 'not_on'
  await specialHours.clear(place, actor, now)
  return 'cleared'
}

/** All that hold from today on, by day. Days are compared where each brand is. */
export async function currentSpecialHours(
  { specialHours, brands }: Pick<SpecialHoursParts, 'specialHours' | 'brands'>,
  now: Date,
): Promise<SpecialHours[]> {
  const zones = new Map(brands.map(({ name, time_zone }) => [name, time_zone]))
  const all = await specialHours.from(dayBefore(now))
  return all
    .filter(({ brand, day }) => day >= localDay(now, zones.get(brand) ?? 'UTC'))
    .sort((one, other) => one.day.localeCompare(other.day) || one.brand.localeCompare(other.brand))
}

/** Early enough for every time zone. */
export function dayBefore(now: Date): string {
  return new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10)
}
