import { type Kysely, sql } from 'kysely'

/**
 * `verifier.replace_only`: a code for first use, as after a breach: it is good to set another secret, and for nothing else. `past_secret.replace_only`: it was one, and
 * has done its work.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE verifier ADD COLUMN replace_only boolean NOT NULL DEFAULT false`.execute(db)
  await sql`ALTER TABLE past_secret ADD COLUMN replace_only boolean NOT NULL DEFAULT false`.execute(db)
  await sql`
    CREATE OR REPLACE FUNCTION keep_past_secret() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO past_secret (brand, ref, credential, stored, weak, replace_only, replaced_by)
      VALUES (OLD.brand, OLD.ref, OLD.credential, OLD.stored, OLD.weak, OLD.replace_only,
        CASE WHEN NEW.cleared IS NULL THEN NEW.chosen_by END);
      DELETE FROM past_secret WHERE id IN (
        SELECT id FROM past_secret WHERE ref = OLD.ref AND brand = OLD.brand AND credential = OLD.credential
        ORDER BY id DESC OFFSET 3);
      RETURN NULL;
    END $$`.execute(db)
}
