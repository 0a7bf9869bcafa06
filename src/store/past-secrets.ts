/** What proved an account before (migrations/028-past-secrets.ts) goes from key to key with what is in force. */
import { type Kysely, sql } from 'kysely'
import type { StoredVerifier, Verifier } from '../auth/verifier.ts'
import type { Schema } from './schema.ts'

/** Rows at a time, as with verifiers. */
const BATCH = 500

/** The ids of all keys that some verifier needs, in force, posted or past. Leaps from one chain of keys to the next, whatever the number of rows. */
export async function kidsInUse(db: Kysely<Schema>): Promise<string[]> {
  const kids = new Set<string>()
  for (const table of ['verifier', 'past_secret'] as const) {
    const { rows } = await sql<{ kids: string }>`
      WITH RECURSIVE chain AS (
        (SELECT stored ->> 'kids' AS kids FROM ${sql.table(table)} ORDER BY 1 LIMIT 1)
        UNION ALL
        SELECT (SELECT stored ->> 'kids' FROM ${sql.table(table)} WHERE stored ->> 'kids' > chain.kids ORDER BY 1 LIMIT 1)
        FROM chain WHERE chain.kids IS NOT NULL
      )
      SELECT kids FROM chain WHERE kids IS NOT NULL
      UNION SELECT stored ->> 'kids' FROM pending_verifier WHERE ends > now()`.execute(db)
    for (const row of rows) for (const kid of JSON.parse(row.kids) as string[]) kids.add(kid)
  }
  return [...kids]
}

/** Wraps each that is not yet under the current key once more. @returns how many. */
export async function nestPast(
  db: Kysely<Schema>,
  verifier: Pick<Verifier, 'nest'>,
  currentKid: string,
): Promise<number> {
  let wrapped = 0
  for (let after = 0; ; ) {
    const { rows } = await sql<{ id: number; stored: StoredVerifier }>`
      SELECT id, stored FROM past_secret
      WHERE id > ${after} AND stored -> 'kids' ->> -1 IS DISTINCT FROM ${currentKid} ORDER BY id LIMIT ${BATCH}`.execute(
      db,
    )
    const last = rows.at(-1)
    if (!last) return wrapped
    after = last.id
    const changes = rows.map(({ id, stored }) => ({
      id,
      old: JSON.stringify(stored),
      fresh: JSON.stringify(verifier.nest(stored)),
    }))
    const free = await sql<{ id: number }>`
      WITH held AS MATERIALIZED (
        SELECT id FROM past_secret WHERE id = ANY (${changes.map(({ id }) => id)}::bigint[]) FOR UPDATE SKIP LOCKED
      )
      UPDATE past_secret AS p SET stored = n.fresh::jsonb FROM held JOIN unnest(
        ${changes.map(({ id }) => id)}::bigint[], ${changes.map(({ old }) => old)}::text[], ${changes.map(({ fresh }) => fresh)}::text[]
      ) AS n (id, old, fresh) USING (id) WHERE p.id = n.id AND p.stored = n.old::jsonb RETURNING p.id`.execute(db)
    const written = new Set(free.rows.map(({ id }) => id))
    wrapped += written.size
    // What an import has, which takes them in an order of its own, each by itself: `replaceVerifiers`.
    for (const { id, old, fresh } of changes.filter((each) => !written.has(each.id))) {
      const { numAffectedRows } = await sql`
        UPDATE past_secret SET stored = ${fresh}::jsonb WHERE id = ${id} AND stored = ${old}::jsonb`.execute(db)
      wrapped += Number(numAffectedRows ?? 0)
    }
  }
}
