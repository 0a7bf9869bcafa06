import { type Kysely, sql } from 'kysely'

/**
 * `erasure`: accounts that are to be erased, from `due` on; the row goes with the account. A contract that runs after it was asked for makes
 * it void, at whatever door it comes in.
 * `erased_count`: what there was of erased accounts, by day, and no link to any. `retired_ticket`: numbers of their tickets, which
 * are never used again (R33) and lead to nobody.
 * What is only ever appended may be taken away in a transaction that names an account whose erasure was asked for, and of that account alone.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE erasure (
      ref text PRIMARY KEY,
      brand text NOT NULL,
      requested timestamptz NOT NULL,
      due timestamptz NOT NULL,
      actor text NOT NULL,
      reason text NOT NULL,
      CHECK (requested <= due),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand)
    )`.execute(db)
  await sql`CREATE INDEX erasure_due ON erasure (due)`.execute(db)
  await sql`
    CREATE TABLE erased_count (
      brand text NOT NULL,
      day date NOT NULL,
      what text NOT NULL,
      kind text NOT NULL,
      count bigint NOT NULL,
      PRIMARY KEY (brand, what, kind, day)
    )`.execute(db)
  await sql`
    CREATE TABLE retired_ticket (
      brand text NOT NULL,
      number text NOT NULL,
      PRIMARY KEY (brand, number)
    )`.execute(db)
  await sql`CREATE INDEX event_of_account ON event (ref) WHERE ref IS NOT NULL`.execute(db)

  await sql`
    CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND TG_LEVEL = 'STATEMENT' AND TG_TABLE_NAME <> 'incident'
        AND EXISTS (SELECT FROM erasure WHERE ref = current_setting('rufpass.erasing', true))
      THEN RETURN NULL;
      END IF;
      RAISE EXCEPTION 'events are only ever appended: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END $$`.execute(db)
  for (const table of ['event', 'incident_account'])
    await sql`
      CREATE TRIGGER ${sql.id(`${table}_of_another`)} BEFORE DELETE ON ${sql.id(table)}
      FOR EACH ROW WHEN (OLD.ref IS NOT NULL AND OLD.ref IS DISTINCT FROM current_setting('rufpass.erasing', true))
      EXECUTE FUNCTION event_is_append_only()`.execute(db)

  await sql`
    CREATE FUNCTION account_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      WITH void AS (
        DELETE FROM erasure WHERE ref = NEW.ref AND (NEW.ends IS NULL OR NEW.ends > requested) RETURNING brand, ref
      )
      INSERT INTO event (kind, call_id, brand, ref, actor, facts)
      SELECT 'account', '-', brand, ref, '-', '{"act": "erasure_void"}' FROM void;
      RETURN NULL;
    END $$`.execute(db)
  await sql`
    CREATE TRIGGER account_goes_on AFTER UPDATE OF ends ON account
    FOR EACH ROW WHEN (NEW.ends IS DISTINCT FROM OLD.ends) EXECUTE FUNCTION account_goes_on()`.execute(db)

  await sql`
    CREATE FUNCTION ticket_is_retired() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM retired_ticket WHERE brand = NEW.brand AND number = NEW.number) THEN
        RAISE EXCEPTION 'this ticket number was used before' USING ERRCODE = 'unique_violation';
      END IF;
      RETURN NEW;
    END $$`.execute(db)
  await sql`
    CREATE TRIGGER ticket_is_retired BEFORE INSERT ON ticket
    FOR EACH ROW EXECUTE FUNCTION ticket_is_retired()`.execute(db)
}
