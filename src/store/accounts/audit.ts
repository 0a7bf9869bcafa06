/** The standing check of accounts (R49): what must not be, and what to know. Nothing is changed. Imports kysely and the tables. */
import { type Kysely, sql } from 'kysely'
import { REST_HOURS } from '../../auth/credentials.ts'
import type { Schema } from '../schema.ts'

/** What is found. `ended`: reaches a customer by a contract that is over, which must not be; all others are to know of. */
export const auditKinds = ['ended', 'changed_hands', 'disputed', 'rest', 'puks_apart'] as const
export type AuditKind = (typeof auditKinds)[number]

export interface AuditRow {
  brand: string
  customerNumber: string
  /** What it is of the account: `phone_number`, `sim_number`, `email` …, or `puk`. */
  what: string
  /** Since when (ISO 8601), where that is known. */
  since: string | null
}

export interface AuditFinding {
  kind: AuditKind
  count: number
  /** The first, by brand and customer number. */
  rows: AuditRow[]
}

/**
 * `ended`: numbers and contacts that still reach somebody although their contract, or the last of the account, is over. `changed_hands`:
 * phone numbers that were another customer's of the brand. `disputed`: numbers that two customers have, which identify nobody. `rest`: SIMs
 * and phone numbers that are new on a known account. `puks_apart`: customers with several SIMs whose PUKs have no salt in common, as in
 * stores from before: they are right by the number of the SIM alone, until the customer is imported again.
 * @param most rows of each kind.
 */
export async function auditAccounts(db: Kysely<Schema>, now: Date, most: number): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = []
  for (const kind of auditKinds) {
    const { rows } = await sql<{
      brand: string
      customer_number: string
      what: string
      since: Date | null
      count: number
    }>`
      WITH found AS (${queries[kind](now)})
      SELECT account.brand, customer_number, what, since, (count(*) OVER ())::integer AS count
      FROM found JOIN account USING (ref) ORDER BY account.brand, customer_number, what, since LIMIT ${most}`.execute(
      db,
    )
    findings.push({
      kind,
      count: rows[0]?.count ?? 0,
      rows: rows.map(({ brand, customer_number, what, since }) => ({
        brand,
        customerNumber: customer_number,
        what,
        since: since?.toISOString() ?? null,
      })),
    })
  }
  return findings
}

const running = (now: Date, table: string) => {
  const [from, to] = [sql.ref(`${table}.valid_from`), sql.ref(`${table}.valid_to`)]
  return sql<boolean>`(${from} IS NULL OR ${from} <= ${now}) AND (${to} IS NULL OR ${to} > ${now})`
}

const queries = {
  ended: (now: Date) => sql`
    SELECT i.ref, i.kind AS what, coalesce(c.ends, a.ends) AS since
    FROM identifier i JOIN account a USING (ref) LEFT JOIN contract c ON c.id = i.contract
    WHERE i.kind IN ('phone_number', 'sim_number') AND ${running(now, 'i')} AND (c.ends <= ${now} OR a.ends <= ${now})
    UNION ALL
    SELECT k.ref, k.kind, coalesce(c.ends, a.ends)
    FROM contact k JOIN account a USING (ref) LEFT JOIN contract c ON c.id = k.contract
    WHERE ${running(now, 'k')} AND (c.ends <= ${now} OR a.ends <= ${now})`,
  changed_hands: (now: Date) => sql`
    SELECT i.ref, i.kind AS what, i.valid_from AS since FROM identifier i
    WHERE i.kind = 'phone_number' AND i.disputed IS NULL AND ${running(now, 'i')} AND EXISTS (
      SELECT FROM identifier o WHERE o.brand = i.brand AND o.value = i.value AND o.ref <> i.ref AND o.kind = i.kind
    )`,
  disputed: (now: Date) => sql`
    SELECT i.ref, i.kind AS what, i.disputed AS since FROM identifier i
    WHERE i.disputed IS NOT NULL AND ${running(now, 'i')}`,
  rest: (now: Date) => sql`
    SELECT i.ref, i.kind AS what, i.valid_from AS since FROM identifier i
    WHERE i.kind IN ('phone_number', 'sim_number') AND ${running(now, 'i')}
      AND i.valid_from > ${now}::timestamptz - ${REST_HOURS}::integer * interval '1 hour'`,
  puks_apart: (now: Date) => sql`
    SELECT v.ref, v.credential AS what, min(v.set_at) AS since
    FROM verifier v JOIN identifier i ON i.ref = v.ref AND i.sim_id = v.sim AND i.kind = 'sim_number'
    WHERE v.sim <> '' AND ${running(now, 'i')}
    GROUP BY v.ref, v.credential HAVING count(DISTINCT v.stored ->> 'salt') > 1`,
} satisfies Record<AuditKind, unknown>
