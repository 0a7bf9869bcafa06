/**
 * Transcripts: whole calls as plain text. People write them, `rufpass call --save` prints them, `--play` and the tests
 * play them against the real server. This folder imports the engine. One thing a line, in the order in which it happened:
 *
 *     title: A customer proves it by PIN
 *     called: +492214710100
 *     from: +491713920001            or: withheld
 *     on: 2026-03-02 10:15           day, and time if it matters, in Germany; default: now
 *     before: locked rheinnetz 4711  something to prepare; any number of these, read by what plays it
 *
 *     webhook: twice                 the webhook this leads to is delivered twice (dropped, late, lost)
 *     hears de: Guten Tag …          what the hotline says, word for word; an … at the end stands for any rest
 *     keys: 12345676#                keyed when everything above was heard
 *     interrupts: 1                  keyed while the last prompt above is still sounding
 *     silence                        the caller keys nothing until the hotline stops waiting
 *     waits: 5 s                     time goes by: before the next key, or in a queue or talk, heard or not
 *     plays: https://…               a piece of audio, by the end of its address with a leading … if you like
 *     fallback: 11200                the fallback URL had to be asked, with Twilio's error code
 *     queue: rheinnetz-bill          the call is in this queue from here on
 *     dial: +493023125401            the call is connected to this number from here on
 *     returned: bridged              queue or called party gives the call back (QueueResult, DialCallStatus)
 *     returned: leave                the caller waits in the queue until the hotline lets them out
 *     caller hangs up                or: hotline hangs up
 *
 *     level: 2                       what the agent's side must know at the end, those you care about:
 *     outcome: verified              level, method, outcome, topic, language, account (customer number), ticket,
 *     method: pin                    `none` where there is nothing
 *
 * Everything said must be in the transcript, save what a queue plays to those who wait; a transcript that ends in a
 * queue hangs up there. `#` begins a comment line. `keys: (hidden)` is what a saved call shows of keys that may be real
 * credentials: put keys in to play it.
 */
import { dialStatuses, queueResults } from '../engine/caller.ts'
import { type Fault, faults } from '../view.ts'
import { momentOf } from './german-time.ts'

export type FactName = (typeof factNames)[number]
export const factNames = ['level', 'method', 'outcome', 'topic', 'language', 'account', 'ticket'] as const

export type TranscriptLine =
  | { kind: 'blank' }
  | { kind: 'comment'; text: string }
  | { kind: 'title'; text: string }
  | { kind: 'called'; number: string }
  | { kind: 'from'; number: string | null }
  | { kind: 'on'; moment: string }
  | { kind: 'before'; text: string }
  | TranscriptStep
  | { kind: 'fact'; name: FactName; value: string }

export type TranscriptStep =
  | { kind: 'webhook'; fault: Fault }
  | { kind: 'hears'; language: string; text: string }
  | { kind: 'keys'; keys: string | null }
  | { kind: 'interrupts'; keys: string | null }
  | { kind: 'silence' }
  | { kind: 'waits'; seconds: number }
  | { kind: 'plays'; url: string }
  | { kind: 'fallback'; code: number }
  | { kind: 'queue'; queue: string }
  | { kind: 'dial'; number: string }
  | { kind: 'returned'; result: string }
  | { kind: 'caller hangs up' }
  | { kind: 'hotline hangs up' }

/** `lines[n]` is line n + 1 of the text. */
export interface Transcript {
  lines: TranscriptLine[]
}

/** `FILE:LINE: what is wrong and what to write instead.` */
export class TranscriptError extends Error {
  readonly line: number
  constructor(name: string, line: number, message: string) {
    super(`${name}:${line}: ${message}`)
    this.name = 'TranscriptError'
    this.line = line
  }
}

/** Written for keys that may be real credentials. */
const HIDDEN = '(hidden)'

const headers = ['title', 'called', 'from', 'on', 'before'] as const
const words: Record<string, (value: string) => TranscriptLine | string> = {
  title: (text) => text && { kind: 'title', text },
  called: (number) => (/^\+[0-9]{6,15}$/.test(number) ? { kind: 'called', number } : 'a number such as +492214710100'),
  from: (number) => {
    if (number === 'withheld') return { kind: 'from', number: null }
    return /^\+[0-9]{6,15}$/.test(number) ? { kind: 'from', number } : 'a number such as +491713920001, or withheld'
  },
  on: (moment) => (momentOf(moment) ? { kind: 'on', moment } : 'a day such as 2026-03-02, or 2026-03-02 10:15'),
  before: (text) => text && { kind: 'before', text },
  webhook: (fault) => {
    const known = faults.find((name) => name === fault)
    return known ? { kind: 'webhook', fault: known } : `one of ${faults.join(', ')}`
  },
  keys: (keys) => keysOf(keys, 'keys'),
  interrupts: (keys) => keysOf(keys, 'interrupts'),
  waits: (value) => {
    const seconds = /^([1-9][0-9]{0,4}) s$/.exec(value)?.[1]
    return seconds ? { kind: 'waits', seconds: Number(seconds) } : 'whole seconds such as 5 s'
  },
  plays: (url) => (/^\S+$/.test(url) ? { kind: 'plays', url } : 'an address'),
  fallback: (code) =>
    /^[1-9][0-9]{4}$/.test(code) ? { kind: 'fallback', code: Number(code) } : 'a code such as 11200',
  queue: (queue) => (/^\S{1,64}$/.test(queue) ? { kind: 'queue', queue } : 'the name of a queue'),
  dial: (number) => (/^\S+$/.test(number) ? { kind: 'dial', number } : 'a number such as +493023125401'),
  returned: (result) =>
    [...queueResults, ...dialStatuses].some((known) => known === result)
      ? { kind: 'returned', result }
      : `one of ${[...queueResults, ...dialStatuses].join(', ')}`,
  ...Object.fromEntries(
    factNames.map((name) => [
      name,
      (value: string): TranscriptLine | string => (/^\S+$/.test(value) ? { kind: 'fact', name, value } : 'one word'),
    ]),
  ),
}
const sentences = ['silence', 'caller hangs up', 'hotline hangs up'] as const

/** Reads a transcript. `name` stands before the line number in errors. @throws TranscriptError */
export function parseTranscript(text: string, name = 'transcript'): Transcript {
  const raw = text.split(/\r?\n/)
  if (raw.at(-1) === '') raw.pop()
  const lines = raw.map((line, index) => {
    const read = readLine(line.trim())
    if (typeof read === 'string') throw new TranscriptError(name, index + 1, read)
    return read
  })
  checkOrder(lines, name)
  return { lines }
}

export function printTranscript(transcript: Transcript): string {
  return transcript.lines.map((line) => `${printLine(line)}\n`).join('')
}

/** What is written once at the top: numbers, title, day, things to prepare. */
export function headOf({ lines }: Transcript) {
  const find = <K extends TranscriptLine['kind']>(kind: K) =>
    lines.find((line): line is Extract<TranscriptLine, { kind: K }> => line.kind === kind)
  const on = find('on')?.moment
  return {
    title: find('title')?.text ?? '',
    called: find('called')?.number ?? '',
    from: find('from')?.number ?? null,
    on: on === undefined ? null : momentOf(on),
    before: lines.flatMap((line) => (line.kind === 'before' ? [line.text] : [])),
  }
}

export function isHeader(line: TranscriptLine): boolean {
  return headers.some((kind) => kind === line.kind)
}

export function isStep(line: TranscriptLine): line is TranscriptStep {
  return !isHeader(line) && line.kind !== 'blank' && line.kind !== 'comment' && line.kind !== 'fact'
}

function readLine(line: string): TranscriptLine | string {
  if (line === '') return { kind: 'blank' }
  if (line.startsWith('#')) return { kind: 'comment', text: line.slice(1).trim() }
  const sentence = sentences.find((known) => known === line)
  if (sentence) return { kind: sentence }
  const match = /^([a-z]+)(?: ([a-z]{2,3}))?:(.*)$/.exec(line)
  const [, word = '', language, rest = ''] = match ?? []
  const value = rest.trim().replace(/\s+/g, ' ')
  if (word === 'hears') {
    if (!language) return "write the language after 'hears', for example hears de: Guten Tag."
    return value === '' ? "'hears' needs the words that are heard." : { kind: 'hears', language, text: value }
  }
  const read = !language && Object.hasOwn(words, word) ? words[word] : undefined
  if (!read) {
    const known = ['hears LANGUAGE', ...Object.keys(words)].map((name) => `${name}:`)
    return `'${line.slice(0, 40)}' is no line of a transcript. Lines begin with ${known.join(' ')} or are one of: ${sentences.join(', ')}.`
  }
  const made = read(value)
  return typeof made === 'string' ? `'${word}:' needs ${made || 'some words'}.` : made
}

function keysOf(keys: string, kind: 'keys' | 'interrupts'): TranscriptLine | string {
  if (keys === HIDDEN) return { kind, keys: null }
  return /^[0-9*#]+$/.test(keys) ? { kind, keys } : 'the keys pressed: 0 to 9, * and #'
}

function checkOrder(lines: readonly TranscriptLine[], name: string): void {
  const seen = new Set<string>()
  let part = 0
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'blank' || line.kind === 'comment') continue
    const fail = (message: string) => new TranscriptError(name, index + 1, message)
    const now = isHeader(line) ? 0 : line.kind === 'fact' ? 2 : 1
    if (now < part)
      throw fail(`'${printLine(line)}' comes too late: first the head, then the call, then what is known.`)
    part = now
    const once = line.kind === 'fact' ? line.name : now === 0 && line.kind !== 'before' ? line.kind : null
    if (once && seen.has(once)) throw fail(`'${once}:' is there twice.`)
    if (once) seen.add(once)
  }
  if (!seen.has('called')) {
    throw new TranscriptError(
      name,
      1,
      "'called:' is missing: write the hotline's number, for example called: +492214710100.",
    )
  }
}

export function printLine(line: TranscriptLine): string {
  switch (line.kind) {
    case 'blank':
      return ''
    case 'comment':
      return `# ${line.text}`.trimEnd()
    case 'title':
    case 'before':
      return `${line.kind}: ${line.text}`
    case 'called':
    case 'dial':
      return `${line.kind}: ${line.number}`
    case 'from':
      return `from: ${line.number ?? 'withheld'}`
    case 'on':
      return `on: ${line.moment}`
    case 'webhook':
      return `webhook: ${line.fault}`
    case 'hears':
      return `hears ${line.language}: ${line.text}`
    case 'keys':
    case 'interrupts':
      return `${line.kind}: ${line.keys ?? HIDDEN}`
    case 'waits':
      return `waits: ${line.seconds} s`
    case 'plays':
      return `plays: ${line.url}`
    case 'fallback':
      return `fallback: ${line.code}`
    case 'queue':
      return `queue: ${line.queue}`
    case 'returned':
      return `returned: ${line.result}`
    case 'fact':
      return `${line.name}: ${line.value}`
    default:
      return line.kind
  }
}
