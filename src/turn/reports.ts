/** Reports by other channels: what every door does with what was sent to it, and what it tells the channel. */
import type { Brand } from '../flow/brand.ts'
import type { Fault } from '../flow/fault.ts'
import type { Hotline } from '../flow/hotline.ts'
import { faultsOfReport, type ReportOrder, reportOrder } from '../flow/report.ts'
import type { ReportBook } from '../seams/reports.ts'
import { ticketNumbersOf } from './ticket-number.ts'
import { type Act, isNotUnderstood, type NotUnderstood, understood } from './understood.ts'

export interface ReportParts {
  reports: ReportBook
  hotlines: readonly Pick<Hotline, 'brand' | 'words'>[]
}

/** What became of a report, as the channel is told. */
export interface ReportDone {
  brand: string
  /** The number of the ticket. */
  ticket: string
  /** The first report of the matter, from which its waiting time counts. */
  reported_at: string
  /** Whether it joined a ticket that there was. */
  attached: boolean
  /** Whether this very report had come before. */
  before: boolean
  /** By language of the brand, what those who reported can be told; without those in which the brand has no such text. */
  sentences: Record<string, string>
}

/** What was refused although it is in form; nothing was changed. */
export type NotKept = NotUnderstood & { why: 'no_customer' | 'number_taken' | 'other_report' }

export type ReportResult = ReportDone | NotUnderstood | NotKept

export async function takeReport({ reports, hotlines }: ReportParts, { sent, actor, now }: Act): Promise<ReportResult> {
  const brands = hotlines.map(({ brand }) => brand)
  const order = understood(reportOrder, sent, {
    what: 'The report',
    faultsOf: (read) => faultsOfReport(read, brands, now),
  })
  if (isNotUnderstood(order)) return order
  const hotline = hotlines.find(({ brand }) => brand.name === order.brand)
  if (!hotline) throw new Error('A report was understood for a brand that there is not.')
  const { brand, customer_number: customerNumber, topic, channel, id, number, text } = order
  // A clock that goes ahead must not make a report that is yet to come.
  const at = new Date(Math.min(Date.parse(order.reported_at), now.getTime()))
  const report = { brand, customerNumber, topic, at, channel, id, number, text: text === '' ? null : text }
  const done = await reports.report(report, { actor, received: now, newNumber: ticketNumbersOf(hotline.brand) })
  if (done.kind !== 'kept') return { why: done.kind, faults: [faultOf(done.kind, hotline.brand, order)] }
  const { number: ticket, reportedAt, attached, before } = done
  const sentences = sentencesOf(hotline, ticket, attached)
  return { brand, ticket, reported_at: reportedAt, attached, before, sentences }
}

function faultOf(why: NotKept['why'], { name }: Brand, { channel }: ReportOrder): Fault {
  const told: Record<NotKept['why'], [field: string, sentence: string]> = {
    no_customer: [
      'customer_number',
      `'${name}' has no customer with this number; correct it, or import the customer first.`,
    ],
    number_taken: [
      'number',
      'this number means another matter, customer or contract, or a ticket that is closed, and is never used again; leave it out, and one is given.',
    ],
    other_report: ['id', `'${channel}' has sent another report with this id; send each with an id of its own.`],
  }
  const [field, sentence] = told[why]
  return { code: 'form', field, sentence: `${field}: ${sentence}` }
}

/** In files of operators that were written before, these prompts are missing. */
function sentencesOf({ brand, words }: Pick<Hotline, 'brand' | 'words'>, ticket: string, attached: boolean) {
  const line = { key: attached ? 'report.attached' : 'report.opened', vars: { ticket } }
  return Object.fromEntries(
    brand.languages.flatMap(({ code }) => (words.has(code, line.key) ? [[code, words.speak(code, line).text]] : [])),
  )
}
