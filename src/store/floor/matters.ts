/** Tickets of matters: one open one for each customer and topic (R35, R37), numbers never used again (R33). */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Leaving, Matter, MatterBook } from '../../seams/matters.ts'
import type { KeptWith, Written } from '../../seams/notes.ts'
import type { Schema } from '../schema.ts'
import { EXCLUSION_VIOLATION, sqlStateOf, UNIQUE_VIOLATION } from '../sql-state.ts'
import { insertTicket } from '../tickets.ts'
import { createMerges } from './merges.ts'
import { record } from './ticket-record.ts'

/** A number that is somebody's already is drawn again; among ten thousand million that is rare. */
const DRAWS = 20

/** A ticket has the number, or another identifier; or the matter has just got a ticket. */
const TAKEN = [UNIQUE_VIOLATION, EXCLUSION_VIOLATION]

/** Undoes a transaction that somebody else was faster than: a number that was drawn is taken, or a ticket is not open any more. */
export const AGAIN = new Error('a ticket was made or changed in this moment')

export function createMatters(db: Kysely<Schema>): MatterBook {
  return {
    open: (matter, by) =>
      withFreeNumber(() =>
        db.transaction().execute(async (trx) => {
          const before = await openTicketOf(trx, matter)
          if (before !== undefined) return before
          const number = await ticketOf(trx, matter, by?.actor ?? 'caller')
          if (by) await record(trx, { act: 'open', topic: matter.topic }, { ...matter, ...by })
          return number
        }),
      ),
    close: ({ brand, ref, number }, by) =>
      db.transaction().execute(async (trx) => {
        const topic = await closeTicket(trx, { brand, ref, number })
        if (topic === null) return false
        await record(trx, { act: 'close', topic }, { brand, ref, ...by })
        return true
      }),
    ...createMerges(db),
    async version(brand, ref) {
      const { rows } = await sql<{ version: string }>`
        SELECT concat_ws('.',
          (SELECT count(*) FROM ticket WHERE brand = ${brand} AND ref = ${ref}),
          (SELECT count(*) FROM ticket WHERE brand = ${brand} AND ref = ${ref} AND open),
          (SELECT count(*) FROM ticket_report WHERE brand = ${brand} AND ref = ${ref}),
          (SELECT count(*) || '/' || count(undone) FROM ticket_change WHERE brand = ${brand} AND ref = ${ref}),
          (SELECT max(id) FROM note WHERE brand = ${brand} AND ref = ${ref}),
          (SELECT max(at) FROM letter_order WHERE brand = ${brand} AND ref = ${ref})) AS version`.execute(db)
      return rows[0]?.version ?? ''
    },
  }
}

/** What makes `withFreeNumber` try again, where somebody else was faster; else the error itself. */
export function takenOr(error: unknown): unknown {
  return TAKEN.includes(sqlStateOf(error)) ? AGAIN : error
}

/** Runs a transaction that may open a ticket, again as long as it throws `AGAIN`: with another number, and what there is by then. */
export async function withFreeNumber<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let draw = 0; draw < DRAWS; draw++) {
    try {
      return await write()
    } catch (error) {
      if (error !== AGAIN) throw error
    }
  }
  throw new Error('no free ticket number was found')
}

/**
 * Keeps what an agent leaves, and the event of it, and takes the draft away; only inside `withFreeNumber`. In the step that
 * ends the wrap-up, so that what was written is kept once, however it ends.
 */
export async function writeNote(trx: Transaction<Schema>, leaving: Leaving): Promise<void> {
  const draft = await trx
    .deleteFrom('note_draft')
    .where('assignment', '=', leaving.assignment)
    .returning(['text', 'goes_to', 'closes'])
    .executeTakeFirst()
  const drafted = draft && { text: draft.text.trim(), goesTo: draft.goes_to, closes: draft.closes }
  const written = leaving.written ?? drafted
  if (!written) return
  const { text, closes } = written
  const { brand, ref, topic, author, agent, callId, at } = leaving
  const ticket = ref === null ? null : await ticketFor(trx, { ...leaving, ref }, written)
  if (text !== '') {
    const row = { at, call_id: callId, brand, topic, ref, ticket, author, agent, text }
    await trx.insertInto('note').values(row).execute()
    const kept: KeptWith = ref === null ? 'call' : ticket === null ? 'account' : 'ticket'
    await record(trx, { act: 'write', topic, kept }, { brand, ref, callId, actor: author }, 'note')
  }
  if (!closes || ref === null || ticket === null) return
  const closed = await closeTicket(trx, { brand, ref, number: ticket })
  if (closed !== null) await record(trx, { act: 'close', topic: closed }, { brand, ref, callId, actor: author })
}

/** Null: the note has no matter. With nothing to write only a ticket that is open already is meant. */
async function ticketFor(
  trx: Transaction<Schema>,
  leaving: Leaving & { ref: string },
  { text, goesTo, closes }: Written,
): Promise<string | null> {
  const topic = await topicFor(trx, leaving, goesTo)
  if (topic === null) return null
  const matter = { ...leaving, topic }
  if (text !== '') return ticketOf(trx, matter, leaving.author)
  return closes ? ((await openTicketOf(trx, matter)) ?? null) : null
}

/** Of this customer, one open ticket has a topic: naming one and naming its topic is the same. */
async function topicFor(
  trx: Transaction<Schema>,
  { brand, ref, topic }: Leaving & { ref: string },
  goesTo: Written['goesTo'],
): Promise<string | null> {
  if (goesTo === null) return topic
  if ('topic' in goesTo) return goesTo.topic
  const named = await trx
    .selectFrom('ticket')
    .select('topic')
    .where('brand', '=', brand)
    .where('number', '=', goesTo.ticket)
    .where('ref', '=', ref)
    .executeTakeFirst()
  return named?.topic ?? topic
}

export async function openTicketOf(
  trx: Transaction<Schema>,
  { brand, ref, topic }: Pick<Matter, 'brand' | 'ref' | 'topic'>,
): Promise<string | undefined> {
  const open = await trx
    .selectFrom('ticket')
    .select('number')
    .where('brand', '=', brand)
    .where('ref', '=', ref)
    .where('topic', '=', topic)
    .where('open', '=', true)
    .executeTakeFirst()
  return open?.number
}

/** The number of the open ticket, or of a new one, which was reported in a call. */
async function ticketOf(trx: Transaction<Schema>, matter: Matter, actor: string): Promise<string> {
  const open = await openTicketOf(trx, matter)
  if (open !== undefined) return open
  const { brand, ref, topic, at, newNumber } = matter
  const number = newNumber()
  try {
    const report = { channel: 'phone', externalId: null, actor, text: null, received: at }
    await insertTicket(trx, { brand, number, ref, topic, reported_at: at, open: true }, report)
    return number
  } catch (error) {
    throw takenOr(error)
  }
}

/** The topic of the ticket that was closed; null where there is no such open one. */
async function closeTicket(
  trx: Transaction<Schema>,
  { brand, ref, number }: { brand: string; ref: string; number: string },
): Promise<string | null> {
  const closed = await trx
    .updateTable('ticket')
    .set({ open: false })
    .where('brand', '=', brand)
    .where('number', '=', number)
    .where('ref', '=', ref)
    .where('open', '=', true)
    .returning('topic')
    .executeTakeFirst()
  return closed?.topic ?? null
}
