/** Moving all stored verifiers to a new key. */
import { type Kysely, sql } from 'kysely'
import type { StoredVerifier, Verifier } from '../auth/verifier.ts'
import { nestPast } from './past-secrets.ts'
import type { Schema } from './schema.ts'
import { replaceVerifiers, type VerifierKey, type VerifierRow } from './verifiers.ts'

/** Rows at a time: PGlite works in our own thread, and 500 rows keep its stalls around 5 ms. */
const BATCH = 500

interface Old {
  key: VerifierKey
  stored: StoredVerifier
  /** It was made worth nothing: its tag is none of any key. */
  isCleared: boolean
}

/** What is not under `kid`, or needs another key beside it for nothing. */
const isBelow = (kid: string) => sql`(stored -> 'kids' ->> -1 IS DISTINCT FROM ${kid}
  OR (cleared IS NOT NULL AND jsonb_array_length(stored -> 'kids') > 1))`

/** Such verifiers in batches, in the order of their keys: what is written meanwhile is met at most once, so it ends. */
async function* verifiersBelow(db: Kysely<Schema>, kid: string): AsyncGenerator<Old[]> {
  let after = { brand: '', ref: '', credential: '', sim: '' }
  while (true) {
    const { rows } = await sql<VerifierRow & { sim: string; isCleared: boolean }>`
      SELECT brand, ref, credential, sim, stored, cleared IS NOT NULL AS "isCleared" FROM verifier
      WHERE (brand, ref, credential, sim) > (${after.brand}, ${after.ref}, ${after.credential}, ${after.sim})
        AND ${isBelow(kid)}
      ORDER BY brand, ref, credential, sim LIMIT ${BATCH}
    `.execute(db)
    const last = rows.at(-1)
    if (!last) return
    after = last
    yield rows.map(({ stored, isCleared, sim, ...key }) => ({
      key: { ...key, sim: sim === '' ? null : sim },
      stored,
      isCleared,
    }))
  }
}

export interface Rotated {
  wrapped: number
  /** Made under another key meanwhile, by a process that still has the keys from before. */
  left: number
}

/** What is written behind the first round while it goes, by one last batch of an import for example, is met by the next. */
const ROUNDS = 3

/**
 * Puts all under the current key. It comes to an end whatever calls, imports and erasures do meanwhile, and may be stopped at any moment and begun again.
 * @param tell hears how many are done after each batch.
 */
export async function rotateKeys(
  db: Kysely<Schema>,
  verifier: Pick<Verifier, 'nest'>,
  currentKid: string,
  tell: (wrapped: number) => void = () => {},
): Promise<Rotated> {
  let wrapped = 0
  for (let round = 1; ; round++) {
    const before = wrapped
    wrapped += await nestAll(db, verifier, currentKid, (more) => tell(before + more))
    const left = await countBelow(db, currentKid)
    if (left === 0 || round === ROUNDS) return { wrapped, left }
  }
}

/** How many `rotateKeys` has to do. */
export async function countBelow(db: Kysely<Schema>, kid: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT ((SELECT count(*) FROM verifier WHERE ${isBelow(kid)})
      + (SELECT count(*) FROM past_secret WHERE stored -> 'kids' ->> -1 IS DISTINCT FROM ${kid})
      + (SELECT count(*) FROM pending_verifier WHERE ends > now() AND stored -> 'kids' ->> -1 IS DISTINCT FROM ${kid}))::integer
      AS count`.execute(db)
  return rows[0]?.count ?? 0
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
  tell: (wrapped: number) => void = () => {},
): Promise<number> {
  let wrapped = 0
  for await (const rows of verifiersBelow(db, currentKid)) {
    wrapped += await replaceVerifiers(
      db,
      rows.map(({ key, stored, isCleared }) => ({
        key,
        old: stored,
        fresh: isCleared ? { ...stored, kids: [currentKid] } : verifier.nest(stored),
      })),
    )
    tell(wrapped)
  }
  wrapped += await nestPast(db, verifier, currentKid)
  tell(wrapped)
  return wrapped + (await nestPending(db, verifier, currentKid))
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
