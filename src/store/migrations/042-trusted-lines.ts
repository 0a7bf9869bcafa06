import { type Kysely, sql } from 'kysely'

/**
 * Strangers may use a part of the tries of an account, and the rest is kept for the customer's own line. `pin_state` counts all tries as before, and
 * those of strangers beside: what was counted until now is nobody's in particular, so it takes of no share. `locked_until` is the soft lock of strangers.
 * `pin_attempt`: from where a try came, and the number of the newest one of strangers by then.
 * `proved_line`: from which numbers of an account a secret was right, and when last. Only those that were on file then are kept, so this says of a customer
 * no number that `identifier` does not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE pin_state
      ADD COLUMN stranger_tries integer NOT NULL DEFAULT 0,
      ADD COLUMN stranger_consecutive integer NOT NULL DEFAULT 0 CHECK (stranger_consecutive >= 0),
      ADD COLUMN stranger_failures timestamptz[] NOT NULL DEFAULT '{}',
      ADD COLUMN trusted_locked_until timestamptz`.execute(db)
  await sql`
    ALTER TABLE pin_attempt
      ADD COLUMN trusted boolean NOT NULL DEFAULT false,
      ADD COLUMN stranger_serial integer,
      ADD COLUMN own_stranger_serial integer`.execute(db)
  await sql`
    CREATE TABLE proved_line (
      brand text NOT NULL,
      ref text NOT NULL,
      number text NOT NULL CHECK (number ~ '^[0-9]{1,32}$'),
      last_right timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (ref, number),
      FOREIGN KEY (ref, brand) REFERENCES account (ref, brand)
    )`.execute(db)
}
