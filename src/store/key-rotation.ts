/** Moving all stored verifiers to a new key. */
import { type Kysely, sql } from 'kysely'
import type { StoredVerifier, Verifier } from '../auth/verifier.ts'
import { nestPast } from './past-secrets.ts'
import type { Schema } from './schema.ts'
import { replaceVerifiers, type VerifierRow } from './verifiers.ts'

/** Rows at a time: PGlite works in our own thread, and 500 rows keep its stalls around 5 ms. */
const BATCH = 500

/** Verifiers whose outermost key is not `kid`, in batches and in the order of their keys. */
export async function* verifiersBelow(db: Kysely<Schema>, kid: string): AsyncGenerator<VerifierRow[]> {
  let after = { brand: '', ref: '', credential: '', sim: '' }
  while (true) {
    const { rows } = await sql<VerifierRow & { sim: string }>`
      SELECT brand, ref, credential, sim, stored FROM verifier
      WHERE (brand, ref, credential, sim) > (${after.brand}, ${after.ref}, ${after.credential}, ${after.sim})
        AND stored -> 'kids' ->> -1 IS DISTINCT FROM ${kid}
      ORDER BY brand, ref, credential, sim LIMIT ${BATCH}
    `.execute(db)
    const last = rows.at(-1)
    if (!last) return
    after = last
    yield rows.map((row) => ({ ...row, sim: row.sim === '' ? null : row.sim }))
  }
}

/**
 * Key rotation: wraps every verifier that is not yet under the current key once more, without knowing any secret. Safe
 * while calls come in, and to stop and start again.
 * @returns how many were wrapped.
 */
export async function nestAll(
  db: Kysely<Schema>,
  verifier: Pick<Verifier, 'nest'>,
  currentKid: string,
): Promise<number> {
  let wrapped = 0
  for await (const rows of verifiersBelow(db, currentKid)) {
    wrapped += await replaceVerifiers(
      db,
      rows.map(({ stored, ...key }) => ({ key, old: stored, fresh: verifier.nest(stored) })),
    )
  }
  return wrapped + (await nestPast(db, verifier, currentKid)) + (await nestPending(db, verifier, currentKid))
}

/** The same of those that were posted and wait for their first use; there are few. What ended unused needs no key any more. */
async function nestPending(db: Kysely<Schema>, verifier: Pick<Verifier, 'nest'>, currentKid: string): Promise<number> {
  await sql`
    DELETE FROM pending_verifier WHERE letter IN (
      SELECT letter FROM pending_verifier WHERE ends <= now() FOR UPDATE SKIP LOCKED
    )`.execute(db)
  const { rows } = await sql<{ letter: string; stored: StoredVerifier }>`
    SELECT letter, stored FROM pending_verifier WHERE stored -> 'kids' ->> -1 IS DISTINCT FROM ${currentKid}`.execute(
    db,
  )
  let wrapped = 0
  // Each by itself: who waits for a row has no other that somebody else may wait for.
  for (const { letter, stored } of rows) {
    const { numAffectedRows } = await sql`
      UPDATE pending_verifier SET stored = ${JSON.stringify(verifier.nest(stored))}::jsonb
      WHERE letter = ${letter} AND stored = ${JSON.stringify(stored)}::jsonb`.execute(db)
    wrapped += Number(numAffectedRows ?? 0)
  }
  return wrapped
}
