/** A secret that was posted to a customer who forgot the one in force: it waits beside that one until it is first used. All times are the database's. */
import { type Kysely, sql } from 'kysely'
import type { CredentialKind } from '../../auth/credentials.ts'
import { UNUSED_MS } from '../../auth/letters.ts'
import type { Secret } from '../../auth/secret.ts'
import { accountSubject } from '../../auth/subjects.ts'
import type { StoredVerifier } from '../../auth/verifier.ts'
import { createEventLog } from '../events.ts'
import type { Copying } from '../look-up/pin-copies.ts'
import type { Schema } from '../schema.ts'
import { statement } from '../statement.ts'
import { saveVerifiers } from '../verifiers.ts'

export interface PendingRow {
  brand: string
  ref: string
  credential: CredentialKind
  stored: StoredVerifier
  letter: string
}

/**
 * In a transaction that has the accounts. One that was posted before ends by that, and tries begin for the new one. It is kept only where the one
 * in force has the salt and parameters that it was made with, so that one hash serves both (`Verifier.matchOf`): a secret that was set
 * meanwhile wins.
 * @returns the letters that are in.
 */
export async function savePending(trx: Kysely<Schema>, rows: readonly PendingRow[]): Promise<string[]> {
  if (rows.length === 0) return []
  const { rows: kept } = await sql<{ letter: string; subject: string }>`
    INSERT INTO pending_verifier AS p (brand, ref, credential, stored, letter, ends)
    SELECT v.brand, v.ref, v.credential, n.stored::jsonb, n.letter, now() + ${UNUSED_MS}::float8 * interval '1 millisecond'
    FROM unnest(
      ${rows.map((row) => row.brand)}::text[], ${rows.map((row) => row.ref)}::text[], ${rows.map((row) => row.credential)}::text[],
      ${rows.map((row) => JSON.stringify(row.stored))}::text[], ${rows.map((row) => row.letter)}::text[]
    ) AS n (brand, ref, credential, stored, letter)
    JOIN verifier AS v ON (v.brand, v.ref, v.credential, v.sim) = (n.brand, n.ref, n.credential, '')
      AND v.cleared IS NULL
      AND v.stored -> 'salt' = n.stored::jsonb -> 'salt' AND v.stored -> 'params' = n.stored::jsonb -> 'params'
    ON CONFLICT (brand, ref, credential) DO UPDATE
      SET stored = excluded.stored, letter = excluded.letter, ends = excluded.ends
    RETURNING letter`.execute(trx)
  const letters = new Set(kept.map(({ letter }) => letter))
  const subjects = rows.flatMap(({ letter, brand, ref }) => (letters.has(letter) ? [accountSubject(brand, ref)] : []))
  await sql`
    WITH held AS MATERIALIZED (
      SELECT subject FROM pin_state WHERE subject = ANY (${subjects}::text[]) ORDER BY subject FOR UPDATE
    )
    UPDATE pin_state AS s SET letter_tries = 0 FROM held WHERE s.subject = held.subject`.execute(trx)
  return [...letters]
}

export async function readPending(db: Kysely<Schema>, letter: string): Promise<StoredVerifier | null> {
  const row = await db.selectFrom('pending_verifier').select('stored').where('letter', '=', letter).executeTakeFirst()
  return row?.stored ?? null
}

/**
 * It was right for the first time: it is the one in force from here on, and no lock by wrong tries holds any more. Null where it has ended
 * meanwhile. Locks in the order of `store/accounts/hold.ts`.
 * @param secret as it was keyed, for its copy.
 */
export async function firstUse(
  db: Kysely<Schema>,
  { brand, ref }: { brand: string; ref: string },
  credential: CredentialKind,
  letter: string,
  { secret, copying }: { secret: Secret; copying: Copying },
): Promise<{ setAt: string } | null> {
  return db.transaction().execute(async (trx) => {
    const { rows: accounts } = await sql<{ customerNumber: string }>`
      SELECT customer_number AS "customerNumber" FROM account WHERE brand = ${brand} AND ref = ${ref} FOR NO KEY UPDATE`.execute(
      trx,
    )
    const [account] = accounts
    if (!account) return null
    const { rows } = await sql<{ stored: StoredVerifier }>`
      DELETE FROM pending_verifier
      WHERE brand = ${brand} AND ref = ${ref} AND credential = ${credential} AND letter = ${letter} AND ends > now()
      RETURNING stored`.execute(trx)
    const [pending] = rows
    if (!pending) return null
    const { stored } = pending
    const copy = await copying({ ...account, brand, ref, kind: credential, stored }, secret)
    await saveVerifiers(trx, [{ brand, ref, credential, sim: null, stored, copy }], { replace: true })
    // Only now: customers are told of a letter when it is ordered.
    const used = await sql<{ setAt: string }>`
      UPDATE verifier SET letter = ${letter}
      WHERE brand = ${brand} AND ref = ${ref} AND credential = ${credential} AND sim = ''
      RETURNING set_at::text AS "setAt"`.execute(trx)
    const facts = { act: 'use_letter', letter }
    await createEventLog(trx).append({ kind: 'account', callId: '-', brand, ref, actor: 'caller', facts })
    return used.rows[0] ?? null
  })
}

const standing = statement<{ stands: boolean }>(
  'verifier_stands',
  `SELECT EXISTS (
     SELECT FROM verifier WHERE brand = $1 AND ref = $2 AND credential = $3 AND sim = '' AND cleared IS NULL
       AND set_at = $4::timestamptz
   ) AS stands`,
  'repeatable',
)

/** Whether the one in force is still that which was set then. Another key (`nestAll`) changes nothing of that. */
export async function stillStands(
  db: Kysely<Schema>,
  { brand, ref }: { brand: string; ref: string },
  credential: CredentialKind,
  setAt: string,
): Promise<boolean> {
  const [row] = await standing(db, [brand, ref, credential, setAt])
  return row?.stands === true
}
