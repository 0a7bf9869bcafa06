import { type Kysely, sql } from 'kysely'

/**
 * `api_token`: who may do what by the API. A secret is kept as its SHA-256 and found by it; the one in the settings has none
 * here, nor brands, acts and a budget. Windows of the budget begin with the first request in them. Rows stay when a token is
 * revoked, so that no name ever means another system in the record.
 * `pin_state.operator_locked`: since when an operator has locked an account. It stands apart from the locks by wrong tries, which every
 * try reckons again and a new PIN ends. `verifier.cleared`: since when it is worth nothing, though it is there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE api_token (
      name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9.-]{0,31}$'),
      hash bytea UNIQUE CHECK (octet_length(hash) = 32),
      brands text[],
      acts text[],
      per_hour integer CHECK (per_hour > 0),
      per_day integer CHECK (per_day > 0),
      created timestamptz NOT NULL DEFAULT now(),
      created_by text NOT NULL,
      last_used timestamptz,
      revoked timestamptz,
      revoked_by text,
      hour_began timestamptz NOT NULL DEFAULT '-infinity',
      hour_spent integer NOT NULL DEFAULT 0,
      day_began timestamptz NOT NULL DEFAULT '-infinity',
      day_spent integer NOT NULL DEFAULT 0,
      CHECK (num_nulls(hash, brands, acts, per_hour, per_day) IN (0, 5)),
      CHECK ((revoked IS NULL) = (revoked_by IS NULL))
    )`.execute(db)
  await sql`ALTER TABLE pin_state ADD COLUMN operator_locked timestamptz`.execute(db)
  await sql`ALTER TABLE verifier ADD COLUMN cleared timestamptz`.execute(db)
}
