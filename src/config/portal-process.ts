/**
 * The settings of `rufpass portal`: the process that opens the sealed copies of PINs. It has the private key, so it starts only where nothing is
 * set with which it could serve the voice as well; and the voice does not start with the private key (`refused-settings.ts`).
 */
import { resolve } from 'node:path'
import { inspect } from 'node:util'
import type { PinKeys } from '../auth/verifier.ts'
import { flowsDirOf, type MetricsPlace, metricsOf, type PortalSettings, placeOf, portalOf } from './config.ts'
import { ConfigError, type Environment, environmentOf, readSettings, type Sources } from './read-settings.ts'
import { metricsThatAreOpen } from './refused-settings.ts'
import type { LogLevel, Settings } from './settings.ts'

export interface PortalProcess {
  host: string
  port: number
  /** No slash at the end. */
  publicBaseUrl: string
  databaseUrl: string
  /** Connections at once. */
  databasePoolSize: number
  drainMs: number
  /** Absolute. */
  flowsDir: string
  /** Absolute; null: none. */
  stepTypes: string | null
  logLevel: LogLevel
  /** Where `/metrics` is; null: nowhere, and nothing is counted. */
  metrics: MetricsPlace | null
  portal: PortalSettings
  /** Private keys of age, the current one first. */
  identities: readonly string[]
  pinKeys: PinKeys
  subjectKey: Buffer
}

/** With any of these a process could answer calls, or let other systems and agents at them. */
const OF_THE_VOICE = [
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'API_TOKEN',
  'REDIS_URL',
  'TELEPHONY',
  'DEMO',
  'SMTP_URL',
] as const satisfies (keyof Settings)[]

const NEEDED = {
  DATABASE_URL: 'DATABASE_URL must be postgres://…, with a role that may read the sealed copies.',
  LOOKUP_IDENTITY: 'LOOKUP_IDENTITY must be set: the private key that age-keygen made, AGE-SECRET-KEY-1….',
  PORTAL_JWKS: 'PORTAL_JWKS must be set: the public keys of your portal.',
  PORTAL_ISSUER: 'PORTAL_ISSUER must be set: what `iss` says in the tokens of the portal.',
  PORTAL_AUDIENCE: 'PORTAL_AUDIENCE must be set: what `aud` says in tokens that the portal makes for Rufpass.',
  PIN_KEYS: 'PIN_KEYS must be set, as the voice service has it.',
  SUBJECT_KEY: 'SUBJECT_KEY must be set, as the voice service has it.',
} as const satisfies Partial<Record<keyof Settings, string>>

/** Whether a folder is that of `rufpass portal`: it has the private key, and nothing with which it could serve the voice. */
export function isOfPortal(isSet: (name: keyof Settings) => boolean): boolean {
  return isSet('LOOKUP_IDENTITY') && !OF_THE_VOICE.some(isSet)
}

/** A sentence for each thing that keeps `rufpass portal` from starting, besides what is wrong by itself. */
export function portalProblems(set: Settings): string[] {
  const problems: string[] = []
  const voice = OF_THE_VOICE.filter((name) => set[name] !== undefined)
  if (voice.length > 0)
    problems.push(
      `${voice.join(', ')} must not be set: with it this process could serve the voice too, and what serves the voice must not open PINs. Give it a folder and an environment of its own.`,
    )
  for (const [name, sentence] of Object.entries(NEEDED))
    if (set[name as keyof typeof NEEDED] === undefined) problems.push(sentence)
  if (set.DATABASE_URL !== undefined && !/^postgres(ql)?:/.test(set.DATABASE_URL)) problems.push(NEEDED.DATABASE_URL)
  problems.push(...metricsThatAreOpen(set))
  return problems
}

/** @throws ConfigError */
export function loadPortalProcess(sources: Sources = {}): PortalProcess {
  return readPortalProcess(environmentOf(sources))
}

/** @throws ConfigError with every problem. Pure but for the files that `*_FILE` name. */
export function readPortalProcess(environment: Environment): PortalProcess {
  const { set, problems: byThemselves } = readSettings(environment)
  const problems = [...byThemselves, ...portalProblems(set)]
  const { DATABASE_URL: databaseUrl, LOOKUP_IDENTITY: identities, PIN_KEYS: pinKeys, SUBJECT_KEY: subjectKey } = set
  const portal = portalOf(set)
  if (problems.length > 0 || !databaseUrl || !identities || !pinKeys || !subjectKey || !portal)
    throw new ConfigError(problems)
  const { host, publicBaseUrl } = placeOf(set, false)
  const config: PortalProcess = {
    host: host ?? 'localhost',
    port: set.PORT,
    publicBaseUrl,
    databaseUrl,
    databasePoolSize: set.DATABASE_POOL_SIZE,
    drainMs: (set.DRAIN_SECONDS ?? 0) * 1000,
    flowsDir: flowsDirOf(set),
    stepTypes: set.STEP_TYPES === undefined ? null : resolve(set.STEP_TYPES),
    logLevel: set.LOG_LEVEL,
    metrics: metricsOf(set),
    portal,
    identities,
    pinKeys,
    subjectKey,
  }
  // Printed or serialised it must show no keys and passwords.
  return Object.defineProperties(config, {
    toJSON: { value: () => '[config]' },
    [inspect.custom]: { value: () => '[config]' },
  })
}
