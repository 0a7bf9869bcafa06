/** Notices, kept as a history that only grows: what was said to callers can be told afterwards. */
import { type Kysely, sql } from 'kysely'
import type { Notice, NoticeStore } from '../seams/notices.ts'
import { createEventLog } from './events.ts'
import type { Schema } from './schema.ts'
import type { NoticeTable } from './tables/operators.ts'

type Line = Omit<NoticeTable, 'id'>

export function createNoticeStore(db: Kysely<Schema>): NoticeStore {
  return {
    async current(at) {
      const rows = await db
        .selectFrom('notice')
        .distinctOn(['brand', 'topic'])
        .selectAll()
        .orderBy('brand')
        .orderBy('topic')
        .orderBy('id', 'desc')
        .execute()
      return rows.flatMap(({ brand, topic, texts, until, at: since }): Notice[] =>
        texts === null || (until !== null && until <= at)
          ? []
          : [{ brand, topic, texts, until: until?.toISOString() ?? null, since: since.toISOString() }],
      )
    },
    async set({ brand, topic, texts, until }, actor, at) {
      const line = { at, brand, topic, until: until === null ? null : new Date(until), actor }
      await append({ ...line, texts: JSON.stringify(texts) })
    },
    async clear({ brand, topic }, actor, at) {
      await append({ at, brand, topic, texts: null, until: null, actor })
    },
  }

  async function append({ at, brand, topic, texts, until, actor }: Omit<Line, 'texts'> & { texts: string | null }) {
    await db.transaction().execute(async (trx) => {
      await sql`
        INSERT INTO notice (at, brand, topic, texts, until, actor)
        VALUES (${at}, ${brand}, ${topic}, ${texts}::jsonb, ${until}, ${actor})`.execute(trx)
      const act = texts === null ? { act: 'clear', topic } : { act: 'set', topic, until: until?.toISOString() ?? null }
      await createEventLog(trx).append({ kind: 'notice', callId: '-', brand, ref: null, actor, facts: act })
    })
  }
}
