import type { Kysely } from 'kysely'
import type { MatterBook } from '../../seams.ts'
import type { Schema } from '../schema.ts'
import { EXCLUSION_VIOLATION, sqlStateOf, UNIQUE_VIOLATION } from '../sql-state.ts'
import { insertTicket } from '../tickets.ts'

/** A number that is somebody's already is drawn anew; among ten thousand million that is rare. */
const DRAWS = 20

/** A ticket has the number, or another identifier. */
const TAKEN = [UNIQUE_VIOLATION, EXCLUSION_VIOLATION]

/** Tickets as agents keep them: one open one for each customer and topic (R35, R37), numbers never used again (R33). */
export function createMatters(db: Kysely<Schema>): MatterBook {
  async function openTicket({ brand, ref, topic }: { brand: string; ref: string; topic: string }) {
    return db
      .selectFrom('ticket')
      .select('number')
      .where('brand', '=', brand)
      .where('ref', '=', ref)
      .where('topic', '=', topic)
      .where('open', '=', true)
      .executeTakeFirst()
  }

  async function open(matter: Parameters<MatterBook['open']>[0]): Promise<string> {
    const { brand, ref, topic, at, newNumber } = matter
    for (let draw = 0; draw < DRAWS; draw++) {
      const known = await openTicket(matter)
      if (known) return known.number
      const number = newNumber()
      try {
        const ticket = { brand, number, ref, topic, reported_at: at, open: true }
        await db.transaction().execute((trx) => insertTicket(trx, ticket))
        return number
      } catch (error) {
        if (!TAKEN.includes(sqlStateOf(error))) throw error
      }
    }
    throw new Error('no free ticket number was found')
  }

  return {
    open,
    async note(entry) {
      const { brand, agent, text, close, at } = entry
      const number = await open(entry)
      if (text !== '') await db.insertInto('ticket_note').values({ brand, number, at, agent, text }).execute()
      if (close) {
        await db
          .updateTable('ticket')
          .set({ open: false })
          .where('brand', '=', brand)
          .where('number', '=', number)
          .execute()
      }
      return number
    },
  }
}
