/** Reports of matters by other channels: each joins the open ticket of its customer and topic, or opens one (R35, R37). */

import type { Kysely, Transaction } from 'kysely'
import type { Bringing, Report, ReportBook, Reported } from '../../seams/reports.ts'
import { refOf } from '../accounts/ref-of.ts'
import { createEventLog } from '../events.ts'
import type { Schema } from '../schema.ts'
import { type FirstReport, insertNumber, insertReport, insertTicket, keepChange } from '../tickets.ts'
import { AGAIN, openTicketOf, takenOr, withFreeNumber } from './matters.ts'

export function createReports(db: Kysely<Schema>): ReportBook {
  return {
    report: (report, by) =>
      withFreeNumber(async () => {
        try {
          return await db.transaction().execute((trx) => keep(trx, report, by))
        } catch (error) {
          // The same report, matter or number, in the same moment: the next try finds it.
          throw takenOr(error)
        }
      }),
  }
}

async function keep(trx: Transaction<Schema>, report: Report, by: Bringing): Promise<Reported> {
  const { brand, topic, at, channel, number, text } = report
  const ref = await refOf(trx, report)
  if (ref === null) return { kind: 'no_customer' }
  const externalId = report.id ?? sameAs(report)
  const before = await sentBefore(trx, { brand, channel, externalId })
  if (before) {
    const isSame = before.ref === ref && before.topic === topic && before.at.getTime() === at.getTime()
    if (!isSame) return { kind: 'other_report' }
    const attached = !before.opened
    return { kind: 'kept', number: before.number, reportedAt: before.reportedAt.toISOString(), attached, before: true }
  }
  const named = number === null ? 'free' : await leadsTo(trx, { brand, ref, topic, number })
  if (named === 'taken') return { kind: 'number_taken' }
  const open = named === 'free' ? await openTicketOf(trx, { brand, ref, topic }) : named.number
  const ticket = open ?? number ?? by.newNumber()
  const first: FirstReport = { channel, externalId, actor: by.actor, text, received: by.received }
  const matter = { brand, ref, topic }
  let reportedAt = at
  if (open === undefined) {
    await insertTicket(trx, { ...matter, number: ticket, reported_at: at, open: true }, first)
  } else {
    if (number !== null && named === 'free') {
      const leading = { ...matter, number, reported_at: at, open: false }
      await insertNumber(trx, { ...leading, merged_into: open })
      await keepChange(trx, { kind: 'merge', ticket: leading, into: open, at: by.received }, { ...by, callId: '-' })
    }
    await insertReport(trx, { ...matter, ticket: number ?? open, at, opened: false }, first)
    reportedAt = await earliest(trx, { brand, number: open }, at)
  }
  const facts = { act: open === undefined ? 'open' : 'report', topic, channel }
  await createEventLog(trx).append({ kind: 'ticket', callId: '-', brand, ref, actor: by.actor, facts })
  const attached = open !== undefined
  return { kind: 'kept', number: ticket, reportedAt: reportedAt.toISOString(), attached, before: false }
}

/** No id of a channel has a blank. */
function sameAs({ customerNumber, topic, at }: Report): string {
  return `${customerNumber} ${topic} ${at.toISOString()}`
}

async function sentBefore(
  trx: Transaction<Schema>,
  { brand, channel, externalId }: { brand: string; channel: string; externalId: string },
) {
  const sent = await trx
    .selectFrom('ticket_report')
    .innerJoin('ticket', (join) =>
      join.onRef('ticket.brand', '=', 'ticket_report.brand').onRef('ticket.number', '=', 'ticket_report.ticket'),
    )
    .select(['ticket_report.ref', 'ticket_report.topic', 'at', 'opened', 'number', 'merged_into'])
    .where('ticket_report.brand', '=', brand)
    .where('channel', '=', channel)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  if (!sent) return null
  const number = sent.merged_into ?? sent.number
  const { reported_at: reportedAt } = await trx
    .selectFrom('ticket')
    .select('reported_at')
    .where('brand', '=', brand)
    .where('number', '=', number)
    .executeTakeFirstOrThrow()
  return { ...sent, number, reportedAt }
}

/** The open ticket of this matter that a number leads to already; `free`: nobody has it; `taken`: it means anything else. */
async function leadsTo(
  trx: Transaction<Schema>,
  { brand, ref, topic, number }: { brand: string; ref: string; topic: string; number: string },
): Promise<{ number: string } | 'free' | 'taken'> {
  const owner = await trx
    .selectFrom('identifier')
    .select('ref')
    .where('brand', '=', brand)
    .where('value', '=', number)
    .executeTakeFirst()
  if (!owner) return 'free'
  const given = await trx
    .selectFrom('ticket')
    .select('merged_into')
    .where('brand', '=', brand)
    .where('number', '=', number)
    .where('ref', '=', ref)
    .executeTakeFirst()
  const open = await openTicketOf(trx, { brand, ref, topic })
  return given && open === (given.merged_into ?? number) ? { number: open } : 'taken'
}

/** The time of an open ticket after a report of this time. A ticket that was closed or merged in this moment is looked for again. */
async function earliest(
  trx: Transaction<Schema>,
  { brand, number }: { brand: string; number: string },
  at: Date,
): Promise<Date> {
  const row = await trx
    .updateTable('ticket')
    .set(({ fn, val, ref }) => ({ reported_at: fn<Date>('least', [ref('reported_at'), val(at)]) }))
    .where('brand', '=', brand)
    .where('number', '=', number)
    .where('open', '=', true)
    .returning('reported_at')
    .executeTakeFirst()
  if (!row) throw AGAIN
  return row.reported_at
}
