/** One customer put as a line of a file would: the same reading, rules, plan and writing, and an event with it. */
import type { Kysely } from 'kysely'
import { credentials, kindsOf } from '../../auth/credentials.ts'
import { HASHES_PER_CORE, type HashingSlots } from '../../auth/hashing-slots.ts'
import type { Verifier } from '../../auth/verifier.ts'
import type { CustomerFile } from '../../seams/customer-file.ts'
import { deadlineIn } from '../../seams/deadline.ts'
import { DEADLINE_MS } from '../../seams/patience.ts'
import { createEventLog } from '../events.ts'
import { type Copying, copiesNothing } from '../look-up/pin-copies.ts'
import type { Schema } from '../schema.ts'
import { type Column, columns, contents, missedColumns } from './columns.ts'
import type { Fields } from './header.ts'
import { type BrandRules, type CustomerRow, readRow } from './row.ts'
import { writeRows } from './write.ts'
import { settleDisputes } from './write-rows.ts'

const naming = ['brand', 'customer_number'] as const satisfies Column[]
const lists: Column[] = [
  'contract_numbers',
  'products',
  'phone_numbers',
  'phone_contracts',
  'sim_numbers',
  'phone_sims',
  ...kindsOf('sim').map((kind): Column => credentials[kind].column),
]

/**
 * @param slots of its own: however many customers are put, no caller is kept from the PIN check.
 */
export function createCustomerFile(
  db: Kysely<Schema>,
  brands: ReadonlyMap<string, BrandRules>,
  verifier: Pick<Verifier, 'make'>,
  slots: HashingSlots,
  copying: Copying = copiesNothing,
): CustomerFile {
  const written = async (row: CustomerRow, actor: string, now: Date) => {
    const giveBack = await slots.take(deadlineIn(DEADLINE_MS.usual))
    if (!giveBack) throw new Error('No slot for hashing came free in time.')
    try {
      return await writeRows(db, [row], {
        verifier,
        copying,
        now,
        replacePins: false,
        hashesAtOnce: HASHES_PER_CORE,
        async recorded(trx, [result]) {
          const facts = { act: 'put', is: result?.kind ?? null }
          const of = { callId: '-', brand: row.brand, ref: result?.ref ?? null }
          await createEventLog(trx).append({ kind: 'account', ...of, actor, facts })
        },
      })
    } finally {
      giveBack()
    }
  }

  return {
    columns: Object.fromEntries(
      columns
        .filter((column) => !naming.some((one) => one === column))
        .map((column) => [column, lists.includes(column)]),
    ),
    async put({ brand, customerNumber }, given, { actor, now }) {
      const rules = brands.get(brand)
      if (!rules) return null
      const fields = { ...tidied(given), brand, customer_number: customerNumber } as Fields
      const row = readRow(fields, brands)
      if (typeof row === 'string') return { fault: faultOf(row) }
      // Lines of a file go in without a number that is none and are told; one customer is sent again, with the right one.
      const [unusable] = row.leftOut
      if (unusable !== undefined) return { fault: faultOf(unusable) }
      const known = await secretsOf(db, row)
      const [result] = await written(row, actor, now)
      if (!result || result.kind === 'raced') return 'raced'
      const { kind, ref, disputes } = result
      const disputed = disputes && ref !== null ? await settleDisputes(db, [ref], now) : null
      const silent = missedColumns(Object.keys(fields) as Column[], rules.credentials)
      return {
        is: kind,
        kept: [...silent, ...known.filter((column) => fields[column])],
        disputed: (ref !== null && disputed?.get(ref)) || null,
      }
    },
  }
}

/** As the header of a file does with cells. */
function tidied(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).map(([column, cell]) => [column, cell.trim().normalize('NFC')]))
}

/** The columns of the account's own secrets that exist. */
async function secretsOf(db: Kysely<Schema>, { brand, customerNumber }: CustomerRow): Promise<Column[]> {
  const rows = await db
    .selectFrom('verifier')
    .innerJoin('account', 'account.ref', 'verifier.ref')
    .select('credential')
    .where('account.brand', '=', brand)
    .where('account.customer_number', '=', customerNumber)
    .where('verifier.sim', '=', '')
    .execute()
  return kindsOf('account')
    .filter((kind) => rows.some(({ credential }) => credential === kind))
    .map((kind) => credentials[kind].column)
}

/** Reasons of bad lines begin with the column. */
function faultOf(reason: string) {
  const [, field = '', rule = reason] = /^([a-z_]+) (.+)$/s.exec(reason) ?? []
  const column = columns.find((each) => each === field)
  return { field, rule, remedy: column === undefined ? rule : `Correct it: ${contents[column]}` }
}
