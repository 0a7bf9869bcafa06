/** One line of an import, checked by the rules of its brand. Reasons name the column and the rule and never quote a cell. */
import { type CredentialKind, credentials, entryOf, hasLength, kindsOf, namedEntry } from '../../auth/credentials.ts'
import { canonicalEntry, type IdentifierKind, type IdentifierRule } from '../../auth/identifiers.ts'
import { asKeyed } from '../../auth/letter-keys.ts'
import type { PinDemands } from '../../auth/pin-policy.ts'
import type { Secret } from '../../auth/secret.ts'
import { digitsOf } from '../phone-numbers.ts'
import { BadLine, day, digitsBy, e164, email, list, listFor, optional, seen, text } from './cells.ts'
import type { Column } from './columns.ts'
import type { Fields } from './header.ts'
import { type Linkable, type Links, linksOf } from './links.ts'
import { type Ownership, readOwnership } from './ownership.ts'

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
  /** By what its PINs are judged; those of a file are taken over all the same, where they may be keyed. */
  pins: PinDemands
}

export interface Named {
  brand: string
  customerNumber: string
}

/** Those that the line gives; of the others it says nothing. */
export type Secrets = ReadonlyMap<CredentialKind, Secret>

/** `contract` and `sim` are those of a phone number. */
export interface RowIdentifier extends Ownership, Links {
  kind: IdentifierKind
  /** Canonical digits. */
  value: string
  /** What came with this SIM. */
  secrets: Secrets
  /** Of a contract, where the file says it. */
  product?: string | null
}

/** What is kept of a customer beside the numbers of contracts. */
export const contactKinds = ['mobile', 'email'] as const
export type ContactKind = (typeof contactKinds)[number]

/** What the file has no column for is undefined; what the line leaves empty is null. */
export interface CustomerRow {
  brand: string
  customerNumber: string
  name: string
  /** `YYYY-MM-DD` */
  birthDate: string | null | undefined
  language: string
  email: string | null | undefined
  /** E.164 */
  mobile: string | null | undefined
  /** `YYYY-MM-DD`: since when the postal address is the one of today. */
  addressSince: string | null | undefined
  /** The operator's name for the person, the same in all brands. */
  reference: string | null | undefined
  /** Of the account. */
  secrets: Secrets
  /** The kinds that the brand uses and the file has: what the line says of them is complete, of the others nothing. */
  kinds: IdentifierKind[]
  /** Kinds with a number that is left out. Nobody can say which it was meant to be, so what is stored of them stays. */
  partial: IdentifierKind[]
  identifiers: RowIdentifier[]
  /** Why numbers of the line are left out; the customer is in without them. */
  leftOut: string[]
  /** By what PINs of the brand are judged. */
  judgedBy: Pick<BrandRules, 'pins' | 'countryCode'>
}

/** SIM numbers where no SIM number is taken at the keypad. ITU-T E.118: at most 19 digits with Luhn. */
export const SIM_RULE: IdentifierRule = { kind: 'sim_number', digits: { min: 18, max: 20 }, check: 'luhn' }
const CUSTOMER_RULE: IdentifierRule = { kind: 'customer_number', digits: { min: 6, max: 12 }, check: null }
const NO_SECRETS: Secrets = new Map()

/** The row, or the reason why it is none. Columns that the brand does not use are not even looked at. */
export function readRow(fields: Fields, brands: ReadonlyMap<string, BrandRules>): CustomerRow | string {
  try {
    return checkedRow(withoutUnseen(fields), brands)
  } catch (error) {
    if (error instanceof BadLine) return error.message
    throw error
  }
}

/** Whose line it is, also of one that is bad; null where that cannot be known, as with a digit that is missing. */
export function namedBy(fields: Fields, brands: ReadonlyMap<string, BrandRules>): Named | null {
  try {
    return { brand: brandOf(fields, brands).name, customerNumber: customerOf(withoutUnseen(fields), brands) }
  } catch (error) {
    if (error instanceof BadLine) return null
    throw error
  }
}

function brandOf(fields: Fields, brands: ReadonlyMap<string, BrandRules>): BrandRules {
  const brand = brands.get(fields.brand)
  if (!brand) throw new BadLine(`brand is none of ${[...brands.keys()].join(', ')}`)
  return brand
}

function customerOf(fields: Fields, brands: ReadonlyMap<string, BrandRules>): string {
  const rule = brandOf(fields, brands).identifiers.find(({ kind }) => kind === 'customer_number')
  return digitsBy(fields.customer_number, rule ?? CUSTOMER_RULE, 'customer_number')
}

/** Of names and addresses they are kept, to be refused: there they may be meant to deceive. */
function withoutUnseen(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([column, written]) => [
    column,
    inWords.has(column) ? written : seen(written),
  ])
  return Object.fromEntries(entries) as Fields
}
const inWords: ReadonlySet<string> = new Set<Column>(['brand', 'name', 'email', 'products'])

function checkedRow(fields: Fields, brands: ReadonlyMap<string, BrandRules>): CustomerRow {
  const brand = brandOf(fields, brands)
  const ruleOf = (kind: IdentifierKind) => brand.identifiers.find((rule) => rule.kind === kind)
  const customer = customerOf(fields, brands)
  const name = text(fields.name, 'name', 200)
  if (!brand.languages.includes(fields.language)) throw new BadLine(`language is none of ${brand.languages.join(', ')}`)

  const leftOut: string[] = []
  const partial: IdentifierKind[] = []
  const usableOf =
    (kind: IdentifierKind): Usable =>
    (read) => {
      const number = orLeftOut(leftOut, read)
      if (number === null && !partial.includes(kind)) partial.push(kind)
      return number
    }
  const said = new Map<IdentifierKind, RowIdentifier[]>()
  said.set('customer_number', [identifier('customer_number', customer, brand)])
  const contractRule = ruleOf('contract_number')
  if (contractRule && 'contract_numbers' in fields)
    said.set('contract_number', contracts(fields, brand, contractRule, usableOf('contract_number')))
  const takesPhones = (brand.ownLine || ruleOf('phone_number')) && 'phone_numbers' in fields
  // Before SIMs in the row, and read after them, for they may be linked to one.
  if (takesPhones) said.set('phone_number', [])
  if (kindsOf('sim', brand.credentials).length > 0 || ruleOf('sim_number')) {
    const all = sims(fields, brand, ruleOf('sim_number') ?? SIM_RULE, usableOf('sim_number'))
    if ('sim_numbers' in fields) said.set('sim_number', all)
  }
  const line: Linkable = {
    numbersOf: (kind) => said.get(kind)?.map(({ value }) => value) ?? null,
    isPartial: (kind) => partial.includes(kind),
    countryCode: brand.countryCode,
  }
  if (takesPhones) said.set('phone_number', phones(fields, brand, usableOf('phone_number'), line))
  const identifiers = [...said.values()].flat()
  for (const [index, { kind, value }] of identifiers.entries()) {
    const earlier = identifiers.findIndex((other) => other.kind === kind && other.value === value)
    if (earlier !== index) throw new BadLine(`${kind}s names one number twice`)
  }

  return {
    brand: brand.name,
    customerNumber: customer,
    name,
    birthDate: optional(fields.birth_date, (written) => day(written, 'birth_date')),
    addressSince: optional(fields.address_since, (written) => day(written, 'address_since')),
    language: fields.language,
    email: optional(fields.email, email),
    mobile: optional(fields.mobile, (written) => orLeftOut(leftOut, () => e164(written, brand.countryCode, 'mobile'))),
    reference: optional(fields.reference, (written) => text(written, 'reference', 64)),
    secrets: secrets('account', brand, (column) => fields[column]),
    kinds: [...said.keys()],
    partial,
    identifiers,
    leftOut,
    judgedBy: brand,
  }
}

/** Reads a number, or notes why it is left out. */
type Usable = (read: () => string) => string | null

function contracts(fields: Fields, brand: BrandRules, rule: IdentifierRule, usable: Usable): RowIdentifier[] {
  const entries = list(fields.contract_numbers, 'contract_numbers')
  const products = listFor(fields.products, 'products', { of: 'contract_numbers', count: entries.length })
  for (const product of products ?? []) if (product !== '') text(product, 'products', 100)
  return entries.flatMap((entry, index) => {
    const { written, from, to } = dated(entry, brand, 'contract_numbers')
    const number = usable(() => digitsBy(written, rule, 'contract_numbers'))
    const product = products?.[index]
    return number === null
      ? []
      : [{ ...identifier('contract_number', number, brand), from, to, ...(products && { product: product || null }) }]
  })
}

function phones(fields: Fields, brand: BrandRules, usable: Usable, line: Linkable): RowIdentifier[] {
  const entries = list(fields.phone_numbers, 'phone_numbers')
  const links = linksOf(fields, entries.length, line)
  return entries.flatMap((entry, index) => {
    const { written, from, to } = dated(entry, brand, 'phone_numbers')
    const number = usable(() => e164(written, brand.countryCode, 'phone_numbers'))
    return number === null
      ? []
      : [{ kind: 'phone_number', value: digitsOf(number), from, to, secrets: NO_SECRETS, ...links(index) }]
  })
}

/** Null where it is no number, and why goes to `leftOut`. */
function orLeftOut(leftOut: string[], read: () => string): string | null {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof BadLine)) throw error
    leftOut.push(error.message)
    return null
  }
}

/** `0171… @2024-05-01` or, for a number that is no longer theirs, `0171…@2019-03-01/2024-04-30`. */
function dated(entry: string, { timeZone }: BrandRules, column: Column): Ownership & { written: string } {
  const [, written = '', days] = /^([^@]*)(?:@(.*))?$/s.exec(entry) ?? []
  const owned = days === undefined ? { from: null, to: null } : readOwnership(days.trim(), timeZone)
  if (!owned) throw new BadLine(`${column} has a date that is not @YYYY-MM-DD or @YYYY-MM-DD/YYYY-MM-DD`)
  return { written: written.trim(), ...owned }
}

function sims(fields: Fields, brand: BrandRules, rule: IdentifierRule, usable: Usable): RowIdentifier[] {
  const numbers = list(fields.sim_numbers, 'sim_numbers')
  const given = new Map(
    kindsOf('sim', brand.credentials).map((kind) => {
      const { column } = credentials[kind]
      return [column as Column, listFor(fields[column], column, { of: 'sim_numbers', count: numbers.length })]
    }),
  )
  return numbers.flatMap((written, index) => {
    const own = secrets('sim', brand, (column) => given.get(column)?.[index])
    const number = usable(() => digitsBy(written, rule, 'sim_numbers'))
    return number === null ? [] : [{ ...identifier('sim_number', number, brand), secrets: own }]
  })
}

function identifier(kind: IdentifierKind, digits: string, brand: BrandRules): RowIdentifier {
  return { kind, value: canonicalEntry(digits, brand.countryCode), from: null, to: null, secrets: NO_SECRETS }
}

/** The secrets of the kinds that the brand takes, each out of its column. */
function secrets(
  subject: 'account' | 'sim',
  brand: BrandRules,
  writtenIn: (column: Column) => string | undefined,
): Secrets {
  const given = new Map<CredentialKind, Secret>()
  for (const kind of kindsOf(subject, brand.credentials)) {
    const { column } = credentials[kind]
    const entry = entryOf(brand, kind)
    const written = writtenIn(column)
    if (!written) continue
    const secret = asKeyed(kind, written)
    if (!secret.isNumeric || !hasLength(entry, secret.length))
      throw new BadLine(`${column} must be ${namedEntry(entry)}`)
    given.set(kind, secret)
  }
  return given
}
