import { type Kysely, sql } from 'kysely'

/**
 * `agent`: who may sit at the desk. A row is never deleted: events and the journal name it.
 * `agent_session`: who is signed in. `desk_reference`: words by which another system of the operator gets one context.
 * Both are found by the SHA-256 of what their holder has, so a stolen table opens nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE agent (
      name text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9.-]{0,31}$'),
      display_name text NOT NULL,
      role text NOT NULL CHECK (role IN ('agent', 'supervisor')),
      brands text[] NOT NULL,
      topics text[] NOT NULL,
      languages text[] NOT NULL,
      phone text NOT NULL,
      password text NOT NULL,
      disabled boolean NOT NULL DEFAULT false
    )`.execute(db)
  await sql`
    CREATE TABLE agent_session (
      hash bytea PRIMARY KEY,
      agent text NOT NULL REFERENCES agent (name),
      opened timestamptz NOT NULL,
      seen timestamptz NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX agent_session_of_agent ON agent_session (agent)`.execute(db)
  await sql`
    CREATE TABLE desk_reference (
      hash bytea PRIMARY KEY,
      agent text NOT NULL REFERENCES agent (name),
      call_id text NOT NULL,
      expires timestamptz NOT NULL
    )`.execute(db)
}
