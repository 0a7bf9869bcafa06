/**
 * The operator's customers as imported: accounts, what identifies them and since when, their SIMs and tickets.
 * Runs alike on PGlite and PostgreSQL 13 or later (btree_gist is a trusted extension there).
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Lets an exclusion constraint compare text for equality. https://www.postgresql.org/docs/current/btree-gist.html
  await sql`create extension if not exists btree_gist`.execute(db)

  // birth_date is kept for one purpose: a PIN must not be the customer's own birthday (R3).
  await sql`
    create table account (
      ref text primary key check (length(ref) between 16 and 64),
      brand text not null,
      customer_number text not null,
      name text not null,
      birth_date date,
      language text not null,
      email text,
      mobile text,
      unique (brand, customer_number),
      unique (ref, brand)
    )`.execute(db)

  // since: when it became this account's SIM, where a change was told to us; null counts as long ago (decision C).
  await sql`
    create table sim (
      id text primary key check (length(id) between 16 and 64),
      ref text not null references account (ref),
      since timestamptz,
      unique (id, ref)
    )`.execute(db)
  await sql`create index sim_of_account on sim (ref)`.execute(db)

  // value: the canonical digits of auth/identifiers.ts. Owned from valid_from (null: always) until before valid_to
  // (null: still). The exclusion constraint is R42-R45: within a brand, one value never means two accounts at one
  // time, whatever its kinds, so an entry at the keypad means at most one account.
  await sql`
    create table identifier (
      id bigint generated always as identity primary key,
      brand text not null,
      value text not null check (value ~ '^[0-9]{1,32}$'),
      kind text not null
        check (kind in ('customer_number', 'contract_number', 'phone_number', 'sim_number', 'ticket_number')),
      ref text not null,
      sim_id text,
      valid_from timestamptz,
      valid_to timestamptz,
      check (valid_from < valid_to),
      check ((kind = 'sim_number') = (sim_id is not null)),
      foreign key (ref, brand) references account (ref, brand),
      foreign key (sim_id, ref) references sim (id, ref),
      constraint identifier_has_one_owner exclude using gist (
        brand with =, value with =, ref with <>, tstzrange(valid_from, valid_to) with &&
      )
    )`.execute(db)
  await sql`create index identifier_by_value on identifier (brand, value)`.execute(db)
  await sql`create index identifier_of_account on identifier (ref)`.execute(db)
  await sql`
    create unique index identifier_once on identifier (ref, kind, value) where valid_to is null`.execute(db)

  // The primary key is the promise that a number is never used again (R33): rows are closed, never deleted.
  await sql`
    create table ticket (
      brand text not null,
      number text not null check (number ~ '^[0-9]{1,32}$'),
      ref text not null,
      topic text not null,
      reported_at timestamptz not null,
      open boolean not null,
      primary key (brand, number),
      foreign key (ref, brand) references account (ref, brand)
    )`.execute(db)
  await sql`create index ticket_of_account on ticket (ref)`.execute(db)
}
