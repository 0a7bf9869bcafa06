/** What in the store still needs which key, and what can be given up for a key to go. */
import { type Kysely, sql } from 'kysely'
import { copiesByKey } from './look-up/rights.ts'
import type { Schema } from './schema.ts'
import { sqlStateOf } from './sql-state.ts'

/** What cannot be checked without a key of PINs. */
export interface PinKeyNeed {
  /** PINs, words and PUKs that prove somebody. */
  inForce: number
  /** Made worth nothing; a rotation puts them under the current key alone. */
  cleared: number
  /** By post, and not used yet. */
  posted: number
  /** Kept so that none of them is set again. */
  former: number
}

export interface KeysNeeded {
  /** By the name of the key; a secret under several needs all of them. */
  pinKeys: ReadonlyMap<string, PinKeyNeed>
  /** Of `SUBJECT_KEY`: numbers that nobody has, with tries that count, and call codes that are valid. */
  subjectKey: { unknownNumbers: number; callCodes: number }
  /** Letters that are not handed over, by the public key of the printer that opens them. */
  printers: readonly { recipient: string; count: number }[]
  /** Copies for customers to look up, by public key; null: our role of the database may not see them, as it should be. */
  copies: readonly { recipient: string; count: number }[] | null
}

/** insufficient_privilege. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const MAY_NOT = '42501'

const NONE: PinKeyNeed = { inForce: 0, cleared: 0, posted: 0, former: 0 }

/** Reads every row once: seconds with a million customers. */
export async function keysNeeded(db: Kysely<Schema>): Promise<KeysNeeded> {
  const pinKeys = new Map<string, PinKeyNeed>()
  const { rows } = await sql<PinKeyNeed & { kids: string }>`
    SELECT kids, sum("inForce")::integer AS "inForce", sum(cleared)::integer AS cleared, sum(posted)::integer AS posted,
      sum(former)::integer AS former FROM (
      SELECT stored ->> 'kids' AS kids, count(*) FILTER (WHERE cleared IS NULL) AS "inForce",
        count(*) FILTER (WHERE cleared IS NOT NULL) AS cleared, 0 AS posted, 0 AS former FROM verifier GROUP BY 1
      UNION ALL SELECT stored ->> 'kids', 0, 0, count(*), 0 FROM pending_verifier WHERE ends > now() GROUP BY 1
      UNION ALL SELECT stored ->> 'kids', 0, 0, 0, count(*) FROM past_secret GROUP BY 1
    ) AS chain GROUP BY kids`.execute(db)
  for (const { kids, ...need } of rows) {
    for (const kid of new Set(JSON.parse(kids) as string[])) pinKeys.set(kid, sumOf(pinKeys.get(kid) ?? NONE, need))
  }
  const counts = await sql<KeysNeeded['subjectKey']>`
    SELECT (SELECT count(*) FROM pin_state WHERE starts_with(subject, 'unknown:'))::integer AS "unknownNumbers",
      (SELECT count(*) FROM call_code WHERE expires > now())::integer AS "callCodes"`.execute(db)
  const letters = await sql<{ recipient: string; count: number }>`
    SELECT printer AS recipient, count(*)::integer AS count FROM letter WHERE sealed IS NOT NULL
    GROUP BY printer ORDER BY 2 DESC, 1`.execute(db)
  return {
    pinKeys,
    subjectKey: counts.rows[0] ?? { unknownNumbers: 0, callCodes: 0 },
    printers: letters.rows,
    copies: await copiesByKey(db).catch((error: unknown) => {
      if (sqlStateOf(error) === MAY_NOT) return null
      throw error
    }),
  }
}

function sumOf(one: PinKeyNeed, other: PinKeyNeed): PinKeyNeed {
  return {
    inForce: one.inForce + other.inForce,
    cleared: one.cleared + other.cleared,
    posted: one.posted + other.posted,
    former: one.former + other.former,
  }
}

/** Customer numbers of a brand that have a PIN, word or PUK in force under this key, among others or alone. */
export async function customersNeeding(db: Kysely<Schema>, kid: string, brand: string): Promise<string[]> {
  const { rows } = await sql<{ number: string }>`
    SELECT a.customer_number AS number FROM account AS a WHERE a.brand = ${brand} AND EXISTS (
      SELECT FROM verifier AS v WHERE v.brand = a.brand AND v.ref = a.ref AND v.cleared IS NULL
        AND jsonb_exists(v.stored -> 'kids', ${kid})
    ) ORDER BY 1`.execute(db)
  return rows.map(({ number }) => number)
}

/** Former PINs at a time. */
const BATCH = 5_000

/** Forgets former PINs that need this key: after that they could be set again. May be stopped and begun again. @returns how many. */
export async function forgetFormer(db: Kysely<Schema>, kid: string): Promise<number> {
  const needing = sql`SELECT id FROM past_secret WHERE jsonb_exists(stored -> 'kids', ${kid}) ORDER BY id`
  const deleted = async (ids: ReturnType<typeof sql>): Promise<number> => {
    const { numAffectedRows } = await sql`DELETE FROM past_secret WHERE id IN (${ids})`.execute(db)
    return Number(numAffectedRows ?? 0)
  }
  for (let forgotten = 0; ; ) {
    const free = await deleted(sql`${needing} LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`)
    // Who waits for a row has no other that somebody else may wait for.
    const gone = free > 0 ? free : await deleted(sql`${needing} LIMIT 1`)
    if (gone === 0) return forgotten
    forgotten += gone
  }
}
