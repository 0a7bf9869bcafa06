/**
 * A chosen secret in the tables: what it is judged by, and the one transaction that writes it over what it was judged against. Locks are taken in the
 * order of store/accounts/hold.ts. Imports kysely, `auth` and the tables.
 */
import { type Kysely, sql } from 'kysely'
import type { CredentialKind } from '../auth/credentials.ts'
import type { IdentifierKind } from '../auth/identifiers.ts'
import { keyedNames, type PinOwner, spelledNumbers } from '../auth/pin-policy.ts'
import { PIN_REST_HOURS } from '../auth/pin-rest.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { StoredVerifier } from '../auth/verifier.ts'
import type { CallerBecause, ChoiceBecause, ChoosingAccount, ChosenBy, NotChosenByPhone } from '../seams/pin-choice.ts'
import { createEventLog } from './events.ts'
import type { PinCopy } from './look-up/pin-copies.ts'
import type { Schema } from './schema.ts'
import { saveVerifiers } from './verifiers.ts'

export interface Known {
  customerNumber: string
  owner: PinOwner
  /** The one in force and those before it. */
  had: { stored: StoredVerifier; inForce: boolean; replaceOnly: boolean }[]
  /** Whether it ever had one, cleared or not. */
  hasOne: boolean
}

export interface Written {
  stored: StoredVerifier
  copy: PinCopy | null
  weak: boolean
  by: ChosenBy
  actor: string
  act: 'choose_pin' | 'renew_pin' | 'undo_pin'
}

/** With what `order`, `undo` and `chooseByPhone` alone set. */
export type SetBecause = ChoiceBecause | { by: 'order' | 'undo'; actor: string } | ({ by: 'phone' } & CallerBecause)

/** All that a secret is judged by, or null: there is no such account, or it is over. */
export async function knownOf(
  db: Kysely<Schema>,
  { brand, ref }: ChoosingAccount,
  kind: CredentialKind,
  countryCode: string,
  now: Date,
): Promise<Known | null> {
  const { rows } = await sql<{
    customerNumber: string
    name: string
    birthDate: string | null
    numbers: { kind: IdentifierKind; value: string }[]
    had: Known['had']
    hasOne: boolean
  }>`
    SELECT a.customer_number AS "customerNumber", a.name, a.birth_date::text AS "birthDate",
      (SELECT coalesce(json_agg(json_build_object('kind', kind, 'value', value)), '[]')
       FROM identifier WHERE identifier.ref = a.ref) AS numbers,
      (SELECT coalesce(json_agg(json_build_object('stored', stored, 'inForce', in_force, 'replaceOnly', replace_only)), '[]') FROM (${hadOf(brand, ref, kind)}) AS had) AS had,
      EXISTS (SELECT FROM verifier AS v WHERE v.brand = a.brand AND v.ref = a.ref AND v.credential = ${kind} AND v.sim = '') AS "hasOne"
    FROM account a WHERE a.brand = ${brand} AND a.ref = ${ref} AND (a.ends IS NULL OR a.ends > ${now})`.execute(db)
  const [row] = rows
  if (!row) return null
  const { customerNumber, name, birthDate, numbers, had, hasOne } = row
  const owner = { birthDate, numbers: spelledNumbers(numbers, countryCode), names: keyedNames(name) }
  return { customerNumber, owner, had, hasOne }
}

/** What was cleared is among those before: its row matches nothing. */
function hadOf(brand: string, ref: string, kind: CredentialKind) {
  return sql`
    SELECT stored, true AS in_force, replace_only FROM verifier
    WHERE brand = ${brand} AND ref = ${ref} AND credential = ${kind} AND sim = '' AND cleared IS NULL
    UNION ALL SELECT stored, false, false FROM past_secret WHERE ref = ${ref} AND brand = ${brand} AND credential = ${kind}`
}

/** Writes over what was compared with, and over nothing else: what was set meanwhile was not judged against. */
export function write(
  db: Kysely<Schema>,
  account: ChoosingAccount,
  kind: CredentialKind,
  { had }: Known,
  now: Date,
  because: SetBecause,
  { act, ...made }: Pick<Written, 'stored' | 'copy' | 'act'>,
): Promise<'set' | 'changed_meanwhile' | 'nothing_to_undo' | NotChosenByPhone> {
  const { brand, ref } = account
  return db.transaction().execute(async (trx) => {
    const refused = await hold(trx, account, kind, now)
    if (refused !== null) return refused
    const { rows } = await sql<{ stored: StoredVerifier }>`${hadOf(brand, ref, kind)}`.execute(trx)
    // By salt: a secret that is under another key by now is the same one.
    const before = new Set(had.map(({ stored }) => stored.salt))
    if (rows.length !== had.length || rows.some(({ stored }) => !before.has(stored.salt))) return 'changed_meanwhile'
    if (because.by === 'undo' && !(await changedByPhone(trx, account, kind))) return 'nothing_to_undo'
    const unfit = because.by === 'phone' ? await unfitByPhone(trx, account, kind, because.callId) : null
    if (unfit !== null) return unfit
    const state = await lockOf(trx, account)
    if (state !== null && (state === 'operator_locked' || act !== 'renew_pin')) return state
    const written = { ...made, weak: false, by: because.by, actor: because.actor, act }
    return (await put(trx, account, kind, written)) ? 'set' : 'changed_meanwhile'
  })
}

/** The account and then its secret, for as long as the transaction takes. */
async function hold(
  trx: Kysely<Schema>,
  { brand, ref }: ChoosingAccount,
  kind: CredentialKind,
  now: Date,
): Promise<'no_account' | null> {
  const { rows } = await sql<{ runs: boolean }>`
    SELECT ends IS NULL OR ends > greatest(now(), ${now}::timestamptz) AS runs
    FROM account WHERE ref = ${ref} AND brand = ${brand} FOR NO KEY UPDATE`.execute(trx)
  if (!rows[0]?.runs) return 'no_account'
  await sql`
    SELECT FROM verifier WHERE brand = ${brand} AND ref = ${ref} AND credential = ${kind} AND sim = '' FOR UPDATE`.execute(
    trx,
  )
  return null
}

/** Waits for a try that is being counted, so that the lock it sets is seen. */
async function lockOf(
  trx: Kysely<Schema>,
  { brand, ref }: ChoosingAccount,
): Promise<'operator_locked' | 'hard_locked' | null> {
  const { rows } = await sql<{ hard: boolean; operator: boolean }>`
    SELECT hard_locked AS hard, operator_locked IS NOT NULL AS operator
    FROM pin_state WHERE subject = ${accountSubject(brand, ref)} FOR UPDATE`.execute(trx)
  if (rows[0]?.operator) return 'operator_locked'
  return rows[0]?.hard ? 'hard_locked' : null
}

/** By the record of the call, which says by when it was set which secret was right. */
async function unfitByPhone(
  trx: Kysely<Schema>,
  { brand, ref }: ChoosingAccount,
  kind: CredentialKind,
  callId: string,
): Promise<'changed_lately' | 'not_proved' | null> {
  const { rows } = await sql<{ lately: boolean; proved: boolean }>`
    SELECT v.chosen_by IS NOT DISTINCT FROM 'phone' AND v.set_at > now() - ${PIN_REST_HOURS}::float8 * interval '1 hour' AS lately,
      EXISTS (SELECT FROM event AS e WHERE e.call_id = ${callId} AND e.kind = 'verify' AND e.brand = v.brand AND e.ref = v.ref
        AND e.facts ->> 'credential' = v.credential AND e.facts ->> 'result' = 'right'
        AND (e.facts ->> 'setAt')::timestamptz = v.set_at) AS proved
    FROM verifier AS v
    WHERE v.brand = ${brand} AND v.ref = ${ref} AND v.credential = ${kind} AND v.sim = '' AND v.cleared IS NULL`.execute(
    trx,
  )
  if (rows[0]?.lately) return 'changed_lately'
  return rows[0]?.proved ? null : 'not_proved'
}

async function changedByPhone(
  trx: Kysely<Schema>,
  { brand, ref }: ChoosingAccount,
  kind: CredentialKind,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM verifier WHERE brand = ${brand} AND ref = ${ref} AND credential = ${kind} AND sim = '' AND cleared IS NULL
      AND chosen_by = 'phone' AND set_at > now() - ${PIN_REST_HOURS}::float8 * interval '1 hour'`.execute(trx)
  return rows.length > 0
}

/** @returns false where one was there that is not to be replaced: nothing was written. */
async function put(
  trx: Kysely<Schema>,
  { brand, ref }: ChoosingAccount,
  kind: CredentialKind,
  { stored, copy, weak, by, actor, act }: Written,
): Promise<boolean> {
  const row = { brand, ref, credential: kind, sim: null, stored, weak, chosenBy: by, copy }
  const saved = await saveVerifiers(trx, [row], {
    replace: by !== 'order',
    keepsLock: act !== 'renew_pin',
  })
  if (saved === 0) return false
  const facts = { act, credential: kind, by }
  await createEventLog(trx).append({ kind: 'account', callId: '-', brand, ref, actor, facts })
  return true
}
