/** What an account may do in the portal within a day: counted by a statement that commits by itself, before anything is done and whatever comes of it. */
import { type Kysely, sql } from 'kysely'
import { PORTAL_DAY_MS, type PortalBudget, portalLimits } from '../../auth/portal-limits.ts'
import type { CustomerPlace } from '../../seams/account-book.ts'
import type { Schema } from '../schema.ts'

/** Forgets what is over a day old, which counts for nothing. @returns how many. */
export async function pruneBudgets(db: Kysely<Schema>): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM portal_budget AS b WHERE NOT EXISTS (
      SELECT FROM unnest(b.spent) AS at WHERE at > now() - ${PORTAL_DAY_MS}::float8 * interval '1 millisecond'
    )`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** @returns null where the brand has no such customer; else in how many seconds there is something left, 0 where this one was spent. */
export async function spendBudget(
  db: Kysely<Schema>,
  { brand, customerNumber }: CustomerPlace,
  kind: PortalBudget,
): Promise<number | null> {
  const day = sql`${PORTAL_DAY_MS}::float8 * interval '1 millisecond'`
  // The row is locked by the conflict, so acts that come at once are counted one after the other.
  const { rows } = await sql<{ known: boolean; spent: boolean; wait: number | null }>`
    WITH account AS MATERIALIZED (
      SELECT ref, brand FROM account WHERE brand = ${brand} AND customer_number = ${customerNumber}
    ), spent AS (
      INSERT INTO portal_budget AS b (ref, brand, kind, spent) SELECT ref, brand, ${kind}, ARRAY[now()] FROM account
      ON CONFLICT (ref, brand, kind) DO UPDATE
        SET spent = ARRAY(SELECT at FROM unnest(b.spent) AS at WHERE at > now() - ${day}) || now()
        WHERE (SELECT count(*) FROM unnest(b.spent) AS at WHERE at > now() - ${day}) < ${portalLimits[kind]}::integer
      RETURNING true
    )
    SELECT EXISTS (SELECT FROM account) AS known, EXISTS (SELECT FROM spent) AS spent,
      (SELECT ceil(extract(epoch FROM min(at) + ${day} - now()))::integer FROM portal_budget AS b
       JOIN account USING (ref, brand) CROSS JOIN unnest(b.spent) AS at
       WHERE b.kind = ${kind} AND at > now() - ${day}) AS wait`.execute(db)
  const [row] = rows
  if (!row?.known) return null
  return row.spent ? 0 : Math.max(1, row.wait ?? 1)
}
