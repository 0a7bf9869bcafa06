/** Codes for one call, kept by their keyed hash. All times are the database's. */
import { randomInt } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { CALL_CODE_DIGITS, CALL_CODE_TTL_MS, callCodeOf, WORTHLESS_WINDOW_MS } from '../auth/call-code.ts'
import { callCodeHash } from '../auth/call-code-hash.ts'
import { Secret } from '../auth/secret.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { CallCodes, MadeCallCode } from '../seams/call-codes.ts'
import { recorded } from './accounts/recorded.ts'
import { tellCustomer } from './outbox.ts'
import type { Schema } from './schema.ts'
import { statement } from './statement.ts'

/**
 * `$1` hash, `$2` brand, `$3` call, `$4` the agent who typed it, null: it was keyed. What is found is gone, whether or not it still holds: a code that was keyed once is known. It is dead
 * once its account is locked for good, has no contract, or has got another secret since.
 */
const spend = statement<{ ref: string; subject: string }>(
  'call_code_spend',
  `WITH found AS (
    DELETE FROM call_code WHERE hash = $1 AND brand = $2 RETURNING ref, brand, subject, made, expires
  ), right_one AS (
    SELECT f.ref, f.brand, f.subject FROM found AS f JOIN account AS a USING (ref)
    WHERE f.expires > now() AND (a.ends IS NULL OR a.ends > now())
      AND NOT EXISTS (SELECT FROM pin_state AS s WHERE s.subject = f.subject AND (s.hard_locked OR s.operator_locked IS NOT NULL))
      AND NOT EXISTS (SELECT FROM verifier AS v WHERE v.brand = f.brand AND v.ref = f.ref AND v.sim = '' AND (v.set_at > f.made OR v.cleared > f.made))
  ), told AS (
    INSERT INTO event (kind, call_id, brand, ref, actor, facts)
    SELECT 'verify', $3::text, $2::text, (SELECT ref FROM found), coalesce($4::text, 'caller'), json_strip_nulls(json_build_object(
      'credential', 'call_code', 'by', CASE WHEN $4::text IS NOT NULL THEN 'agent' END,
      'result', CASE WHEN EXISTS (SELECT FROM right_one) THEN 'right' WHEN EXISTS (SELECT FROM found) THEN 'over' ELSE 'unknown' END))
  )
  SELECT ref, subject FROM right_one`,
)

/** `$1` agent, `$2` ms. */
const worthless = statement<{ count: number }>(
  'call_code_worthless',
  `SELECT count(*)::integer AS count FROM event
   WHERE kind = 'verify' AND facts ->> 'by' = 'agent' AND actor = $1
     AND at > now() - $2::float8 * interval '1 millisecond' AND facts ->> 'result' <> 'right'`,
  'repeatable',
)

export interface CallCodeParts {
  subjectKey: Buffer
  /** Whether calls of this brand take codes. */
  isTaken: (brand: string) => boolean
  /** All digits but the last; left out: random ones. */
  draw?: () => string
}

export function createCallCodes(
  db: Kysely<Schema>,
  { subjectKey, isTaken, draw = randomBody }: CallCodeParts,
): CallCodes {
  return {
    make: (place, because) =>
      recorded<MadeCallCode>(db, place, because, 'call_code', async (trx, { ref, ends }) => {
        const { brand } = place
        const subject = accountSubject(brand, ref)
        const { rows } = await sql<{ locked: boolean; ended: boolean }>`
          SELECT ${ends}::timestamptz <= now() AS ended, EXISTS (
            SELECT FROM pin_state WHERE subject = ${subject} AND (hard_locked OR operator_locked IS NOT NULL)
          ) AS locked`.execute(trx)
        const refused = !isTaken(brand) ? 'not_taken' : rows[0]?.locked ? 'locked' : rows[0]?.ended ? 'ended' : null
        if (refused !== null) return { done: { refused }, facts: { refused } }
        // An own code is replaced; one that another account has is drawn again.
        await trx.deleteFrom('call_code').where('ref', '=', ref).execute()
        while (true) {
          const code = new Secret(callCodeOf(draw()))
          const made = await sql<{ expires: Date }>`
            INSERT INTO call_code (ref, brand, subject, hash, expires)
            VALUES (${ref}, ${brand}, ${subject}, ${callCodeHash(subjectKey, brand, code)},
              now() + ${CALL_CODE_TTL_MS}::float8 * interval '1 millisecond')
            ON CONFLICT (hash) DO NOTHING RETURNING expires`.execute(trx)
          const [row] = made.rows
          if (row === undefined) continue
          await tellCustomer(trx, 'call_code', { brand, ref })
          return { done: { code, expires: row.expires }, facts: { made: true } }
        }
      }),
    async redeem(brand, code, { callId, agent }) {
      const [row] = await spend(db, [callCodeHash(subjectKey, brand, code), brand, callId, agent ?? null])
      return row ?? null
    },
    async worthlessOf(agent) {
      const [row] = await worthless(db, [agent, WORTHLESS_WINDOW_MS])
      return row?.count ?? 0
    },
  }
}

/** Each digit of its own: the largest number that can be drawn at once is smaller than all of them. */
function randomBody(): string {
  return Array.from({ length: CALL_CODE_DIGITS - 1 }, () => String(randomInt(10))).join('')
}
