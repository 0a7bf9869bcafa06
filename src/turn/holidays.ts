import type { HolidayCalendar } from '../seams/holidays.ts'

/**
 * Public holidays of the German states. The library behind it is large and slow, so it is loaded when a brand first asks
 * for holidays, and each year is worked out once. A load that failed is tried again.
 */
export function createHolidays(): HolidayCalendar {
  const years = new Map<string, Promise<ReadonlySet<string>>>()
  return {
    holidays(state, year) {
      const key = `${state} ${year}`
      const known = years.get(key)
      if (known) return known
      const made = workOut(state, year)
      years.set(key, made)
      made.catch(() => years.delete(key))
      return made
    },
  }
}

async function workOut(state: string, year: number): Promise<ReadonlySet<string>> {
  const { default: Holidays } = await import('date-holidays')
  const days = new Holidays('DE', state).getHolidays(year).filter(({ type }) => type === 'public')
  return new Set(days.map(({ date }) => date.slice(0, 10)))
}
