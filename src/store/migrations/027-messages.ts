import { type Kysely, sql } from 'kysely'

/**
 * `message`: what a customer is to be told, and what became of it. It is written with the act that it tells of, sent later, and kept
 * (R48): by reference to the contact, without address and text. `due`: when it is next tried, while it waits; a server that
 * sends it pushes that forward, which is its lease. No second one of a kind is written for an account before `quiet_until`, by any
 * number of acts at once. It goes with its account.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE message (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      brand text NOT NULL,
      ref text NOT NULL,
      kind text NOT NULL CHECK (kind ~ '^[a-z_]{1,32}$'),
      at timestamptz NOT NULL DEFAULT now(),
      quiet_until timestamptz NOT NULL,
      worth_until timestamptz NOT NULL,
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dropped')),
      due timestamptz NOT NULL DEFAULT now(),
      tries integer NOT NULL DEFAULT 0,
      reason text,
      done timestamptz,
      contact bigint REFERENCES contact (id) ON DELETE SET NULL,
      channel text CHECK (channel IN ('email', 'sms')),
      source text,
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand) ON DELETE CASCADE,
      CHECK ((state = 'waiting') = (done IS NULL)),
      CHECK ((state = 'sent') = (channel IS NOT NULL)),
      CHECK ((state = 'dropped') = (reason IS NOT NULL)),
      CONSTRAINT message_quiet EXCLUDE USING gist (ref WITH =, kind WITH =, tstzrange(at, quiet_until) WITH &&)
    )`.execute(db)
  await sql`CREATE INDEX message_due ON message (due, id) WHERE state = 'waiting'`.execute(db)
  await sql`CREATE INDEX message_of_account ON message (ref, id)`.execute(db)
  await sql`CREATE INDEX message_to_contact ON message (contact) WHERE contact IS NOT NULL`.execute(db)
}
