/** The settings as a start reads them, but past every fault: for those who look for all of them at once. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, configOf, databaseOf, placeOf } from './config.ts'
import { type Misspelt, misspelt } from './misspelt.ts'
import { isOfPortal, portalProblems } from './portal-process.ts'
import { ConfigError, type Environment, readDotEnv, readPast, type Sources } from './read-settings.ts'
import { problemsTogether } from './refused-settings.ts'
import { settings } from './settings.ts'

/** What settings come to, whatever is wrong with them. */
export interface Examined {
  /** Whose folder it is: the server's, or that of `rufpass portal`. */
  of: 'voice' | 'portal'
  /** How many have a value. */
  count: number
  /** What a start would refuse, a sentence each. No value is repeated. */
  problems: readonly string[]
  misspelt: readonly Misspelt[]
  /** Settings whose value cannot be known: what depends on one of them cannot be judged. */
  broken: ReadonlySet<string>
  /** As if nothing were set in the broken ones. */
  config: Config
  /** `.env`, where there is one: its rights (octal bits of the mode), and whether secrets are in it. */
  file: { path: string; mode: number; hasSecrets: boolean } | null
}

/** Settings that open something to those who read them. */
const SECRETS = [
  'TWILIO_AUTH_TOKEN',
  'DATABASE_URL',
  'REDIS_URL',
  'API_TOKEN',
  'SMTP_URL',
  'LOOKUP_IDENTITY',
  'METRICS_TOKEN',
  'PIN_KEYS',
  'SUBJECT_KEY',
]

/** Reads, and makes and changes nothing. */
export function examineSettings({
  over = {},
  environment = process.env,
  directory = process.cwd(),
}: Sources = {}): Examined {
  const path = join(directory, '.env')
  const { inFile, faults } = dotEnv(path)
  const given = { ...environment, ...over }
  const whole = { ...inFile, ...given }
  const names = Object.keys(settings.shape)
  const { set, problems, refused, unread } = readPast(whole)
  // Of a file that cannot be read nobody knows what it sets.
  const unknown = faults.length > 0 ? names.filter((name) => !given[name]?.trim()) : []
  const broken = new Set([...refused, ...unread, ...unknown])
  const place = placeOf(set, false)
  const of = isOfPortal((name) => !!(whole[name] ?? whole[`${name}_FILE`])?.trim()) ? 'portal' : 'voice'
  const together =
    of === 'portal' ? portalProblems(set) : problemsTogether(set, place, databaseOf(set.DATABASE_URL).kind)
  return {
    of,
    count: names.filter((name) => whole[name]?.trim()).length,
    // That something is missing which is there and cannot be used is told already.
    problems: [...faults, ...problems, ...together.filter((sentence) => !namesOne(sentence, broken))],
    misspelt: misspelt(Object.keys(given), Object.keys(inFile)),
    broken,
    config: configOf(set, place),
    file: rightsOf(
      path,
      SECRETS.some((name) => inFile[name]?.trim()),
    ),
  }
}

function dotEnv(path: string): { inFile: Environment; faults: readonly string[] } {
  try {
    return { inFile: readDotEnv(path), faults: [] }
  } catch (error) {
    if (error instanceof ConfigError) return { inFile: {}, faults: error.problems }
    throw error
  }
}

function namesOne(sentence: string, names: ReadonlySet<string>): boolean {
  return (sentence.match(/\b[A-Z]+(_[A-Z]+)+\b|\b(DEMO|HOST|TELEPHONY)\b/g) ?? []).some((name) => names.has(name))
}

function rightsOf(path: string, hasSecrets: boolean): Examined['file'] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode
  return mode === undefined ? null : { path, mode: mode & 0o777, hasSecrets }
}
