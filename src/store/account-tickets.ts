/** The tickets of an account as agents are shown them: those that stand for themselves, with all that was merged into them. */
import { type Kysely, sql } from 'kysely'
import type { Ticket } from '../seams/account-source.ts'
import type { Schema } from './schema.ts'

/** How many tickets an agent is shown, and how many notes and reports: the newest ones of all of these tickets. */
const TICKETS_SHOWN = 10
const NOTES_SHOWN = 100
const REPORTS_SHOWN = 100
/** Of one ticket. */
const REPORTS_OF_ONE = 20
const MERGED_SHOWN = 20

/** Open ones first, then the newest. */
export async function ticketsOf(db: Kysely<Schema>, brand: string, ref: string): Promise<Ticket[]> {
  const tickets = await db
    .selectFrom('ticket')
    .select(['number', 'topic', 'reported_at', 'open'])
    .where('brand', '=', brand)
    .where('ref', '=', ref)
    .where('merged_into', 'is', null)
    .orderBy('open', 'desc')
    .orderBy('reported_at', 'desc')
    .limit(TICKETS_SHOWN)
    .execute()
  if (tickets.length === 0) return []
  const shown = tickets.map(({ number }) => number)
  const merged = await db
    .selectFrom('ticket')
    .select(['number', 'merged_into'])
    .where('brand', '=', brand)
    .where('merged_into', 'in', shown)
    .orderBy('number')
    .execute()
  const numbers = [...shown, ...merged.map(({ number }) => number)]
  const [notes, reports, changes] = await Promise.all([
    db
      .selectFrom('note')
      .select(['ticket', 'at', 'agent', 'text'])
      .where('brand', '=', brand)
      .where('ticket', 'in', numbers)
      .orderBy('id', 'desc')
      .limit(NOTES_SHOWN)
      .execute(),
    db
      .selectFrom('ticket_report')
      .select(['ticket', 'at', 'channel', 'text'])
      .where('brand', '=', brand)
      .where('ticket', 'in', numbers)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(REPORTS_SHOWN)
      .execute(),
    lastChanges(db, brand, numbers),
  ])
  return tickets.map(({ number, topic, reported_at, open }) => {
    const numbersOfOne = merged.filter(({ merged_into }) => merged_into === number).map(({ number }) => number)
    const isOfOne = ({ ticket }: { ticket: string | null }): boolean =>
      ticket === number || numbersOfOne.some((each) => each === ticket)
    return {
      number,
      topic,
      reportedAt: reported_at.toISOString(),
      open,
      notes: notes
        .filter(isOfOne)
        .map(({ at, agent, text }) => ({ at: at.toISOString(), agent, text }))
        .reverse(),
      reports: reports
        .filter(isOfOne)
        .slice(0, REPORTS_OF_ONE)
        .map(({ at, channel, text }) => ({ at: at.toISOString(), channel, text }))
        .reverse(),
      merged: numbersOfOne
        .slice(0, MERGED_SHOWN)
        .map((each) => ({ number: each, topic: changes.get(each)?.topic ?? topic })),
      reopened: open && changes.get(number)?.kind === 'reopen',
    }
  })
}

/** The last change of each of these tickets that was not taken back. */
async function lastChanges(db: Kysely<Schema>, brand: string, numbers: readonly string[]) {
  const { rows } = await sql<{ ticket: string; kind: 'merge' | 'reopen'; topic: string }>`
    SELECT DISTINCT ON (ticket) ticket, kind, topic FROM ticket_change
    WHERE brand = ${brand} AND ticket = ANY (${[...numbers]}::text[]) AND undone IS NULL
    ORDER BY ticket, id DESC`.execute(db)
  return new Map(rows.map((row) => [row.ticket, row]))
}
