import { type Kysely, sql } from 'kysely'

/**
 * The same promise as before, that a number has one owner at a time, over hashes of 64 bits instead of the texts: a GiST index over texts
 * that begin alike looks into most of its pages for every row, so that each customer cost more than the one before. Two numbers of one
 * hash would refuse each other where their owners meet: with ten million numbers once in 400,000 stores.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE identifier DROP CONSTRAINT identifier_has_one_owner`.execute(db)
  await sql`
    ALTER TABLE identifier ADD CONSTRAINT identifier_has_one_owner EXCLUDE USING gist (
      hashtextextended(brand || '/' || value, 0) WITH =, hashtextextended(ref, 0) WITH <>, tstzrange(valid_from, valid_to) WITH &&
    ) WHERE (disputed IS NULL)`.execute(db)
}
