/** What callers key: one entry for each kind that a step can tell apart. The list is the abstraction of all callers. */
import { CALL_CODE_DIGITS, callCodeOf } from '../auth/call-code.ts'
import { type CredentialKind, entryOf, everyLengthOf } from '../auth/credentials.ts'
import { formOf } from '../auth/identifiers.ts'
import type { Visit } from '../call/call.ts'
import type { Brand } from '../flow/brand.ts'
import { typeOf } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Step } from '../flow/step.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { entryWithBrokenCheckDigit, sampleEntries } from './sample-keys.ts'

/** Two secrets of one kind that nothing but the verifier may tell apart; both have the same form as numbers. */
export interface SecretPair {
  kind: CredentialKind | 'call_code'
  keyed: string
  other: string
}

const KEYS = [...'0123456789']
const TOO_LONG = '9'.repeat(25)
/** How many digit strings are tried until two have the same form; a check digit fits one in ten. */
const ATTEMPTS = 1000

type Secrets = Pick<Brand, 'credentials' | 'pins' | 'identifiers' | 'call_codes'>

/**
 * A pair for each kind of secret that the brand accepts and each length that it may have, of digits that stand nowhere in `text` if there are such. The first
 * of a kind has its usual length, so that the way that is timed is keyed with it.
 */
export function secretPairs(brand: Secrets, text: string): SecretPair[] {
  const { identifiers, call_codes } = brand
  return [
    ...brand.credentials.flatMap((kind) =>
      everyLengthOf(entryOf(brand, kind)).map((length) => ({
        kind,
        ...pairOf(digitStrings(length), { identifiers }, text),
      })),
    ),
    ...(call_codes ? [{ kind: 'call_code' as const, ...pairOf(callCodes(), { identifiers }, text) }] : []),
  ]
}

function pairOf(
  entries: Iterable<string>,
  { identifiers }: Pick<Brand, 'identifiers'>,
  text: string,
): Pick<SecretPair, 'keyed' | 'other'> {
  const byForm = new Map<string, string>()
  const all = [...entries]
  // Those that stand nowhere first.
  for (const digits of [...all.filter((each) => text === '' || !text.includes(each)), ...all]) {
    const form = JSON.stringify(formOf(digits, identifiers))
    const keyed = byForm.get(form)
    if (keyed !== undefined && keyed !== digits) return { keyed, other: digits }
    byForm.set(form, digits)
  }
  throw new Error('no two secrets of one kind have the same form')
}

function* callCodes(): Generator<string> {
  for (const body of digitStrings(CALL_CODE_DIGITS - 1)) yield callCodeOf(body)
}

/**
 * Entries for a step that waits for up to `numDigits` keys (null: any number, ended by the hash key): the keys that mean
 * something to it and one that does not, which is also an entry too short; what it names itself; a number, one with a
 * broken check digit, a secret of each kind, and the star. Where a flow has step types that are not ours nothing is taken
 * for granted: every step gets every key, a number of each kind, and what is too long or has a star before it.
 */
export function entriesFor(
  hotline: Hotline,
  { step, visit, numDigits }: { step: Step; visit: Visit; numDigits: number | null },
  secrets: readonly SecretPair[],
): string[] {
  const { brand, flow } = hotline
  const type = typeOf(flow, step)
  const meant = flow.types === ownStepTypes ? type.keys?.(step, { brand }, visit) : undefined
  const numbers = sampleEntries(brand)
  const [number] = numbers
  const entries = [
    ...(meant ? [number] : numbers),
    ...(meant ? [...meant, KEYS.find((key) => !meant.includes(key))] : KEYS),
    ...(type.samples?.(step, { brand }) ?? []),
    // Where the entry ends by its length, the rest of a secret is not heard.
    ...secrets.map(({ keyed }) => (numDigits !== null && numDigits > 1 ? keyed.slice(0, numDigits) : keyed)),
    '*',
    // As long as the entry may be, so that it ends by its length, and with a star in it.
    numDigits !== null && numDigits > 1 ? '*'.padEnd(numDigits, '1') : null,
    entryWithBrokenCheckDigit(brand),
    ...(meant ? [] : [`*${number}`, ...secrets.map(({ keyed }) => `*${keyed}`), TOO_LONG]),
  ].filter((entry) => entry !== null && entry !== undefined)
  return [...new Set(entries)].filter((entry) => numDigits === null || entry.length <= numDigits)
}

/** Digit strings in a fixed order that looks like none. */
function* digitStrings(length: number): Generator<string> {
  let state = 4711
  for (let n = 0; n < ATTEMPTS; n++) {
    let digits = ''
    while (digits.length < length) {
      state = (state * 16807) % 2147483647
      digits += String(state % 10)
    }
    yield digits
  }
}
