import { type Kysely, sql } from 'kysely'

/**
 * What callers were told for the time being, append-only: the newest line of a brand and topic (null: all its callers)
 * counts, and one without texts switches the notice off.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE notice (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL,
      brand text NOT NULL,
      topic text,
      texts jsonb,
      until timestamptz,
      actor text NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX notice_place ON notice (brand, topic, id)`.execute(db)
  await sql`
    CREATE TRIGGER notice_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()`.execute(db)
}
