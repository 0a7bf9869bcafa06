import type { Kysely } from 'kysely'
import type { Schema } from '../schema.ts'

/** Whose account this customer number of the brand is; null: nobody's. */
export async function refOf(
  db: Kysely<Schema>,
  { brand, customerNumber }: { brand: string; customerNumber: string },
): Promise<string | null> {
  const found = await db
    .selectFrom('account')
    .select('ref')
    .where('brand', '=', brand)
    .where('customer_number', '=', customerNumber)
    .executeTakeFirst()
  return found?.ref ?? null
}
