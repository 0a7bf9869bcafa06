/**
 * The only place that reads the environment: the rows of `settings.ts`, under the rules of `refused-settings.ts`. No message
 * here repeats a value: it may be a secret. This folder imports `auth` for its types, and zod; `server`, `cli` and `main`
 * import it.
 */
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import type { MailServer } from '../seams/outbox.ts'
import type { KeepDays } from '../seams/retention.ts'
import type { GivenKeys } from './keys.ts'
import { misspeltIn } from './misspelt.ts'
import { packageRoot } from './package-root.ts'
import type { PortalKeys } from './portal-keys.ts'
import { ConfigError, type Environment, environmentOf, readSettings, type Sources } from './read-settings.ts'
import { problemsTogether } from './refused-settings.ts'
import type { LogLevel, Settings } from './settings.ts'
import { isTryout, type ServerPlace } from './tryout.ts'

export { ConfigError } from './read-settings.ts'

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
  /** The public key of age that copies of PINs are sealed to; null: none is kept. */
  lookUpRecipient: string | null
  /** Where `/metrics` is; null: nowhere, and nothing is counted. */
  metrics: MetricsPlace | null
  /** For how many days what is kept. */
  keep: KeepDays
  twilioRegion: string | null
  twilioEdge: string | null
  /** What was set of them; `completeKeys` (keys.ts) adds the rest. */
  keys: GivenKeys
}

export interface MetricsPlace {
  host: string
  port: number
  /** Null: who reaches the address needs none. */
  token: string | null
}

export interface PortalSettings {
  keys: PortalKeys
  issuer: string
  audience: string
}

/** Load balancers ask every few seconds whether a server is ready, and two or three times before they believe it. */
const DRAIN_SECONDS = 10

const THIS_MACHINE = '127.0.0.1'
const EVERY_ADDRESS = '::'

/** The settings of this process: `.env`, the real environment over it, and what the command line says over both. */
export function loadConfig(sources: Sources = {}): Config {
  const { mounted = false } = sources
  return readConfig(environmentOf(sources), { mounted })
}

/** @throws ConfigError with every problem of `environment`. Pure but for the files that `*_FILE` name. */
export function readConfig(environment: Environment, { mounted = false }: Pick<Sources, 'mounted'> = {}): Config {
  const { set, problems } = readSettings(environment)
  const place = placeOf(set, mounted)
  problems.push(...problemsTogether(set, place, databaseOf(set.DATABASE_URL).kind))
  if (problems.length > 0) throw new ConfigError([...problems, ...misspeltIn(environment)])
  return configOf(set, place)
}

export function placeOf(set: Settings, mounted: boolean): ServerPlace {
  const production = set.NODE_ENV === 'production'
  return {
    production,
    host: mounted ? null : (set.HOST ?? (production ? EVERY_ADDRESS : THIS_MACHINE)),
    publicBaseUrl: set.PUBLIC_BASE_URL ?? `http://localhost:${set.PORT}`,
  }
}

/** What these settings come to; they are taken for right. */
export function configOf(set: Settings, place: ServerPlace): Config {
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
    flowsDir: flowsDirOf(set),
    stepTypes: set.STEP_TYPES === undefined ? null : resolve(set.STEP_TYPES),
    logLevel: set.LOG_LEVEL,
    fallbackNumber: set.FALLBACK_NUMBER ?? null,
    waitMusicUrl: set.WAIT_MUSIC_URL ?? null,
    deskOpenUrl: set.DESK_OPEN_URL ?? null,
    mailServer: set.SMTP_URL ?? null,
    portal: portalOf(set),
    lookUpRecipient: set.LOOKUP_RECIPIENT ?? null,
    metrics: metricsOf(set),
    keep: keepOf(set),
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

export function flowsDirOf({ FLOWS_DIR: dir }: Settings): string {
  return dir === undefined ? join(packageRoot(), 'flows') : resolve(dir)
}

export function portalOf({ PORTAL_JWKS: keys, PORTAL_ISSUER: issuer, PORTAL_AUDIENCE: audience }: Settings) {
  return keys === undefined || issuer === undefined || audience === undefined ? null : { keys, issuer, audience }
}

export function metricsOf({
  METRICS_PORT: port,
  METRICS_HOST: host,
  METRICS_TOKEN: token,
}: Settings): MetricsPlace | null {
  return port === undefined ? null : { port, host: host ?? THIS_MACHINE, token: token ?? null }
}

function keepOf(set: Settings): KeepDays {
  return {
    record: set.KEEP_RECORD_DAYS,
    notes: set.KEEP_NOTES_DAYS,
    messages: set.KEEP_MESSAGES_DAYS,
    ended: set.KEEP_ENDED_DAYS,
    incidents: set.KEEP_INCIDENTS_DAYS,
    operation: set.KEEP_OPERATION_DAYS,
  }
}

export function databaseOf(url: string | undefined): DatabasePlace {
  if (url === undefined) return { kind: 'directory', path: resolve('.rufpass/db') }
  if (url === 'memory:') return { kind: 'memory' }
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres', url }
  return { kind: 'directory', path: resolve(url) }
}
