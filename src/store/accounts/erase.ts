/** Takes away all that leads to a customer. What is left is how much there was, by day, and the numbers of tickets, which lead to nobody. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { kindsOf } from '../../auth/credentials.ts'
import { accountSubject, simsSubject } from '../../auth/subjects.ts'
import type { Schema } from '../schema.ts'

interface Account {
  ref: string
  brand: string
  customer_number: string
}

/**
 * In a transaction that holds the account; its erasure was asked for, or the database refuses. A test fills every table of the schema and finds
 * what was forgotten here.
 * @param nobody under which tries on a number are counted while nobody has it.
 */
export async function eraseAccount(
  trx: Kysely<Schema>,
  { ref, brand, customer_number: customerNumber }: Account,
  nobody: (value: string) => string,
): Promise<void> {
  await sql`SELECT set_config('rufpass.erasing', ${ref}, true)`.execute(trx)
  const { all, own } = await callsOf(trx, ref)
  const counted = (table: string, at: string, kind: string, where: RawBuilder<unknown>): Promise<unknown> =>
    sql`
      WITH gone AS (DELETE FROM ${sql.table(table)} WHERE ${where} RETURNING *), counted AS (
        SELECT (${sql.ref(at)} AT TIME ZONE 'UTC')::date AS day, ${sql.raw(kind)} AS kind, count(*) AS count
        FROM gone GROUP BY 1, 2
      )
      INSERT INTO erased_count (brand, day, what, kind, count)
      SELECT ${brand}, day, ${table}, kind, count FROM counted
      ON CONFLICT (brand, what, kind, day) DO UPDATE SET count = erased_count.count + excluded.count`.execute(trx)
  const ofAccount = sql`ref = ${ref}`
  // Of a call in which two accounts were claimed the other one's record stays whole.
  const ofCalls = sql`call_id = ANY (${own}::text[])`
  const without = sql`(${ofAccount} OR (ref IS NULL AND ${ofCalls}))`

  await counted('note', 'at', "'note'", without)
  await counted('event', 'at', 'kind', without)
  await counted('queue_journal', 'at', 'kind', ofCalls)
  const shown = sql`call_id = ANY (${all}::text[]) AND (facts ->> 'ref' = ${ref} OR ${ofCalls})`
  await counted('assignment', 'at', "'assignment'", shown)
  await sql`DELETE FROM desk_reference WHERE ${ofCalls}`.execute(trx)
  await counted('incident_account', 'marked', 'name', sql`brand = ${brand} AND ${ofAccount}`)

  await sql`
    INSERT INTO retired_ticket (brand, number) SELECT brand, number FROM ticket WHERE ${ofAccount}
    ON CONFLICT DO NOTHING`.execute(trx)
  await sql`DELETE FROM ticket_change WHERE ${ofAccount}`.execute(trx)
  await counted('ticket_report', 'at', "'ticket_report'", ofAccount)
  await counted('ticket', 'reported_at', 'topic', ofAccount)
  await sql`DELETE FROM name_match WHERE ${ofAccount}`.execute(trx)
  await counted('message', 'at', 'kind', ofAccount)
  await counted('letter', 'issued', "'letter'", ofAccount)
  await counted('letter_order', 'at', "'letter_order'", ofAccount)

  await forgetTries(trx, { ref, brand }, nobody)
  await sql`DELETE FROM import_line WHERE brand = ${brand} AND customer_number = ${customerNumber}`.execute(trx)
  for (const table of ['proved_line', 'contact', 'identifier', 'contract', 'sim', 'erasure', 'account'] as const)
    await sql`DELETE FROM ${sql.table(table)} WHERE ${ofAccount}`.execute(trx)
}

/** `own`: those that no other account was claimed in. */
async function callsOf(trx: Kysely<Schema>, ref: string): Promise<{ all: string[]; own: string[] }> {
  const { rows } = await sql<{ call_id: string; own: boolean }>`
    SELECT call_id, NOT EXISTS (SELECT FROM event WHERE event.call_id = c.call_id AND event.ref <> ${ref}) AS own FROM (
      SELECT call_id FROM event WHERE ref = ${ref} UNION SELECT call_id FROM note WHERE ref = ${ref}
      UNION SELECT call_id FROM name_match WHERE ref = ${ref} UNION SELECT call_id FROM ticket_change WHERE ref = ${ref}
    ) AS c WHERE call_id <> '-'`.execute(trx)
  return { all: rows.map((row) => row.call_id), own: rows.flatMap((row) => (row.own ? [row.call_id] : [])) }
}

/** Secrets, locks and tries, also those on its numbers while they were nobody's. */
async function forgetTries(
  trx: Kysely<Schema>,
  { ref, brand }: Pick<Account, 'ref' | 'brand'>,
  nobody: (value: string) => string,
): Promise<void> {
  const numbers = await trx.selectFrom('identifier').select('value').where('ref', '=', ref).execute()
  const own = [accountSubject(brand, ref), ...numbers.map(({ value }) => nobody(value))]
  const subjects = own.flatMap((subject) => [subject, ...kindsOf('sim').map((kind) => simsSubject(subject, kind))])
  await sql`DELETE FROM pending_verifier WHERE brand = ${brand} AND ref = ${ref}`.execute(trx)
  await sql`DELETE FROM verifier WHERE brand = ${brand} AND ref = ${ref}`.execute(trx)
  await sql`DELETE FROM past_secret WHERE brand = ${brand} AND ref = ${ref}`.execute(trx)
  await sql`DELETE FROM pin_state WHERE subject = ANY (${subjects}::text[])`.execute(trx)
  await sql`
    DELETE FROM pin_attempt WHERE subject = ANY (${subjects}::text[]) OR own_subject = ANY (${subjects}::text[])`.execute(
    trx,
  )
}
