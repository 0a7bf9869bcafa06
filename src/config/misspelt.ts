/** Settings that are set and never read, for their name is not quite one of ours. Names alone: no value is looked at. */
import type { Environment } from './read-settings.ts'
import { settings } from './settings.ts'

/** A name that nobody reads, with the setting that is probably meant; null where none is close. */
export interface Misspelt {
  name: string
  meant: string | null
}

/** Names so long may be off by two letters, shorter ones by one: `POST` is no `PORT` of two mistakes. */
const LONG_NAME = 8

/** What begins a name that is surely meant for us, in a file of ours. */
const OURS = ['TWILIO_', 'PORTAL_', 'LOOKUP_', 'REDIS_', 'DATABASE_', 'SMTP_', 'PIN_', 'RUFPASS_', 'WEBHOOK_', 'DESK_']

/** Read by others in the same place: compose.yaml, and Twilio's own package. */
const OF_OTHERS: ReadonlySet<string> = new Set(['POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'TWILIO_LOG_LEVEL'])

/**
 * @param names of the environment, where programs that are not ours have theirs: only what is close to a setting is named.
 * @param inFile names of `.env`: what begins as ours do is named too.
 */
export function misspelt(names: readonly string[], inFile: readonly string[] = []): Misspelt[] {
  const known = Object.keys(settings.shape)
  return [...new Set([...names, ...inFile])].sort().flatMap((name) => {
    if (known.includes(name) || OF_OTHERS.has(name)) return []
    const meant = closest(name, known)
    const isOurs = inFile.includes(name) && OURS.some((beginning) => name.toUpperCase().startsWith(beginning))
    return meant !== null || isOurs ? [{ name, meant }] : []
  })
}

/** A sentence for each that is close to a setting, beside other problems: it may be their reason. */
export function misspeltIn(environment: Environment): string[] {
  return misspelt(Object.keys(environment)).map(spoken)
}

export function spoken({ name, meant }: Misspelt): string {
  return meant === null
    ? `${name} is set, and no setting is called that: .env.example has all of them.`
    : `${name} is set, and no setting is called that: ${meant} is meant, perhaps.`
}

function closest(name: string, known: readonly string[]): string | null {
  const upper = name.toUpperCase()
  const most = name.length >= LONG_NAME ? 2 : 1
  let [best, least] = [null as string | null, most + 1]
  for (const each of known) {
    // Most pairs differ too much in length to be looked at.
    if (Math.abs(each.length - upper.length) >= least) continue
    const distance = distanceOf(upper, each)
    if (distance < least) [best, least] = [each, distance]
  }
  return best
}

/**
 * How many letters are wrong, missing, too many, or changed with their neighbour: the optimal string alignment distance.
 * https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
export function distanceOf(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= other.length; j++) {
      const differs = one[i - 1] === other[j - 1] ? 0 : 1
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + differs)
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1)
      row.push(least)
    }
  }
  return at(one.length, other.length)
}
