/**
 * The only place that reads the environment: the rows of `settings.ts`, and the rules between them. No message here
 * repeats a value: it may be a secret.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { parseEnvFile } from './env-file.ts'
import { codeOf } from './key-file.ts'
import type { GivenKeys } from './keys.ts'
import { packageRoot } from './package-root.ts'
import type { LogLevel, Settings } from './settings.ts'
import { settings } from './settings.ts'

/** Where durable facts are kept. `demo`: nobody chose a place, so a new store gets the demo customers. */
export type Database =
  | { kind: 'postgres'; url: string }
  | { kind: 'directory'; path: string; demo: boolean }
  | { kind: 'memory' }

export interface Config {
  production: boolean
  port: number
  /** No slash at the end. */
  publicBaseUrl: string
  database: Database
  /** Proxies in front, whose word on where a request comes from is taken. */
  trustedProxies: number
  /** Null: live calls are kept in this process. */
  redisUrl: string | null
  /** Absolute. */
  flowsDir: string
  /** The module with step types of the operator's own, absolute; null: none. */
  stepTypes: string | null
  logLevel: LogLevel
  /** E.164 of a person, for when nothing else works; null: none. */
  fallbackNumber: string | null
  /** What waiting callers hear between words; null: quiet. */
  waitMusicUrl: string | null
  /** What the desk opens for a call, with `{reference}` in it; null: nothing. */
  deskOpenUrl: string | null
  twilioRegion: string | null
  twilioEdge: string | null
  /** What was set of them; `completeKeys` (keys.ts) adds the rest. */
  keys: GivenKeys
}

/** Every problem of the settings at once, one sentence each that says what to set. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(['The settings cannot be used:', ...problems.map((problem) => `- ${problem}`)].join('\n'))
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>

export interface Sources {
  /** What a command line says, over everything else. */
  over?: Environment
  environment?: Environment
  /** Where `.env` may be; the current directory by default. */
  directory?: string
}

/** The settings of this process: `.env`, the real environment over it, and what the command line says over both. */
export function loadConfig({ over = {}, environment = process.env, directory = process.cwd() }: Sources = {}): Config {
  return readConfig({ ...readDotEnv(join(directory, '.env')), ...environment, ...over })
}

/** @throws ConfigError with every problem of `environment`. Pure but for the files that `*_FILE` name. */
export function readConfig(environment: Environment): Config {
  const problems: string[] = []
  const given = withFiles(environment, problems)
  const read = settings.safeParse(given)
  if (!read.success) throw new ConfigError([...problems, ...new Set(read.error.issues.map((issue) => issue.message))])
  problems.push(...pairsThatDisagree(read.data), ...missingFor(read.data))
  if (problems.length > 0) throw new ConfigError(problems)
  return configOf(read.data)
}

function configOf(set: Settings): Config {
  const config: Config = {
    production: set.NODE_ENV === 'production',
    port: set.PORT,
    publicBaseUrl: set.PUBLIC_BASE_URL ?? `http://localhost:${set.PORT}`,
    database: databaseOf(set.DATABASE_URL),
    trustedProxies: set.TRUSTED_PROXIES,
    redisUrl: set.REDIS_URL ?? null,
    flowsDir: set.FLOWS_DIR === undefined ? join(packageRoot(), 'flows') : resolve(set.FLOWS_DIR),
    stepTypes: set.STEP_TYPES === undefined ? null : resolve(set.STEP_TYPES),
    logLevel: set.LOG_LEVEL,
    fallbackNumber: set.FALLBACK_NUMBER ?? null,
    waitMusicUrl: set.WAIT_MUSIC_URL ?? null,
    deskOpenUrl: set.DESK_OPEN_URL ?? null,
    twilioRegion: set.TWILIO_REGION ?? null,
    twilioEdge: set.TWILIO_EDGE ?? null,
    keys: {
      pinKeys: set.PIN_KEYS ?? null,
      subjectKey: set.SUBJECT_KEY ?? null,
      twilioAccountSid: set.TWILIO_ACCOUNT_SID ?? null,
      twilioAuthTokens: set.TWILIO_AUTH_TOKEN ?? [],
      apiToken: set.API_TOKEN ?? null,
    },
  }
  // Whoever prints or serialises the configuration must not print keys and passwords with it.
  return Object.defineProperties(config, {
    toJSON: { value: () => '[config]' },
    [inspect.custom]: { value: () => '[config]' },
  })
}

/** What the chosen stores, or production, need and do not have. */
function missingFor(set: Settings): string[] {
  const production = set.NODE_ENV === 'production'
  const database = databaseOf(set.DATABASE_URL)
  const where = production ? 'in production' : 'with Postgres'
  const refuse = (is: boolean, sentence: string): string[] => (is ? [sentence] : [])
  const keys = [
    ...refuse(set.PIN_KEYS === undefined, `PIN_KEYS must be set ${where}: make one with npx rufpass keys new`),
    ...refuse(set.SUBJECT_KEY === undefined, `SUBJECT_KEY must be set ${where}: make one with npx rufpass keys new`),
  ]
  if (!production) return database.kind === 'postgres' ? keys : []
  return [
    ...refuse(
      database.kind !== 'postgres',
      'DATABASE_URL must be postgres://… in production: embedded stores and the demo customers are for trying out.',
    ),
    ...refuse(set.REDIS_URL === undefined, 'REDIS_URL must be set in production: live calls must survive a restart.'),
    ...refuse(
      !set.PUBLIC_BASE_URL?.startsWith('https:'),
      'PUBLIC_BASE_URL must be set in production, with https: Twilio sends what callers key there.',
    ),
    ...refuse(
      set.TWILIO_ACCOUNT_SID === undefined && set.TWILIO_AUTH_TOKEN === undefined,
      'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be set in production: copy them from the Twilio console.',
    ),
    ...refuse(
      set.API_TOKEN === undefined || set.API_TOKEN.length < 32,
      'API_TOKEN must be set in production, with 32 characters or more: make one with npx rufpass keys new',
    ),
    ...keys,
  ]
}

/** Settings that are wrong only together. */
function pairsThatDisagree(set: Settings): string[] {
  const problems: string[] = []
  if ((set.TWILIO_ACCOUNT_SID === undefined) !== (set.TWILIO_AUTH_TOKEN === undefined))
    problems.push('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together: set both or neither.')
  const { SUBJECT_KEY: subjectKey, PIN_KEYS: pinKeys } = set
  if (subjectKey && pinKeys && [...pinKeys.byId.values()].some((key) => key.equals(subjectKey)))
    problems.push('SUBJECT_KEY must differ from every key in PIN_KEYS: make one with npx rufpass keys new')
  return problems
}

/** Trims, drops what is empty, and reads `NAME_FILE` into `NAME` (mounted secrets end with a line feed). */
function withFiles(environment: Environment, problems: string[]): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of Object.keys(settings.shape)) {
    const value = environment[name]?.trim()
    if (value) given[name] = value
  }
  for (const name of Object.keys(settings.shape)) {
    const file = given[`${name}_FILE`]
    if (file === undefined) continue
    if (given[name] !== undefined) {
      problems.push(`${name} and ${name}_FILE are both set: keep one of them.`)
      continue
    }
    try {
      given[name] = readFileSync(file, 'utf8').trim()
    } catch (error) {
      problems.push(
        `${name}_FILE names a file that cannot be read (${codeOf(error) ?? 'reason unknown'}): check its path and its rights.`,
      )
    }
  }
  return given
}

function readDotEnv(file: string): Environment {
  let content: Buffer
  try {
    content = readFileSync(file)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {}
    throw new ConfigError([
      `${file} cannot be read (${codeOf(error) ?? 'reason unknown'}): check its rights, or remove it.`,
    ])
  }
  try {
    return parseEnvFile(content)
  } catch {
    throw new ConfigError([`${file} is not in UTF-8: save it as UTF-8 text.`])
  }
}

function databaseOf(url: string | undefined): Database {
  if (url === undefined) return { kind: 'directory', path: resolve('.rufpass/db'), demo: true }
  if (url === 'memory:') return { kind: 'memory' }
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres', url }
  return { kind: 'directory', path: resolve(url), demo: false }
}
