import { type Kysely, sql } from 'kysely'

/** `probe`: one row, written to see that the database can be written. A replica or a full disk can still be read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE TABLE probe (one boolean PRIMARY KEY CHECK (one), at timestamptz NOT NULL)`.execute(db)
}
