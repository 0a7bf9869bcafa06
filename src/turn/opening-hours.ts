/**
 * Whether a brand is open at a moment, and when it opens next. Everything is compared as the clock on the wall says it
 * (local day and local time); hours that the clock leaves out, in the night on which it is put forward, begin at the next time
 * that there is.
 */
import { type Answer, weekdays } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import type { Hours } from '../flow/hours.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { SpecialHours } from '../seams/special-hours.ts'
import { localDay } from './local-day.ts'

type HoursOf = Pick<Brand, 'name' | 'hours' | 'time_zone'>

/** A weekday names one day of the coming week; what is later is not told. */
const DAYS_AHEAD = 6

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Later than every time of a day: the rest of that day does not exist. */
const NEVER = '24:00'

/** Of days that nobody has set apart, a brand without hours has all. */
const ALL_DAY = ['00:00-24:00']

/** `special`: those that were set while calls run. Throws where the holidays cannot be read. */
export function openingOf(
  brand: HoursOf,
  special: readonly SpecialHours[],
  calendar: HolidayCalendar,
  now: Date,
): Promise<Answer<'open'>> {
  return openingAt(brand, special, calendar, localNow(now, brand.time_zone))
}

/** Day and time as the clock on the wall says them: YYYY-MM-DD and HH:MM. */
export function localNow(now: Date, timeZone: string): { day: string; time: string } {
  return { day: localDay(now, timeZone), time: localTime(now, timeZone) }
}

/** The same by the clock on the wall: `day` as YYYY-MM-DD, `time` as HH:MM. */
export async function openingAt(
  brand: HoursOf,
  special: readonly SpecialHours[],
  calendar: HolidayCalendar,
  { day: today, time }: { day: string; time: string },
): Promise<Answer<'open'>> {
  const because = specialOn(brand, special, today)?.texts ?? {}
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const day = later(today, ahead)
    for (const range of await hoursOn(brand, special, calendar, day)) {
      const [written = '', to = ''] = range.split('-')
      const from = timeThatIs(day, written, brand.time_zone)
      if (from >= to || (ahead === 0 && time >= to)) continue
      if (ahead === 0 && time >= from) return { kind: 'open' }
      const name = (['today', 'tomorrow'] as const)[ahead] ?? weekdays[weekdayOf(day)]
      return { kind: 'closed', opens: name === undefined ? null : { day: name, time: from }, because }
    }
  }
  return { kind: 'closed', opens: null, because }
}

/** The hours of a day, `HH:MM-HH:MM`: those that were set for it, else those of the brand's file. */
export async function hoursOn(
  brand: HoursOf,
  special: readonly SpecialHours[],
  calendar: HolidayCalendar,
  day: string,
): Promise<readonly string[]> {
  const set = specialOn(brand, special, day)
  if (set) return set.hours
  return brand.hours === undefined ? ALL_DAY : rangesOn(brand.hours, calendar, day)
}

function specialOn({ name }: HoursOf, special: readonly SpecialHours[], day: string): SpecialHours | undefined {
  return special.find((each) => each.brand === name && each.day === day)
}

/** By the brand's file: those of its date, none on a holiday, else those of its weekday. */
async function rangesOn(hours: Hours, calendar: HolidayCalendar, day: string): Promise<readonly string[]> {
  const ofDate = hours.dates[day]
  if (ofDate) return ofDate
  const ofWeekday = hours[weekdays[weekdayOf(day)] ?? 'sunday']
  if (ofWeekday.length === 0 || hours.holidays === undefined) return ofWeekday
  const holidays = await calendar.holidays(hours.holidays, Number(day.slice(0, 4)))
  return holidays.has(day) ? [] : ofWeekday
}

function weekdayOf(day: string): number {
  return new Date(`${day}T12:00:00Z`).getUTCDay()
}

function later(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** HH:MM, from 00:00 to 23:59. */
function localTime(moment: Date, timeZone: string): string {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    clocks.set(timeZone, clock)
  }
  return clock.format(moment)
}

/** The time itself, or, where the clock is put forward past it, the first that there is after it: 02:30 is told as 03:00. */
function timeThatIs(day: string, time: string, timeZone: string): string {
  const wanted = `${day} ${time}`
  const wall = (moment: number): string =>
    `${localDay(new Date(moment), timeZone)} ${localTime(new Date(moment), timeZone)}`
  const asUtc = Date.parse(`${day}T${time}:00Z`)
  const distance = (moment: number): number => Date.parse(`${wall(moment).replace(' ', 'T')}:00Z`) - moment
  // Clocks differ by less than a day from Greenwich: one of these is the distance before any change, the other after it.
  const moments = [distance(asUtc - DAY_MS), distance(asUtc + DAY_MS)].map((distance) => asUtc - distance)
  if (moments.some((moment) => wall(moment) === wanted)) return time
  let after = Math.max(...moments)
  while (wall(after - MINUTE_MS) > wanted) after -= MINUTE_MS
  const [there = '', then = time] = wall(after).split(' ')
  return there === day ? then : NEVER
}
