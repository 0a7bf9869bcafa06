import { type Kysely, sql } from 'kysely'

/**
 * `portal_token`: tokens of the operator's portal with which something was changed, by the SHA-256 of their name, until they are refused
 * in any case. Its key is what lets each of them change something once, by any number of requests at once.
 * `verifier.switched_off`: since when the customer wants a secret of a SIM to prove nothing. It stays with a new secret of the same SIM.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE portal_token (
      hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
      until timestamptz NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX portal_token_until ON portal_token (until)`.execute(db)
  await sql`ALTER TABLE verifier ADD COLUMN switched_off timestamptz CHECK (switched_off IS NULL OR sim <> '')`.execute(
    db,
  )
}
