/** Callers of flesh and blood: what they key, what networks do to them, and what they are told about themselves. */
import { entryOf, everyLengthOf } from '../../src/auth/credentials.ts'
import { formOf } from '../../src/auth/identifiers.ts'
import { Secret } from '../../src/auth/secret.ts'
import { type Call, type Claim, type WaitEnd, waitEnds } from '../../src/call/call.ts'
import { type Answer, answersTo as everyAnswer, type Question } from '../../src/call/question.ts'
import type { GivenBack, Input } from '../../src/call/turn.ts'
import type { Brand } from '../../src/flow/brand.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { canEnd } from '../../src/flow/wait-end.ts'
import { customer, eachAnswer } from '../support/world.ts'
import type { Ledger } from './judgement.ts'

/**
 * `hash`: that key alone. `left` and `fallback` are our own doing or the network's. `leadsOn`: the flow says how callers go on whose
 * wait has ended; else they wait on, and the shell ends no such wait.
 */
export type Act =
  | { kind: 'keys'; keys: string }
  | { kind: 'silence' }
  | { kind: 'hash' }
  | { kind: 'returned'; reason: GivenBack }
  | { kind: 'unserved'; why: WaitEnd; leadsOn: boolean }
  | { kind: 'fallback' }

/** All that happens, happens at one moment: no flow looks at the clock, but for the hash. */
export const NOW = '2026-01-01T09:00:00.000Z'
const HALF_A_SECOND_LATER = '2026-01-01T09:00:00.500Z'
const LATER = '2026-01-01T09:01:00.000Z'

const SECRET = '5836195728403917'
/** One that may be a call code, and one whose check digit is off. */
const CODES = ['5836195728403914', '5836195728403915']
const EVERY_KEY = [...'0123456789*']

/** Entries of every length that a `collect` step may ask for. */
const LENGTHS = Array.from({ length: 16 }, (_, index) => '7402918365740291'.slice(0, index + 1))

const keysOfHotlines = new WeakMap<Hotline['brand'], Map<string, string[]>>()

/** What a determined caller keys where a call waits for keys, made once. */
export function keysAt({ brand, flow }: Hotline, step: string, numDigits: number | null): string[] {
  const type = flow.steps.get(step)?.type ?? ''
  const known = keysOfHotlines.get(brand) ?? new Map<string, string[]>()
  keysOfHotlines.set(brand, known)
  const key = `${type} ${numDigits}`
  const keys = known.get(key) ?? madeKeys(brand, type, numDigits)
  known.set(key, keys)
  return keys
}

/** One number of each kind that a brand accepts, and one with a wrong check digit. */
function numbersOf({ identifiers }: Brand): string[] {
  const endings = [...'0123456789']
  const right = identifiers.flatMap(({ kind, digits }) => {
    const body = '7301846297301846297'.slice(0, digits.min - 1)
    const entry = endings
      .map((last) => body + last)
      .find((entry) => {
        const form = formOf(entry, identifiers)
        return form.form === 'well_formed' && form.kinds.includes(kind)
      })
    return entry ?? []
  })
  const wrong = right.flatMap((entry) => endings.map((last) => entry.slice(0, -1) + last))
  return [...right, ...wrong.filter((entry) => formOf(entry, identifiers).form === 'check_digit').slice(0, 1)]
}

/** Every key at a menu, and else right and wrong things of every length. */
function madeKeys(brand: Brand, type: string, numDigits: number | null): string[] {
  if (numDigits === 1) return EVERY_KEY
  const secrets = brand.credentials.flatMap((kind) =>
    everyLengthOf(entryOf(brand, kind)).map((length) => SECRET.slice(0, length)),
  )
  const numbers = numbersOf(brand)
  const lengths = type === 'collect' ? LENGTHS : []
  const all = [
    '1',
    '5',
    '*',
    ...numbers,
    `*${numbers[0]}`,
    ...secrets,
    ...(brand.call_codes ? CODES : []),
    '3'.repeat(24),
    ...lengths,
  ]
  // The network ends an entry at its last digit.
  return [...new Set(all.map((keys) => (numDigits === null ? keys : keys.slice(0, numDigits))))]
}

/** All that can be done where a call stands. */
export function actsAt(hotline: Hotline, call: Call): Act[] {
  const { step, reply } = call
  const { waits } = hotline.brand
  const next = reply?.next
  if (next === undefined || next.kind === 'hang_up') return []
  if (next.kind !== 'gather') {
    const reasons: GivenBack[] = ['done', 'failed', 'left', ...(next.kind === 'enqueue' ? ['broken' as const] : [])]
    // Also where the flow has no way on, which the shell would not do: nothing may break there either.
    const ends = waits && next.kind === 'enqueue' ? waitEnds.filter((why) => why !== 'closing' && waits[why]) : []
    const leadsOn = canEnd(hotline, call)
    return [
      ...reasons.map((reason): Act => ({ kind: 'returned', reason })),
      ...ends.map((why): Act => ({ kind: 'unserved', why, leadsOn })),
      { kind: 'fallback' },
    ]
  }
  const keyed = keysAt(hotline, step, next.numDigits).map((keys): Act => ({ kind: 'keys', keys }))
  return [...keyed, { kind: 'silence' }, { kind: 'hash' }, { kind: 'fallback' }]
}

export function inputOf(act: Exclude<Act, { kind: 'fallback' }>): Input {
  switch (act.kind) {
    case 'keys':
      return { kind: 'digits', digits: new Secret(act.keys), at: LATER }
    case 'silence':
      return { kind: 'no_input', at: LATER }
    case 'hash':
      return { kind: 'no_input', at: HALF_A_SECOND_LATER }
    case 'returned':
      return { kind: 'returned', reason: act.reason, at: LATER }
    case 'unserved':
      return { kind: 'unserved', why: act.why, at: LATER }
  }
}

/**
 * All that the world can answer of customers, each number being another one's, also of one whose last contract is over, where the brand
 * has something left to do about the topic. Numbers that nobody has are the twin's (`exchange.ts`); they are never verified.
 */
export function answersTo({ tail }: Brand, question: Question, { numbers }: Ledger, { topic }: Call): Answer[] {
  const whose = (by: Claim['by']) => customer(numbers + 1, by)
  // Also while many accounts are being guessed at, when the try is the last.
  if (question.kind === 'admit') return everyAnswer(question, whose)
  const all = eachAnswer(question, whose)
  if (question.kind !== 'identify' || question.by.kind !== 'entry') return all
  if (tail === undefined || topic === null || !tail.topics.includes(topic)) return all
  return [...all, { kind: 'identified', claim: { ...customer(numbers + 1, 'entry'), topics: tail.topics } }]
}

/** Only we and the network do such things, and not for ever. */
export function isOurs(act: Act | null): boolean {
  const isOfWait = act?.kind === 'unserved' ? !act.leadsOn : act?.kind === 'returned' && act.reason === 'left'
  return act?.kind === 'fallback' || isOfWait
}

/** One exchange as people read it: what was done, and how the world answered. */
export function exchangeInWords(act: Act | null, answers: readonly Answer[]): string {
  const done =
    act === null
      ? 'rings'
      : act.kind === 'keys'
        ? act.keys
        : act.kind === 'returned'
          ? act.reason
          : act.kind === 'unserved'
            ? act.why
            : act.kind
  return [done, ...answers.map(({ kind }) => `(${kind})`)].join(' ')
}
