import type { Kysely, Transaction } from 'kysely'
import type { Schema, TicketTable } from './schema.ts'

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
      const account = await trx
        .selectFrom('account')
        .select('ref')
        .where('brand', '=', brand)
        .where('customer_number', '=', ticket.customerNumber)
        .executeTakeFirst()
      if (!account) throw new Error(`Ticket ${number} of ${brand} belongs to a customer who is not in the store.`)
      await insertTicket(trx, { brand, number, ref: account.ref, topic, reported_at: ticket.reportedAt, open })
    }
  })
}

/** A ticket and its number, which leads to the account as any identifier does. Throws what the driver throws. */
export async function insertTicket(trx: Transaction<Schema>, ticket: TicketTable): Promise<void> {
  await trx.insertInto('ticket').values(ticket).execute()
  const { brand, number: value, ref } = ticket
  const always = { sim_id: null, valid_from: null, valid_to: null }
  await trx
    .insertInto('identifier')
    .values({ brand, value, kind: 'ticket_number', ref, ...always })
    .execute()
}
