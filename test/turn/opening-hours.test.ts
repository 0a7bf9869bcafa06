import { describe, expect, it } from '@jest/globals'
import { questions, weekdays } from '../../src/call/question.ts'
import { newCall } from '../../src/flow/advance.ts'
import { hoursSchema } from '../../src/flow/hours.ts'
import type { HolidayCalendar } from '../../src/seams/holidays.ts'
import { answer, type World } from '../../src/turn/answer.ts'
import { createHolidays } from '../../src/turn/holidays.ts'
import { openingOf } from '../../src/turn/opening-hours.ts'
import { shipped } from '../flow/shipped.ts'
import { unhurried } from '../support/clock.ts'
import { heldHours } from '../support/held-hours.ts'

const calendar = createHolidays()
const day = ['08:00-12:00', '13:00-18:00']
const week = { monday: day, tuesday: day, wednesday: day, thursday: day, friday: day }

/** At a moment that is written with its distance from Greenwich. */
const at = (hours: object, moment: string, time_zone = 'Europe/Berlin') =>
  openingOf({ name: 'one', hours: hoursSchema.parse(hours), time_zone }, [], calendar, new Date(moment))
const opens = (day: string, time: string): object => ({ kind: 'closed', opens: { day, time }, because: {} })

describe('opening hours', () => {
  it.each([
    ['07:59', opens('today', '08:00')],
    ['08:00', { kind: 'open' }],
    ['11:59', { kind: 'open' }],
    ['12:00', opens('today', '13:00')],
    ['17:59', { kind: 'open' }],
    ['18:00', opens('tomorrow', '08:00')],
  ])('begin and end to the minute: at %s', async (time, expected) => {
    expect(await at(week, `2026-11-23T${time}:00+01:00`)).toEqual(expected)
  })

  it('go on with the next day that has any, named by its weekday, or with none', async () => {
    expect(await at(week, '2026-11-27T18:00:00+01:00')).toEqual(opens('monday', '08:00'))
    expect(await at({ monday: day }, '2026-11-24T09:00:00+01:00')).toEqual(opens('monday', '08:00'))
    // A week away the weekday would be taken for today.
    expect(await at({ monday: day }, '2026-11-23T19:00:00+01:00')).toEqual({ kind: 'closed', opens: null, because: {} })
    expect(await at({}, '2026-11-23T10:00:00+01:00')).toEqual({ kind: 'closed', opens: null, because: {} })
  })

  it('may last until midnight, and go by the day where the brand is', async () => {
    const late = { monday: ['22:00-24:00'], tuesday: ['00:00-02:00'] }
    expect(await at(late, '2026-11-23T23:59:59+01:00')).toEqual({ kind: 'open' })
    expect(await at(late, '2026-11-24T00:00:00+01:00')).toEqual({ kind: 'open' })
    expect(await at(late, '2026-11-24T02:00:00+01:00')).toEqual(opens('monday', '22:00'))
    expect(await at(week, '2026-11-23T10:00:00+01:00', 'America/New_York')).toEqual(opens('today', '08:00'))
  })

  it('are those of the clock on the wall on the days on which it is changed', async () => {
    const sunday = { sunday: ['02:30-03:30'] }
    // 29 March 2026: from 02:00 to 03:00. 25 October 2026: from 03:00 back to 02:00.
    expect(await at(sunday, '2026-03-29T00:59:00Z')).toEqual(opens('today', '03:00'))
    // The day before nobody is told a time that will not be; hours that lie in the gap are none.
    expect(await at(sunday, '2026-03-28T11:00:00Z')).toEqual(opens('tomorrow', '03:00'))
    expect(await at({ sunday: ['02:15-02:45', '09:00-12:00'] }, '2026-03-28T11:00:00Z')).toEqual(
      opens('tomorrow', '09:00'),
    )
    expect(await at(sunday, '2026-03-22T00:59:00Z')).toEqual(opens('today', '02:30'))
    expect(await at(sunday, '2026-03-29T01:00:00Z')).toEqual({ kind: 'open' })
    expect(await at(sunday, '2026-03-29T01:30:00Z')).toEqual({ kind: 'closed', opens: null, because: {} })
    expect(await at(sunday, '2026-10-25T00:30:00Z')).toEqual({ kind: 'open' })
    expect(await at(sunday, '2026-10-25T01:00:00Z')).toEqual(opens('today', '02:30'))
    expect(await at(sunday, '2026-10-25T01:30:00Z')).toEqual({ kind: 'open' })
    expect(await at(week, '2026-10-24T10:00:00Z')).toEqual(opens('monday', '08:00'))
  })

  it.each([
    // Corpus Christi: Bavaria and North Rhine-Westphalia, not Berlin.
    ['NW', '2026-06-04', opens('tomorrow', '08:00')],
    ['BE', '2026-06-04', { kind: 'open' }],
    // Reformation Day of 2025 was a Friday: Saxony, not Bavaria.
    ['SN', '2025-10-31', opens('monday', '08:00')],
    ['BY', '2025-10-31', { kind: 'open' }],
    // Women's Day of 2027: Berlin alone. Assumption: in Bavaria where most are Catholic, so for no whole state.
    ['BE', '2027-03-08', opens('tomorrow', '08:00')],
    // New Year's Day is in another year than the day before.
    ['NW', '2027-01-01', opens('monday', '08:00')],
  ])('are none on the holidays of %s: %s', async (holidays, date, expected) => {
    expect(await at({ ...week, holidays }, `${date}T10:00:00+01:00`)).toEqual(expected)
  })

  it('look into the next year', async () => {
    expect(await at({ ...week, holidays: 'NW' }, '2026-12-31T19:00:00+01:00')).toEqual(opens('monday', '08:00'))
  })

  it('of a date go before those of its weekday and before holidays', async () => {
    const dates = { '2026-12-25': ['10:00-11:00'], '2026-11-23': [] }
    const hours = { ...week, holidays: 'NW', dates }
    expect(await at(hours, '2026-12-25T10:30:00+01:00')).toEqual({ kind: 'open' })
    expect(await at(hours, '2026-11-23T10:30:00+01:00')).toEqual(opens('tomorrow', '08:00'))
  })
})

describe('special hours', () => {
  const brand = {
    name: 'one',
    hours: hoursSchema.parse({ ...week, dates: { '2026-11-24': [] } }),
    time_zone: 'Europe/Berlin',
  }
  const set = (day: string, hours: string[], name = 'one') => {
    return { brand: name, day, hours, texts: { de: 'Darum.' }, since: '2026-11-22T10:00:00.000Z' }
  }
  const open = (moment: string, ...special: ReturnType<typeof set>[]) =>
    openingOf(brand, special, calendar, new Date(moment))
  const closed = (day: string, time: string, because = {}) => ({ kind: 'closed', opens: { day, time }, because })

  it('go before those of the file, and say why while it is closed on that day', async () => {
    const early = set('2026-11-23', ['08:00-10:00'])
    expect(await open('2026-11-23T09:59:00+01:00', early)).toEqual({ kind: 'open' })
    expect(await open('2026-11-23T10:00:00+01:00', early)).toEqual(closed('wednesday', '08:00', { de: 'Darum.' }))
    // The day before and the day after nothing is said of it.
    expect(await open('2026-11-22T10:00:00+01:00', early)).toEqual(closed('tomorrow', '08:00'))
    expect(await open('2026-11-25T07:00:00+01:00', early)).toEqual(closed('today', '08:00'))
  })

  it('open a day that is closed by the file, and close one that callers were told of', async () => {
    const extra = set('2026-11-24', ['09:00-12:00'])
    expect(await open('2026-11-24T09:00:00+01:00', extra)).toEqual({ kind: 'open' })
    expect(await open('2026-11-23T19:00:00+01:00', extra)).toEqual(closed('tomorrow', '09:00'))
    const none = set('2026-11-25', [])
    expect(await open('2026-11-23T19:00:00+01:00', none)).toEqual(closed('thursday', '08:00'))
  })

  it('are those of the brand alone, and close one without hours for that day', async () => {
    expect(await open('2026-11-23T10:00:00+01:00', set('2026-11-23', [], 'other'))).toEqual({ kind: 'open' })
    const always = { name: 'two', time_zone: 'Europe/Berlin' }
    const special = [set('2026-11-23', ['00:00-14:00'], 'two')]
    const at = (moment: string) => openingOf(always, special, calendar, new Date(moment))
    expect(await at('2026-11-23T13:59:00+01:00')).toEqual({ kind: 'open' })
    expect(await at('2026-11-23T14:00:00+01:00')).toEqual(closed('tomorrow', '00:00', { de: 'Darum.' }))
    expect(await at('2026-11-24T00:00:00+01:00')).toEqual({ kind: 'open' })
  })
})

describe('the hours of a topic', () => {
  const rheinnetz = shipped.get('rheinnetz')?.brand
  if (!rheinnetz) throw new Error('there is no such brand')
  const always = Object.fromEntries(weekdays.map((day) => [day, ['00:00-24:00']]))
  const [bill, outage, join] = rheinnetz.topics
  if (!bill || !outage || !join) throw new Error('there are not these topics')
  const brand = {
    ...rheinnetz,
    hours: hoursSchema.parse(week),
    topics: [bill, { ...outage, hours: hoursSchema.parse(always) }, join],
  }
  const hotline = shipped.get('rheinnetz') as NonNullable<ReturnType<typeof shipped.get>>

  async function ask(topic: string | null, moment: string, { others = false, special = heldHours().store } = {}) {
    const clock = { now: () => new Date(moment) }
    const call = newCall(hotline, { id: 'CA', callerNumber: null, today: '2026-11-23', at: moment })
    const world = { calendar, clock, specialHours: special, log: console } as unknown as World
    const question = { kind: 'open' as const, topic, others, languages: ['de'] }
    return answer(world, question, { call, brand, token: 't', by: unhurried })
  }

  it('win over those of the brand, both ways', async () => {
    const night = '2026-11-23T22:00:00+01:00'
    expect(await ask('outage', night)).toEqual({ kind: 'open' })
    expect(await ask('bill', night)).toMatchObject({ kind: 'closed' })
    expect(await ask(null, night)).toMatchObject({ kind: 'closed' })
    expect(await ask(null, night, { others: true })).toEqual({ kind: 'some' })
    expect(await ask(null, '2026-11-23T10:00:00+01:00', { others: true })).toEqual({ kind: 'open' })
  })

  it('give way to hours that were set for the day', async () => {
    const { store } = heldHours()
    await store.set({ brand: 'rheinnetz', day: '2026-11-23', hours: ['08:00-14:00'], texts: {} }, 'sam', new Date())
    const afternoon = '2026-11-23T14:30:00+01:00'
    expect(await ask('outage', afternoon, { special: store })).toMatchObject({ kind: 'closed' })
    expect(await ask(null, afternoon, { others: true, special: store })).toMatchObject({ kind: 'closed' })
  })
})

describe('the question whether it is open', () => {
  function asked(hours: object | undefined, holidays: HolidayCalendar, specialHours = heldHours().store) {
    const hotline = shipped.get('rheinnetz')
    if (!hotline) throw new Error('there is no such brand')
    const now = new Date('2026-11-23T22:00:00Z')
    const call = newCall(hotline, { id: 'CA', callerNumber: null, today: '2026-11-23', at: now.toISOString() })
    const logged: string[] = []
    const write = (_fields: unknown, message: string): void => void logged.push(message)
    const log = { info: write, warn: write, error: write }
    const world = { calendar: holidays, clock: { now: () => now }, specialHours, log } as unknown as World
    const { hours: _none, ...brand } = hotline.brand
    const of = hours === undefined ? brand : { ...brand, hours: hoursSchema.parse(hours) }
    return {
      given: answer(
        world,
        { kind: 'open', topic: null, others: false, languages: ['de', 'en'] },
        { call, brand: of, token: 't', by: unhurried },
      ),
      logged,
    }
  }
  const broken: HolidayCalendar = { holidays: () => Promise.reject(new Error('no calendar')) }

  it('is answered by the hours of the brand, and yes where it has none', async () => {
    expect(await asked(week, calendar).given).toEqual(opens('tomorrow', '08:00'))
    expect(await asked(undefined, broken).given).toEqual({ kind: 'open' })
    expect(questions.open.tellsOfAccounts).toBe(false)
  })

  it('is answered by what was set for today, with the reason in the languages that are asked for', async () => {
    const { store } = heldHours()
    // It is the 23rd in Greenwich, and in Berlin too.
    const texts = { de: 'Darum.', en: 'Why not.', tr: 'Bu yüzden.' }
    await store.set({ brand: 'rheinnetz', day: '2026-11-23', hours: [], texts }, 'sam', new Date())
    const because = { de: 'Darum.', en: 'Why not.' }
    expect(await asked(undefined, broken, store).given).toMatchObject({ kind: 'closed', because })
  })

  it('is answered by the hours of the file where those that were set cannot be read, and that is logged', async () => {
    const store = { ...heldHours().store, from: () => Promise.reject(new Error('no store')) }
    const { given, logged } = asked(week, calendar, store)
    expect(await given).toEqual(opens('tomorrow', '08:00'))
    expect(logged).toEqual(['the special hours could not be read; those of the brand file hold'])
  })

  it('is answered by yes where the holidays cannot be read, and that is logged', async () => {
    const { given, logged } = asked({ ...week, holidays: 'NW' }, broken)
    expect(await given).toEqual({ kind: 'open' })
    expect(logged).toEqual(['hours or holidays could not be read; the brand counts as open'])
  })
})
