const days = new Map<string, Intl.DateTimeFormat>()

/** The calendar day at that moment in that place, YYYY-MM-DD (the Swedish way of writing dates is ISO 8601's). */
export function localDay(moment: Date, timeZone: string): string {
  let day = days.get(timeZone)
  if (!day) {
    day = new Intl.DateTimeFormat('sv-SE', { timeZone })
    days.set(timeZone, day)
  }
  return day.format(moment)
}

/** Midnight of this moment's calendar day in a time zone. Clocks change at night, so it is looked for by the hour. */
export function startOfDay(now: Date, timeZone: string): Date {
  const today = localDay(now, timeZone)
  const hour = 3_600_000
  let start = Math.floor(now.getTime() / hour) * hour
  while (start > now.getTime() - 24 * hour - hour && localDay(new Date(start - 1), timeZone) === today) start -= hour
  return new Date(start)
}
