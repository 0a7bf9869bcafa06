/** The standing check of accounts (R49) over our own tables. Imports kysely, the tables and the seam. */
import { type Kysely, sql } from 'kysely'
import { REST_HOURS } from '../auth/credentials.ts'
import {
  type AccountAudit,
  type AuditFinding,
  type AuditKind,
  type AuditRun,
  auditKinds,
} from '../seams/account-audit.ts'
import type { Schema } from './schema.ts'

/** So long a daily check may take before another server takes it over. */
const LEASE = sql`interval '1 hour'`

/**
 * `ended`: numbers and contacts that still reach somebody although their contract, or the last of the account, is over. `changed_hands`:
 * phone numbers that were another customer's of the brand. `disputed`: numbers that two customers have, which identify nobody. `rest`: SIMs
 * and phone numbers that are new on a known account. `puks_apart`: customers with several SIMs whose PUKs have no salt in common, as in
 * stores from before: they are right by the number of the SIM alone, until the customer is imported again. `unreachable`: contacts to which a message came back
 * for good, and which nobody has confirmed since.
 */
export function createAccountAudit(db: Kysely<Schema>): AccountAudit {
  return {
    async find(now, most) {
      const findings: AuditFinding[] = []
      for (const kind of auditKinds) findings.push(await found(db, kind, now, most))
      return findings
    },
    async daily(now) {
      const { rows: claims } = await sql<{ day: string; began: string }>`
        INSERT INTO account_audit AS a (day, began) VALUES ((now() AT TIME ZONE 'UTC')::date, now())
        ON CONFLICT (day) DO UPDATE SET began = now() WHERE a.ended IS NULL AND a.began <= now() - ${LEASE}
        RETURNING day::text, began::text`.execute(db)
      const [claim] = claims
      if (!claim) return null
      const counts: AuditRun['counts'] = []
      for (const kind of auditKinds) counts.push(...(await counted(db, kind, now)))
      counts.sort((one, other) => (one.brand < other.brand ? -1 : one.brand > other.brand ? 1 : 0))
      const { rows } = await sql<Stored>`
        UPDATE account_audit SET ended = clock_timestamp(), counts = ${JSON.stringify(counts)}::jsonb
        WHERE day = ${claim.day}::date AND began = ${claim.began}::timestamptz RETURNING began, ended, counts`.execute(
        db,
      )
      return rows[0] ? runOf(rows[0]) : null
    },
    async last() {
      const { rows } = await sql<Stored>`
        SELECT began, ended, counts FROM account_audit WHERE ended IS NOT NULL ORDER BY day DESC LIMIT 1`.execute(db)
      return rows[0] ? runOf(rows[0]) : null
    },
  }
}

interface Stored extends Pick<AuditRun, 'counts'> {
  began: Date
  ended: Date
}

function runOf({ began, ended, counts }: Stored): AuditRun {
  return { began: began.toISOString(), ended: ended.toISOString(), counts }
}

async function found(db: Kysely<Schema>, kind: AuditKind, now: Date, most: number): Promise<AuditFinding> {
  const { rows } = await sql<{
    brand: string
    customer_number: string
    what: string
    since: Date | null
    count: number
  }>`
    WITH found AS (${queries[kind](now)})
    SELECT account.brand, customer_number, what, since, (count(*) OVER ())::integer AS count
    FROM found JOIN account USING (ref) ORDER BY account.brand, customer_number, what, since LIMIT ${most}`.execute(db)
  return {
    kind,
    count: rows[0]?.count ?? 0,
    rows: rows.map(({ brand, customer_number, what, since }) => ({
      brand,
      customerNumber: customer_number,
      what,
      since: since?.toISOString() ?? null,
    })),
  }
}

async function counted(db: Kysely<Schema>, kind: AuditKind, now: Date): Promise<AuditRun['counts']> {
  const { rows } = await sql<{ brand: string; count: number }>`
    WITH found AS (${queries[kind](now)})
    SELECT account.brand, count(*)::integer AS count FROM found JOIN account USING (ref) GROUP BY 1`.execute(db)
  return rows.map(({ brand, count }) => ({ brand, kind, count }))
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
  unreachable: (now: Date) => sql`
    SELECT k.ref, k.kind AS what, k.unreachable AS since FROM contact k
    WHERE k.unreachable IS NOT NULL AND (k.confirmed IS NULL OR k.confirmed <= k.unreachable) AND ${running(now, 'k')}`,
} satisfies Record<AuditKind, unknown>
