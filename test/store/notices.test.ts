import { beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { NoticeStore } from '../../src/seams/notices.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createNoticeStore } from '../../src/store/notices.ts'
import { describeStores } from '../support/stores.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 9, minute))

describeStores('notices', (open) => {
  let store: Database
  let notices: NoticeStore
  beforeAll(async () => {
    store = await open()
    notices = createNoticeStore(store.db)
  })

  const textsOf = async (brand: string, now: Date): Promise<unknown[]> =>
    (await notices.current(now)).filter((notice) => notice.brand === brand).map(({ topic, texts }) => [topic, texts.de])

  it('are read back as they were set', async () => {
    const texts = { de: 'Störung "im" Norden; \\ wir arbeiten daran.', en: "There's a fault." }
    await notices.set({ brand: 'one', topic: 'outage', texts, until: at(30).toISOString() }, 'api', at(0))
    expect(await notices.current(at(1))).toEqual([
      { brand: 'one', topic: 'outage', texts, until: at(30).toISOString(), since: at(0).toISOString() },
    ])
  })

  it('give way to the newest for the same callers, and to nothing else', async () => {
    const set = (topic: string | null, text: string, minute: number): Promise<void> =>
      notices.set({ brand: 'two', topic, texts: { de: text }, until: null }, 'api', at(minute))
    await set(null, 'alle', 5)
    await set('bill', 'Rechnung', 5)
    await set(null, 'alle, neu', 5)
    expect(await textsOf('two', at(6))).toEqual(
      expect.arrayContaining([
        [null, 'alle, neu'],
        ['bill', 'Rechnung'],
      ]),
    )
    await notices.clear({ brand: 'two', topic: null }, 'cli', at(7))
    expect(await textsOf('two', at(8))).toEqual([['bill', 'Rechnung']])
    await set(null, 'wieder', 9)
    expect(await textsOf('two', at(9))).toHaveLength(2)
  })

  it('end by themselves, to the moment, and uncover nothing that they replaced', async () => {
    const notice = { brand: 'three', topic: null, texts: { de: 'x' } }
    await notices.set({ ...notice, until: null }, 'api', at(0))
    await notices.set({ ...notice, until: at(10).toISOString() }, 'api', at(1))
    expect(await textsOf('three', new Date(at(10).getTime() - 1))).toHaveLength(1)
    expect(await textsOf('three', at(10))).toEqual([])
  })

  it('keep what was said before, who said it and when, and let nobody change it', async () => {
    const rows = async () => (await sql<{ actor: string }>`SELECT * FROM notice ORDER BY id`.execute(store.db)).rows
    await notices.set({ brand: 'four', topic: null, texts: { de: 'x' }, until: null }, 'api', at(0))
    await notices.clear({ brand: 'four', topic: null }, 'cli', at(1))
    const before = await rows()
    expect(before.slice(-2)).toMatchObject([
      { brand: 'four', actor: 'api', texts: { de: 'x' }, at: at(0) },
      { brand: 'four', actor: 'cli', texts: null, at: at(1) },
    ])
    for (const change of [`UPDATE notice SET actor = 'x'`, 'DELETE FROM notice', 'TRUNCATE notice'])
      await expect(sql.raw(change).execute(store.db)).rejects.toThrow('only ever appended')
    expect(await rows()).toEqual(before)
  })

  it('are events with the name of who set and cleared them, written together with the change or not at all', async () => {
    const until = at(30).toISOString()
    await notices.set({ brand: 'five', topic: 'bill', texts: { de: 'x' }, until }, 'sam', at(0))
    await notices.clear({ brand: 'five', topic: 'bill' }, 'sam', at(1))
    const changed = (await createEventLog(store.db).read({ limit: 1_000 })).filter(({ brand }) => brand === 'five')
    expect(changed.map(({ kind, actor, facts }) => ({ kind, actor, facts }))).toEqual([
      { kind: 'notice', actor: 'sam', facts: { act: 'set', topic: 'bill', until } },
      { kind: 'notice', actor: 'sam', facts: { act: 'clear', topic: 'bill' } },
    ])
    await sql`ALTER TABLE event RENAME TO gone`.execute(store.db)
    await expect(notices.clear({ brand: 'five', topic: null }, 'sam', at(2))).rejects.toThrow()
    await sql`ALTER TABLE gone RENAME TO event`.execute(store.db)
    const { rows } = await sql`SELECT 1 FROM notice WHERE brand = 'five' AND at = ${at(2)}`.execute(store.db)
    expect(rows).toEqual([])
  })
})
