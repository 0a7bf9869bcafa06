/** Customers who are not in a file that has all of them: they end as of its day. */
import { type Kysely, sql } from 'kysely'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'
import { UNREADABLE } from './file-lines.ts'
import { readOwnership } from './ownership.ts'
import type { BrandRules } from './row.ts'
import { writeContracts } from './write-rows.ts'

/** `asOf`: `YYYY-MM-DD`, the first day on which those who are missing are over. `ends`: so many, where they are many. */
export interface FullFile {
  asOf: string
  ends: number | null
  actor: string
}

/** `customers`: of the brands in the file, who had not ended; `missing`: of those, who are not in it. `ended` is false where it was refused. */
export interface Missing {
  customers: number
  missing: number
  ended: boolean
  /** Why nobody was ended: so many of a brand that the number must be named; a bad line whose customer cannot be read. */
  refused: 'too_many' | 'unreadable' | null
}

/** More than one in a hundred of any brand end only where the number of all was named: a large brand would hide a small one. */
export const MOST_UNNAMED = 0.01
/** Accounts of one transaction. */
const AT_ONCE = 500

export async function endMissing(
  db: Kysely<Schema>,
  run: string,
  { full, brands }: { full: FullFile; brands: ReadonlyMap<string, BrandRules> },
): Promise<Missing> {
  const { rows: named } = await sql<{ brand: string }>`
    SELECT DISTINCT brand FROM import_line WHERE run = ${run}`.execute(db)
  const days = named.flatMap(({ brand }) => {
    const rules = brands.get(brand)
    const from = rules ? readOwnership(full.asOf, rules.timeZone)?.from : null
    return from ? [{ brand, from }] : []
  })
  const { rows: counted } = await sql<{ customers: number; missing: number }>`
    SELECT count(*)::integer AS customers, (count(*) FILTER (WHERE ${isMissing(run)}))::integer AS missing
    FROM account a JOIN unnest(
      ${days.map(({ brand }) => brand)}::text[], ${days.map(({ from }) => from.toISOString())}::timestamptz[]
    ) AS d (brand, day) USING (brand) WHERE a.ends IS NULL OR a.ends > d.day
    GROUP BY brand`.execute(db)
  const sumOf = (count: 'customers' | 'missing') => counted.reduce((sum, ofBrand) => sum + ofBrand[count], 0)
  const [customers, missing] = [sumOf('customers'), sumOf('missing')]
  const isMany = counted.some((ofBrand) => ofBrand.missing > ofBrand.customers * MOST_UNNAMED)
  const tooMany = isMany && full.ends !== missing
  const refused = named.some(({ brand }) => brand === UNREADABLE) ? 'unreadable' : tooMany ? 'too_many' : null
  if (refused !== null) return { customers, missing, ended: false, refused }
  for (const { brand, from } of days) while ((await endSome(db, run, brand, from, full.actor)) > 0) {}
  return { customers, missing, ended: true, refused: null }
}

function isMissing(run: string) {
  return sql<boolean>`NOT EXISTS (
    SELECT FROM import_line l WHERE l.run = ${run} AND l.brand = a.brand AND l.customer_number = a.customer_number
  )`
}

/** Returns how many were ended. */
async function endSome(db: Kysely<Schema>, run: string, brand: string, day: Date, actor: string): Promise<number> {
  const end = async (trx: Kysely<Schema>): Promise<number> => {
    const { rows } = await sql<{ ref: string }>`
      SELECT ref FROM account a WHERE brand = ${brand} AND (ends IS NULL OR ends > ${day}) AND ${isMissing(run)}
      ORDER BY ref LIMIT ${AT_ONCE} FOR NO KEY UPDATE`.execute(trx)
    const refs = rows.map(({ ref }) => ref)
    if (refs.length === 0) return 0
    await endAccounts(trx, refs, day)
    const events = createEventLog(trx)
    for (const ref of refs) {
      const facts = { act: 'account_end', at: day.toISOString(), changed: true, reason: 'not in a full file' }
      await events.append({ kind: 'account', callId: '-', brand, ref, actor, facts })
    }
    return refs.length
  }
  return db.isTransaction ? end(db) : db.transaction().execute(end)
}

/** What belongs to these accounts ends at that moment; what would begin later never does. */
async function endAccounts(trx: Kysely<Schema>, refs: readonly string[], at: Date): Promise<void> {
  const kinds = ['phone_number', 'sim_number', 'contract_number']
  await sql`
    DELETE FROM identifier WHERE ref = ANY (${refs}::text[]) AND kind = ANY (${kinds}::text[]) AND valid_from >= ${at}`.execute(
    trx,
  )
  await sql`
    UPDATE identifier SET valid_to = ${at}
    WHERE ref = ANY (${refs}::text[]) AND kind = ANY (${kinds}::text[]) AND (valid_to IS NULL OR valid_to > ${at})`.execute(
    trx,
  )
  await sql`DELETE FROM contact WHERE ref = ANY (${refs}::text[]) AND valid_from >= ${at}`.execute(trx)
  await sql`
    UPDATE contact SET valid_to = ${at}
    WHERE ref = ANY (${refs}::text[]) AND (valid_to IS NULL OR valid_to > ${at})`.execute(trx)
  await writeContracts(trx, refs)
  await sql`UPDATE account SET ends = ${at} WHERE ref = ANY (${refs}::text[])`.execute(trx)
}
