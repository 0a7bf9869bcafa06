/** Letters on their way to the printer, and back: handed over once, and worth nothing where nobody got them. */
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'

/** One that waits for the printer. `sealed`: base64 of an age file. */
export interface SealedLetter {
  id: string
  customerNumber: string
  issued: Date
  sealed: string
}

const BATCH = 1_000

/** The letters of a brand that this printer can open and has not got, in batches. */
export async function* lettersFor(
  db: Kysely<Schema>,
  { brand, printer }: { brand: string; printer: string },
): AsyncGenerator<SealedLetter[]> {
  let after = ''
  while (true) {
    const { rows } = await sql<SealedLetter>`
      SELECT letter.id, account.customer_number AS "customerNumber", issued, sealed
      FROM letter JOIN account USING (ref)
      WHERE letter.brand = ${brand} AND printer = ${printer} AND sealed IS NOT NULL AND letter.id > ${after}
      ORDER BY letter.id LIMIT ${BATCH}`.execute(db)
    const last = rows.at(-1)
    if (!last) return
    after = last.id
    yield rows
  }
}

/**
 * Takes letters back that wait for this printer and are worth nothing by now: their PIN was cleared or is another, as after a merge, or the
 * account is over. Nobody is to get them by post, and what was sealed is kept no longer.
 */
export async function takeBackDead(
  db: Kysely<Schema>,
  { brand, printer }: { brand: string; printer: string },
): Promise<void> {
  await sql`
    UPDATE letter SET sealed = NULL, handed_over = now(), undeliverable = now()
    WHERE brand = ${brand} AND printer = ${printer} AND sealed IS NOT NULL AND (
      NOT EXISTS (SELECT FROM verifier AS v WHERE v.letter = letter.id AND v.cleared IS NULL)
      AND NOT EXISTS (SELECT FROM pending_verifier AS p WHERE p.letter = letter.id AND p.ends > now())
      OR EXISTS (SELECT FROM account WHERE account.ref = letter.ref AND ends <= now()))`.execute(db)
}

/** They are written: what was sealed is kept no longer. */
export async function handedOver(db: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += BATCH)
    await sql`
      UPDATE letter SET sealed = NULL, handed_over = now()
      WHERE id = ANY (${ids.slice(at, at + BATCH)}::text[]) AND sealed IS NOT NULL`.execute(db)
}

/** `killed`: its PIN is worth nothing now. `other`: the customer has another PIN by now, which stays. */
export type Undelivered = 'killed' | 'other' | 'unknown'

/** Nobody got this letter, or somebody else did. Its PIN is cleared, as by an operator: the next issue brings another. */
export async function undeliverable(db: Kysely<Schema>, id: string): Promise<Undelivered> {
  return db.transaction().execute(async (trx) => {
    // The account first, as everybody does (store/accounts/hold.ts).
    await sql`
      SELECT FROM account WHERE ref = (SELECT ref FROM letter WHERE id = ${id}) FOR NO KEY UPDATE`.execute(trx)
    const { rows: letters } = await sql<{ brand: string; ref: string }>`
      UPDATE letter SET undeliverable = coalesce(undeliverable, now()), sealed = NULL,
        handed_over = coalesce(handed_over, now())
      WHERE id = ${id} RETURNING brand, ref`.execute(trx)
    const [letter] = letters
    if (!letter) return 'unknown'
    const tag = randomBytes(TAG_BYTES).toString('base64')
    const { numAffectedRows } = await sql`
      UPDATE verifier SET stored = jsonb_set(stored, '{tag}', to_jsonb(${tag}::text)), cleared = now(), weak = false
      WHERE letter = ${id} AND cleared IS NULL`.execute(trx)
    // Where it was not used yet, the one before stays as it is.
    const { numAffectedRows: waiting } = await sql`DELETE FROM pending_verifier WHERE letter = ${id}`.execute(trx)
    const killed = Number(numAffectedRows ?? 0) + Number(waiting ?? 0) > 0
    const facts = { act: 'letter_undeliverable', letter: id, killed }
    await createEventLog(trx).append({ kind: 'account', callId: '-', ...letter, actor: 'cli', facts })
    return killed ? 'killed' : 'other'
  })
}

/** As long as the tag of a verifier. */
const TAG_BYTES = 32
