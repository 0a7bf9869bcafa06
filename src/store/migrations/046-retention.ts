import { type Kysely, sql } from 'kysely'

/**
 * `retention_run`: what was taken away on a day because of its age, by one of all servers; `seen`: its last step.
 * What is only ever appended may be taken away too where it is old, in a transaction that says so. The record of events and the journal
 * keep 90 days in any case, notices 180, and an incident a year after it was closed, whatever is asked for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE retention_run (
      day date PRIMARY KEY,
      began timestamptz NOT NULL,
      seen timestamptz NOT NULL,
      ended timestamptz,
      counts jsonb NOT NULL DEFAULT '[]'
    )`.execute(db)
  await sql`
    CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND TG_LEVEL = 'STATEMENT' AND (current_setting('rufpass.retaining', true) = 'on'
        OR TG_TABLE_NAME <> 'incident' AND EXISTS (SELECT FROM erasure WHERE ref = current_setting('rufpass.erasing', true)))
      THEN RETURN NULL;
      END IF;
      RAISE EXCEPTION 'events are only ever appended: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END $$`.execute(db)
  for (const table of ['event', 'incident_account']) {
    const trigger = sql.id(`${table}_of_another`)
    await sql`DROP TRIGGER ${trigger} ON ${sql.id(table)}`.execute(db)
    await sql`
      CREATE TRIGGER ${trigger} BEFORE DELETE ON ${sql.id(table)}
      FOR EACH ROW WHEN (OLD.ref IS NOT NULL AND OLD.ref IS DISTINCT FROM current_setting('rufpass.erasing', true)
        AND current_setting('rufpass.retaining', true) IS DISTINCT FROM 'on')
      EXECUTE FUNCTION event_is_append_only()`.execute(db)
  }
  const youngest = {
    event: `OLD.at > now() - interval '90 days'`,
    queue_journal: `OLD.at > now() - interval '90 days'`,
    notice: `OLD.at > now() - interval '180 days'`,
    special_hours: `OLD.day > now() - interval '180 days'`,
    incident: `OLD.closed IS NULL OR OLD.closed > now() - interval '365 days'`,
  }
  for (const [table, isYoung] of Object.entries(youngest))
    await sql`
      CREATE TRIGGER ${sql.id(`${table}_too_young`)} BEFORE DELETE ON ${sql.id(table)}
      FOR EACH ROW WHEN (current_setting('rufpass.retaining', true) = 'on' AND (${sql.raw(isYoung)}))
      EXECUTE FUNCTION event_is_append_only()`.execute(db)
  await sql`
    CREATE FUNCTION mark_of_open_incident() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM incident WHERE brand = OLD.brand AND name = OLD.name
        AND (closed IS NULL OR closed > now() - interval '365 days')) THEN
        RAISE EXCEPTION 'the marks of an incident stay: % refused', TG_OP USING ERRCODE = 'restrict_violation';
      END IF;
      RETURN OLD;
    END $$`.execute(db)
  await sql`
    CREATE TRIGGER incident_account_too_young BEFORE DELETE ON incident_account
    FOR EACH ROW WHEN (current_setting('rufpass.retaining', true) = 'on') EXECUTE FUNCTION mark_of_open_incident()`.execute(
    db,
  )
}
