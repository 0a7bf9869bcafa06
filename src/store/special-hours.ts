/** Special hours, kept as a history that only grows: when a hotline was closed, and why, can be told afterwards. */
import { type Kysely, sql } from 'kysely'
import type { SpecialDay, SpecialHours, SpecialHoursStore } from '../seams/special-hours.ts'
import { createEventLog } from './events.ts'
import type { Schema } from './schema.ts'

export function createSpecialHours(db: Kysely<Schema>): SpecialHoursStore {
  return {
    async from(day) {
      const { rows } = await sql<Omit<SpecialHours, 'since' | 'hours'> & { hours: string[] | null; at: Date }>`
        SELECT DISTINCT ON (brand, day) brand, day::text AS day, hours, texts, at FROM special_hours
        WHERE day >= ${day}::date ORDER BY brand, day, id DESC`.execute(db)
      return rows.flatMap(({ hours, at, ...row }) =>
        hours === null ? [] : [{ ...row, hours, since: at.toISOString() }],
      )
    },
    async set({ brand, day, hours, texts }, actor, at) {
      await append({ brand, day }, hours, texts, { actor, at })
    },
    async clear(day, actor, at) {
      await append(day, null, {}, { actor, at })
    },
  }

  function append(
    { brand, day }: SpecialDay,
    hours: readonly string[] | null,
    texts: Record<string, string>,
    { actor, at }: { actor: string; at: Date },
  ): Promise<void> {
    return db.transaction().execute(async (trx) => {
      await sql`
        INSERT INTO special_hours (at, brand, day, hours, texts, actor)
        VALUES (${at}, ${brand}, ${day}::date, ${hours === null ? null : [...hours]}::text[],
          ${JSON.stringify(texts)}::jsonb, ${actor})`.execute(trx)
      const facts = hours === null ? { act: 'clear', day } : { act: 'set', day, hours: hours.join(' ') || 'closed' }
      await createEventLog(trx).append({ kind: 'special_hours', callId: '-', brand, ref: null, actor, facts })
    })
  }
}
