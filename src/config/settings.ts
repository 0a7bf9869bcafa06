/**
 * The table of settings: one row each, whose description is its comment in `.env.example`. It reads nothing itself
 * (`config.ts` does), and no message repeats a value: it may be a secret.
 */
import { isIP } from 'node:net'
import { z } from 'zod'
import { IDENTITY, RECIPIENT } from '../seams/age-key.ts'
import type { MailServer } from '../seams/outbox.ts'
import { DEADLINE_MS } from '../seams/patience.ts'
import { redisAddressOf } from '../seams/redis-address.ts'
import { type KeepingName, keepings, leastOf } from '../seams/retention.ts'
import { parseKey, parsePinKeys } from './keys.ts'
import { portalKeysOf } from './portal-keys.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** A whole number within bounds. */
const whole = (name: string, least: number, most: number) => {
  const otherwise = `${name} must be a whole number from ${least} to ${most}.`
  return z
    .string()
    .regex(/^[0-9]{1,6}$/, otherwise)
    .transform(Number)
    .refine((number) => number >= least && number <= most, otherwise)
}
/** For how many days something is kept. It begins where the longest rule ends that reads it. */
const keptFor = (name: string, what: KeepingName) => {
  const { usual, most, what: described } = keepings[what]
  const { days: least, what: rule } = leastOf(what)
  const otherwise = `${name} must be a whole number of days from ${least} to ${most}: ${least} days back go by what is kept, as ${rule}.`
  return z
    .string()
    .regex(/^[0-9]{1,6}$/, otherwise)
    .transform(Number)
    .refine((days) => days >= least && days <= most, otherwise)
    .prefault(String(usual))
    .describe(`Days for which Rufpass keeps ${described}, ${least} to ${most}. Default: ${usual}.`)
}
const like = (pattern: RegExp, otherwise: string) => z.string().regex(pattern, otherwise)
const path = z.string()

/** The rows, in the order of `.env.example`. Values arrive trimmed, and empty ones not at all. */
export const settings = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'NODE_ENV must be production, development or test.')
    .default('development')
    .describe('production refuses all that is for trying out: embedded stores, demo data, made-up keys, plain http.'),
  HOST: z
    .string()
    .refine(
      (host) => isIP(host) !== 0 || host === 'localhost',
      'HOST must be an IP address of this machine, or localhost.',
    )
    .optional()
    .describe('The address to listen on. Default: 127.0.0.1, this machine alone; in production all (::).'),
  PORT: like(/^[0-9]{1,5}$/, 'PORT must be a whole number from 1 to 65535.')
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, 'PORT must be a whole number from 1 to 65535.')
    .prefault('3000')
    .describe('The port to listen on.'),
  PUBLIC_BASE_URL: z
    .string()
    .refine(isBaseUrl, 'PUBLIC_BASE_URL must be like https://voice.example.com, without query, fragment or user name.')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('The address Twilio calls; signatures are checked against it. Default: http://localhost and the port.'),
  TRUSTED_PROXIES: like(/^[0-9]$/, 'TRUSTED_PROXIES must be the number of proxies in front, 0 to 9.')
    .transform(Number)
    .prefault('0')
    .describe('How many proxies stand in front: the sign-in counts tries by the address that the first of them names.'),
  TELEPHONY: z
    .enum(['stand-in', 'twilio'], 'TELEPHONY must be stand-in or twilio.')
    .optional()
    .describe('Who makes the calls: stand-in (telephones in the browser) or twilio. Default: stand-in in a try-out.'),
  TWILIO_ACCOUNT_SID: like(
    /^AC[0-9a-f]{32}$/,
    'TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal digits; copy it from the Twilio console.',
  )
    .optional()
    .describe('The Twilio (sub)account; webhooks of any other are refused.'),
  TWILIO_AUTH_TOKEN: list(
    /^[\x21-\x2b\x2d-\x7e]+$/,
    2,
    'TWILIO_AUTH_TOKEN must be one token, or two with a comma between: the current one first.',
  )
    .optional()
    .describe('Its auth token. During rotation two with a comma between, the current one first.'),
  TWILIO_AUTH_TOKEN_FILE: path.optional().describe('A file with TWILIO_AUTH_TOKEN in it, instead of the variable.'),
  TWILIO_REGION: like(/^[a-z]{2}[0-9]$/, 'TWILIO_REGION must be like ie1.')
    .optional()
    .describe("Twilio's processing region, for example ie1. Default: Twilio's own, us1."),
  TWILIO_EDGE: like(/^[a-z]+(-[a-z]+)*$/, 'TWILIO_EDGE must be like dublin or frankfurt.')
    .optional()
    .describe("Twilio's edge location, for example dublin. Default: Twilio's own."),
  DATABASE_URL: z
    .string()
    .refine(isDatabase, 'DATABASE_URL must be postgres://…, a directory or memory:.')
    .optional()
    .describe('postgres://…, a directory or memory:. Unset in a try-out: .rufpass/db, with the demo when it is new.'),
  DATABASE_URL_FILE: path.optional().describe('A file with DATABASE_URL in it, instead of the variable.'),
  DATABASE_POOL_SIZE: whole('DATABASE_POOL_SIZE', 2, 200)
    .prefault('10')
    .describe('Connections to Postgres that this server has at most, 2 to 200. Default: 10.'),
  DEMO: z
    .enum(['on', 'off'], 'DEMO must be on or off.')
    .optional()
    .describe(
      'on: a new store gets demo customers and agents, outside a try-out with PINs of its own. Default: on in a try-out without DATABASE_URL.',
    ),
  REDIS_URL: z
    .string()
    .superRefine(isRedis)
    .optional()
    .describe(
      'redis://…, rediss://…, the path of a socket, redis+sentinel://host1,host2/mymaster or redis+cluster://host1,host2. Unset: live calls are kept in this process alone.',
    ),
  REDIS_URL_FILE: path.optional().describe('A file with REDIS_URL in it, instead of the variable.'),
  WEBHOOK_DEADLINE_MS: whole('WEBHOOK_DEADLINE_MS', DEADLINE_MS.least, DEADLINE_MS.most)
    .prefault(String(DEADLINE_MS.usual))
    .describe('By then, in ms, a caller hears the answer or is asked to hold on, 4000 to 6500. Default: 6000.'),
  DRAIN_SECONDS: whole('DRAIN_SECONDS', 0, 600)
    .optional()
    .describe(
      'How long a server that is told to stop still answers, and says that it is not ready. Default: 10; in a try-out 0.',
    ),
  API_TOKEN: like(
    /^[A-Za-z0-9._~+/-]+=*$/,
    'API_TOKEN must be letters, digits and . _ ~ + / - only; make one with: npx rufpass keys new',
  )
    .optional()
    .describe(
      'The first token of the API, which may do everything and is called api; 32 characters or more, but for a try-out.',
    ),
  API_TOKEN_FILE: path.optional().describe('A file with API_TOKEN in it, instead of the variable.'),
  DESK_OPEN_URL: z
    .string()
    .refine(
      isOpenUrl,
      'DESK_OPEN_URL must be https://… (or http://localhost…) with {reference} in it where the reference goes.',
    )
    .optional()
    .describe('What the desk opens for a call in your own CRM, like https://crm.example.com/open?ref={reference}.'),
  SMTP_URL: z
    .string()
    .transform(
      orIssue(
        mailServerOf,
        'SMTP_URL must be smtp://user:password@host:587 or smtps://…, in percent form what is no letter or digit; without a user it is smtp://host.',
      ),
    )
    .optional()
    .describe(
      'The mail server that e-mail to customers goes to, as smtp://user:password@mail.example.com:587 (STARTTLS) or smtps://… (TLS). Unset: none is sent.',
    ),
  SMTP_URL_FILE: path.optional().describe('A file with SMTP_URL in it, instead of the variable.'),
  PORTAL_JWKS: z
    .string()
    .transform(
      orIssue(
        portalKeysOf,
        'PORTAL_JWKS must be https://… (or http://localhost…), or a JSON Web Key Set of public keys and no others.',
      ),
    )
    .optional()
    .describe(
      "The public keys of your customers' portal, where it publishes them, as https://portal.example.com/jwks.json, or the set itself. Unset: there is no portal API.",
    ),
  PORTAL_JWKS_FILE: path.optional().describe('A file with PORTAL_JWKS in it, instead of the variable.'),
  PORTAL_ISSUER: like(/^[\x21-\x7e]{1,200}$/, 'PORTAL_ISSUER must be what `iss` says in the tokens of the portal.')
    .optional()
    .describe('What `iss` says in the tokens of the portal, for example https://portal.example.com.'),
  PORTAL_AUDIENCE: like(
    /^[\x21-\x7e]{1,200}$/,
    'PORTAL_AUDIENCE must be what `aud` says in tokens that the portal makes for Rufpass.',
  )
    .optional()
    .describe('What `aud` says in tokens that the portal makes for Rufpass alone, for example rufpass-portal.'),
  LOOKUP_RECIPIENT: like(RECIPIENT, 'LOOKUP_RECIPIENT must be the public key, age1…, of a pair that age-keygen made.')
    .optional()
    .describe(
      'The public key, age1…, that copies of PINs are sealed to, for the brands whose customers may look theirs up. Unset: no copy is kept.',
    ),
  LOOKUP_IDENTITY: list(
    IDENTITY,
    5,
    'LOOKUP_IDENTITY must be private keys of age, AGE-SECRET-KEY-1…, with commas between: the current one first.',
  )
    .optional()
    .describe('For `rufpass portal` alone, and nowhere else: the private key of that pair, older ones after a comma.'),
  LOOKUP_IDENTITY_FILE: path.optional().describe('A file with LOOKUP_IDENTITY in it, instead of the variable.'),
  FLOWS_DIR: path
    .optional()
    .describe('The directory of the flows, with brands/ in it. Default: the flows that come with Rufpass.'),
  STEP_TYPES: path
    .optional()
    .describe('A JavaScript module that exports step types of your own by default, as a list; see defineStep.'),
  PIN_KEYS: z
    .string()
    .transform(
      orIssue(
        parsePinKeys,
        'PIN_KEYS must be name:key, more with commas between, each key 32 bytes in base64 and none twice; make one with: npx rufpass keys new',
      ),
    )
    .optional()
    .describe(
      'The keys under which PINs are checked, as name:base64 of 32 bytes, the current one first, older ones after a comma.',
    ),
  PIN_KEYS_FILE: path.optional().describe('A file with PIN_KEYS in it, instead of the variable.'),
  SUBJECT_KEY: z
    .string()
    .transform(orIssue(parseKey, 'SUBJECT_KEY must be 32 bytes in base64; make one with: npx rufpass keys new'))
    .optional()
    .describe('The key under which tries on unknown numbers are counted, base64 of 32 bytes.'),
  SUBJECT_KEY_FILE: path.optional().describe('A file with SUBJECT_KEY in it, instead of the variable.'),
  FALLBACK_NUMBER: like(/^\+[1-9][0-9]{6,14}$/, 'FALLBACK_NUMBER must be an international number like +493023125400.')
    .optional()
    .describe('The number of a person, dialled when everything else fails, for example +493023125400.'),
  WAIT_MUSIC_URL: z
    .string()
    .refine(
      (url) => /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''),
      'WAIT_MUSIC_URL must be an http(s) address.',
    )
    .optional()
    .describe(
      'A sound file of less than 2 minutes for those who wait, fetched once at the start. Unset: words and quiet.',
    ),
  METRICS_PORT: like(/^[0-9]{1,5}$/, 'METRICS_PORT must be a whole number from 1 to 65535.')
    .transform(Number)
    .refine((port) => port >= 1 && port <= 65_535, 'METRICS_PORT must be a whole number from 1 to 65535.')
    .optional()
    .describe('A port of its own for /metrics, which Prometheus reads. Unset: nothing is counted.'),
  METRICS_HOST: z
    .string()
    .refine(
      (host) => isIP(host) !== 0 || host === 'localhost',
      'METRICS_HOST must be an IP address of this machine, or localhost.',
    )
    .optional()
    .describe(
      'The address that port listens on. Default: 127.0.0.1, this machine alone; any other needs METRICS_TOKEN.',
    ),
  METRICS_TOKEN: like(
    /^[A-Za-z0-9._~+/-]{32,}=*$/,
    'METRICS_TOKEN must be 32 letters, digits and . _ ~ + / - or more; make one with: openssl rand -hex 32',
  )
    .optional()
    .describe('What Prometheus must show as its bearer token; 32 characters or more. It opens nothing else.'),
  METRICS_TOKEN_FILE: path.optional().describe('A file with METRICS_TOKEN in it, instead of the variable.'),
  KEEP_RECORD_DAYS: keptFor('KEEP_RECORD_DAYS', 'record'),
  KEEP_NOTES_DAYS: keptFor('KEEP_NOTES_DAYS', 'notes'),
  KEEP_MESSAGES_DAYS: keptFor('KEEP_MESSAGES_DAYS', 'messages'),
  KEEP_ENDED_DAYS: keptFor('KEEP_ENDED_DAYS', 'ended'),
  KEEP_INCIDENTS_DAYS: keptFor('KEEP_INCIDENTS_DAYS', 'incidents'),
  KEEP_OPERATION_DAYS: keptFor('KEEP_OPERATION_DAYS', 'operation'),
  LOG_LEVEL: z
    .enum(logLevels, `LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
    .default('info')
    .describe(`One of ${logLevels.join(', ')}.`),
})

export type Settings = z.infer<typeof settings>

function isDatabase(url: string): boolean {
  // A user without a host, as for a server on a socket, is an address to Postgres though not to URL.
  if (/^postgres(ql)?:\/\//.test(url)) return URL.canParse(url.replace(/@\//, '@localhost/'))
  return url === 'memory:' || !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url)
}

const MAIL_PORTS = { 'smtp:': 587, 'smtps:': 465 } as const

function mailServerOf(url: string): MailServer | null {
  const given = URL.canParse(url) ? new URL(url) : null
  if (given === null || (given.protocol !== 'smtp:' && given.protocol !== 'smtps:')) return null
  const { protocol, hostname, port, username, password, pathname, search, hash } = given
  if (hostname === '' || (username === '') !== (password === '') || !/^\/?$/.test(pathname + search + hash)) return null
  try {
    return {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? MAIL_PORTS[protocol] : Number(port),
      tls: protocol === 'smtps:',
      user: username === '' ? null : decodeURIComponent(username),
      password: password === '' ? null : decodeURIComponent(password),
    }
  } catch {
    return null
  }
}

function isRedis(url: string, context: z.RefinementCtx): void {
  try {
    redisAddressOf(url)
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message })
  }
}

function isBaseUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, username, password, search, hash } = new URL(url)
  return /^https?:$/.test(protocol) && username + password + search + hash === '' && !/[?#\s]/.test(url)
}

/**
 * The reference shows a caller's context to anybody who reads it, so it goes nowhere unencrypted but to this machine.
 */
function isOpenUrl(url: string): boolean {
  if (!url.includes('{reference}') || !URL.canParse(url)) return false
  const { protocol, hostname, username, password, host } = new URL(url)
  if (username + password !== '' || host.includes('{')) return false
  return protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost')
}

/** One to `most` parts with commas between, none of them twice. */
function list(part: RegExp, most: number, otherwise: string) {
  return z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .refine((parts) => parts.length <= most && parts.every((each) => part.test(each)), otherwise)
    .refine((parts) => new Set(parts).size === parts.length, otherwise)
}

/** A transform out of a parser that gives null for what it cannot read. */
function orIssue<T>(parse: (text: string) => T | null, otherwise: string) {
  return (text: string, context: z.RefinementCtx): T => {
    const value = parse(text)
    if (value !== null) return value
    context.addIssue({ code: 'custom', message: otherwise })
    return z.NEVER
  }
}
