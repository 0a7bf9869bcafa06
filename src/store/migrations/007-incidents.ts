import { type Kysely, sql } from 'kysely'

/**
 * `incident`: what happened to customers' data, for agents who are asked "was I hacked?" (R29). `incident_account`: who
 * was touched, by the opaque ref of any account source, so that an import or a customer who is gone takes no mark away.
 * Both are a history for the authority (R31): an incident can be closed, and nothing else of it is ever changed.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE incident (
      brand text NOT NULL,
      name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,31}$'),
      day date NOT NULL,
      texts jsonb NOT NULL,
      opened timestamptz NOT NULL,
      closed timestamptz,
      PRIMARY KEY (brand, name)
    )`.execute(db)
  await sql`
    CREATE TABLE incident_account (
      brand text NOT NULL,
      name text NOT NULL,
      ref text NOT NULL,
      marked timestamptz NOT NULL,
      PRIMARY KEY (brand, ref, name),
      FOREIGN KEY (brand, name) REFERENCES incident (brand, name)
    )`.execute(db)
  await sql`CREATE INDEX incident_account_of_incident ON incident_account (brand, name)`.execute(db)
  await sql`
    CREATE TRIGGER incident_stays BEFORE UPDATE OF brand, name, day, texts, opened OR DELETE OR TRUNCATE ON incident
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()`.execute(db)
  await sql`
    CREATE TRIGGER incident_account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON incident_account
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()`.execute(db)
}
