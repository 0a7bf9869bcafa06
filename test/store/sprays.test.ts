import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { SprayStore } from '../../src/seams/sprays.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createSprays } from '../../src/store/sprays.ts'
import { importLines, line } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 9, minute))
const byFigures = { actor: 'server', because: { failing: { failures: 210, accounts: 190 }, baseline: 20 } }
const ordered = { actor: 'sam', because: { reason: 'Warned by the police' } }
const ended = { actor: 'mara', reason: 'A campaign of ours', restsUntil: at(90) }

describeStores('guesses at many accounts', (open) => {
  let store: Database
  let book: SprayStore
  let before = 0
  beforeAll(async () => {
    store = await open()
    book = createSprays(store.db)
  })
  beforeEach(async () => {
    await store.db.deleteFrom('spray').execute()
    await store.db.deleteFrom('failure_peak').execute()
    before = (await createEventLog(store.db).read({ limit: 10_000 })).at(-1)?.id ?? 0
  })
  const events = async () =>
    (await createEventLog(store.db).read({ after: before, limit: 1_000 })).map(({ kind, brand, actor, facts }) => [
      kind,
      brand,
      actor,
      facts,
    ])

  it('are on once, however many notice them, with one event that says why', async () => {
    const begun = await Promise.all([
      book.begin({ brand: 'one', until: at(20) }, byFigures, at(0)),
      book.begin({ brand: 'one', until: at(21) }, byFigures, at(0)),
    ])
    expect(begun.filter(Boolean)).toHaveLength(1)
    expect(await book.begin({ brand: 'two', until: at(20) }, byFigures, at(0))).toBe(true)
    expect(await book.begin({ brand: null, until: at(20) }, byFigures, at(0))).toBe(true)
    expect((await book.current(at(1))).map(({ brand, isOrdered, actor }) => [brand, isOrdered, actor])).toEqual([
      ['one', false, 'server'],
      ['two', false, 'server'],
      [null, false, 'server'],
    ])
    const all = await events()
    expect(all.map(([kind, brand]) => [kind, brand])).toEqual([
      ['spray', 'one'],
      ['spray', 'two'],
      ['spray', '-'],
    ])
    expect(all[1]).toEqual([
      'spray',
      'two',
      'server',
      { act: 'begin', why: 'figures', failures: 210, accounts: 190, baseline: 20, until: at(20).toISOString() },
    ])
  })

  it('have the end and the name of an order, which an order alone changes', async () => {
    await book.begin({ brand: 'one', until: at(20) }, byFigures, at(0))
    await book.begin({ brand: 'one', until: at(60) }, ordered, at(1))
    expect(await book.begin({ brand: 'one', until: at(20) }, byFigures, at(2))).toBe(false)
    const [on] = await book.current(at(2))
    expect(on).toEqual({
      brand: 'one',
      since: at(0).toISOString(),
      until: at(60).toISOString(),
      actor: 'sam',
      isOrdered: true,
    })
    expect((await events()).at(-1)).toEqual([
      'spray',
      'one',
      'sam',
      { act: 'begin', why: 'order', reason: 'Warned by the police', until: at(60).toISOString() },
    ])
  })

  it('are over at their end, whether or not anybody records it, and that is recorded once', async () => {
    await book.begin({ brand: 'one', until: at(20) }, byFigures, at(0))
    await book.begin({ brand: null, until: at(30) }, byFigures, at(0))
    expect(await book.lapse(at(19))).toEqual([])
    expect((await book.current(at(20))).map(({ brand }) => brand)).toEqual([null])
    const told = (await Promise.all([book.lapse(at(30)), book.lapse(at(30))])).flat()
    expect(new Set(told.map(({ brand }) => brand))).toEqual(new Set(['one', null]))
    expect(told).toHaveLength(2)
    expect((await events()).slice(2).map(([, brand, actor, facts]) => [brand, actor, facts])).toEqual(
      expect.arrayContaining([
        ['one', 'server', { act: 'end', why: 'calm' }],
        ['-', 'server', { act: 'end', why: 'calm' }],
      ]),
    )
    expect(await book.begin({ brand: 'one', until: at(60) }, byFigures, at(40))).toBe(true)
  })

  it('that are over are in the way of no other, though nobody has recorded their end', async () => {
    await book.begin({ brand: 'one', until: at(20) }, byFigures, at(0))
    expect(await book.begin({ brand: 'one', until: at(60) }, byFigures, at(40))).toBe(true)
    expect(await book.current(at(41))).toMatchObject([{ since: at(40).toISOString() }])
  })

  it('are prolonged, and never made to end earlier', async () => {
    await book.begin({ brand: 'one', until: at(20) }, byFigures, at(0))
    await book.begin({ brand: null, until: at(20) }, byFigures, at(0))
    await book.prolong('one', at(30))
    await book.prolong('one', at(25))
    await book.prolong(null, at(40))
    expect((await book.current(at(1))).map(({ until }) => until)).toEqual([at(30).toISOString(), at(40).toISOString()])
  })

  it('are ended by a person, with an event, and rest then', async () => {
    expect(await book.end('one', ended, at(1))).toBe(false)
    await book.begin({ brand: 'one', until: at(20) }, byFigures, at(0))
    await book.begin({ brand: null, until: at(20) }, byFigures, at(0))
    expect(await book.end('one', ended, at(1))).toBe(true)
    expect((await book.current(at(2))).map(({ brand }) => brand)).toEqual([null])
    expect(await book.resting(at(2))).toEqual([{ brand: 'one' }])
    expect(await book.resting(at(90))).toEqual([])
    expect((await events()).at(-1)).toEqual([
      'spray',
      'one',
      'mara',
      { act: 'end', why: 'order', reason: 'A campaign of ours' },
    ])
    expect(await book.end(null, ended, at(30))).toBe(false)
  })

  it('are held against the most failures of each hour, and before there are weeks against the customers', async () => {
    await importLines(store.db, [line({ customer_number: '10000001' }), line({ customer_number: '10000002' })])
    const hour = (day: string) => ({ brand: 'open', day, hour: 9 })
    const usual = (days: string[]) => book.usual('open', { days, hour: 9 })
    await book.notePeak(hour('2026-11-16'), 7)
    await book.notePeak(hour('2026-11-16'), 4)
    await book.notePeak({ ...hour('2026-11-16'), hour: 10 }, 900)
    await book.notePeak({ ...hour('2026-11-16'), brand: 'two' }, 900)
    expect(await usual(['2026-11-16', '2026-11-09'])).toEqual({ customers: 2, peaks: [7] })
    await book.notePeak(hour('2026-11-09'), 9)
    const { customers, peaks } = await usual(['2026-11-16', '2026-11-09'])
    expect([customers, [...peaks].sort()]).toEqual([null, [7, 9]])
    await book.prune('2026-11-10')
    expect((await usual(['2026-11-16', '2026-11-09'])).peaks).toEqual([7])
  })
})
