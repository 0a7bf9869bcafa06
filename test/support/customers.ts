/** Customer files and brands for tests of the store. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { IdentifierKind } from '../../src/auth/identifiers.ts'
import { pinRules } from '../../src/auth/pin-policy.ts'
import type { StoredVerifier, Verifier } from '../../src/auth/verifier.ts'
import { type Column, columns } from '../../src/store/import/columns.ts'
import { type ImportOptions, importAccounts, type Summary } from '../../src/store/import/import.ts'
import type { BrandRules } from '../../src/store/import/row.ts'
import type { Schema } from '../../src/store/schema.ts'

const pins = { digits: 4, still: [], forbid: pinRules }
const german = { countryCode: '49', languages: ['de', 'en'], timeZone: 'Europe/Berlin', pins }
const customer = { kind: 'customer_number', digits: { min: 8, max: 8 }, check: null } as const

/** `strict`: customer numbers with a check digit and nothing else. `open`, `other`: every identifier; `open` takes PUKs. */
export const brands: ReadonlyMap<string, BrandRules> = new Map(
  (
    [
      {
        ...german,
        name: 'strict',
        identifiers: [{ kind: 'customer_number', digits: { min: 9, max: 9 }, check: 'mod11_10' }],
        credentials: ['pin'],
        ownLine: false,
      },
      ...(['open', 'other'] as const).map((name) => ({
        ...german,
        name,
        identifiers: [
          customer,
          { kind: 'contract_number', digits: { min: 10, max: 10 }, check: null },
          { kind: 'phone_number', digits: { min: 6, max: 15 }, check: null },
          { kind: 'sim_number', digits: { min: 19, max: 19 }, check: 'luhn' },
        ],
        credentials: name === 'open' ? ['pin', 'puk'] : ['pin'],
        ownLine: true,
      })),
    ] as BrandRules[]
  ).map((brand) => [brand.name, brand]),
)

export const SIM_A = '8949000000000000018'
export const SIM_B = '8949000000000000026'

/** A line of the brand `open` that is good; what is given replaces. */
export function line(cells: Partial<Record<Column, string>> = {}): Record<Column, string> {
  const empty = Object.fromEntries(columns.map((column) => [column, ''])) as Record<Column, string>
  return { ...empty, brand: 'open', customer_number: '10000001', name: 'Ada Beispiel', language: 'de', ...cells }
}

/** As many lines, each of a customer with a number of their own. */
export function customers(count: number, cells: (n: number) => Parameters<typeof line>[0] = () => ({})) {
  return Array.from({ length: count }, (_, n) => line({ customer_number: String(10_000_000 + n), ...cells(n) }))
}

export function csv(lines: readonly Record<Column, string>[]): string {
  return [columns.join(','), ...lines.map((cells) => columns.map((column) => cells[column]).join(','))].join('\n')
}

/** Writes a file below a new temporary folder and returns its name. */
export function file(content: string | Uint8Array): string {
  const name = join(mkdtempSync(join(tmpdir(), 'rufpass-csv-')), 'customers.csv')
  writeFileSync(name, content)
  return name
}

/** A verifier that costs nothing and notes for which accounts it was asked. What it makes holds no digit. */
export function noting(): Pick<Verifier, 'make'> & { made: string[] } {
  const made: string[] = []
  return {
    made,
    make: (_secret, owner, kind, like): Promise<StoredVerifier> => {
      made.push(`${kind} ${owner}`)
      const nothing = { v: 1, params: { m: 8, t: 1, p: 1 }, kids: ['test'], salt: '', tag: `${made.length}` } as const
      return Promise.resolve({ ...nothing, ...like, kids: [...nothing.kids] })
    },
  }
}

export type Imported = Summary & { badLines: Record<number, string>; disputedLines: Record<number, IdentifierKind> }

/** Imports lines or a file's content and gathers the bad ones. */
export function importLines(
  db: Kysely<Schema>,
  content: readonly Record<Column, string>[] | string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const text = typeof content === 'string' || content instanceof Uint8Array ? content : csv(content)
  return importFile(db, file(text), options)
}

export async function importFile(
  db: Kysely<Schema>,
  name: string,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const badLines: Imported['badLines'] = {}
  const disputedLines: Imported['disputedLines'] = {}
  const summary = await importAccounts(db, name, {
    brands,
    verifier: noting(),
    replacePins: false,
    hashesAtOnce: 4,
    now: () => new Date(),
    onBadLine: (number, reason) => {
      badLines[number] = reason
    },
    onDisputed: (number, kind) => {
      disputedLines[number] = kind
    },
    ...options,
  })
  return { ...summary, badLines, disputedLines }
}

/** Everything that an import can change, as text that is equal when nothing changed. */
export async function dump(db: Kysely<Schema>): Promise<string> {
  const tables = [
    'account',
    'letter',
    'letter_order',
    'pending_verifier',
    'contract',
    'contact',
    'sim',
    'identifier',
    'ticket',
    'verifier',
    'pin_state',
  ] as const
  const rows = []
  for (const table of tables) {
    const result = await sql`select to_jsonb(t) as row from ${sql.table(table)} t order by to_jsonb(t)::text`.execute(
      db,
    )
    rows.push(table, ...result.rows.map((row) => JSON.stringify(row)))
  }
  return rows.join('\n')
}

/** Forgets all customers. */
export async function empty(db: Kysely<Schema>): Promise<void> {
  await sql`truncate message, call_code, pin_copy, portal_budget, proved_line, letter, letter_order, pending_verifier, past_secret, account, contract, contact, sim, identifier, erasure, ticket, ticket_report, ticket_change, note, verifier,
    pin_state`.execute(db)
}

export async function refOf(db: Kysely<Schema>, customerNumber: string, brand = 'open'): Promise<string> {
  const { ref } = await db
    .selectFrom('account')
    .select('ref')
    .where('brand', '=', brand)
    .where('customer_number', '=', customerNumber)
    .executeTakeFirstOrThrow()
  return ref
}
