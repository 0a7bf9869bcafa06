import { type Kysely, sql } from 'kysely'

/**
 * `queue_place`: who waits now, one row a call. `place` is what the order goes by, `arrival` breaks ties.
 * `queue_journal`: everything that happened to the order, append-only, in the order in which it happened: every writer
 * holds one advisory lock.
 * `assignment`: one agent and one call, from the first ring to the end of the wrap-up. The partial indexes are the promise
 * that an agent has one call at a time, and that a caller rings at one agent and talks to one agent.
 * `presence`: whether an agent wants calls; no row is away.
 * `ticket_note`: what agents wrote on a matter.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE queue_place (
      call_id text PRIMARY KEY,
      brand text NOT NULL,
      queue text NOT NULL,
      topic text,
      language text NOT NULL,
      level integer NOT NULL,
      since timestamptz NOT NULL,
      place timestamptz NOT NULL,
      reason text NOT NULL CHECK (reason IN ('waiting', 'ticket', 'returned')),
      ticket text,
      arrival bigint NOT NULL,
      seen timestamptz NOT NULL,
      told_at timestamptz,
      told_position integer
    )`.execute(db)
  await sql`CREATE INDEX queue_place_order ON queue_place (place, arrival)`.execute(db)
  await sql`
    CREATE TABLE queue_journal (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL,
      kind text NOT NULL,
      call_id text NOT NULL,
      queue text NOT NULL,
      facts jsonb NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX queue_journal_at ON queue_journal (at)`.execute(db)
  // The figures of the day look for the arrival of each who left, and for the events of a brand.
  await sql`CREATE INDEX queue_journal_of_call ON queue_journal (call_id, id)`.execute(db)
  await sql`CREATE INDEX event_of_brand ON event (brand, at)`.execute(db)
  await sql`
    CREATE TRIGGER queue_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON queue_journal
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()`.execute(db)
  await sql`
    CREATE TABLE assignment (
      id text PRIMARY KEY,
      call_id text NOT NULL,
      agent text NOT NULL,
      state text NOT NULL CHECK (state IN ('ringing', 'answering', 'talking', 'checking', 'wrap_up', 'over')),
      version integer NOT NULL,
      at timestamptz NOT NULL,
      facts jsonb NOT NULL
    )`.execute(db)
  await sql`CREATE UNIQUE INDEX assignment_of_agent ON assignment (agent) WHERE state <> 'over'`.execute(db)
  await sql`CREATE UNIQUE INDEX assignment_rings_once ON assignment (call_id) WHERE state = 'ringing'`.execute(db)
  await sql`
    CREATE UNIQUE INDEX assignment_talks_once ON assignment (call_id)
    WHERE state IN ('answering', 'talking', 'checking')`.execute(db)
  await sql`CREATE INDEX assignment_of_call ON assignment (call_id, at)`.execute(db)
  await sql`
    CREATE TABLE presence (
      agent text PRIMARY KEY,
      presence text NOT NULL CHECK (presence IN ('available', 'away')),
      because text,
      since timestamptz NOT NULL
    )`.execute(db)
  // One open ticket for each customer and matter (R35, R37): of those that a store has already the oldest stays open.
  await sql`
    UPDATE ticket SET open = false WHERE open AND EXISTS (
      SELECT 1 FROM ticket older WHERE older.ref = ticket.ref AND older.topic = ticket.topic AND older.open
        AND (older.reported_at, older.number) < (ticket.reported_at, ticket.number))`.execute(db)
  await sql`CREATE UNIQUE INDEX ticket_of_matter ON ticket (ref, topic) WHERE open`.execute(db)
  await sql`
    CREATE TABLE ticket_note (
      id bigserial PRIMARY KEY,
      brand text NOT NULL,
      number text NOT NULL,
      at timestamptz NOT NULL,
      agent text NOT NULL,
      text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
      FOREIGN KEY (brand, number) REFERENCES ticket (brand, number)
    )`.execute(db)
  await sql`CREATE INDEX ticket_note_of_ticket ON ticket_note (brand, number, id)`.execute(db)
}
