/** What makes a PIN easy to guess (R3, docs/security.md#a-short-pin), and a word on letters (#a-word-on-letters there). PURE: chance comes from outside. */
import { commonLongPins } from './common-long-pins.ts'
import { commonPins } from './common-pins.ts'
import { commonWords } from './common-words.ts'
import { type CredentialKind, type Entry, entryOf, hasNewLength, type PinLengths } from './credentials.ts'
import type { IdentifierKind } from './identifiers.ts'
import { keysOfWord } from './letter-keys.ts'
import { Secret } from './secret.ts'

/**
 * The rules that a brand may have, in the order in which they are told. `repeated`: one digit only, or a word of fewer than four keys. `birth_date`: in any
 * spelling; in a word too. `own_number`: part of a customer, contract or phone number of this customer. `own_name`: a word with a part of the own name.
 * `common`: among those that strangers try first.
 */
export const pinRules = [
  'sequence',
  'repeated',
  'birth_date',
  'birth_year',
  'own_number',
  'own_name',
  'common',
] as const
export type PinRule = (typeof pinRules)[number]

/** Why a PIN is not taken: a rule, or it has not as many digits as a new one must. */
export type PinFault = PinRule | 'length'

/** Why what a customer chooses is not taken; `used_before`: it is the one in force, or one of the three before it. */
export type ChoiceFault = PinFault | 'used_before'

export interface PinPolicy {
  /** What its form is. */
  entry: Entry
  forbid: readonly PinRule[]
}

/** What a brand asks of the PINs of its customers. */
export interface PinDemands extends PinLengths {
  forbid: readonly PinRule[]
}

/** By what a secret of this kind is judged. */
export function policyOf(brand: { pins: PinDemands }, kind: CredentialKind): PinPolicy {
  return { entry: entryOf(brand, kind), forbid: brand.pins.forbid }
}

/** Whose PIN it is. */
export interface PinOwner {
  /** `YYYY-MM-DD`; null where it is not known. */
  birthDate: string | null
  /** Digits of the numbers of the customer, each in every spelling that people use. */
  numbers: readonly string[]
  /** Parts of the name, as they are keyed on letters (`keyedNames`). */
  names: readonly string[]
}

/**
 * Numbers in every spelling that people use: as they are stored, and with a zero in place of the country code.
 * @param countryCode without plus: `49`.
 */
export function spelledNumbers(
  stored: readonly { kind: IdentifierKind; value: string }[],
  countryCode: string,
): string[] {
  return stored
    .filter(({ kind }) => kind === 'customer_number' || kind === 'contract_number' || kind === 'phone_number')
    .flatMap(({ value }) => (value.startsWith(countryCode) ? [value, `0${value.slice(countryCode.length)}`] : [value]))
}

/** The rules that such an entry can break: nobody keys a name on four keys. */
export function rulesOn(entry: Entry): PinRule[] {
  return pinRules.filter((rule) => rule !== 'own_name' || 'letters' in entry)
}

/** The first rule that forbids it, or null. */
export function faultOf(pin: Secret, policy: PinPolicy, owner: PinOwner): PinFault | null {
  const digits = pin.reveal()
  if (!hasNewLength(policy.entry, digits.length) || !/^[0-9]+$/.test(digits)) return 'length'
  const breaks = 'letters' in policy.entry ? wordBreaks : pinBreaks
  return pinRules.find((rule) => policy.forbid.includes(rule) && breaks[rule](digits, owner)) ?? null
}

/** A secret as its customer is shown it, and as it is keyed: the same but for a word. */
export interface Offered {
  shown: Secret
  keyed: Secret
}

/**
 * A PIN that no rule forbids, each as likely as any other; of a word each sequence of keys.
 * @param below an integer from 0 to below its argument, each as likely as any other: `crypto.randomInt`.
 * @throws {RangeError} where a policy leaves next to nothing.
 */
export function randomSecret(policy: PinPolicy, owner: PinOwner, below: (bound: number) => number): Offered {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const offered = 'digits' in policy.entry ? drawnPin(policy.entry.digits, below) : drawnWord(below)
    if (faultOf(offered.keyed, policy, owner) === null) return offered
  }
  throw new RangeError('The policy forbids nearly every PIN.')
}

function drawnPin(length: number, below: (bound: number) => number): Offered {
  const pin = new Secret(String(below(10 ** length)).padStart(length, '0'))
  return { shown: pin, keyed: pin }
}

/** No two consonants and no two vowels on one key, so that no two syllables are keyed alike. */
const CONSONANTS = 'bdgkmrtw'
const VOWELS = 'aeiou'
const SYLLABLES = 4

/** Four syllables that can be said: one of 40 to the power of 4 sequences of keys, 256 times as many as PINs have. */
function drawnWord(below: (bound: number) => number): Offered {
  const word = Array.from({ length: SYLLABLES }, () => {
    const syllable = below(CONSONANTS.length * VOWELS.length)
    return `${CONSONANTS[syllable % CONSONANTS.length]}${VOWELS[Math.floor(syllable / CONSONANTS.length)]}`
  }).join('')
  return { shown: new Secret(word), keyed: new Secret(keysOfWord(word) ?? '') }
}

/** The rules together forbid about one PIN in eight. */
const MOST_DRAWS = 1_000

type Breaks = Record<PinRule, (digits: string, owner: PinOwner) => boolean>

const pinBreaks: Breaks = {
  sequence: (digits) => isStepped(digits, 1) || isStepped(digits, 9),
  repeated: (digits) => isStepped(digits, 0),
  birth_date: (digits, { birthDate }) => birthDate !== null && birthDates(birthDate, digits.length).has(digits),
  birth_year: (digits, { birthDate }) => birthDate?.startsWith(`${digits}-`) === true,
  own_number: (digits, { numbers }) => numbers.some((number) => number.includes(digits)),
  own_name: () => false,
  common: (digits) => commonPins.has(digits) || commonLongPins.has(digits) || isMadeOfBlocks(digits),
}

/** A word may have a date, a year or a name in it. Most dates have a 0 or a 1, on which no letter stands. */
const wordBreaks: Breaks = {
  ...pinBreaks,
  repeated: (keys) => new Set(keys).size < FEWEST_KEYS,
  birth_date: (keys, { birthDate }) =>
    birthDate !== null &&
    DATE_LENGTHS.some((length) => [...birthDates(birthDate, length)].some((date) => keys.includes(date))),
  birth_year: (keys, { birthDate }) => birthDate !== null && keys.includes(birthDate.slice(0, 4)),
  own_name: (keys, { names }) => names.some((name) => keys.includes(name)),
  common: (keys) => commonWords.has(keys),
}

/** A word has so many different keys at least: of `banana` there are two. */
const FEWEST_KEYS = 4
/** Of dates with a year in them. */
const DATE_LENGTHS = [6, 7, 8]
/** Shorter parts of names are in too many words. */
const SHORTEST_NAME = 4

/** The parts of a customer's name as they are keyed: `Dr. Eva Müller-Kern` is in words with `mueller`, `muller` or `kern`. */
export function keyedNames(name: string): string[] {
  const parts = name.split(/[^\p{L}\p{M}]+/u)
  const spelled = parts.flatMap((part) => [part, part.toLowerCase().replace(/[äöü]/g, (letter) => `${letter}e`)])
  return [...new Set(spelled.map(keysOfWord))].filter(
    (keys) => keys !== null && keys.length >= SHORTEST_NAME,
  ) as string[]
}

/** Whether each digit is the one before it and `step`, over the end too: 8901 goes up, 1098 down. */
function isStepped(digits: string, step: number): boolean {
  return [...digits].slice(1).every((digit, before) => (Number(digits[before]) + step - Number(digit)) % 10 === 0)
}

/** 123123, 12121: a shorter block again and again. 112233: each digit twice. Of four digits those are in the list, with what people really choose. */
function isMadeOfBlocks(digits: string): boolean {
  if (digits.length <= 4) return false
  const isLike = (before: (at: number) => number) => [...digits].every((digit, at) => digit === digits[before(at)])
  const isOfPairs = digits.length % 2 === 0 && isLike((at) => at - (at % 2))
  return isOfPairs || [2, 3, 4].some((block) => 2 * block <= digits.length && isLike((at) => at % block))
}

/** Day, month and year, or two of them, in any order, with zero before a single digit or not, the year with its century or not. */
function birthDates(birthDate: string, length: number): Set<string> {
  const [year = '', month = '', day = ''] = birthDate.split('-')
  const spelled = [spellings(day), spellings(month), [year, year.slice(2)]]
  const written = new Set<string>()
  const write = (text: string, left: readonly string[][], parts: number): void => {
    if (parts >= 2 && text.length === length) written.add(text)
    if (text.length >= length) return
    for (const part of left)
      for (const each of part)
        write(
          text + each,
          left.filter((other) => other !== part),
          parts + 1,
        )
  }
  write('', spelled, 0)
  return written
}

function spellings(twoDigits: string): string[] {
  return [twoDigits, String(Number(twoDigits))]
}
