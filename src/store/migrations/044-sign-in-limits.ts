import { type Kysely, sql } from 'kysely'

/**
 * `sign_in_count`: tries at the desk's sign-in, by a keyed hash of what they are counted under; one row is one window, worth nothing from `until` on.
 * `agent` is whose name was tried, where that is an agent's: by it a new password frees the name. It refers to nothing, so a name that nobody has
 * costs the same.
 * `agent_network`: where an agent has signed in lately, by a keyed hash of agent and network.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE sign_in_count (
      hash bytea PRIMARY KEY,
      agent text,
      spent integer NOT NULL,
      until timestamptz NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX sign_in_count_until ON sign_in_count (until)`.execute(db)
  await sql`CREATE INDEX sign_in_count_agent ON sign_in_count (agent)`.execute(db)
  await sql`
    CREATE TABLE agent_network (
      agent text NOT NULL REFERENCES agent (name) ON DELETE CASCADE,
      hash bytea NOT NULL,
      until timestamptz NOT NULL,
      PRIMARY KEY (agent, hash)
    )`.execute(db)
}
