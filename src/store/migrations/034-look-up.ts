import { type Kysely, sql } from 'kysely'

/**
 * `pin_copy`: secrets in force, sealed to a key that the voice service does not have, for customers to look up (R6). They stand in a table of their own so that a role
 * of the database can be kept from reading them. A copy dies with its secret by the database itself, whatever way sets or clears one, with the rights of the
 * table's owner: who writes copies need not be able to read or delete any.
 * `portal_budget`: when an account did in the portal what has a limit a day, the last day's moments of each kind.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE pin_copy (
      brand text NOT NULL,
      ref text NOT NULL,
      credential text NOT NULL,
      sim text NOT NULL DEFAULT '' CHECK (sim = ''),
      recipient text NOT NULL,
      sealed text NOT NULL,
      PRIMARY KEY (brand, ref, credential),
      FOREIGN KEY (brand, ref, credential, sim) REFERENCES verifier (brand, ref, credential, sim) ON DELETE CASCADE
    )`.execute(db)
  await sql`CREATE INDEX pin_copy_recipient ON pin_copy (recipient)`.execute(db)
  await sql`
    CREATE FUNCTION drop_pin_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      EXECUTE format('DELETE FROM %I.pin_copy WHERE brand = $1 AND ref = $2 AND credential = $3', TG_TABLE_SCHEMA)
        USING OLD.brand, OLD.ref, OLD.credential;
      RETURN NULL;
    END $$`.execute(db)
  // The same secret under another key keeps its moment.
  await sql`
    CREATE TRIGGER drop_pin_copy AFTER UPDATE ON verifier FOR EACH ROW
    WHEN (OLD.sim = '' AND (NEW.set_at IS DISTINCT FROM OLD.set_at OR NEW.cleared IS NOT NULL))
    EXECUTE FUNCTION drop_pin_copy()`.execute(db)
  await sql`
    CREATE TABLE portal_budget (
      ref text NOT NULL,
      brand text NOT NULL,
      kind text NOT NULL,
      spent timestamptz[] NOT NULL,
      PRIMARY KEY (ref, brand, kind),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand) ON DELETE CASCADE
    )`.execute(db)
}
