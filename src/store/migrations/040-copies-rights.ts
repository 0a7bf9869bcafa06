import { type Kysely, sql } from 'kysely'

/**
 * `drop_pin_copy` has the rights of its owner, so nobody else may make a trigger of it, and it deletes in one table alone: of whatever table it was put
 * on, it deleted in that one's schema, where another role's table with a trigger of its own had the owner's rights for whatever that does. Who updates a
 * secret needs no right to it: https://www.postgresql.org/docs/current/sql-createtrigger.html
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ schema: string }>`
    SELECT nspname AS schema FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE pg_class.oid = 'pin_copy'::regclass`.execute(db)
  const [place] = rows
  if (!place) throw new Error('There is no table of copies.')
  await sql`
    CREATE OR REPLACE FUNCTION drop_pin_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    BEGIN
      DELETE FROM ${sql.id(place.schema, 'pin_copy')}
      WHERE brand = OLD.brand AND ref = OLD.ref AND credential = OLD.credential;
      RETURN NULL;
    END $$`.execute(db)
  await sql`REVOKE ALL ON FUNCTION drop_pin_copy() FROM PUBLIC`.execute(db)
}
