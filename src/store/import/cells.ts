/** What one cell may hold, whatever the column. What is wrong names the column and the rule, and never quotes the cell. */
import { checks, type IdentifierRule } from '../../auth/identifiers.ts'
import { toE164 } from '../phone-numbers.ts'
import type { Column } from './columns.ts'
import { isDay } from './ownership.ts'

/** Why a line is not imported. */
export class BadLine extends Error {}

/** Undefined where the file has no such column, null where the cell is empty. */
export function optional<T>(written: string | undefined, read: (written: string) => T): T | null | undefined {
  return written === undefined ? undefined : written === '' ? null : read(written)
}

/** What stands between the bars; none where there is no such column. */
export function list(written: string | undefined, column: Column): string[] {
  if (written === undefined || written === '') return []
  const entries = written.split('|').map((entry) => entry.trim())
  if (entries.includes('')) throw new BadLine(`${column} has an empty entry`)
  return entries
}

/** One entry for each of another column's, in their order, each perhaps empty. Undefined where the file has no such column. */
export function listFor(
  written: string | undefined,
  column: Column,
  { of, count }: { of: Column; count: number },
): string[] | undefined {
  if (written === undefined) return undefined
  if (written === '') return Array.from({ length: count }, () => '')
  const entries = written.split('|').map((entry) => entry.trim())
  if (entries.length !== count)
    throw new BadLine(`${column} has ${entries.length} entries for ${count} ${of} (one for each, in their order)`)
  return entries
}

export function digitsBy(digits: string, rule: IdentifierRule, column: Column): string {
  const { min, max } = rule.digits
  if (!/^[0-9]+$/.test(digits) || digits.length < min || digits.length > max)
    throw new BadLine(`${column} must be ${min === max ? min : `${min} to ${max}`} digits`)
  if (rule.check && !checks[rule.check](digits))
    throw new BadLine(`${column} has a number whose check digit does not fit (${rule.check})`)
  return digits
}

export function e164(written: string, countryCode: string, column: Column): string {
  const number = toE164(written, countryCode)
  if (number === null)
    throw new BadLine(`${column} has a number that is no telephone number (write it with +${countryCode} or 0)`)
  return number
}

export function day(written: string, column: Column): string {
  if (!isDay(written)) throw new BadLine(`${column} is not a date written YYYY-MM-DD`)
  return written
}

export function email(written: string): string {
  const address = text(written, 'email', 254)
  if (!/^[^@\s]+@[^@\s]+$/.test(address)) throw new BadLine('email is no e-mail address')
  return address
}

/** What nobody sees and spreadsheets, web pages and PDFs leave in numbers: no-break and thin spaces, soft hyphens, direction marks. */
const UNSEEN = /[\u00a0\u00ad\u061c\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff]/u
const EVERY_UNSEEN = new RegExp(UNSEEN, 'gu')

/** The cell of a number without them. */
export function seen(written: string): string {
  return written.replace(EVERY_UNSEEN, '')
}

/** @param longest in UTF-16 units. */
export function text(written: string, column: Column, longest: number): string {
  if (written === '') throw new BadLine(`${column} is empty`)
  if (written.length > longest) throw new BadLine(`${column} is longer than ${longest} characters`)
  if (/\p{Cc}/u.test(written)) throw new BadLine(`${column} contains a control character`)
  if (UNSEEN.test(written))
    throw new BadLine(`${column} contains a character that nobody sees (write it again by hand)`)
  return written
}
