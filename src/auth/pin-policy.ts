/** What makes a PIN easy to guess (R3, docs/security.md#a-short-pin). PURE: chance comes from outside. */
import { commonPins } from './common-pins.ts'
import type { IdentifierKind } from './identifiers.ts'
import { Secret } from './secret.ts'

/**
 * The rules that a brand may have, in the order in which they are told. `birth_date`: in any spelling. `own_number`: part of a customer, contract
 * or phone number of this customer. `common`: among those that strangers try first.
 */
export const pinRules = ['sequence', 'repeated', 'birth_date', 'birth_year', 'own_number', 'common'] as const
export type PinRule = (typeof pinRules)[number]

/** Why a PIN is not taken: a rule, or it has not as many digits as it must. */
export type PinFault = PinRule | 'length'

/** Why what a customer chooses is not taken; `used_before`: it is the one in force, or one of the three before it. */
export type ChoiceFault = PinFault | 'used_before'

export interface PinPolicy {
  /** How many digits it has, exactly. */
  length: number
  forbid: readonly PinRule[]
}

/** Whose PIN it is. */
export interface PinOwner {
  /** `YYYY-MM-DD`; null where it is not known. */
  birthDate: string | null
  /** Digits of the numbers of the customer, each in every spelling that people use. */
  numbers: readonly string[]
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

/** The first rule that forbids it, or null. */
export function faultOf(pin: Secret, policy: PinPolicy, owner: PinOwner): PinFault | null {
  const digits = pin.reveal()
  if (digits.length !== policy.length || !/^[0-9]+$/.test(digits)) return 'length'
  return pinRules.find((rule) => policy.forbid.includes(rule) && breaks[rule](digits, owner)) ?? null
}

/**
 * A PIN that no rule forbids, each as likely as any other.
 * @param below an integer from 0 to below its argument, each as likely as any other: `crypto.randomInt`.
 * @throws {RangeError} where a policy leaves next to nothing.
 */
export function randomPin(policy: PinPolicy, owner: PinOwner, below: (bound: number) => number): Secret {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const pin = new Secret(String(below(10 ** policy.length)).padStart(policy.length, '0'))
    if (faultOf(pin, policy, owner) === null) return pin
  }
  throw new RangeError('The policy forbids nearly every PIN.')
}

/** The rules together forbid about one PIN in eight. */
const MOST_DRAWS = 1_000

const breaks: Record<PinRule, (digits: string, owner: PinOwner) => boolean> = {
  sequence: (digits) => isStepped(digits, 1) || isStepped(digits, 9),
  repeated: (digits) => isStepped(digits, 0),
  birth_date: (digits, { birthDate }) => birthDate !== null && birthDates(birthDate, digits.length).has(digits),
  birth_year: (digits, { birthDate }) => birthDate?.startsWith(`${digits}-`) === true,
  own_number: (digits, { numbers }) => numbers.some((number) => number.includes(digits)),
  // The list has PINs of four digits.
  common: (digits) => commonPins.has(digits),
}

/** Whether each digit is the one before it and `step`, over the end too: 8901 goes up, 1098 down. */
function isStepped(digits: string, step: number): boolean {
  return [...digits].slice(1).every((digit, before) => (Number(digits[before]) + step - Number(digit)) % 10 === 0)
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
