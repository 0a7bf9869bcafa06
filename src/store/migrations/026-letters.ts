import { type Kysely, sql } from 'kysely'

/**
 * `letter`: a PIN that was issued by post. `sealed`: what the printer alone can open, from when the PIN is issued until it is handed over.
 * `verifier.letter`: the letter that this PIN came with; null: it came otherwise.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE letter (
      id text PRIMARY KEY CHECK (length(id) BETWEEN 16 AND 64),
      brand text NOT NULL,
      ref text NOT NULL,
      issued timestamptz NOT NULL DEFAULT now(),
      printer text NOT NULL,
      sealed text,
      handed_over timestamptz,
      undeliverable timestamptz,
      CHECK ((sealed IS NULL) = (handed_over IS NOT NULL)),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand) ON DELETE CASCADE
    )`.execute(db)
  await sql`CREATE INDEX letter_of_account ON letter (ref)`.execute(db)
  await sql`CREATE INDEX letter_to_hand_over ON letter (brand, printer, id) WHERE sealed IS NOT NULL`.execute(db)
  await sql`ALTER TABLE verifier ADD COLUMN letter text`.execute(db)
  await sql`CREATE INDEX verifier_of_letter ON verifier (letter) WHERE letter IS NOT NULL`.execute(db)
}
