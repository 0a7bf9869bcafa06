/** Which copies this process may read, by its role of the database. Imports kysely and the tables. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { LookUpError } from './pin-copies.ts'

export async function mayReadCopies(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    SELECT has_any_column_privilege(current_user, 'pin_copy', 'SELECT') AS may`.execute(db)
  return rows[0]?.may !== false
}

/**
 * By whatever a role may come to that is not among its rights now: being the owner, who gives them to itself; belonging to a role that has them, inherited or by SET ROLE; the
 * one that the connection began as; a trigger on the copies, which runs with the rights of who writes them; making roles, where a server before Postgres 16 lets it join any.
 */
async function couldReadCopies(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ could: boolean }>`
    SELECT EXISTS (
      SELECT FROM pg_roles AS r JOIN pg_class AS c ON c.oid = 'pin_copy'::regclass
      WHERE (pg_has_role(current_user, r.oid, 'MEMBER') OR pg_has_role(session_user, r.oid, 'MEMBER'))
        AND (has_any_column_privilege(r.oid, c.oid, 'SELECT') OR has_table_privilege(r.oid, c.oid, 'TRIGGER')
          OR r.oid = c.relowner OR r.rolcreaterole)
    ) AS could`.execute(db)
  return rows[0]?.could !== false
}

/** What serves the voice has no way to the copies, even where somebody takes it over. @throws {LookUpError} where it has. */
export async function refuseReadable(db: Kysely<Schema>, brands: ReadonlySet<string>): Promise<void> {
  const [first] = brands
  if (first === undefined || !(await couldReadCopies(db))) return
  throw new LookUpError(
    `'${first}' lets customers look their PIN up (portal.look_up of its file), and DATABASE_URL has a role that may read the sealed copies, or could come to that right. ` +
      'The voice service needs a role of Postgres that may not, owns no table, belongs to no other role and makes none: docs/portal.md#look-up has the statements.',
  )
}

/** How many there are of brands that let nobody look a secret up (any more). */
export async function copiesOfOthers(db: Kysely<Schema>, brands: ReadonlySet<string>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM pin_copy WHERE brand <> ALL (${[...brands]}::text[])`.execute(db)
  return rows[0]?.count ?? 0
}

/** Copies by the key that they are sealed to. */
export async function copiesByKey(db: Kysely<Schema>): Promise<{ recipient: string; count: number }[]> {
  const { rows } = await sql<{ recipient: string; count: number }>`
    SELECT recipient, count(*)::integer AS count FROM pin_copy GROUP BY recipient ORDER BY 2 DESC`.execute(db)
  return rows
}
