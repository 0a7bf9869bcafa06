/** Tickets of matters: one open one for each customer and topic (R35, R37), numbers never used again (R33). */
import type { Kysely, Transaction } from 'kysely'
import type { Matter, MatterBook, MatterNote } from '../../seams/matters.ts'
import type { Schema } from '../schema.ts'
import { EXCLUSION_VIOLATION, sqlStateOf, UNIQUE_VIOLATION } from '../sql-state.ts'
import { insertTicket } from '../tickets.ts'

/** A number that is somebody's already is drawn again; among ten thousand million that is rare. */
const DRAWS = 20

/** A ticket has the number, or another identifier; or the matter has just got a ticket. */
const TAKEN = [UNIQUE_VIOLATION, EXCLUSION_VIOLATION]

/** Undoes the transaction in which a number was drawn that is taken. */
const NUMBER_TAKEN = new Error('this ticket number is taken')

export function createMatters(db: Kysely<Schema>): MatterBook {
  return {
    open: (matter) => withFreeNumber(() => db.transaction().execute((trx) => ticketOf(trx, matter))),
  }
}

/** Runs a transaction that may open a ticket, again with another number as long as the one that it drew is taken. */
export async function withFreeNumber<Result>(write: () => Promise<Result>): Promise<Result> {
  for (let draw = 0; draw < DRAWS; draw++) {
    try {
      return await write()
    } catch (error) {
      if (error !== NUMBER_TAKEN) throw error
    }
  }
  throw new Error('no free ticket number was found')
}

/** Only inside `withFreeNumber`. */
export async function writeNote(trx: Transaction<Schema>, entry: MatterNote): Promise<void> {
  const { brand, agent, text, close, at } = entry
  const number = await ticketOf(trx, entry)
  if (text !== '') await trx.insertInto('ticket_note').values({ brand, number, at, agent, text }).execute()
  if (!close) return
  await trx.updateTable('ticket').set({ open: false }).where('brand', '=', brand).where('number', '=', number).execute()
}

/** The number of the open ticket, or of a new one. */
async function ticketOf(trx: Transaction<Schema>, { brand, ref, topic, at, newNumber }: Matter): Promise<string> {
  const open = await trx
    .selectFrom('ticket')
    .select('number')
    .where('brand', '=', brand)
    .where('ref', '=', ref)
    .where('topic', '=', topic)
    .where('open', '=', true)
    .executeTakeFirst()
  if (open) return open.number
  const number = newNumber()
  try {
    await insertTicket(trx, { brand, number, ref, topic, reported_at: at, open: true })
    return number
  } catch (error) {
    throw TAKEN.includes(sqlStateOf(error)) ? NUMBER_TAKEN : error
  }
}
