import { type Kysely, sql } from 'kysely'

/**
 * `letter_order`: a customer is to get a new PIN by post. `letter`: the one that it became; null: none yet. No second one is ordered for an
 * account before `quiet_until`, by any number of orders at once. `pending_verifier`: a new secret that was posted while another is in force, until
 * it is first used, ends, or its letter comes back. `pin_state.letter_tries`: tries of it while the account was locked for good.
 * `account.address_since`: since when the postal address is the one of today; null: not known.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE account ADD COLUMN address_since date`.execute(db)
  await sql`ALTER TABLE pin_state ADD COLUMN letter_tries integer NOT NULL DEFAULT 0`.execute(db)
  await sql`
    CREATE TABLE letter_order (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      brand text NOT NULL,
      ref text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      quiet_until timestamptz NOT NULL,
      actor text NOT NULL,
      letter text,
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand) ON DELETE CASCADE,
      CONSTRAINT letter_order_quiet EXCLUDE USING gist (ref WITH =, tstzrange(at, quiet_until) WITH &&)
    )`.execute(db)
  await sql`CREATE INDEX letter_order_open ON letter_order (brand, ref) WHERE letter IS NULL`.execute(db)
  await sql`
    CREATE TABLE pending_verifier (
      brand text NOT NULL,
      ref text NOT NULL,
      credential text NOT NULL,
      stored jsonb NOT NULL,
      letter text NOT NULL UNIQUE,
      ends timestamptz NOT NULL,
      PRIMARY KEY (brand, ref, credential),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand) ON DELETE CASCADE
    )`.execute(db)
}
