/** A server that was not restarted with the new PIN_KEYS. */
import { type Kysely, sql } from 'kysely'
import type { StoredVerifier } from '../../src/auth/verifier.ts'
import type { Schema } from '../../src/store/schema.ts'

/** For each verifier that is written again, one more is made as `stored` is, of an account that is before all others in their order. @returns how it ends. */
export async function madeByOthers(db: Kysely<Schema>, stored: StoredVerifier): Promise<() => Promise<unknown>> {
  await sql`CREATE SEQUENCE made_by_others`.execute(db)
  await sql`
    CREATE FUNCTION made_by_others() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO verifier (brand, ref, credential, sim, stored)
      VALUES (NEW.brand, '-' || (1000000 - nextval('made_by_others')), 'pin', '', ${sql.lit(JSON.stringify(stored))}::jsonb);
      RETURN NULL;
    END $$`.execute(db)
  await sql`
    CREATE TRIGGER made_by_others AFTER UPDATE ON verifier FOR EACH ROW EXECUTE FUNCTION made_by_others()`.execute(db)
  return () => sql`DROP FUNCTION made_by_others CASCADE`.execute(db)
}
