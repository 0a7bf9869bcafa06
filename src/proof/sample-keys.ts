import { entryOf, lengthsOf } from '../auth/credentials.ts'
import { formOf } from '../auth/identifiers.ts'
import type { Brand } from '../flow/brand.ts'

/** Digits of a customer number as callers usually have it; brands take 6 to 12. */
const USUAL_LENGTH = 9

/**
 * A number of the brand's form, of the usual length where that is allowed, with a check digit that fits. It belongs to
 * nobody: code that walks through a flow answers the question for it itself.
 */
export function sampleEntry(brand: Pick<Brand, 'identifiers'>): string {
  const [entry] = sampleEntries(brand)
  if (entry === undefined) throw new Error('no number can have the form that this brand asks for')
  return entry
}

/** One such number for each set of kinds that a number can be, by its form alone. */
export function sampleEntries({ identifiers }: Pick<Brand, 'identifiers'>): string[] {
  const lengths = identifiers.flatMap(({ digits: { min, max } }) => [
    Math.min(Math.max(USUAL_LENGTH, min), max),
    min,
    max,
  ])
  const byKinds = new Map<string, string>()
  for (const length of lengths) {
    for (const last of '0123456789') {
      const entry = digitsOf(length - 1) + last
      const form = formOf(entry, identifiers)
      const kinds = form.form === 'well_formed' ? form.kinds.join() : null
      if (kinds !== null && !byKinds.has(kinds)) byKinds.set(kinds, entry)
    }
  }
  return [...byKinds.values()]
}

/** An entry of the right length whose check digit is off, or null where every ending is allowed. */
export function entryWithBrokenCheckDigit(brand: Pick<Brand, 'identifiers'>): string | null {
  const bodies = brand.identifiers.filter(({ check }) => check !== null).map(({ digits }) => digitsOf(digits.min - 1))
  const entries = bodies.flatMap((body) => [...'0123456789'].map((last) => body + last))
  return entries.find((entry) => formOf(entry, brand.identifiers).form === 'check_digit') ?? null
}

/** As many digits as the credential that the brand names first has at least. */
export function sampleSecret(brand: Pick<Brand, 'credentials' | 'pins'>): string {
  const [first] = brand.credentials
  return '4711471147114711'.slice(0, first === undefined ? 0 : lengthsOf(entryOf(brand, first)).from)
}

function digitsOf(length: number): string {
  return '2345678901234567890'.slice(0, length)
}
