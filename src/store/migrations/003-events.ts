import { type Kysely, sql } from 'kysely'

/**
 * The append-only record. The trigger is the second line behind a database role without UPDATE and DELETE; it also
 * refuses TRUNCATE, which fires no row trigger.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE event (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      kind text NOT NULL,
      call_id text NOT NULL,
      brand text NOT NULL,
      ref text,
      actor text NOT NULL,
      facts jsonb NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX event_call_id ON event (call_id, id)`.execute(db)
  await sql`
    CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'events are only ever appended: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END $$`.execute(db)
  await sql`
    CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()`.execute(db)
}
