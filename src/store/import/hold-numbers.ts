/** Who gives numbers to accounts does it one after the other. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'

/** More are locked as all of their brand: the database has room for some thousand locks, of everybody together. */
const ONE_BY_ONE = 64

/**
 * Keeps everybody else from giving these numbers to an account until the end of the transaction. To be held before it is read who has
 * them: of three at once the third would see no rival before the first two dispute the number, and have it alone after. Accounts are
 * locked before numbers.
 */
export async function holdNumbers(
  trx: Kysely<Schema>,
  numbers: readonly { brand: string; value: string }[],
): Promise<void> {
  const names = [...new Set(numbers.map(({ brand, value }) => `${brand}/${value}`))].sort()
  const all = names.length > ONE_BY_ONE
  // Brands first: nobody waits for a brand who holds a number of it. The order of the inner query is that of the locks.
  const brands = [...new Set(numbers.map(({ brand }) => `numbers of ${brand}`))].sort()
  if (brands.length === 0) return
  const lock = all ? sql`pg_advisory_xact_lock` : sql`pg_advisory_xact_lock_shared`
  await sql`
    select ${lock}(hashtextextended(name, 0)) from (select name from unnest(${brands}::text[]) with ordinality as n (name, at) order by at offset 0) as inorder`.execute(
    trx,
  )
  if (all) return
  await sql`
    select pg_advisory_xact_lock(hashtextextended(name, 0)) from (select name from unnest(${names}::text[]) with ordinality as n (name, at) order by at offset 0) as inorder`.execute(
    trx,
  )
}
