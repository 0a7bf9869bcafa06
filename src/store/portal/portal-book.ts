/** What customers see and do of their own through the operator's portal. All times are the database's, but those of tokens. */
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { type CredentialKind, kindsOf } from '../../auth/credentials.ts'
import { PIN_REST_HOURS } from '../../auth/pin-rest.ts'
import { accountSubject } from '../../auth/subjects.ts'
import type { CustomerPlace } from '../../seams/account-book.ts'
import { LOG_IN_DAYS, type LogIn, type PortalBook, type PortalView } from '../../seams/portal.ts'
import { recorded } from '../accounts/recorded.ts'
import { longestLock, strangersShut } from '../lock-columns.ts'
import { tellCustomer } from '../outbox.ts'
import { changedByCustomer } from '../pin-rest.ts'
import type { Schema } from '../schema.ts'
import { pruneBudgets, spendBudget } from './budget.ts'
import { ownData } from './own-data.ts'

/** As servers may differ in what time it is, a spent token is kept for so long after its end, ms. */
const KEPT_MS = 3_600_000
const MOST_LOG_INS = 500

interface Lock {
  operator_locked: Date | null
  hard_locked: boolean
  /** Only from a trusted line secrets are compared. */
  strangers_shut: boolean
  locked_until: Date | null
}

export function createPortalBook(db: Kysely<Schema>): PortalBook {
  return {
    async spend(jti, until) {
      const hash = createHash('sha256').update(jti).digest()
      const spent = await db
        .insertInto('portal_token')
        .values({ hash, until })
        .onConflict((conflict) => conflict.doNothing())
        .returning('until')
        .executeTakeFirst()
      return spent !== undefined
    },
    budget: (place, kind) => spendBudget(db, place, kind),
    async prune(now) {
      const before = new Date(now.getTime() - KEPT_MS)
      const { numDeletedRows } = await db
        .deleteFrom('portal_token')
        .where('until', '<', before)
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows) + (await pruneBudgets(db))
    },
    async view(place) {
      const account = await accountOf(db, place)
      return account && viewOf(db, place.brand, account)
    },
    unlock: (place, because) =>
      recorded(db, place, because, 'portal_unlock', async (trx, { ref }) => {
        const subject = accountSubject(place.brand, ref)
        const lock = await lockOf(trx, subject, true)
        const done = liftable(lock)
        if (done === 'lifted') {
          await trx
            .updateTable('pin_state')
            .set({ locked_until: null, trusted_locked_until: null })
            .where('subject', '=', subject)
            .execute()
          await tellCustomer(trx, 'lock_lifted', { brand: place.brand, ref })
        }
        return { done, facts: { result: done } }
      }),
    switchPuk: (place, sim, to, because) =>
      recorded<{ changed: boolean } | 'no_puk'>(db, place, because, 'portal_puk', async (trx, { ref }) => {
        const kinds = kindsOf('sim')
        const { rows } = await sql<{ off: boolean }>`
          SELECT switched_off IS NOT NULL AS off FROM verifier
          WHERE brand = ${place.brand} AND ref = ${ref} AND sim = ${sim} AND sim <> '' AND credential = ANY (${kinds}::text[])
          FOR UPDATE`.execute(trx)
        if (rows.length === 0) return { done: 'no_puk', facts: { to, changed: false } }
        const changed = rows.some(({ off }) => off === (to === 'on'))
        if (changed) {
          await sql`
            UPDATE verifier SET switched_off = CASE WHEN ${to === 'off'}::boolean THEN coalesce(switched_off, now()) END
            WHERE brand = ${place.brand} AND ref = ${ref} AND sim = ${sim} AND credential = ANY (${kinds}::text[])`.execute(
            trx,
          )
          await tellCustomer(trx, to === 'off' ? 'puk_off' : 'puk_on', { brand: place.brand, ref })
        }
        return { done: { changed }, facts: { to, changed } }
      }),
    async logIns(place) {
      const account = await accountOf(db, place)
      if (account === null) return null
      const { rows } = await sql<{ at: Date; by_phone: boolean; kind: LogIn['kind']; result: LogIn['result'] }>`
        SELECT at, call_id <> '-' AS by_phone, facts ->> 'credential' AS kind, facts ->> 'result' AS result FROM event
        WHERE ref = ${account.ref} AND brand = ${place.brand} AND kind = 'verify'
          AND at > now() - ${LOG_IN_DAYS}::integer * interval '1 day'
          AND facts ->> 'result' IN ('right', 'wrong', 'locked', 'none_set', 'over')
        ORDER BY id DESC LIMIT ${MOST_LOG_INS}`.execute(db)
      return rows.map(({ at, by_phone, ...each }) => ({
        at: at.toISOString(),
        by: by_phone ? ('phone' as const) : ('other_channel' as const),
        ...each,
      }))
    },
    data: (place, because) =>
      recorded(db, place, because, 'portal_data', async (trx, { ref }) => ({ done: await ownData(trx, place, ref) })),
  }
}

async function accountOf(db: Kysely<Schema>, { brand, customerNumber }: CustomerPlace) {
  const account = await db
    .selectFrom('account')
    .select(['ref', 'language', sql<boolean>`ends IS NULL OR ends > now()`.as('runs')])
    .where('brand', '=', brand)
    .where('customer_number', '=', customerNumber)
    .executeTakeFirst()
  return account ?? null
}

export async function lockOf(db: Kysely<Schema>, subject: string, held: boolean): Promise<Lock | null> {
  const { rows } = await sql<Lock>`
    SELECT operator_locked, hard_locked, ${strangersShut} AS strangers_shut, ${sql.raw(longestLock)} AS locked_until
    FROM pin_state WHERE subject = ${subject} ${held ? sql`FOR UPDATE` : sql``}`.execute(db)
  return rows[0] ?? null
}

function liftable(lock: Lock | null) {
  if (lock === null) return 'not_locked' as const
  if (lock.operator_locked !== null) return 'operator_locked' as const
  if (lock.hard_locked || lock.strangers_shut) return 'needs_new_pin' as const
  return lock.locked_until === null ? ('not_locked' as const) : ('lifted' as const)
}

async function viewOf(
  db: Kysely<Schema>,
  brand: string,
  { ref, language, runs }: { ref: string; language: string; runs: boolean },
): Promise<PortalView> {
  const lock = await lockOf(db, accountSubject(brand, ref), false)
  const credentials = await db
    .selectFrom('verifier')
    .select(['credential', 'set_at', 'weak', 'replace_only'])
    .where('brand', '=', brand)
    .where('ref', '=', ref)
    .where('sim', '=', '')
    .where('cleared', 'is', null)
    .orderBy('credential')
    .execute()
  const { rows: sims } = await sql<PortalView['sims'][number]>`
    WITH own AS (
      SELECT kind, value, sim_id FROM identifier WHERE ref = ${ref} AND brand = ${brand} AND sim_id IS NOT NULL
        AND (valid_from IS NULL OR valid_from <= now()) AND (valid_to IS NULL OR valid_to > now())
    )
    SELECT s.sim_id AS id, s.value AS "simNumber",
      ARRAY(SELECT p.value FROM own AS p WHERE p.kind = 'phone_number' AND p.sim_id = s.sim_id ORDER BY 1) AS "phoneNumbers",
      CASE WHEN v.sim IS NULL THEN 'none' WHEN v.off THEN 'off' ELSE 'on' END AS puk
    FROM own AS s LEFT JOIN (
      SELECT sim, bool_and(switched_off IS NOT NULL) AS off FROM verifier
      WHERE brand = ${brand} AND ref = ${ref} AND sim <> '' AND cleared IS NULL GROUP BY sim
    ) AS v ON v.sim = s.sim_id
    WHERE s.kind = 'sim_number' ORDER BY s.value`.execute(db)
  const { rows: changes } = await sql<{ changed: Date | null; undo: boolean }>`
    SELECT ${changedByCustomer(sql`${brand}`, sql`${ref}`)} AS changed, EXISTS (
      SELECT FROM verifier WHERE brand = ${brand} AND ref = ${ref} AND sim = '' AND cleared IS NULL AND chosen_by = 'phone'
        AND set_at > now() - ${PIN_REST_HOURS}::float8 * interval '1 hour'
    ) AS undo`.execute(db)
  const [change] = changes
  return {
    ref,
    language,
    runs,
    undo: change?.undo ?? false,
    changed: change?.changed?.toISOString() ?? null,
    credentials: credentials.map(({ credential, set_at, weak, replace_only }) => ({
      kind: credential as CredentialKind,
      set: set_at.toISOString(),
      weak,
      replaceOnly: replace_only,
    })),
    lock: {
      byOperator: lock?.operator_locked != null,
      needsNewPin: lock?.hard_locked ?? false,
      trustedLineOnly: lock?.strangers_shut ?? false,
      until: lock?.locked_until?.toISOString() ?? null,
    },
    sims,
  }
}
