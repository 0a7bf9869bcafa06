/** Tickets merged, reopened, and both taken back: rows of `ticket_change` keep what there was, and nothing is deleted. */
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Changed, MatterBook, TicketOf } from '../../seams/matters.ts'
import type { Schema } from '../schema.ts'
import { sqlStateOf, UNIQUE_VIOLATION } from '../sql-state.ts'
import type { TicketChangeTable, TicketTable } from '../tables/accounts.ts'
import { keepChange } from '../tickets.ts'
import { record } from './ticket-record.ts'

type Ticket = Selectable<TicketTable>

export function createMerges(db: Kysely<Schema>): Pick<MatterBook, 'merge' | 'reopen' | 'undo'> {
  /** One change after the other for each customer; one that would leave two open tickets of a matter is not made. */
  async function change(of: TicketOf, make: (trx: Transaction<Schema>, tickets: Ticket[]) => Promise<Changed>) {
    try {
      return await db.transaction().execute(async (trx) => {
        const tickets = await trx
          .selectFrom('ticket')
          .selectAll()
          .where('brand', '=', of.brand)
          .where('ref', '=', of.ref)
          .orderBy('number')
          .forUpdate()
          .execute()
        return make(trx, tickets)
      })
    } catch (error) {
      if (sqlStateOf(error) === UNIQUE_VIOLATION) return 'matter_open'
      throw error
    }
  }

  return {
    merge: (of, by, at) =>
      change(of, async (trx, tickets) => {
        const { brand, ref, number } = of
        const ticket = tickets.find((one) => one.number === number && one.merged_into === null)
        const named = tickets.find((one) => one.number === of.into)
        const into = tickets.find((one) => one.number === (named?.merged_into ?? of.into))
        if (!ticket || !into?.open || into === ticket) return 'not_found'
        await keepChange(trx, { kind: 'merge', ticket, into: into.number, at }, by)
        const own = trx.updateTable('ticket').where('brand', '=', brand)
        await own
          .where((is) => is.or([is('number', '=', number), is('merged_into', '=', number)]))
          .set({ open: false, merged_into: into.number, topic: into.topic })
          .execute()
        await timeByReports(trx, brand, into.number)
        await record(trx, { act: 'merge', topic: ticket.topic, into: into.topic }, { brand, ref, ...by })
        return 'done'
      }),

    reopen: (of, by, at) =>
      change(of, async (trx, tickets) => {
        const { brand, ref, number } = of
        const ticket = tickets.find((one) => one.number === number)
        if (!ticket || ticket.open || ticket.merged_into !== null) return 'not_found'
        await keepChange(trx, { kind: 'reopen', ticket, into: null, at }, by)
        await setOf(trx, ticket, { open: true })
        await record(trx, { act: 'reopen', topic: ticket.topic }, { brand, ref, ...by })
        return 'done'
      }),

    undo: (of, by, at) =>
      change(of, async (trx, tickets) => {
        const { brand, ref, number } = of
        const ticket = tickets.find((one) => one.number === number)
        const last = ticket && (await lastChange(trx, ticket))
        if (!last) return 'not_found'
        await trx
          .updateTable('ticket_change')
          .where('id', '=', last.id)
          .set({ undone: at, undone_by: by.actor })
          .execute()
        await setOf(trx, ticket, { open: last.was_open, merged_into: null, topic: last.topic })
        if (last.kind === 'merge') await takeBack(trx, ticket, last)
        await record(trx, { act: 'undo', of: last.kind, topic: last.topic }, { brand, ref, ...by })
        return 'done'
      }),
  }
}

/** The last change that can be taken back: of a merge while the number is merged, of a reopening while the ticket is open. */
async function lastChange(trx: Transaction<Schema>, ticket: Ticket): Promise<Selectable<TicketChangeTable> | null> {
  const last = await trx
    .selectFrom('ticket_change')
    .selectAll()
    .where('brand', '=', ticket.brand)
    .where('ref', '=', ticket.ref)
    .where('ticket', '=', ticket.number)
    .where('undone', 'is', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return null
  const stands = last.kind === 'merge' ? ticket.merged_into !== null : ticket.open
  return stands ? last : null
}

/** Numbers that led to the ticket by itself lead to it again, and both tickets have the times of their own reports. */
async function takeBack(
  trx: Transaction<Schema>,
  ticket: Ticket,
  { into_ticket, topic }: Pick<TicketChangeTable, 'into_ticket' | 'topic'>,
): Promise<void> {
  const { brand, number, merged_into } = ticket
  await sql`
    WITH RECURSIVE below AS (
      SELECT ${number}::text AS number
      UNION
      SELECT change.ticket FROM ticket_change AS change JOIN below ON change.into_ticket = below.number
      WHERE change.brand = ${brand} AND change.kind = 'merge' AND change.undone IS NULL
    )
    UPDATE ticket SET merged_into = ${number}, topic = ${topic}
    FROM below WHERE ticket.brand = ${brand} AND ticket.number = below.number AND ticket.number <> ${number}`.execute(
    trx,
  )
  await timeByReports(trx, brand, number)
  for (const led of new Set([into_ticket, merged_into])) if (led !== null) await timeByReports(trx, brand, led)
}

async function setOf(
  trx: Transaction<Schema>,
  { brand, number }: Pick<Ticket, 'brand' | 'number'>,
  to: Partial<Pick<Ticket, 'open' | 'merged_into' | 'topic'>>,
): Promise<void> {
  await trx.updateTable('ticket').where('brand', '=', brand).where('number', '=', number).set(to).execute()
}

/** The earliest report under this number or one that leads to it. */
async function timeByReports(trx: Transaction<Schema>, brand: string, number: string): Promise<void> {
  await sql`
    UPDATE ticket SET reported_at = first.at
    FROM (SELECT min(report.at) AS at FROM ticket_report AS report
      JOIN ticket AS own ON own.brand = report.brand AND own.number = report.ticket
      WHERE own.brand = ${brand} AND (own.number = ${number} OR own.merged_into = ${number})) AS first
    WHERE brand = ${brand} AND number = ${number} AND first.at IS NOT NULL`.execute(trx)
}
