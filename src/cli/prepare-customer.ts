/** A customer for one call: the `before: customer …` line of a transcript. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checks } from '../auth/identifiers.ts'
import type { Brand } from '../flow/brand.ts'
import { rulesOf } from '../hotlines/hotlines.ts'
import type { Deps } from '../server/deps.ts'
import { columns } from '../store/import/columns.ts'
import { importAccounts } from '../store/import/import.ts'

/** No column of a file: whether the PIN of the line is a code for first use. */
export const FIRST_USE = 'first_use'

/** A customer as a file would bring them, who had no other secret before; what the line does not say is left empty, or invented. */
export async function addCustomer({ database, verifier, hotlines }: Deps, line: string): Promise<void> {
  const [, brand = '', ...pairs] = line.trim().split(/\s+/)
  const { [FIRST_USE]: firstUse, ...given } = Object.fromEntries(pairs.map((pair) => pair.split('=', 2)))
  const rules = rulesOf(hotlines)
  const customerNumber = given.customer_number ?? numberFor(hotlines.byBrand.get(brand)?.brand, pairs.join())
  const language = hotlines.byBrand.get(brand)?.brand.languages[0]?.code ?? ''
  const row: Record<string, string> = { name: 'Test', language, ...given, brand, customer_number: customerNumber }
  const folder = mkdtempSync(join(tmpdir(), 'customer-'))
  try {
    const file = join(folder, 'customer.csv')
    writeFileSync(file, `${columns.join()}\n${columns.map((column) => row[column] ?? '').join()}\n`)
    await importAccounts(database.db, file, {
      brands: rules,
      verifier,
      replacePins: true,
      hashesAtOnce: 1,
      now: () => new Date(),
      onBadLine: (_line, reason) => {
        throw new Error(`'before: ${line}' is no customer: ${reason}.`)
      },
    })
    await database.db
      .deleteFrom('past_secret')
      .where('brand', '=', brand)
      .where('ref', 'in', (account) =>
        account
          .selectFrom('account')
          .select('ref')
          .where('brand', '=', brand)
          .where('customer_number', '=', customerNumber),
      )
      .execute()
  } finally {
    rmSync(folder, { recursive: true })
  }
  if (firstUse === undefined) return
  if (!hotlines.byBrand.get(brand)?.brand.pins.first_use)
    throw new Error(`'before: ${line}' is no customer: '${brand}' has no codes for first use.`)
  await database.db
    .updateTable('verifier')
    .set({ replace_only: true })
    .where('credential', '=', 'pin')
    .where('ref', 'in', (from) =>
      from.selectFrom('account').select('ref').where('brand', '=', brand).where('customer_number', '=', customerNumber),
    )
    .execute()
}

/** A customer number where only another number is told; different numbers give different ones. */
function numberFor(brand: Brand | undefined, seed: string): string {
  const rule = brand?.identifiers.find(({ kind }) => kind === 'customer_number')
  if (!brand || !rule) throw new Error('a customer of this brand needs a customer_number')
  const hash = [...seed].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 1_000_000_007, 7)
  const body = String(hash)
    .padStart(rule.digits.max, '3')
    .slice(0, rule.digits.max - 1)
  const found = [...'0123456789']
    .map((last) => body + last)
    .find((number) => rule.check === null || checks[rule.check](number))
  if (found === undefined) throw new Error('no customer number has the form that this brand asks for')
  return found
}
