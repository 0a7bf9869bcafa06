/**
 * Whether a brand is open at a moment, and when it opens next. Everything is compared as the clock on the wall says it
 * (local day and local time), so that the nights on which clocks change need no care.
 */
import { type Answer, weekdays } from '../call/question.ts'
import type { Brand } from '../flow/brand.ts'
import type { Hours } from '../flow/hours.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import { localDay } from './local-day.ts'

/** A weekday names one day of the coming week; what is later is not told. */
const DAYS_AHEAD = 6

/** Throws where the holidays cannot be read. A brand without hours is always open. */
export async function openingOf(
  { hours, time_zone }: Pick<Brand, 'hours' | 'time_zone'>,
  calendar: HolidayCalendar,
  now: Date,
): Promise<Answer<'open'>> {
  if (hours === undefined) return { kind: 'open' }
  const today = localDay(now, time_zone)
  const time = localTime(now, time_zone)
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const day = later(today, ahead)
    for (const range of await rangesOn(hours, calendar, day)) {
      const [from = '', to = ''] = range.split('-')
      if (ahead === 0 && time >= to) continue
      if (ahead === 0 && time >= from) return { kind: 'open' }
      const name = (['today', 'tomorrow'] as const)[ahead] ?? weekdays[weekdayOf(day)]
      return { kind: 'closed', opens: name === undefined ? null : { day: name, time: from } }
    }
  }
  return { kind: 'closed', opens: null }
}

/** The hours of a day, `HH:MM-HH:MM`: those of its date, none on a holiday, else those of its weekday. */
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
  return new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
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
