import { type Kysely, sql } from 'kysely'

/**
 * `ticket_report`: every report of a matter, by whatever channel, under the number that it came to; `channel` is null for those of
 * before. A ticket's `reported_at` is the earliest of its reports and of those of the tickets that were merged into it.
 * `ticket.merged_into`: this number leads to that ticket, which is itself merged into none. Its `topic` is that of the ticket it leads to.
 * `ticket_change`: merges and reopenings, with what there was before, so that they can be undone; rows stay.
 * `name_match`: whether the caller's name is that of the account, as the agent found it in this call (R13). No proof.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE ticket
      ADD COLUMN merged_into text,
      ADD FOREIGN KEY (brand, merged_into) REFERENCES ticket (brand, number),
      ADD CHECK (merged_into IS NULL OR (NOT open AND merged_into <> number))`.execute(db)
  await sql`CREATE INDEX ticket_merged ON ticket (brand, merged_into) WHERE merged_into IS NOT NULL`.execute(db)
  await sql`
    CREATE TABLE ticket_report (
      id bigserial PRIMARY KEY,
      brand text NOT NULL,
      ticket text NOT NULL,
      ref text NOT NULL,
      topic text NOT NULL,
      at timestamptz NOT NULL,
      received timestamptz NOT NULL,
      channel text,
      external_id text,
      opened boolean NOT NULL,
      actor text NOT NULL,
      text text CHECK (length(text) BETWEEN 1 AND 2000),
      FOREIGN KEY (brand, ticket) REFERENCES ticket (brand, number)
    )`.execute(db)
  await sql`
    INSERT INTO ticket_report (brand, ticket, ref, topic, at, received, opened, actor)
    SELECT brand, number, ref, topic, reported_at, reported_at, true, '-' FROM ticket ORDER BY reported_at, number`.execute(
    db,
  )
  await sql`CREATE INDEX ticket_report_of_ticket ON ticket_report (brand, ticket, at)`.execute(db)
  await sql`CREATE INDEX ticket_report_of_account ON ticket_report (brand, ref, id)`.execute(db)
  await sql`CREATE UNIQUE INDEX ticket_report_once ON ticket_report (brand, channel, external_id)`.execute(db)
  await sql`
    CREATE TABLE ticket_change (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL,
      kind text NOT NULL CHECK (kind IN ('merge', 'reopen')),
      brand text NOT NULL,
      ref text NOT NULL,
      ticket text NOT NULL,
      into_ticket text,
      topic text NOT NULL,
      was_open boolean NOT NULL,
      actor text NOT NULL,
      call_id text NOT NULL,
      undone timestamptz,
      undone_by text,
      CHECK ((kind = 'merge') = (into_ticket IS NOT NULL)),
      FOREIGN KEY (brand, ticket) REFERENCES ticket (brand, number),
      FOREIGN KEY (brand, into_ticket) REFERENCES ticket (brand, number)
    )`.execute(db)
  await sql`CREATE INDEX ticket_change_of_account ON ticket_change (brand, ref, id)`.execute(db)
  await sql`
    CREATE TABLE name_match (
      call_id text NOT NULL,
      ref text NOT NULL,
      at timestamptz NOT NULL,
      agent text NOT NULL,
      matches boolean NOT NULL,
      PRIMARY KEY (call_id, ref)
    )`.execute(db)
  await sql`CREATE INDEX name_match_at ON name_match (at)`.execute(db)
}
