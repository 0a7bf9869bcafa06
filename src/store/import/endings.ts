/**
 * Customers who lose their last contract, phone number or SIM by the lines of a file. Many at once are an export that went wrong, as one
 * whose column is empty: their numbers would be nobody's, and would rest when the next file brought them back.
 */
import { type Kysely, sql } from 'kysely'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import type { Schema } from '../schema.ts'
import { UnreadableFile } from './header.ts'
import { MOST_UNNAMED } from './missing.ts'
import type { CustomerRow, Named } from './row.ts'

/** Fewer are no sign of anything, however small the brand. */
export const FEWEST = 10
/** Customers of one look into the store. */
const AT_ONCE = 1_000

/** What may end only where the number of customers is named, with how that is said. */
const guarded = {
  contract_number: { last: 'the last contract', names: 'no contract that runs', option: '--end-contracts' },
  phone_number: { last: 'the last phone number', names: 'no phone number', option: '--end-phones' },
  sim_number: { last: 'the last SIM', names: 'no SIM number', option: '--end-sims' },
} as const satisfies Partial<Record<IdentifierKind, object>>
type Guarded = keyof typeof guarded
const kinds = Object.keys(guarded) as Guarded[]

/** So many customers are meant to lose the last of this kind. */
export type Meant = Partial<Record<Guarded, number>>

export interface Endings {
  /** Of every line that is good. */
  see(row: CustomerRow): Promise<void>
  /** @throws {UnreadableFile} when they are more than one in a hundred of a brand, and not as many as are meant. */
  check(meant: Meant): Promise<void>
}

/** `over`: the line names no contract that runs. What its customer has ends with the last contract, and is counted there. */
interface Seen extends Named {
  over: boolean
}

export function createEndings(db: Kysely<Schema>, now: Date): Endings {
  /** By kind and brand. */
  const ended = new Map(kinds.map((kind) => [kind, new Map<string, number>()]))
  const waiting = new Map(kinds.map((kind) => [kind, [] as Seen[]]))

  const look = async (kind: Guarded): Promise<void> => {
    const seen = waiting.get(kind) ?? []
    waiting.set(kind, [])
    if (seen.length === 0) return
    const contract = kind === 'contract_number'
    const { rows } = await sql<{ brand: string; count: number }>`
      SELECT a.brand, count(*)::integer AS count FROM account a JOIN unnest(
        ${seen.map(({ brand }) => brand)}::text[], ${seen.map(({ customerNumber }) => customerNumber)}::text[],
        ${seen.map(({ over }) => over)}::boolean[]
      ) AS seen (brand, customer_number, over) USING (brand, customer_number)
      WHERE (a.ends IS NULL OR a.ends > ${now})
        AND EXISTS (
          SELECT FROM identifier i WHERE i.ref = a.ref AND i.kind = ${kind}
            AND (${contract}::boolean OR i.valid_to IS NULL OR i.valid_to > ${now})
        )
        AND (${contract}::boolean OR NOT seen.over OR NOT EXISTS (
          SELECT FROM identifier i WHERE i.ref = a.ref AND i.kind = 'contract_number'
        ))
      GROUP BY a.brand`.execute(db)
    const counts = ended.get(kind)
    for (const { brand, count } of rows) counts?.set(brand, (counts.get(brand) ?? 0) + count)
  }

  return {
    async see(row) {
      const { brand, customerNumber } = row
      const over = saysNone(row, 'contract_number', now)
      for (const kind of kinds) {
        if (!saysNone(row, kind, now)) continue
        const seen = waiting.get(kind)
        seen?.push({ brand, customerNumber, over })
        if (seen && seen.length >= AT_ONCE) await look(kind)
      }
    },
    async check(meant) {
      for (const kind of kinds) {
        await look(kind)
        const counts = ended.get(kind) ?? new Map<string, number>()
        const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
        if (total < FEWEST || total === meant[kind]) continue
        const { rows } = await sql<{ brand: string; customers: number }>`
          SELECT brand, count(*)::integer AS customers FROM account
          WHERE brand = ANY (${[...counts.keys()]}::text[]) AND (ends IS NULL OR ends > ${now}) GROUP BY brand`.execute(
          db,
        )
        for (const { brand, customers } of rows) {
          const count = counts.get(brand) ?? 0
          if (count < FEWEST || count <= customers * MOST_UNNAMED) continue
          const { last, names, option } = guarded[kind]
          throw new UnreadableFile(
            `It ends ${last} of ${count} of the ${customers} customers of '${brand}', which is more than one in a hundred: their lines name ${names}. Nothing was changed. Where that is meant, add: ${option} ${total}`,
          )
        }
      }
    },
  }
}

/** Whether the line says that nothing of this kind goes on. A number that had to be left out says nothing. */
function saysNone({ kinds: said, partial, identifiers }: CustomerRow, kind: Guarded, now: Date): boolean {
  if (!said.includes(kind) || partial.includes(kind)) return false
  return !identifiers.some((each) => each.kind === kind && (each.to === null || each.to > now))
}
