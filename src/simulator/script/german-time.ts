/** The Swedish format is ISO 8601 with a blank. */
const GERMAN = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'medium' })

/** German wall-clock time as a moment; a day alone means noon, when hotlines are open. Null when it is no date. */
export function momentOf(text: string): Date | null {
  const match = /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?: ([0-9]{2}:[0-9]{2}))?$/.exec(text)
  if (!match) return null
  const asUtc = new Date(`${match[1]}T${match[2] ?? '12:00'}:00Z`)
  if (Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(match[1] ?? '')) return null
  // Twice: the second round uses the offset that holds at the moment found, not at the same figures in UTC.
  const first = new Date(asUtc.getTime() - offsetAt(asUtc))
  return new Date(asUtc.getTime() - offsetAt(first))
}

/** A moment as `2026-03-02 10:15` in Germany. */
export function germanTime(at: Date): string {
  return GERMAN.format(at).slice(0, 16)
}

/** By how much German clocks are ahead of UTC, in milliseconds. */
function offsetAt(at: Date): number {
  return new Date(`${GERMAN.format(at).replace(' ', 'T')}Z`).getTime() - Math.floor(at.getTime() / 1000) * 1000
}
