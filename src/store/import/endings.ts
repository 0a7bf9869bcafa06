/**
 * Customers whose last contract the lines of a file end. Many at once are an export that went wrong, as one whose column of contracts is
 * empty: their numbers would be nobody's, and would rest when the next file brought them back.
 */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { UnreadableFile } from './header.ts'
import { MOST_UNNAMED } from './missing.ts'
import type { CustomerRow, Named } from './row.ts'

/** Fewer are no sign of anything, however small the brand. */
export const FEWEST = 10
/** Customers of one look into the store. */
const AT_ONCE = 1_000

export interface Endings {
  /** Of every line that is good. */
  see(row: CustomerRow): Promise<void>
  /**
   * @param meant so many are meant to end; null: nobody said.
   * @throws {UnreadableFile} when they are more than one in a hundred of a brand, and not as many as are meant.
   */
  check(meant: number | null): Promise<void>
}

export function createEndings(db: Kysely<Schema>, now: Date): Endings {
  const ended = new Map<string, number>()
  let waiting: Named[] = []

  const look = async (): Promise<void> => {
    const { rows } = await sql<{ brand: string; count: number }>`
      SELECT a.brand, count(*)::integer AS count FROM account a JOIN unnest(
        ${waiting.map(({ brand }) => brand)}::text[], ${waiting.map(({ customerNumber }) => customerNumber)}::text[]
      ) AS seen (brand, customer_number) USING (brand, customer_number)
      WHERE (a.ends IS NULL OR a.ends > ${now})
        AND EXISTS (SELECT FROM identifier i WHERE i.ref = a.ref AND i.kind = 'contract_number')
      GROUP BY a.brand`.execute(db)
    for (const { brand, count } of rows) ended.set(brand, (ended.get(brand) ?? 0) + count)
    waiting = []
  }

  return {
    async see({ brand, customerNumber, kinds, identifiers }) {
      const contracts = identifiers.filter(({ kind }) => kind === 'contract_number')
      if (!kinds.includes('contract_number') || contracts.some(({ to }) => to === null || to > now)) return
      waiting.push({ brand, customerNumber })
      if (waiting.length >= AT_ONCE) await look()
    },
    async check(meant) {
      if (waiting.length > 0) await look()
      const total = [...ended.values()].reduce((sum, count) => sum + count, 0)
      if (total < FEWEST || total === meant) return
      const { rows } = await sql<{ brand: string; customers: number }>`
        SELECT brand, count(*)::integer AS customers FROM account
        WHERE brand = ANY (${[...ended.keys()]}::text[]) AND (ends IS NULL OR ends > ${now}) GROUP BY brand`.execute(db)
      for (const { brand, customers } of rows) {
        const count = ended.get(brand) ?? 0
        if (count < FEWEST || count <= customers * MOST_UNNAMED) continue
        throw new UnreadableFile(
          `It ends the last contract of ${count} of the ${customers} customers of '${brand}', which is more than one in a hundred: their lines name no contract that runs. Nothing was changed. Where that is meant, add: --end-contracts ${total}`,
        )
      }
    },
  }
}
