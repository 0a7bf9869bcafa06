import { type Kysely, sql } from 'kysely'

/**
 * Attacks over many accounts that were noticed or declared, at most one that has not ended for each brand and for the whole service (brand null), and the
 * most failures in ten minutes of each hour, by the clock on the brand's wall, from which it follows what is usual.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE spray (
      id bigserial PRIMARY KEY,
      brand text,
      since timestamptz NOT NULL,
      until timestamptz NOT NULL,
      actor text NOT NULL,
      is_ordered boolean NOT NULL,
      ended timestamptz,
      rests_until timestamptz
    )`.execute(db)
  await sql`CREATE UNIQUE INDEX spray_on ON spray (coalesce(brand, '')) WHERE ended IS NULL`.execute(db)
  await sql`
    CREATE TABLE failure_peak (
      brand text NOT NULL,
      day date NOT NULL,
      hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23),
      failures integer NOT NULL,
      PRIMARY KEY (brand, day, hour)
    )`.execute(db)
}
