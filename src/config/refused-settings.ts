/**
 * The rules between settings that are each right alone: which belong together, and what is needed or refused where. No
 * message repeats a value: it may be a secret.
 */
import type { Settings } from './settings.ts'
import { isLoopback, type ServerPlace, whyNoTryout } from './tryout.ts'

/** A sentence for each problem that says what to set. `database`: the kind of place that DATABASE_URL stands for. */
export function problemsTogether(set: Settings, place: ServerPlace, database: string): string[] {
  return [
    ...pairsThatDisagree(set),
    ...missingFor(set, place, database),
    ...onlyForTryouts(set, place),
    ...metricsThatAreOpen(set),
  ]
}

const MAKE = 'make one with npx rufpass keys new'

/** What this place, or the chosen store, needs and does not have. */
function missingFor(set: Settings, place: ServerPlace, database: string): string[] {
  const why = whyNoTryout(place)
  const isReal = why !== null
  const { production } = place
  const needsKeys = isReal || database === 'postgres'
  const where = why ?? 'with Postgres'
  const hasTwilio = set.TWILIO_ACCOUNT_SID !== undefined || set.TWILIO_AUTH_TOKEN !== undefined
  return [
    ...refuse(
      production && database !== 'postgres',
      'DATABASE_URL must be postgres://… in production: embedded stores and the demo customers are for trying out.',
    ),
    ...refuse(
      isReal && !production && set.DATABASE_URL === undefined,
      `DATABASE_URL must be set ${where}: postgres://…, or a directory of its own, for the default is the store of a try-out.`,
    ),
    ...refuse(
      production && set.REDIS_URL === undefined,
      'REDIS_URL must be set in production: live calls must survive a restart.',
    ),
    ...refuse(
      production && !set.PUBLIC_BASE_URL?.startsWith('https:'),
      'PUBLIC_BASE_URL must be set in production, with https: Twilio sends what callers key there.',
    ),
    ...refuse(
      !hasTwilio && (isReal || set.TELEPHONY === 'twilio'),
      `TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN must be set ${why ?? 'with TELEPHONY=twilio'}: copy them from the Twilio console.`,
    ),
    ...refuse(
      isReal && (set.API_TOKEN === undefined || set.API_TOKEN.length < 32),
      `API_TOKEN must be set ${where}, with 32 characters or more: ${MAKE}`,
    ),
    ...refuse(
      set.LOOKUP_RECIPIENT !== undefined && database !== 'postgres',
      'DATABASE_URL must be postgres://… with LOOKUP_RECIPIENT: an embedded store has no roles that could be kept from reading the copies.',
    ),
    ...refuse(needsKeys && set.PIN_KEYS === undefined, `PIN_KEYS must be set ${where}: ${MAKE}`),
    ...refuse(needsKeys && set.SUBJECT_KEY === undefined, `SUBJECT_KEY must be set ${where}: ${MAKE}`),
  ]
}

/** What was asked for and would be open to others here. */
function onlyForTryouts(set: Settings, place: ServerPlace): string[] {
  const why = whyNoTryout(place)
  if (why === null) return []
  return [
    ...refuse(
      set.TELEPHONY === 'stand-in',
      `TELEPHONY must be twilio ${why}: at the stand-in anybody can phone without a password.`,
    ),
    ...refuse(
      set.DEMO === 'on' && (place.production || place.host === null),
      `DEMO must be off ${why}: its customers and agents are for showing Rufpass by itself.`,
    ),
  ]
}

/** What is counted tells an attacker what is noticed: nobody reads it who is not let in. */
export function metricsThatAreOpen(set: Settings): string[] {
  const { METRICS_PORT: port, METRICS_HOST: host, METRICS_TOKEN: token } = set
  return [
    ...refuse(
      port === undefined && (host !== undefined || token !== undefined),
      'METRICS_PORT must be set with METRICS_HOST or METRICS_TOKEN: without it there is no /metrics.',
    ),
    ...refuse(port !== undefined && port === set.PORT, 'METRICS_PORT must differ from PORT, which Twilio reaches.'),
    ...refuse(
      host !== undefined && !isLoopback(host) && token === undefined,
      'METRICS_TOKEN must be set where METRICS_HOST lets in other machines: make one with openssl rand -hex 32',
    ),
    ...refuse(
      token !== undefined && token === set.API_TOKEN,
      'METRICS_TOKEN must differ from API_TOKEN, which opens the API to all who can read the settings of Prometheus.',
    ),
  ]
}

function refuse(is: boolean, sentence: string): string[] {
  return is ? [sentence] : []
}

/** Settings that are wrong only together. */
function pairsThatDisagree(set: Settings): string[] {
  const problems: string[] = []
  if ((set.TWILIO_ACCOUNT_SID === undefined) !== (set.TWILIO_AUTH_TOKEN === undefined))
    problems.push('TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN belong together: set both or neither.')
  const ofPortal = [set.PORTAL_JWKS, set.PORTAL_ISSUER, set.PORTAL_AUDIENCE].filter((each) => each !== undefined)
  if (ofPortal.length === 1 || ofPortal.length === 2)
    problems.push('PORTAL_JWKS, PORTAL_ISSUER and PORTAL_AUDIENCE belong together: set all three or none.')
  if (set.LOOKUP_IDENTITY !== undefined)
    problems.push(
      'LOOKUP_IDENTITY must not be set here: it opens the PINs of customers, and is for `rufpass portal` alone, in a process and a folder of its own.',
    )
  const { SUBJECT_KEY: subjectKey, PIN_KEYS: pinKeys } = set
  if (subjectKey && pinKeys && [...pinKeys.byId.values()].some((key) => key.equals(subjectKey)))
    problems.push('SUBJECT_KEY must differ from every key in PIN_KEYS: make one with npx rufpass keys new')
  return problems
}
