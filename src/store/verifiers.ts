/** Stored verifiers of PINs and PUKs: reading one, and writing many. */
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { CredentialKind } from '../auth/credentials.ts'
import { accountSubject, simsSubject } from '../auth/subjects.ts'
import { tellings } from '../auth/tellings.ts'
import type { StoredVerifier } from '../auth/verifier.ts'
import type { ChosenBy } from '../seams/pin-choice.ts'
import type { PinCopy } from './look-up/pin-copies.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/** Whose secret: an account's, or that of one of its SIMs. */
export interface VerifierKey {
  brand: string
  ref: string
  credential: CredentialKind
  /** Null for a credential of the account. */
  sim: string | null
}

export interface VerifierRow extends VerifierKey {
  stored: StoredVerifier
}

/** Of a new secret. */
export interface NewVerifier extends VerifierRow {
  /** Whether the policy of its brand would refuse it; left out: no. */
  weak?: boolean
  /** Whether it is good to set another, and for nothing else; left out: no. */
  replaceOnly?: boolean
  /** The letter that it goes out with; left out: none. */
  letter?: string
  /** By which way its customer set it; left out: the operator did. */
  chosenBy?: ChosenBy
  /** For its customer to look it up; null: none is kept. */
  copy?: PinCopy | null
}

const read = statement<{ stored: StoredVerifier }>(
  'verifier',
  'SELECT stored FROM verifier WHERE brand = $1 AND ref = $2 AND credential = $3 AND sim = $4',
  'repeatable',
)

export async function readVerifier(db: Kysely<Schema>, key: VerifierKey): Promise<StoredVerifier | null> {
  const [row] = await read(db, [key.brand, key.ref, key.credential, key.sim ?? ''])
  return row?.stored ?? null
}

/** The same secret under the current key, only where `old` still stands: a PIN changed meanwhile wins. */
export async function renewVerifier(
  db: Kysely<Schema>,
  key: VerifierKey,
  old: StoredVerifier,
  fresh: StoredVerifier,
): Promise<void> {
  await replaceVerifiers(db, [{ key, old, fresh }])
}

/**
 * Writes verifiers of new secrets, in one statement that succeeds or fails as a whole. One that was posted and not used yet ends by that. With `replace: false` what exists
 * stays, and its lock too; with `cleared` only what is worth nothing is replaced. A secret that is written is a new one, so its lock state begins again: of the account for a
 * credential of the account; of its SIMs for one of a SIM only where `replace` says so, for who has a SIM swapped is not to have fresh
 * tries. Customers are told of one of the account that replaces another, or who have confirmed where they are told: those of a first
 * file get no message. With `keepsLock` the lock state stays as it is: what a customer chooses may be what was guessed at. With copies to be kept it is to be in a transaction. At most some hundred rows a call; `db` may be a transaction.
 * @returns how many were written.
 */
export async function saveVerifiers(
  db: Kysely<Schema>,
  rows: readonly NewVerifier[],
  options: { replace: boolean | 'cleared'; keepsLock?: boolean },
): Promise<number> {
  const copied = rows.filter(({ copy }) => copy)
  if (copied.length > 0 && !db.isTransaction) throw new Error('A copy is written with its secret, or not at all.')
  const { rows: written } = await sql<WrittenSecret>`
    WITH had AS MATERIALIZED (
      SELECT brand, ref, credential FROM verifier WHERE (brand, ref) IN (SELECT * FROM unnest(
        ${rows.map((row) => row.brand)}::text[], ${rows.map((row) => row.ref)}::text[]
      )) AND sim = ''
    ), written AS (
      INSERT INTO verifier AS v (brand, ref, credential, sim, stored, weak, replace_only, letter, chosen_by)
      SELECT n.brand, n.ref, n.credential, n.sim, n.stored::jsonb, n.weak, n.replace_only, n.letter, n.chosen_by FROM unnest(
        ${rows.map((row) => row.brand)}::text[], ${rows.map((row) => row.ref)}::text[],
        ${rows.map((row) => row.credential)}::text[], ${rows.map((row) => row.sim ?? '')}::text[],
        ${rows.map((row) => JSON.stringify(row.stored))}::text[], ${rows.map((row) => row.weak ?? false)}::boolean[],
        ${rows.map((row) => row.replaceOnly ?? false)}::boolean[],
        ${rows.map((row) => row.letter ?? null)}::text[], ${rows.map((row) => row.chosenBy ?? null)}::text[]
      ) AS n (brand, ref, credential, sim, stored, weak, replace_only, letter, chosen_by)
      ON CONFLICT (brand, ref, credential, sim)
        DO UPDATE SET stored = excluded.stored, weak = excluded.weak, replace_only = excluded.replace_only, letter = excluded.letter, chosen_by = excluded.chosen_by,
          set_at = now(), cleared = NULL
        WHERE ${options.replace === true}::boolean OR (${options.replace === 'cleared'}::boolean AND v.cleared IS NOT NULL)
      RETURNING v.brand, v.ref, v.credential, v.sim, v.letter
    ), subjects AS (
      SELECT n.subject FROM written JOIN unnest(
        ${rows.map((row) => row.brand)}::text[], ${rows.map((row) => row.ref)}::text[],
        ${rows.map((row) => row.credential)}::text[], ${rows.map((row) => row.sim ?? '')}::text[],
        ${rows.map(subjectOf)}::text[]
      ) AS n (brand, ref, credential, sim, subject) USING (brand, ref, credential, sim)
      WHERE NOT ${options.keepsLock === true}::boolean AND (sim = '' OR ${options.replace === true}::boolean)
    ), held AS MATERIALIZED (
      SELECT subject FROM pin_state WHERE subject IN (SELECT subject FROM subjects) ORDER BY subject FOR UPDATE
    ), unlocked AS (
      UPDATE pin_state AS s
      SET consecutive = 0, failures = '{}', stranger_consecutive = 0, stranger_failures = '{}', locked_until = NULL,
        trusted_locked_until = NULL, hard_locked = false
      FROM held WHERE s.subject = held.subject
    ), superseded AS (
      DELETE FROM pending_verifier AS p USING written AS w
      WHERE w.sim = '' AND (p.brand, p.ref, p.credential) = (w.brand, w.ref, w.credential)
    ), told AS (
      INSERT INTO message (brand, ref, kind, quiet_until, worth_until)
      SELECT DISTINCT w.brand, w.ref, k.kind, now() + k.quiet * interval '1 millisecond', now() + k.worth * interval '1 millisecond'
      FROM written AS w JOIN account USING (brand, ref) JOIN (VALUES
        (false, 'pin_set', ${tellings.pin_set.quietMs}::float8, ${tellings.pin_set.worthMs}::float8),
        (true, 'pin_posted', ${tellings.pin_posted.quietMs}::float8, ${tellings.pin_posted.worthMs}::float8)
      ) AS k (posted, kind, quiet, worth) ON k.posted = (w.letter IS NOT NULL) WHERE w.sim = '' AND (
        EXISTS (SELECT FROM had WHERE (had.brand, had.ref, had.credential) = (w.brand, w.ref, w.credential))
        OR EXISTS (SELECT FROM contact WHERE contact.ref = w.ref AND contact.confirmed IS NOT NULL)
      )
      ON CONFLICT DO NOTHING
    )
    SELECT brand, ref, credential, sim FROM written
  `.execute(db)
  if (copied.length > 0) await saveCopies(db, copied, written)
  return written.length
}

type WrittenSecret = Pick<VerifierKey, 'brand' | 'ref' | 'credential'> & { sim: string }

/** Of those that were written. The copy of the secret before is gone by then (migrations/034-look-up.ts), so nothing is read, and no right to read is needed. */
async function saveCopies(
  db: Kysely<Schema>,
  rows: readonly NewVerifier[],
  written: readonly WrittenSecret[],
): Promise<void> {
  const isWritten = new Set(written.map(({ brand, ref, credential, sim }) => [brand, ref, credential, sim].join()))
  const values = rows.flatMap(({ brand, ref, credential, sim, copy }) =>
    copy && isWritten.has([brand, ref, credential, sim ?? ''].join()) ? [{ brand, ref, credential, ...copy }] : [],
  )
  if (values.length > 0) await db.insertInto('pin_copy').values(values).execute()
}

/** As long as the tag of a verifier. */
const TAG_BYTES = 32

/** Makes all PINs and PUKs of an account worth nothing; the rows stay, so that no file brings them back. @returns how many. */
export async function clearVerifiers(
  db: Kysely<Schema>,
  { brand, ref }: Pick<VerifierKey, 'brand' | 'ref'>,
): Promise<number> {
  const tag = randomBytes(TAG_BYTES).toString('base64')
  await sql`DELETE FROM pending_verifier WHERE brand = ${brand} AND ref = ${ref}`.execute(db)
  const { numAffectedRows } = await sql`
    UPDATE verifier SET cleared = now(), weak = false,
      -- Of no key any more, so none but the outermost is named.
      stored = stored || jsonb_build_object('tag', ${tag}::text, 'kids', jsonb_build_array(stored -> 'kids' -> -1))
    WHERE brand = ${brand} AND ref = ${ref} AND cleared IS NULL`.execute(db)
  return Number(numAffectedRows ?? 0)
}

function subjectOf({ brand, ref, credential, sim }: VerifierKey): string {
  const account = accountSubject(brand, ref)
  return sim === null ? account : simsSubject(account, credential)
}

interface Change {
  key: VerifierKey
  old: StoredVerifier
  fresh: StoredVerifier
}

/**
 * Writes the same secrets in another form, only where `old` still stands: no lock is lifted. It waits for a row only while it has no other, for
 * an import has many and takes them in an order of its own: what somebody else has is written after the rest, each by itself.
 */
export async function replaceVerifiers(db: Kysely<Schema>, changes: readonly Change[]): Promise<number> {
  const written = changes.length > 1 ? await replaceFree(db, changes) : new Set<number>()
  let count = written.size
  for (const [place, { key, old, fresh }] of changes.entries()) {
    if (written.has(place)) continue
    const { numAffectedRows } = await sql`
      UPDATE verifier SET stored = ${JSON.stringify(fresh)}::jsonb
      WHERE (brand, ref, credential, sim) = (${key.brand}, ${key.ref}, ${key.credential}, ${key.sim ?? ''})
        AND stored = ${JSON.stringify(old)}::jsonb`.execute(db)
    count += Number(numAffectedRows ?? 0)
  }
  return count
}

/** In one statement, those that nobody else has. @returns their places. */
async function replaceFree(db: Kysely<Schema>, changes: readonly Change[]): Promise<Set<number>> {
  const { rows } = await sql<{ place: number }>`
    WITH n AS (SELECT * FROM unnest(
      ${changes.map(({ key }) => key.brand)}::text[], ${changes.map(({ key }) => key.ref)}::text[],
      ${changes.map(({ key }) => key.credential)}::text[], ${changes.map(({ key }) => key.sim ?? '')}::text[],
      ${changes.map(({ old }) => JSON.stringify(old))}::text[], ${changes.map(({ fresh }) => JSON.stringify(fresh))}::text[]
    ) WITH ORDINALITY AS n (brand, ref, credential, sim, old, fresh, place)), held AS MATERIALIZED (
      SELECT v.brand, v.ref, v.credential, v.sim, n.fresh, n.place FROM verifier AS v JOIN n USING (brand, ref, credential, sim)
      WHERE v.stored = n.old::jsonb FOR UPDATE OF v SKIP LOCKED
    )
    UPDATE verifier AS v SET stored = held.fresh::jsonb FROM held
    WHERE (v.brand, v.ref, v.credential, v.sim) = (held.brand, held.ref, held.credential, held.sim)
    RETURNING held.place::integer - 1 AS place`.execute(db)
  return new Set(rows.map(({ place }) => place))
}
