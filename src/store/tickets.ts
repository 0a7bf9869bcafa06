import type { Kysely, Transaction } from 'kysely'
import { refOf } from './accounts/ref-of.ts'
import type { Schema } from './schema.ts'
import type { TicketTable as Row } from './tables/accounts.ts'

/** As it is made: merged into none. */
type TicketTable = Omit<Row, 'merged_into'>

/** What came with a report, beside the matter. */
export interface FirstReport {
  channel: string | null
  externalId: string | null
  actor: string
  text: string | null
  received: Date
}

/** A matter of exactly one customer (R33). */
export interface NewTicket {
  brand: string
  /** Digits; not beginning with 0, which at the keypad begins a telephone number. Never used again. */
  number: string
  customerNumber: string
  topic: string
  reportedAt: Date
  open: boolean
}

/**
 * Stores tickets, all or none. A ticket number is an identifier like any other: within the brand it leads to the one
 * account, and the database refuses a number that already means another.
 * @throws when the customer is unknown or the number is not usable; whatever the driver throws, as for a number used twice.
 */
export async function addTickets(db: Kysely<Schema>, tickets: readonly NewTicket[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const ticket of tickets) {
      const { brand, number, topic, open } = ticket
      if (!/^[1-9][0-9]{0,31}$/.test(number))
        throw new Error(
          `Ticket ${number} of ${brand} cannot be stored: its number must be digits that do not begin with 0.`,
        )
      const ref = await refOf(trx, ticket)
      if (ref === null) throw new Error(`Ticket ${number} of ${brand} belongs to a customer who is not in the store.`)
      await insertTicket(trx, { brand, number, ref, topic, reported_at: ticket.reportedAt, open })
    }
  })
}

/**
 * A ticket, the report that it was opened with, and its number, which leads to the account as any identifier does.
 * @param report null: nothing is known of it but its time.
 * Throws what the driver throws.
 */
export async function insertTicket(
  trx: Transaction<Schema>,
  ticket: TicketTable,
  report: FirstReport | null = null,
): Promise<void> {
  await insertNumber(trx, { ...ticket, merged_into: null })
  const { brand, number, ref, topic, reported_at: at } = ticket
  const unknown = { channel: null, externalId: null, actor: '-', text: null, received: at }
  await insertReport(trx, { brand, ticket: number, ref, topic, at, opened: true }, report ?? unknown)
}

/** A ticket number, of a ticket or leading to one. Throws what the driver throws. */
export async function insertNumber(
  trx: Transaction<Schema>,
  ticket: TicketTable & { merged_into: string | null },
): Promise<void> {
  await trx.insertInto('ticket').values(ticket).execute()
  const { brand, number: value, ref } = ticket
  const always = { sim_id: null, valid_from: null, valid_to: null }
  await trx
    .insertInto('identifier')
    .values({ brand, value, kind: 'ticket_number', ref, ...always })
    .execute()
}

/** Throws what the driver throws, as for a report that is there already. */
export async function insertReport(
  trx: Transaction<Schema>,
  of: { brand: string; ticket: string; ref: string; topic: string; at: Date; opened: boolean },
  { channel, externalId, actor, text, received }: FirstReport,
): Promise<void> {
  const row = { ...of, channel, external_id: externalId, actor, text, received }
  await trx.insertInto('ticket_report').values(row).execute()
}

/** What a merge or a reopening changes, as it was before. */
export async function keepChange(
  trx: Transaction<Schema>,
  { kind, ticket, into, at }: { kind: 'merge' | 'reopen'; ticket: TicketTable; into: string | null; at: Date },
  { actor, callId }: { actor: string; callId: string },
): Promise<void> {
  const { brand, ref, number, topic, open } = ticket
  const before = { brand, ref, ticket: number, topic, was_open: open }
  const change = { at, kind, into_ticket: into, actor, call_id: callId }
  await trx
    .insertInto('ticket_change')
    .values({ ...before, ...change })
    .execute()
}
