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
