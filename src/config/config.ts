/**
 * The only place that reads the environment: the rows of `settings.ts`, under the rules of `refused-settings.ts`. No message
 * here repeats a value: it may be a secret. This folder imports `auth` for its types, and zod; `server`, `cli` and `main`
 * import it.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import type { MailServer } from '../seams/outbox.ts'
import { parseEnvFile } from './env-file.ts'
import { codeOf } from './key-file.ts'
import type { GivenKeys } from './keys.ts'
import { packageRoot } from './package-root.ts'
import type { PortalKeys } from './portal-keys.ts'
import { problemsTogether } from './refused-settings.ts'
import type { LogLevel, Settings } from './settings.ts'
import { settings } from './settings.ts'
import { isTryout, type ServerPlace } from './tryout.ts'

/** Where durable facts are kept. */
export type DatabasePlace = { kind: 'postgres'; url: string } | { kind: 'directory'; path: string } | { kind: 'memory' }

/** What opens the demo: the PINs and passwords that come with it and everybody may know, or some made for this store. */
export type DemoSecrets = 'published' | 'own'

/** Its `Place` says whether it is a try-out (`isTryout`). */
export interface Config extends ServerPlace {
  port: number
  /** No slash at the end. */
  publicBaseUrl: string
  database: DatabasePlace
  /** What a new store gets its demo with; null: it gets none. */
  demo: DemoSecrets | null
  telephony: 'stand-in' | 'twilio'
  /** Proxies in front, whose word on where a request comes from is taken. */
  trustedProxies: number
  /** Null: live calls are kept in this process. */
  redisUrl: string | null
  /** Connections to a Postgres at once. */
  databasePoolSize: number
  /** By then a caller hears something, ms. */
  webhookDeadlineMs: number
  /** How long a server that is to stop is served as ever and says that it is not ready, ms. */
  drainMs: number
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
  /** Where e-mail to customers goes; null: none is sent. */
  mailServer: MailServer | null
  /** Whose tokens let customers at what is theirs; null: there is no portal API. */
  portal: PortalSettings | null
  twilioRegion: string | null
  twilioEdge: string | null
  /** What was set of them; `completeKeys` (keys.ts) adds the rest. */
  keys: GivenKeys
}

export interface PortalSettings {
  keys: PortalKeys
  issuer: string
  audience: string
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

/** Load balancers ask every few seconds whether a server is ready, and two or three times before they believe it. */
const DRAIN_SECONDS = 10

const THIS_MACHINE = '127.0.0.1'
const EVERY_ADDRESS = '::'

type Environment = Readonly<Record<string, string | undefined>>

export interface Sources {
  /** What a command line says, over everything else. */
  over?: Environment
  environment?: Environment
  /** Where `.env` may be; the current directory by default. */
  directory?: string
  /** Another app listens for us, nobody knows where: never a try-out. */
  mounted?: boolean
}

/** The settings of this process: `.env`, the real environment over it, and what the command line says over both. */
export function loadConfig(sources: Sources = {}): Config {
  const { over = {}, environment = process.env, directory = process.cwd(), mounted = false } = sources
  return readConfig({ ...readDotEnv(join(directory, '.env')), ...environment, ...over }, { mounted })
}

/** @throws ConfigError with every problem of `environment`. Pure but for the files that `*_FILE` name. */
export function readConfig(environment: Environment, { mounted = false }: Pick<Sources, 'mounted'> = {}): Config {
  const problems: string[] = []
  const given = withFiles(environment, problems)
  const read = settings.safeParse(given)
  if (!read.success) throw new ConfigError([...problems, ...new Set(read.error.issues.map((issue) => issue.message))])
  const place = placeOf(read.data, mounted)
  problems.push(...problemsTogether(read.data, place, databaseOf(read.data.DATABASE_URL).kind))
  if (problems.length > 0) throw new ConfigError(problems)
  return configOf(read.data, place)
}

function placeOf(set: Settings, mounted: boolean): ServerPlace {
  const production = set.NODE_ENV === 'production'
  return {
    production,
    host: mounted ? null : (set.HOST ?? (production ? EVERY_ADDRESS : THIS_MACHINE)),
    publicBaseUrl: set.PUBLIC_BASE_URL ?? `http://localhost:${set.PORT}`,
  }
}

function configOf(set: Settings, place: ServerPlace): Config {
  const tryout = isTryout(place)
  const demo = set.DEMO ?? (tryout && set.DATABASE_URL === undefined ? 'on' : 'off')
  const config: Config = {
    ...place,
    port: set.PORT,
    database: databaseOf(set.DATABASE_URL),
    demo: demo === 'off' ? null : tryout ? 'published' : 'own',
    telephony: set.TELEPHONY ?? (tryout ? 'stand-in' : 'twilio'),
    trustedProxies: set.TRUSTED_PROXIES,
    redisUrl: set.REDIS_URL ?? null,
    databasePoolSize: set.DATABASE_POOL_SIZE,
    webhookDeadlineMs: set.WEBHOOK_DEADLINE_MS,
    drainMs: (set.DRAIN_SECONDS ?? (tryout ? 0 : DRAIN_SECONDS)) * 1000,
    flowsDir: set.FLOWS_DIR === undefined ? join(packageRoot(), 'flows') : resolve(set.FLOWS_DIR),
    stepTypes: set.STEP_TYPES === undefined ? null : resolve(set.STEP_TYPES),
    logLevel: set.LOG_LEVEL,
    fallbackNumber: set.FALLBACK_NUMBER ?? null,
    waitMusicUrl: set.WAIT_MUSIC_URL ?? null,
    deskOpenUrl: set.DESK_OPEN_URL ?? null,
    mailServer: set.SMTP_URL ?? null,
    portal: portalOf(set),
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
  // The configuration printed or serialised must show no keys and passwords.
  return Object.defineProperties(config, {
    toJSON: { value: () => '[config]' },
    [inspect.custom]: { value: () => '[config]' },
  })
}

function portalOf({ PORTAL_JWKS: keys, PORTAL_ISSUER: issuer, PORTAL_AUDIENCE: audience }: Settings) {
  return keys === undefined || issuer === undefined || audience === undefined ? null : { keys, issuer, audience }
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

function databaseOf(url: string | undefined): DatabasePlace {
  if (url === undefined) return { kind: 'directory', path: resolve('.rufpass/db') }
  if (url === 'memory:') return { kind: 'memory' }
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres', url }
  return { kind: 'directory', path: resolve(url) }
}
