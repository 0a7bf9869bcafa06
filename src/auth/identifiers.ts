/** What callers may key to say who they are (R13, R38), and the form of each kind. None of them proves anything (R15). */

export const identifierKinds = [
  'customer_number',
  'contract_number',
  'phone_number',
  'sim_number',
  'ticket_number',
] as const
export type IdentifierKind = (typeof identifierKinds)[number]

/** Public check-digit rules. A broken check digit may be told at once: the rule is public and says nothing about accounts. */
export const checks = { mod11_10: isMod11_10, luhn: isLuhn } as const
export type Check = keyof typeof checks

/** One identifier kind as a brand accepts it. `digits` counts the keys, both ends included. */
export interface IdentifierRule {
  kind: IdentifierKind
  digits: { min: number; max: number }
  check: Check | null
}

export type EntryForm =
  | { form: 'well_formed'; kinds: IdentifierKind[] }
  | { form: 'check_digit' }
  | { form: 'malformed' }

/** Sorts an entry by form alone. It never asks whether an account exists. */
export function formOf(entry: string, rules: readonly IdentifierRule[]): EntryForm {
  if (!/^[0-9]+$/.test(entry)) return { form: 'malformed' }
  const fitting = rules.filter((rule) => entry.length >= rule.digits.min && entry.length <= rule.digits.max)
  const kinds = fitting.filter((rule) => !rule.check || checks[rule.check](entry)).map((rule) => rule.kind)
  if (kinds.length > 0) return { form: 'well_formed', kinds }
  return fitting.length > 0 ? { form: 'check_digit' } : { form: 'malformed' }
}

/**
 * The one form under which every identifier is stored and looked up, whatever its kind: national and 00-prefixed
 * numbers get their country code (0171… → 49171…, 0049… → 49…), everything else stays as keyed. Because storing and
 * looking up share this function and the database forbids two owners of one value, an entry means one account.
 */
export function canonicalEntry(digits: string, countryCode: string): string {
  if (digits.startsWith('00')) return digits.slice(2)
  if (digits.startsWith('0')) return countryCode + digits.slice(1)
  return digits
}

/** ISO/IEC 7064 MOD 11,10 over all digits, the last one being the check digit (also used by the German tax number). */
export function isMod11_10(digits: string): boolean {
  let product = 10
  for (const digit of digits.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (product + Number(digits.at(-1))) % 10 === 1
}

/** Luhn (ISO/IEC 7812-1 Annex B), the last digit being the check digit. SIM numbers follow ITU-T E.118. */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
