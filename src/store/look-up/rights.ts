/** Which copies this process may read, by its role of the database. Imports kysely and the tables. */
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { LookUpError } from './pin-copies.ts'

/** Of any column: one is enough to find, move or guess at a copy. */
export async function mayReadCopies(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    SELECT has_any_column_privilege(current_user, 'pin_copy', 'SELECT') AS may`.execute(db)
  return rows[0]?.may !== false
}

/** What serves the voice has no way to the copies, even where somebody takes it over. @throws {LookUpError} where it has. */
export async function refuseReadable(db: Kysely<Schema>, brands: ReadonlySet<string>): Promise<void> {
  const [first] = brands
  if (first === undefined || !(await mayReadCopies(db))) return
  throw new LookUpError(
    `'${first}' lets customers look their PIN up (portal.look_up of its file), and DATABASE_URL has a role that may read the sealed copies. ` +
      'The voice service needs a role of Postgres that may not: docs/portal.md#look-up has the statements.',
  )
}

/** Copies by the key that they are sealed to. */
export async function copiesByKey(db: Kysely<Schema>): Promise<{ recipient: string; count: number }[]> {
  const { rows } = await sql<{ recipient: string; count: number }>`
    SELECT recipient, count(*)::integer AS count FROM pin_copy GROUP BY recipient ORDER BY 2 DESC`.execute(db)
  return rows
}
