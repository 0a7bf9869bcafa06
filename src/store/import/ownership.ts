/** From when until when a number is somebody's: instants, null for always and still. */
export interface Ownership {
  from: Date | null
  to: Date | null
}

/**
 * `2024-05-01`: owned from the beginning of that day. `2019-03-01/2024-04-30` (an ISO 8601 interval): both days
 * included, and not any more. Null when it is neither.
 * @param timeZone whose days they are.
 */
export function readOwnership(written: string, timeZone: string): Ownership | null {
  const [first = '', last, more] = written.split('/')
  if (!isDay(first) || more !== undefined) return null
  const from = midnight(first, 0, timeZone)
  if (last === undefined) return { from, to: null }
  if (!isDay(last)) return null
  const to = midnight(last, 1, timeZone)
  return from < to ? { from, to } : null
}

/** Whether it is a day of the calendar, written `YYYY-MM-DD`. */
export function isDay(written: string): boolean {
  if (!/^(19|20)\d\d-\d\d-\d\d$/.test(written)) return false
  const day = new Date(`${written}T00:00:00Z`)
  // The engine rolls 30 February over into March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written)
}

/** The beginning of that day there, or of so many days later. */
function midnight(day: string, daysLater: number, timeZone: string): Date {
  const utc = new Date(`${day}T00:00:00Z`)
  utc.setUTCDate(utc.getUTCDate() + daysLater)
  // The offset at midnight UTC is not yet that at midnight there on a day when clocks change; once more settles it.
  const guess = new Date(utc.getTime() - offsetAt(utc, timeZone))
  return new Date(utc.getTime() - offsetAt(guess, timeZone))
}

/** Making one takes longer than reading a whole line. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds that clocks there are ahead of UTC. */
function offsetAt(moment: Date, timeZone: string): number {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  const name = format.formatToParts(moment).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name) ?? []
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
  return sign === '-' ? -size : size
}
