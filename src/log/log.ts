/**
 * The log: JSON lines with the fields of `seams/log.ts` and no others, so that nothing gets in by being forgotten. Redaction
 * works the other way round and was seen to miss nested secrets. Digits that a caller may have keyed are kept out of
 * every text; of errors only what cannot carry a parameter or a request body is kept.
 * Imports pino, and the seams and settings for their types; `server` and `cli` make the log.
 */
import { relative } from 'node:path'
import { pino } from 'pino'
import type { LogLevel } from '../config/settings.ts'
import type { Log, LogFields } from '../seams/log.ts'
import { errorsForPeople } from './failure.ts'

export interface LogOptions {
  level: LogLevel
  /** Where the lines go; standard output by default. */
  to?: Output
}

interface Output {
  write(line: string): void
  flush?(): void
}

export function createLog({ level, to }: LogOptions): Log {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    // The facts are made here; pino's own serialiser would take them for an error.
    serializers: { err: (facts: unknown) => facts, error: (facts: unknown) => facts },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const output = to ?? gatheredOutput()
  const logger = pino(options, output)
  const write =
    (at: keyof Log) =>
    (fields: LogFields, message: string): void => {
      if (!logger.isLevelEnabled(at)) return
      logger[at](cleanFields(fields), cleanText(message))
      if (at === 'fatal' || at === 'error') output.flush?.()
    }
  return {
    fatal: write('fatal'),
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    trace: write('trace'),
  }
}

/**
 * Standard output, written once for all lines of one turn of the event loop: the system call costs more than the line.
 * Errors are written at once, and whatever is left when the process ends, also by an exception.
 */
function gatheredOutput(): Output {
  const stdout = pino.destination({ fd: 1, sync: true })
  let lines = ''
  const flush = (): void => {
    if (lines !== '') stdout.write(lines)
    lines = ''
  }
  process.once('exit', flush)
  return {
    write(line) {
      if (lines === '') setImmediate(flush)
      lines += line
    },
    flush,
  }
}

const MALFORMED = '[malformed]'
const LONGEST_TEXT = 500

/** Three digits in a row may be the beginning of a PIN; no name of ours has them. */
const DIGITS = /[0-9]{3,}/

const ofForm = (form: RegExp) => (value: unknown) => (typeof value === 'string' && form.test(value) ? value : MALFORMED)
const word = (value: unknown) =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(value) && !DIGITS.test(value) ? value : MALFORMED
const phrase = (value: unknown) =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9 ,_'-]{0,99}$/.test(value) && !DIGITS.test(value) ? value : MALFORMED
const path = (value: unknown) =>
  typeof value === 'string' && /^\/?[A-Za-z0-9_.:/{}-]{0,99}$/.test(value) && !DIGITS.test(value) ? value : MALFORMED
const number = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) ? Math.round(value * 10) / 10 : MALFORMED

/** The allow-list: each field with what makes it safe to write. */
const fieldsAllowed: { [Name in keyof Required<LogFields>]: (value: unknown) => unknown } = {
  callId: ofForm(/^CA[0-9a-f]{32}$/),
  trace: ofForm(/^[0-9a-f]{32}$/),
  brand: word,
  step: word,
  queue: word,
  outcome: word,
  result: word,
  reason: phrase,
  route: path,
  status: number,
  errorCode: number,
  ms: number,
  count: number,
  port: number,
  store: word,
  signal: ofForm(/^SIG[A-Z0-9]{1,10}$/),
  err: (value) => errorFacts(value),
  error: (value) => errorFacts(value),
}

const names = Object.keys(fieldsAllowed) as (keyof LogFields)[]

function cleanFields(fields: LogFields): Record<string, unknown> {
  const clean: Record<string, unknown> = {}
  for (const name of names) {
    const value = fields[name]
    if (value !== undefined) clean[name] = value === null ? null : fieldsAllowed[name](value)
  }
  return clean
}

/** Control characters (C1 too, which JSON leaves as they are and terminals obey) and digits out, and an end. */
function cleanText(text: string): string {
  return String(text)
    .slice(0, LONGEST_TEXT)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Nd}{3,}/gu, '#')
}

/** Class, code and place of an error, and its message if it is ours. `cause` is followed twice. */
function errorFacts(error: unknown, depth = 0): unknown {
  if (typeof error !== 'object' || error === null) return { type: typeof error }
  const { name, code, message, stack, cause, severity } = error as Record<string, unknown>
  const facts: Record<string, unknown> = { type: word(name) }
  if (code !== undefined) facts.code = codeText(code, severity !== undefined)
  if (typeof name === 'string' && errorsForPeople.has(name) && typeof message === 'string')
    facts.message = cleanText(message)
  if (typeof stack === 'string') facts.at = places(stack, message)
  if (cause !== undefined && depth < 2) facts.cause = errorFacts(cause, depth + 1)
  return facts
}

/** Node's `ECONNREFUSED`, Twilio's numbers of five digits, and SQLSTATE, which Postgres sends along with a severity. */
function codeText(code: unknown, fromPostgres: boolean): unknown {
  if (typeof code === 'number') return Number.isInteger(code) ? code : MALFORMED
  if (fromPostgres && typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code
  return word(code)
}

/** The nearest places in the code. The message stands before them and may look like one, so it is cut off first. */
function places(stack: string, message: unknown): string[] {
  const start = typeof message === 'string' ? stack.indexOf(message) : -1
  if (start < 0) return []
  const frames = stack
    .slice(start + String(message).length)
    .matchAll(/^\s+at (?:.*\()?(?:file:\/\/)?((?:node:)?[\w@.+/-]+:[0-9]+:[0-9]+)\)?$/gm)
  return [...frames]
    .slice(0, 5)
    .map(([, place = '']) => (place.startsWith('/') ? relative(process.cwd(), place) : place))
}
