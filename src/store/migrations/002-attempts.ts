import { type Kysely, sql } from 'kysely'

/**
 * `pin_state`: one row per subject, all that decides whether a try may be compared. `tries` only grows and numbers the
 * tries; `failures` holds the times of those that were not right, as far as they still count.
 * `pin_attempt`: one row per step token. The primary key is what makes a repeated delivery harmless.
 * `verifier`: the keyed hash of a PIN or PUK. `sim` is '' where the credential belongs to the account.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE pin_state (
      subject text PRIMARY KEY,
      tries integer NOT NULL DEFAULT 0,
      consecutive integer NOT NULL DEFAULT 0 CHECK (consecutive >= 0),
      failures timestamptz[] NOT NULL DEFAULT '{}',
      locked_until timestamptz,
      hard_locked boolean NOT NULL DEFAULT false,
      tried_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db)
  await sql`
    CREATE INDEX pin_state_unknown ON pin_state (tried_at) WHERE starts_with(subject, 'unknown:')`.execute(db)
  await sql`
    CREATE TABLE pin_attempt (
      token text PRIMARY KEY,
      subject text NOT NULL,
      own_subject text,
      credential text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      reserved boolean NOT NULL,
      serial integer,
      own_serial integer,
      outcome text CHECK (outcome IN ('right', 'wrong')),
      CHECK (reserved OR outcome IS NULL)
    )`.execute(db)
  await sql`CREATE INDEX pin_attempt_at ON pin_attempt (at)`.execute(db)
  await sql`
    CREATE TABLE verifier (
      brand text NOT NULL,
      ref text NOT NULL,
      credential text NOT NULL,
      sim text NOT NULL DEFAULT '',
      stored jsonb NOT NULL,
      set_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (brand, ref, credential, sim)
    )`.execute(db)
  // Which keys are in use is asked at every start, and there are only a handful of different answers.
  await sql`CREATE INDEX verifier_kids ON verifier ((stored ->> 'kids'))`.execute(db)
}
