import { type Kysely, sql } from 'kysely'

/**
 * Days that were set apart from their weekday, append-only: the newest line of a brand and day counts, and one without hours
 * takes them away.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE special_hours (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL,
      brand text NOT NULL,
      day date NOT NULL,
      hours text[],
      texts jsonb NOT NULL,
      actor text NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX special_hours_day ON special_hours (brand, day, id)`.execute(db)
  await sql`
    CREATE TRIGGER special_hours_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON special_hours
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()`.execute(db)
}
