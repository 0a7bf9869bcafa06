/**
 * What is bad in a call, judged from outside: by what was keyed, asked, answered and replied, and by the brand's data.
 * It shares nothing with the proof, and keeps its own account of what a caller has proved.
 */
import { type CredentialKind, entryOf, everyLengthOf } from '../../src/auth/credentials.ts'
import type { Call, HandOff } from '../../src/call/call.ts'
import type { Answer, Question } from '../../src/call/question.ts'
import type { Reply } from '../../src/call/reply.ts'
import { SAMPLE_TICKET } from '../../src/call/samples.ts'
import type { CallEvent } from '../../src/call/turn.ts'
import type { Brand } from '../../src/flow/brand.ts'

/** What a caller has done so far. */
export interface Ledger {
  /** The account named last; null before any number and when the last one could not be looked up. */
  named: string | null
  /** Whether a right secret was checked for that account since it was named. */
  proved: boolean
  /** The kind of secret that was right. */
  by: CredentialKind | null
  /** The kind of a code that was right and may only be replaced. */
  replaces: CredentialKind | null
  /** The topics for which alone it can be proved; null: all. */
  left: readonly string[] | null
  /** How often a number was looked up, and how often a secret was checked. */
  numbers: number
  checks: number
  /** How often a letter was ordered. */
  letters: number
  /** Whether the world has said, last of all, that it is open. */
  open: boolean
}

export const NOTHING_YET: Ledger = {
  named: null,
  proved: false,
  by: null,
  replaces: null,
  left: null,
  numbers: 0,
  checks: 0,
  letters: 0,
  open: false,
}

/** One exchange of a call, as it really happened. */
export interface Happened {
  before: Call
  /** Null when nothing was keyed. */
  keys: string | null
  asked: { question: Question; answer: Answer }[]
  call: Call
  reply: Reply
  events: CallEvent[]
  /** Whether something of ours broke, and the caller was brought to a person without data. */
  isFallback: boolean
  /** What the interpreter did not do, because it is closed. */
  kept?: HandOff
  /** After it. */
  ledger: Ledger
}

/**
 * `hours`: a caller comes to a queue or a number for the first time, and was not told that it is open; or would have, but for the lock. Numbers
 * that answer at any time are free of it.
 * `said`: a caller has what the queue asks, but the hand-off is recorded as if it asked for less. `told`: they hear the
 * number of a ticket, and have not proved whose it is. `changed`: a new secret is taken from callers who have not proved themselves by the one
 * in force, or who an agent has spoken with; or they come to where one is taken without any proof; or a
 * letter with a new one is ordered for another than the account named last. `letters`: more than one is ordered. `line`: a secret is checked
 * that the world did not let in just before, for the same account.
 */
export const badThings = [
  'breaks',
  'level',
  'hours',
  'said',
  'told',
  'changed',
  'secret',
  'checks',
  'numbers',
  'letters',
  'line',
  'alike',
  'round',
] as const
export interface Bad {
  what: (typeof badThings)[number]
  why: string
}

/** The policy in figures (decision G): a change of it must be seen here. */
const MOST_CHECKS = 3
const MOST_NUMBERS = 3
const MOST_LETTERS = 1

/** The account book after a question was answered. A new number drops what was proved of the one before. */
export function booked(ledger: Ledger, question: Question, answer: Answer): Ledger {
  // A call code names an account and proves it; one that is none names nobody.
  if (answer.kind === 'redeemed')
    return {
      ...ledger,
      named: answer.claim.subject,
      proved: true,
      replaces: null,
      left: null,
      numbers: ledger.numbers + 1,
    }
  if (answer.kind === 'not_redeemed') return { ...ledger, numbers: ledger.numbers + 1 }
  if (question.kind === 'identify') {
    const named = answer.kind === 'identified' ? answer.claim.subject : null
    const left = answer.kind === 'identified' ? (answer.claim.topics ?? null) : null
    return { ...ledger, named, proved: false, by: null, replaces: null, left, numbers: ledger.numbers + 1 }
  }
  // After that one no other is checked.
  if (answer.kind === 'admitted' && answer.isLast)
    return { ...ledger, checks: Math.max(ledger.checks, MOST_CHECKS - 1) }
  if (question.kind === 'open') return { ...ledger, open: answer.kind === 'open' }
  if (question.kind === 'order_letter') return { ...ledger, letters: ledger.letters + 1 }
  if (question.kind !== 'verify') return ledger
  const isTheirs = question.claim.subject === ledger.named
  const isProof = answer.kind === 'verified' && isTheirs
  return {
    ...ledger,
    proved: ledger.proved || isProof,
    by: isProof ? answer.credential : ledger.by,
    replaces: answer.kind === 'replace_only' && isTheirs ? answer.credential : ledger.replaces,
    checks: ledger.checks + 1,
  }
}

/** The first thing that is bad in an exchange, or null. */
export function badIn(brand: Brand, happened: Happened): Bad | null {
  const { before, keys, call, reply, events, isFallback, kept, ledger } = happened
  const reached = ledger.proved ? 2 : ledger.named === null ? 0 : 1
  if (call.assurance.level > reached) {
    return { what: 'level', why: `the call says level ${call.assurance.level}, but they proved ${reached}` }
  }
  const heard = reply.say.map(({ text }) => text.replaceAll(/\D/g, '')).join(' ')
  if (reached < 2 && heard.includes(SAMPLE_TICKET)) return { what: 'told', why: `hears of a ticket with ${reached}` }
  if (reached < 2 && reply.say.some(({ text }) => text.startsWith('set_pin.unproved')))
    return { what: 'changed', why: `comes to where a new secret is set with ${reached}` }
  for (const { question } of happened.asked)
    if (question.kind === 'order_letter' && question.claim.subject !== ledger.named)
      return { what: 'changed', why: 'a letter is ordered for another account than the one named last' }
  for (const [index, { question }] of happened.asked.entries()) {
    const isCode = question.kind === 'identify' && question.by.kind === 'call_code'
    if (question.kind !== 'verify' && !isCode) continue
    const last = happened.asked[index - 1]
    const letIn = last?.question.kind === 'admit' && last.answer.kind === 'admitted' ? last.question.claim : undefined
    if (letIn === undefined || letIn?.subject !== (question.kind === 'verify' ? question.claim.subject : undefined))
      return { what: 'line', why: `a secret is checked after ${last?.answer.kind ?? 'nothing'}` }
  }
  // What is asked in a turn comes after all that was proved in it: no turn has a right secret and a new one.
  for (const { question } of happened.asked) {
    if (question.kind !== 'set_secret' && question.kind !== 'hash_entry') continue
    const isRight = [ledger.by, ledger.replaces].includes(question.credential)
    const isTheirs = isRight && question.claim.subject === ledger.named
    if (!isTheirs || before.handOff !== null || before.talk !== null)
      return { what: 'changed', why: `a new ${question.credential} is taken after ${ledger.by ?? 'nothing'}` }
  }
  if (kept) return { what: 'hours', why: `would be handed to ${JSON.stringify(kept.to)} while it is closed` }
  for (const event of events) {
    if (event.kind !== 'handed_off') continue
    const { to, level } = event.handOff
    const isFirst = before.handOff === null && before.talk === null && !isFallback
    if (isFirst && !ledger.open && !isAnswered(brand, to))
      return { what: 'hours', why: `handed to ${JSON.stringify(to)}, not told that it is open` }
    const asked = neededFor(brand, to, call.today)
    const needed = Math.max(level, asked)
    const isLeft = ledger.left === null || ledger.left.some((topic) => isAbout(brand, to, call.topic, topic))
    if (needed === 2 && !isLeft)
      return { what: 'level', why: `handed to ${JSON.stringify(to)}, which is not left to do` }
    if (reached < needed) return { what: 'level', why: `handed to ${JSON.stringify(to)} with ${reached} of ${needed}` }
    if (level < asked) return { what: 'said', why: `handed to ${JSON.stringify(to)} as if it asked for ${level}` }
  }
  if (ledger.checks > MOST_CHECKS) return { what: 'checks', why: `${ledger.checks} secrets are checked` }
  if (ledger.numbers > MOST_NUMBERS) return { what: 'numbers', why: `${ledger.numbers} numbers are looked up` }
  if (ledger.letters > MOST_LETTERS) return { what: 'letters', why: `${ledger.letters} letters are ordered` }
  if (keys !== null && hasSecretForm(brand, keys)) {
    if (isKept(brand, keys, before, call.reply === reply ? [call, events] : [call, reply, events]))
      return { what: 'secret', why: `an entry of ${keys.length} digits is kept at '${before.step}'` }
  }
  return null
}

type Goal = { kind: 'queue'; queue: string } | { kind: 'number'; number: string }

/** Whether that is the queue of the topic, or a number for who asks about it. */
function isAbout({ name }: Brand, to: Goal, asked: string | null, topic: string): boolean {
  return to.kind === 'queue' ? to.queue === `${name}.${topic}` : asked === topic
}

/** Whether somebody answers there at any time, as the brand says of a number: no hours are asked for that. */
function isAnswered(brand: Brand, to: Goal): boolean {
  return (
    to.kind === 'number' &&
    Object.values(brand.transfers).some(({ number, any_time }) => number === to.number && any_time)
  )
}

/** What callers must have proved to come there. The queue of a topic asks for a keyed number until proof is mandatory. */
function neededFor(brand: Brand, to: Goal, today: string) {
  if (to.kind === 'number') {
    const needs = Object.values(brand.transfers).filter(({ number }) => number === to.number)
    return needs.length === 0 ? 3 : Math.max(...needs.map(({ needs }) => needs))
  }
  const topic = brand.topics.find(({ name }) => to.queue === `${brand.name}.${name}`)
  if (topic === undefined) return to.queue === `${brand.name}.general` ? 0 : 3
  const { mandatory } = brand.roll_out
  const isMandatory = mandatory !== undefined && mandatory <= today
  return isMandatory ? topic.needs : Math.min(topic.needs, 1)
}

function hasSecretForm(brand: Brand, keys: string): boolean {
  const lengths = [
    ...brand.credentials.flatMap((kind) => everyLengthOf(entryOf(brand, kind))),
    ...(brand.call_codes ? [16] : []),
  ]
  return /^[0-9]+$/.test(keys) && lengths.includes(keys.length)
}

/** Whether digits stand in what there is after an exchange, and did not before. */
function isKept(brand: Brand, digits: string, before: unknown, after: unknown): boolean {
  if (!JSON.stringify(after).includes(digits)) return false
  return textOf(brand, after).includes(digits) && !textOf(brand, before).includes(digits)
}

/** All that is stored or recorded, without digits that are there for everybody: moments and the brand's own numbers. */
function textOf({ numbers, transfers }: Brand, things: unknown): string {
  const text = JSON.stringify(things).replaceAll(/\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, '')
  return [...numbers, ...Object.values(transfers).map(({ number }) => number)].reduce(
    (rest, number) => rest.replaceAll(number, ''),
    text,
  )
}

/** Where two callers with the same keys, one with an account and the other without, can notice it. */
export function differenceOf(one: Pick<Happened, 'reply' | 'events'>, other: typeof one): Bad | null {
  const [mine, theirs] = [one, other].map(({ reply, events }) => JSON.stringify([reply, events]))
  return mine === theirs ? null : { what: 'alike', why: `somebody: ${mine}, nobody: ${theirs}` }
}
