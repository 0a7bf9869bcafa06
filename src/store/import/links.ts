/** The columns that say which contract and which SIM a phone number of the line has. */
import { canonicalEntry, type IdentifierKind } from '../../auth/identifiers.ts'
import { BadLine, listFor } from './cells.ts'
import type { Fields } from './header.ts'

/** Canonical numbers of the same line; null: of none. Undefined where the file does not say. */
export interface Links {
  contract?: string | null
  sim?: string | null
}

/** What the line says of numbers of other kinds. */
export interface Linkable {
  numbersOf(kind: IdentifierKind): readonly string[] | null
  /** Whether a number of that kind was left out: it may be the one that is meant, so nothing is said then. */
  isPartial(kind: IdentifierKind): boolean
  countryCode: string
}

/** By the place of the phone number; `count` of them. */
export function linksOf(fields: Fields, count: number, line: Linkable): (index: number) => Links {
  const contracts = read(fields, 'phone_contracts', 'contract_number', count, line)
  const sims = read(fields, 'phone_sims', 'sim_number', count, line)
  return (index) => {
    const [contract, sim] = [contracts?.[index], sims?.[index]]
    return { ...(contract !== undefined && { contract }), ...(sim !== undefined && { sim }) }
  }
}

function read(
  fields: Fields,
  column: 'phone_contracts' | 'phone_sims',
  kind: 'contract_number' | 'sim_number',
  count: number,
  { numbersOf, isPartial, countryCode }: Linkable,
): (string | null | undefined)[] | undefined {
  const entries = listFor(fields[column], column, { of: 'phone_numbers', count })
  const numbers = numbersOf(kind)
  if (numbers === null) return undefined
  return entries?.map((entry) => {
    if (entry === '') return null
    const value = /^[0-9]+$/.test(entry) ? canonicalEntry(entry, countryCode) : entry
    if (numbers.includes(value)) return value
    if (!isPartial(kind)) throw new BadLine(`${column} names none of ${kind}s of the line`)
    return undefined
  })
}
