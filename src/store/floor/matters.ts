import type { Kysely } from 'kysely'
import type { MatterBook } from '../../seams.ts'
import type { Schema } from '../schema.ts'

/** A number that is somebody's already is drawn anew; among ten thousand million that is rare. */
const DRAWS = 20

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: unique_violation, exclusion_violation */
const TAKEN = ['23505', '23P01']

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

  async function opened(entry: Parameters<MatterBook['note']>[0]): Promise<string> {
    const { brand, ref, topic, at, newNumber } = entry
    for (let draw = 0; draw < DRAWS; draw++) {
      const known = await openTicket(entry)
      if (known) return known.number
      const number = newNumber()
      try {
        await db.transaction().execute(async (trx) => {
          await trx.insertInto('ticket').values({ brand, number, ref, topic, reported_at: at, open: true }).execute()
          await trx
            .insertInto('identifier')
            .values({
              brand,
              value: number,
              kind: 'ticket_number',
              ref,
              sim_id: null,
              valid_from: null,
              valid_to: null,
            })
            .execute()
        })
        return number
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && TAKEN.includes(String(error.code)))) throw error
      }
    }
    throw new Error('no free ticket number was found')
  }

  return {
    async note(entry) {
      const { brand, agent, text, close, at } = entry
      const number = await opened(entry)
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
