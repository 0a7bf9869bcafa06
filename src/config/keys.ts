/**
 * The secrets of one installation: how each is written, how fresh ones are made, and where missing ones come from.
 * Imports `auth` types and `key-file.ts`. What was set in the environment arrives here already read (`config.ts`).
 */
import { createHash, randomBytes } from 'node:crypto'
import type { PinKeys } from '../auth/verifier.ts'
import { keyFileOf, readKeyFile, readOrMakeKeyFile } from './key-file.ts'

/** Bytes of a key for HMAC-SHA-256: as long as its output, RFC 2104 section 3. */
const KEY_BYTES = 32

/** What was set; null where nothing was. */
export interface GivenKeys {
  pinKeys: PinKeys | null
  subjectKey: Buffer | null
  twilioAccountSid: string | null
  /** The current token first; a second one during rotation. */
  twilioAuthTokens: readonly string[]
  apiToken: string | null
}

export interface Keys {
  pin: PinKeys
  /** Under which numbers that nobody has are counted (`unknownSubject`). */
  subject: Buffer
  twilioAccountSid: string
  twilioAuthTokens: readonly string[]
  apiToken: string
  /** Names of the settings that were not set and were made up here. */
  made: readonly string[]
  /** The file that keeps what was made up; null when nothing was, or when it is forgotten at exit. */
  file: string | null
}

/** Where verifiers are kept: decides whether keys may be made up, and where they are remembered. */
export type KeptIn = { kind: 'postgres' } | { kind: 'memory' } | { kind: 'directory'; path: string }

/** A key or token that is missing, or a key file that cannot be trusted. The message says what to do. */
class KeyError extends Error {
  override readonly name = 'KeyError'
}

/** `kid:base64,…`, the first is current. Null when it is not exactly that, or a kid or key comes twice. */
export function parsePinKeys(text: string): PinKeys | null {
  const byId = new Map<string, Buffer>()
  const seen = new Set<string>()
  for (const entry of text.split(',')) {
    const [, kid, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):(\S+)\s*$/.exec(entry) ?? []
    const key = encoded === undefined ? null : parseKey(encoded)
    if (kid === undefined || key === null || byId.has(kid) || seen.has(key.toString('hex'))) return null
    byId.set(kid, key)
    seen.add(key.toString('hex'))
  }
  const [current] = byId.keys()
  return current === undefined ? null : { current, byId }
}

/** 32 bytes in base64; null for anything else (Node itself would skip over what is no base64). */
export function parseKey(text: string): Buffer | null {
  const key = Buffer.from(text, 'base64')
  return key.length === KEY_BYTES && key.toString('base64') === text ? key : null
}

/** Fresh values by the name of their setting. */
export function freshKeys(): Record<'PIN_KEYS' | 'SUBJECT_KEY' | 'API_TOKEN', string> {
  const pinKey = randomBytes(KEY_BYTES)
  return {
    PIN_KEYS: `${kidOf(pinKey)}:${pinKey.toString('base64')}`,
    SUBJECT_KEY: randomBytes(KEY_BYTES).toString('base64'),
    API_TOKEN: randomBytes(KEY_BYTES).toString('base64url'),
  }
}

/**
 * Completes what was set. On a directory the missing ones come from one file beside it, so that a server and a command
 * agree; in memory they live as long as the process. With Postgres the verifiers outlive this machine, so their keys
 * must have been set (KeyError); a missing token is made up and forgotten, which closes the door it belongs to.
 */
export function completeKeys(given: GivenKeys, keptIn: KeptIn): Keys {
  const missing = namesOfMissing(given)
  if (keptIn.kind === 'postgres' && (given.pinKeys === null || given.subjectKey === null))
    throw new KeyError('PIN_KEYS and SUBJECT_KEY are needed with Postgres. Make them once with: npx rufpass keys new')
  const file = keptIn.kind === 'directory' && missing.length > 0 ? keyFileOf(keptIn.path) : null
  const needsVerifierKeys = given.pinKeys === null || given.subjectKey === null
  const kept =
    keptIn.kind === 'directory' && file !== null
      ? readOrMakeKeyFile(file, () => freshFor(given), needsVerifierKeys ? keptIn.path : null)
      : freshFor(given)
  const of = (name: string): string => {
    const value = kept[name]
    if (value === undefined) throw new KeyError(`The key file ${file} lacks ${name}. ${RESTORE}`)
    return value
  }
  const parsed = <T>(name: string, parse: (text: string) => T | null): T => {
    const value = parse(of(name))
    if (value === null) throw new KeyError(`${name} in the key file ${file} is not readable. ${RESTORE}`)
    return value
  }
  return {
    pin: given.pinKeys ?? parsed('PIN_KEYS', parsePinKeys),
    subject: given.subjectKey ?? parsed('SUBJECT_KEY', parseKey),
    twilioAccountSid: given.twilioAccountSid ?? of('TWILIO_ACCOUNT_SID'),
    twilioAuthTokens: given.twilioAuthTokens.length > 0 ? given.twilioAuthTokens : [of('TWILIO_AUTH_TOKEN')],
    apiToken: given.apiToken ?? of('API_TOKEN'),
    made: missing,
    file,
  }
}

/** What a command knows of a server of this folder that may be running; null where nothing is set or kept. */
export interface KeptKeys {
  accountSid: string | null
  authToken: string | null
  apiToken: string | null
  /** The key file that there is, or would be; null where the store has none. */
  file: string | null
  /** Whether the token of Twilio comes from there. */
  isFromFile: boolean
}

/** As `completeKeys`, but makes nothing: neither keys nor a file. */
export function keptKeys(given: GivenKeys, keptIn: KeptIn): KeptKeys {
  const file = keptIn.kind === 'directory' ? keyFileOf(keptIn.path) : null
  const kept = file === null ? null : readKeyFile(file)
  const [set] = given.twilioAuthTokens
  return {
    accountSid: given.twilioAccountSid ?? kept?.TWILIO_ACCOUNT_SID ?? null,
    authToken: set ?? kept?.TWILIO_AUTH_TOKEN ?? null,
    apiToken: given.apiToken ?? kept?.API_TOKEN ?? null,
    file,
    isFromFile: set === undefined,
  }
}

const RESTORE = 'Restore the file from a backup, or set the variable in the environment.'

function namesOfMissing(given: GivenKeys): string[] {
  const set = {
    PIN_KEYS: given.pinKeys !== null,
    SUBJECT_KEY: given.subjectKey !== null,
    TWILIO_ACCOUNT_SID: given.twilioAccountSid !== null,
    TWILIO_AUTH_TOKEN: given.twilioAuthTokens.length > 0,
    API_TOKEN: given.apiToken !== null,
  }
  return Object.entries(set).flatMap(([name, isSet]) => (isSet ? [] : [name]))
}

/**
 * All tokens, so that one taken out of the environment later has its stand-in; but never another key for verifiers than
 * the one that was set, for PINs would be made under both. The Twilio pair is our own invention.
 */
function freshFor(given: GivenKeys): Record<string, string> {
  const { PIN_KEYS, SUBJECT_KEY, API_TOKEN } = freshKeys()
  return {
    ...(given.pinKeys === null ? { PIN_KEYS } : {}),
    ...(given.subjectKey === null ? { SUBJECT_KEY } : {}),
    API_TOKEN,
    TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
    TWILIO_AUTH_TOKEN: randomBytes(16).toString('hex'),
  }
}

/** The kid names its key, so a lost or foreign key is noticed by name instead of making every PIN wrong. */
function kidOf(key: Buffer): string {
  return `k${createHash('sha256').update(key).digest('hex').slice(0, 8)}`
}
