/** One line of an import, checked by the rules of its brand. Reasons name the column and the rule and never quote a cell. */
import type { CredentialKind } from '../../auth/credentials.ts'
import { credentials } from '../../auth/credentials.ts'
import { canonicalEntry, checks, type IdentifierKind, type IdentifierRule } from '../../auth/identifiers.ts'
import { Secret } from '../../auth/secret.ts'
import { digitsOf, toE164 } from '../phone-numbers.ts'
import type { Column, Fields } from './header.ts'
import { isDay, type Ownership, readOwnership } from './ownership.ts'

/** What an import needs to know of a brand. */
export interface BrandRules {
  name: string
  identifiers: readonly IdentifierRule[]
  credentials: readonly CredentialKind[]
  /** Without plus: `49`. */
  countryCode: string
  languages: readonly string[]
  /** Whether callers are found by the line they call from; then phone numbers are used even where none is keyed. */
  ownLine: boolean
  /** Where the dates of the file begin: `Europe/Berlin`. */
  timeZone: string
}

export interface RowIdentifier extends Ownership {
  kind: IdentifierKind
  /** Canonical digits. */
  value: string
  /** The PUK that came with this SIM. */
  puk: Secret | null
}

export interface Row {
  brand: string
  customerNumber: string
  name: string
  /** `YYYY-MM-DD` */
  birthDate: string | null
  language: string
  email: string | null
  /** E.164 */
  mobile: string | null
  pin: Secret | null
  /** The kinds that the brand uses: what the line says of them is complete, of the others nothing. */
  kinds: IdentifierKind[]
  identifiers: RowIdentifier[]
}

/** Why a line is not imported. */
class BadLine extends Error {}

/** SIM numbers where the brand takes PUKs but no SIM number at the keypad. ITU-T E.118: at most 19 digits with Luhn. */
const SIM_RULE: IdentifierRule = { kind: 'sim_number', digits: { min: 18, max: 20 }, check: 'luhn' }
const CUSTOMER_RULE: IdentifierRule = { kind: 'customer_number', digits: { min: 6, max: 12 }, check: null }

/** The row, or the reason why it is none. Columns that the brand does not use are not even looked at. */
export function readRow(fields: Fields, brands: ReadonlyMap<string, BrandRules>): Row | string {
  try {
    return checkedRow(fields, brands)
  } catch (error) {
    if (error instanceof BadLine) return error.message
    throw error
  }
}

function checkedRow(fields: Fields, brands: ReadonlyMap<string, BrandRules>): Row {
  const brand = brands.get(fields.brand)
  if (!brand) throw new BadLine(`brand is none of ${[...brands.keys()].join(', ')}`)
  const ruleOf = (kind: IdentifierKind) => brand.identifiers.find((rule) => rule.kind === kind)
  const customer = digitsBy(fields.customer_number, ruleOf('customer_number') ?? CUSTOMER_RULE, 'customer_number')
  const name = text(fields.name, 'name', 200)
  if (name === null) throw new BadLine('name is empty')
  if (!brand.languages.includes(fields.language)) throw new BadLine(`language is none of ${brand.languages.join(', ')}`)

  const kinds: IdentifierKind[] = ['customer_number']
  const identifiers: RowIdentifier[] = [identifier('customer_number', customer, brand)]
  const contractRule = ruleOf('contract_number')
  if (contractRule) {
    kinds.push('contract_number')
    for (const number of list(fields, 'contract_numbers'))
      identifiers.push(identifier('contract_number', digitsBy(number, contractRule, 'contract_numbers'), brand))
  }
  if (brand.ownLine || ruleOf('phone_number')) {
    kinds.push('phone_number')
    for (const entry of list(fields, 'phone_numbers')) identifiers.push(phone(entry, brand))
  }
  const takesPuks = brand.credentials.includes('puk')
  if (takesPuks || ruleOf('sim_number')) {
    kinds.push('sim_number')
    identifiers.push(...sims(fields, brand, ruleOf('sim_number') ?? SIM_RULE, takesPuks))
  }
  for (const [index, { kind, value }] of identifiers.entries()) {
    const earlier = identifiers.findIndex((other) => other.kind === kind && other.value === value)
    if (earlier !== index) throw new BadLine(`${kind}s names one number twice`)
  }

  return {
    brand: brand.name,
    customerNumber: customer,
    name,
    birthDate: fields.birth_date === '' ? null : birthDate(fields.birth_date),
    language: fields.language,
    email: email(fields.email),
    mobile: fields.mobile === '' ? null : e164(fields.mobile, brand, 'mobile'),
    pin: brand.credentials.includes('pin') ? secret(fields.pin, 'pin', 'pin') : null,
    kinds,
    identifiers,
  }
}

function sims(fields: Fields, brand: BrandRules, rule: IdentifierRule, takesPuks: boolean): RowIdentifier[] {
  const numbers = list(fields, 'sim_numbers')
  const puks = takesPuks && fields.puks !== '' ? fields.puks.split('|').map((puk) => puk.trim()) : []
  if (puks.length > 0 && puks.length !== numbers.length)
    throw new BadLine(
      `puks has ${puks.length} entries for ${numbers.length} sim_numbers (one for each, in their order)`,
    )
  return numbers.map((number, index) => ({
    ...identifier('sim_number', digitsBy(number, rule, 'sim_numbers'), brand),
    puk: secret(puks[index] ?? '', 'puk', 'puks'),
  }))
}

function identifier(kind: IdentifierKind, digits: string, brand: BrandRules): RowIdentifier {
  return { kind, value: canonicalEntry(digits, brand.countryCode), from: null, to: null, puk: null }
}

/** `0171… @2024-05-01` or, for a number that is no longer theirs, `0171…@2019-03-01/2024-04-30`. */
function phone(entry: string, brand: BrandRules): RowIdentifier {
  const at = entry.indexOf('@')
  const owned = at === -1 ? { from: null, to: null } : readOwnership(entry.slice(at + 1).trim(), brand.timeZone)
  if (!owned) throw new BadLine('phone_numbers has a date that is not @YYYY-MM-DD or @YYYY-MM-DD/YYYY-MM-DD')
  const number = e164(at === -1 ? entry : entry.slice(0, at), brand, 'phone_numbers')
  return { kind: 'phone_number', value: digitsOf(number), ...owned, puk: null }
}

function e164(written: string, brand: BrandRules, column: Column): string {
  const number = toE164(written, brand.countryCode)
  if (number === null)
    throw new BadLine(`${column} has a number that is no telephone number (write it with +${brand.countryCode} or 0)`)
  return number
}

function digitsBy(digits: string, rule: IdentifierRule, column: Column): string {
  const { min, max } = rule.digits
  if (!/^[0-9]+$/.test(digits) || digits.length < min || digits.length > max)
    throw new BadLine(`${column} must be ${min === max ? min : `${min} to ${max}`} digits`)
  if (rule.check && !checks[rule.check](digits))
    throw new BadLine(`${column} has a number whose check digit does not fit (${rule.check})`)
  return digits
}

function secret(digits: string, kind: CredentialKind, column: Column): Secret | null {
  if (digits === '') return null
  if (!new RegExp(`^[0-9]{${credentials[kind].digits}}$`).test(digits))
    throw new BadLine(`${column} must be ${credentials[kind].digits} digits`)
  return new Secret(digits)
}

function list(fields: Fields, column: Column): string[] {
  if (fields[column] === '') return []
  const entries = fields[column].split('|').map((entry) => entry.trim())
  if (entries.includes('')) throw new BadLine(`${column} has an empty entry`)
  return entries
}

function birthDate(written: string): string {
  if (!isDay(written)) throw new BadLine('birth_date is not a date written YYYY-MM-DD')
  return written
}

function email(written: string): string | null {
  const address = text(written, 'email', 254)
  if (address !== null && !/^[^@\s]+@[^@\s]+$/.test(address)) throw new BadLine('email is no e-mail address')
  return address
}

function text(written: string, column: Column, longest: number): string | null {
  if (written.length > longest) throw new BadLine(`${column} is longer than ${longest} characters`)
  if (/\p{Cc}/u.test(written)) throw new BadLine(`${column} contains a control character`)
  return written === '' ? null : written
}
