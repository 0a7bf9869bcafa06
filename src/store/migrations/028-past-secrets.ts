import { type Kysely, sql } from 'kysely'

/**
 * `past_secret`: what proved an account before, as keyed tags that lead to no digits; at most three of a kind. It is written by the database itself, so that no
 * way to set a secret can forget it. `replaced_by`: as `verifier.chosen_by` of what came in its place; null: it was cleared, or replaced by the operator.
 * `verifier.chosen_by`: by which way its customer set it; null: a file or a letter brought it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE verifier ADD COLUMN chosen_by text CHECK (chosen_by IN ('portal', 'phone', 'order', 'undo'))`.execute(
    db,
  )
  await sql`
    CREATE TABLE past_secret (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      brand text NOT NULL,
      ref text NOT NULL,
      credential text NOT NULL,
      stored jsonb NOT NULL,
      weak boolean NOT NULL,
      replaced_at timestamptz NOT NULL DEFAULT now(),
      replaced_by text
    )`.execute(db)
  await sql`CREATE INDEX past_secret_of_account ON past_secret (ref, brand, credential, id)`.execute(db)
  await sql`CREATE INDEX past_secret_kids ON past_secret ((stored ->> 'kids'))`.execute(db)
  await sql`
    CREATE FUNCTION keep_past_secret() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO past_secret (brand, ref, credential, stored, weak, replaced_by)
      VALUES (OLD.brand, OLD.ref, OLD.credential, OLD.stored, OLD.weak,
        CASE WHEN NEW.cleared IS NULL THEN NEW.chosen_by END);
      DELETE FROM past_secret WHERE id IN (
        SELECT id FROM past_secret WHERE ref = OLD.ref AND brand = OLD.brand AND credential = OLD.credential
        ORDER BY id DESC OFFSET 3);
      RETURN NULL;
    END $$`.execute(db)
  // The same secret under another key keeps its salt.
  await sql`
    CREATE TRIGGER keep_past_secret AFTER UPDATE ON verifier FOR EACH ROW
    WHEN (OLD.sim = '' AND OLD.cleared IS NULL
      AND (NEW.cleared IS NOT NULL OR NEW.stored ->> 'salt' IS DISTINCT FROM OLD.stored ->> 'salt'))
    EXECUTE FUNCTION keep_past_secret()`.execute(db)
}
