import { type Kysely, sql } from 'kysely'

/**
 * `note`: everything that agents wrote, on a ticket, with an account, or (`ref` null) with the call alone. It takes over
 * what `ticket_note` had, and of the last seven days what stood with an assignment and nobody could find.
 * `note_draft`: what an agent is writing, one for each assignment; it becomes a note with the end of the wrap-up.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE note (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL,
      call_id text,
      brand text NOT NULL,
      topic text,
      ref text,
      ticket text,
      author text,
      agent text NOT NULL,
      text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
      CHECK (ticket IS NULL OR ref IS NOT NULL),
      FOREIGN KEY (brand, ticket) REFERENCES ticket (brand, number)
    )`.execute(db)
  await sql`
    INSERT INTO note (at, brand, topic, ref, ticket, agent, text)
    SELECT at, brand, ticket.topic, ticket.ref, number, agent, text
    FROM ticket_note JOIN ticket USING (brand, number) ORDER BY id`.execute(db)
  await sql`DROP TABLE ticket_note`.execute(db)
  await sql`
    INSERT INTO note (at, call_id, brand, topic, author, agent, text)
    SELECT (facts ->> 'since')::timestamptz, call_id, facts ->> 'brand', facts ->> 'topic', agent, agent, facts ->> 'note'
    FROM assignment
    WHERE facts ->> 'note' IS NOT NULL AND (facts ->> 'ref' IS NULL OR facts ->> 'topic' IS NULL)
      AND (facts ->> 'since')::timestamptz > now() - interval '7 days'
    ORDER BY at`.execute(db)
  await sql`UPDATE assignment SET facts = facts - 'note'`.execute(db)
  await sql`CREATE INDEX note_of_ticket ON note (brand, ticket, id) WHERE ticket IS NOT NULL`.execute(db)
  await sql`CREATE INDEX note_of_account ON note (brand, ref, id) WHERE ref IS NOT NULL`.execute(db)
  await sql`CREATE INDEX note_of_call ON note (call_id, id)`.execute(db)
  await sql`CREATE INDEX note_without_account ON note (at) WHERE ref IS NULL`.execute(db)
  await sql`
    CREATE TABLE note_draft (
      assignment text PRIMARY KEY REFERENCES assignment (id) ON DELETE CASCADE,
      at timestamptz NOT NULL,
      text text NOT NULL CHECK (length(text) <= 2000),
      goes_to jsonb,
      closes boolean NOT NULL
    )`.execute(db)
  await sql`CREATE INDEX assignment_of_day ON assignment (agent, at)`.execute(db)
}
