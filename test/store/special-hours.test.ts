import { beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import type { SpecialHoursStore } from '../../src/seams/special-hours.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createSpecialHours } from '../../src/store/special-hours.ts'
import { describeStores } from '../support/stores.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 9, minute))
const texts = { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' }

describeStores('special hours', (open) => {
  let store: Database
  let book: SpecialHoursStore
  beforeAll(async () => {
    store = await open()
    book = createSpecialHours(store.db)
  })
  const of = async (wanted: string, from = '2026-11-01') =>
    (await book.from(from)).filter(({ brand }) => brand === wanted)

  it('are read back as they were set: a part of the day, or none of it', async () => {
    const part = { brand: 'one', day: '2026-11-24', hours: ['08:00-12:00', '13:00-14:00'], texts }
    const none = { brand: 'one', day: '2026-12-24', hours: [], texts: {} }
    await book.set(part, 'sam', at(0))
    await book.set(none, 'sam', at(1))
    const since = [at(0), at(1)].map((moment) => moment.toISOString())
    expect(await of('one')).toEqual([
      { ...part, since: since[0] },
      { ...none, since: since[1] },
    ])
    expect(await of('one', '2026-11-25')).toEqual([{ ...none, since: since[1] }])
  })

  it('give way to the newest of the same day, and are gone when they are cleared, until they are set again', async () => {
    const day = { brand: 'two', day: '2026-11-24' }
    const hours = async () => (await of('two')).map((each) => each.hours)
    await book.set({ ...day, hours: [], texts }, 'sam', at(0))
    await book.set({ ...day, hours: ['08:00-14:00'], texts }, 'cli', at(0))
    expect(await hours()).toEqual([['08:00-14:00']])
    await book.clear(day, 'api', at(1))
    expect(await hours()).toEqual([])
    await book.set({ ...day, hours: [], texts: {} }, 'sam', at(2))
    expect(await hours()).toEqual([[]])
  })

  it('are events with the name of who changed them, and a history that nobody changes', async () => {
    const day = { brand: 'three', day: '2026-11-24' }
    await book.set({ ...day, hours: ['08:00-14:00'], texts }, 'sam', at(0))
    await book.set({ ...day, hours: [], texts }, 'mara', at(1))
    await book.clear(day, 'sam', at(2))
    const changed = (await createEventLog(store.db).read({ limit: 1_000 })).filter(({ brand }) => brand === 'three')
    expect(changed.map(({ kind, actor, facts }) => ({ kind, actor, facts }))).toEqual([
      { kind: 'special_hours', actor: 'sam', facts: { act: 'set', day: day.day, hours: '08:00-14:00' } },
      { kind: 'special_hours', actor: 'mara', facts: { act: 'set', day: day.day, hours: 'closed' } },
      { kind: 'special_hours', actor: 'sam', facts: { act: 'clear', day: day.day } },
    ])
    for (const change of [
      `UPDATE special_hours SET actor = 'x'`,
      'DELETE FROM special_hours',
      'TRUNCATE special_hours',
    ])
      await expect(sql.raw(change).execute(store.db)).rejects.toThrow('only ever appended')
  })
})
