/**
 * The columns of a customer file. A column that is missing says nothing, and what is stored stays: so a file that was
 * written before a column was thought of stays valid.
 */
import {
  type Credential,
  type CredentialKind,
  credentialKinds,
  credentials,
  issuedKind,
  kindsOf,
  namedEntry,
} from '../../auth/credentials.ts'

/** Every column with what stands in it, in the order in which people are shown them. */
export const contents = {
  brand: 'name of the brand, as in its file',
  customer_number: 'digits; names the customer within the brand',
  name: 'of the customer, for the agent',
  birth_date: 'YYYY-MM-DD',
  language: 'two letters, a language of the brand',
  ...ofCredentials('account', (entry) => entry),
  contract_numbers: 'digits, | between several; each may name its days: …@2024-05-01/2026-04-30',
  products: 'for each of contract_numbers, in their order',
  phone_numbers: '| between several; each may name its days: +49…@2024-05-01/2025-04-30',
  phone_contracts: 'the contract number of each of phone_numbers, in their order',
  sim_numbers: 'digits, | between several',
  phone_sims: 'the SIM number of each of phone_numbers, in their order',
  ...ofCredentials('sim', (entry) => `${entry} for each of sim_numbers, in their order`),
  email: 'for the agent',
  mobile: 'telephone number, for the agent',
  address_since:
    'YYYY-MM-DD, since when the postal address is the one of today; without it no letter for a forgotten PIN goes there',
  reference: 'your own name for the person, the same in all brands, for agents of several',
}

export type Column = keyof typeof contents
export const columns = Object.keys(contents) as Column[]

/** A line without these would speak of nobody. */
export const neededColumns = ['brand', 'customer_number', 'name', 'language'] as const satisfies Column[]

/** What this header leaves out and some brand would use: nobody misses the credentials that none takes. */
export function missedColumns(header: readonly Column[], taken: readonly CredentialKind[]): Column[] {
  const untaken = credentialKinds
    .filter((kind) => !taken.includes(kind))
    .map((kind): Column => credentials[kind].column)
  return columns.filter((column) => !header.includes(column) && !untaken.includes(column))
}

/** For people who write files of several brands. */
function usualIn(kind: CredentialKind): string {
  return `${namedEntry(credentials[kind].usualEntry)}${kind === issuedKind ? ', or as many as pins.digits of its brand says' : ''}`
}

function ofCredentials(subject: Credential['subject'], contentOf: (entry: string) => string) {
  const rows = kindsOf(subject).map((kind) => [credentials[kind].column, contentOf(usualIn(kind))])
  return Object.fromEntries(rows) as Record<(typeof credentials)[CredentialKind]['column'], string>
}
