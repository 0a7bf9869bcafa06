/** What supervisors set at the desk: of their own brands, under their own name, by the rules of every other door. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import type { Database } from '../../src/store/database.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import { shippedHotlines } from '../flow/shipped.ts'
import { openAnyStore } from '../support/any-store.ts'
import { addAgent } from '../support/cheap-verifiers.ts'
import { importLines, line } from '../support/customers.ts'
import { type Holder, openDesk, PASSWORD, type TestDesk } from './fixture.ts'

const texts = { de: 'Im Norden ist das Netz gestört.', en: 'There is a fault in the north.' }
const notice = { brand: 'rheinnetz', topic: 'outage', texts, until: null }
/** The clock of the desk stands in the morning of this day. */
const today = '2026-11-22'
const HANNA = '407182632'

// What the stores do here, their own tests show on both sides.
describe('supervisors', () => {
  let desk: TestDesk
  let sam: Holder
  let anna: Holder
  let database: Database

  beforeAll(async () => {
    database = await openAnyStore()
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    desk = await openDesk(database)
    const skills = { brands: ['rheinnetz'], topics: ['general'], languages: ['de'] }
    await addAgent(
      database.db,
      { name: 'sam', displayName: 'Sam', role: 'supervisor', phone: 'client:sam', ...skills },
      PASSWORD,
    )
    sam = await desk.signIn('sam')
    anna = await desk.signIn('anna')
    for (const each of await desk.notices.current(desk.clock.now()))
      await desk.notices.clear(each, 'test', desk.clock.now())
  })
  afterEach(() => desk.close())

  const post = (path: string, body: object, who = sam) => desk.post(`/desk/api/${path}`, who, body)
  const switches = async (who = sam) => (await desk.get('/desk/api/switches', who)).body
  const changes = async () =>
    (await desk.record.read({ limit: 10_000 }))
      .filter(({ kind }) => ['notice', 'special_hours', 'incident', 'spray'].includes(kind))
      .map(({ kind, actor, brand, facts }) => [kind, actor, brand, facts.act])

  const everything: [path: string, body: object][] = [
    ['notices', notice],
    ['notices/clear', { brand: 'rheinnetz', topic: 'outage' }],
    ['hours', { brand: 'rheinnetz', day: today, hours: [], texts }],
    ['hours/clear', { brand: 'rheinnetz', day: today }],
    ['heard', { kind: 'notice', order: notice }],
    ['incidents', { brand: 'rheinnetz', name: 'mail', day: today, texts }],
    ['incidents/mark', { brand: 'rheinnetz', name: 'mail', customer_numbers: ['1'] }],
    ['incidents/close', { brand: 'rheinnetz', name: 'mail' }],
    ['sprays', { brand: 'rheinnetz', reason: 'Warned by the police' }],
    ['sprays/end', { brand: 'rheinnetz', reason: 'It was nothing' }],
  ]

  it.each(everything)(
    'alone may do %s: an agent may not, nor somebody who was a supervisor a moment ago',
    async (path, body) => {
      const before = await changes()
      expect((await post(path, body, anna)).status).toBe(403)
      expect((await desk.get('/desk/api/switches', anna)).status).toBe(403)
      await desk.agents.change('sam', { role: 'agent' })
      expect((await post(path, body)).status).toBe(403)
      expect([await changes(), desk.held.held, await desk.notices.current(desk.clock.now())]).toEqual([before, [], []])
    },
  )

  it.each(everything)('do %s of no brand that they do not take', async (path, body) => {
    const before = await changes()
    await desk.agents.change('sam', { brands: ['fuldanetz'] })
    expect([400, 404]).toContain((await post(path, body)).status)
    expect([await changes(), desk.held.held, await desk.notices.current(desk.clock.now())]).toEqual([before, [], []])
    expect((await switches()).brands.map(({ brand }: { brand: string }) => brand)).toEqual(['fuldanetz'])
  })

  it('set a notice and clear it, seen by all, as events with their name', async () => {
    const before = await changes()
    expect((await post('notices', notice)).status).toBe(200)
    expect((await switches()).notices).toMatchObject([notice])
    expect((await post('notices/clear', { brand: 'rheinnetz', topic: 'outage' })).status).toBe(200)
    expect((await post('notices/clear', { brand: 'rheinnetz', topic: 'outage' })).status).toBe(404)
    expect((await switches()).notices).toEqual([])
    expect((await changes()).slice(before.length)).toEqual([
      ['notice', 'sam', 'rheinnetz', 'set'],
      ['notice', 'sam', 'rheinnetz', 'clear'],
    ])
  })

  it('close a day from a time on, and take that away', async () => {
    const order = { brand: 'rheinnetz', day: today, closed_from: '14:00', texts }
    expect((await post('hours', order)).status).toBe(200)
    const { hours, brands } = await switches()
    expect(hours).toMatchObject([{ brand: 'rheinnetz', day: today, hours: ['00:00-14:00'], texts }])
    expect(brands).toMatchObject([{ brand: 'rheinnetz', today, hoursToday: ['00:00-14:00'] }])
    expect((await post('hours/clear', { brand: 'rheinnetz', day: today })).status).toBe(200)
    expect((await switches()).hours).toEqual([])
    expect(desk.held.actors).toEqual(['sam', 'sam'])
  })

  it('give calls one try and end that, as events with their name and their reason, and never for brands of others', async () => {
    const before = await changes()
    const order = { brand: 'rheinnetz', minutes: 30, reason: 'Warned by the police' }
    expect((await post('sprays', order)).status).toBe(200)
    expect((await switches()).sprays).toEqual([
      {
        brand: 'rheinnetz',
        since: expect.any(String),
        until: expect.any(String),
        actor: 'sam',
        hasOneTry: true,
        failures: 170,
        accounts: 60,
        isTheirs: true,
      },
    ])
    const end = { brand: 'rheinnetz', reason: 'It was nothing' }
    expect((await post('sprays/end', end)).status).toBe(200)
    expect((await post('sprays/end', end)).status).toBe(404)
    expect((await switches()).sprays).toEqual([])
    expect((await changes()).slice(before.length)).toEqual([
      ['spray', 'sam', 'rheinnetz', 'begin'],
      ['spray', 'sam', 'rheinnetz', 'end'],
    ])
    for (const strange of [
      { ...order, brand: null },
      { ...order, reason: 'of 1234' },
      { ...order, minutes: 1441 },
      { brand: 'rheinnetz' },
    ])
      expect((await post('sprays', strange)).status).toBe(400)
  })

  it('are told what is wrong by the sentences of the other doors', async () => {
    const faults = async (path: string, body: object) => (await post(path, body)).body.detail
    expect(await faults('notices', { ...notice, texts: { de: 'x' } })).toMatch(/text in 'en' is missing/)
    expect(await faults('hours', { brand: 'rheinnetz', day: '2026-11-21', hours: [], texts })).toMatch(/day is over/)
    const anyway = { brand: 'rheinnetz', day: today, closed_from: '14:00', hours: [], texts }
    expect(await faults('hours', anyway)).toMatch(/one of the two/)
    expect(await faults('incidents', { brand: 'rheinnetz', name: 'Mail', day: today, texts })).toMatch(/small letters/)
    expect(await faults('heard', { kind: 'notice', order: { ...notice, topic: 'credit' } })).toMatch(
      /no topic 'credit'/,
    )
  })

  it.each<[path: string, body: object, faults: [code: string, field: string | null][]]>([
    ['notices', { ...notice, texts: { de: 'x' } }, [['text_missing', 'texts.en']]],
    ['notices', { ...notice, texts: { ...texts, tr: 'x' } }, [['not_spoken', 'texts.tr']]],
    ['notices', { ...notice, texts: { ...texts, de: 'a\nb' } }, [['form', 'texts.de']]],
    ['notices', { ...notice, until: '2020-01-01T00:00:00Z' }, [['is_over', 'until']]],
    ['notices', { ...notice, topic: 'credit' }, [['no_topic', 'topic']]],
    ['notices', { ...notice, brand: 'fuldanetz' }, [['no_brand', 'brand']]],
    ['hours', { brand: 'rheinnetz', day: '2026-11-21', hours: [], texts }, [['is_over', 'day']]],
    ['hours', { brand: 'rheinnetz', day: '2027-12-24', hours: [], texts }, [['too_far', 'day']]],
    ['hours', { brand: 'rheinnetz', day: today, closed_from: '14:00', hours: [], texts }, [['form', 'hours']]],
    ['incidents', { brand: 'rheinnetz', name: 'later', day: '2027-12-24', texts }, [['in_future', 'day']]],
    ['incidents', { brand: 'rheinnetz', name: 'Mail', day: today, texts }, [['form', 'name']]],
    [
      'incidents/mark',
      { brand: 'rheinnetz', name: 'm', customer_numbers: ['1', ''] },
      [['form', 'customer_numbers.1']],
    ],
  ])('are told of %s in words that a page can say in any language: %j', async (path, body, faults) => {
    const { status, body: problem } = await post(path, body)
    expect([status, problem.code]).toEqual([400, 'not_understood'])
    expect(problem.faults).toEqual(faults.map(([code, field]) => ({ code, field })))
  })

  it('hear what callers would, and nothing is switched on by that', async () => {
    const heard = async (kind: string, order: object) => (await post('heard', { kind, order })).body.heard
    const words = (one: { lines: { text: string }[] }) => one.lines.map(({ text }) => text)
    const [german, english] = await heard('notice', notice)
    expect([german.language, words(german)[0]]).toEqual(['de', texts.de])
    expect(words(english)).toContain(texts.en)
    const [, closed] = await heard('hours', { brand: 'rheinnetz', day: today, hours: [], texts })
    expect(words(closed)).toEqual(expect.arrayContaining(["There's nobody on our hotline right now.", texts.en]))
    expect(await switches()).toMatchObject({ notices: [], hours: [] })
  })

  it('are signed out by an hour without use, however often the page asks what is on', async () => {
    for (let minutes = 0; minutes < 60; minutes += 15) {
      expect((await desk.get('/desk/api/switches', sam)).status).toBe(200)
      desk.clock.turn(15 * 60_000)
    }
    expect((await desk.get('/desk/api/switches', sam)).status).toBe(401)
    expect((await post('notices', notice)).status).toBe(401)
  })

  it('mark a hundred thousand customers at once, and no more; nobody else sends so much', async () => {
    const place = { brand: 'rheinnetz', name: `long-${Math.floor(performance.now())}` }
    await post('incidents', { ...place, day: today, texts })
    const numbers = Array.from({ length: 100_001 }, (_, index) => `999${index}`.padEnd(32, '0'))
    const mark = (customer_numbers: string[], who = sam) =>
      post('incidents/mark', { ...place, customer_numbers, skip_unknown: true }, who)
    expect((await mark(numbers.slice(1))).body).toMatchObject({ marked: 0, unknown: 100_000 })
    expect(await mark(numbers)).toMatchObject({ status: 400, body: { faults: [{ field: 'customer_numbers' }] } })
    expect((await mark([...numbers, ...numbers])).status).toBe(413)
    // It is not even read of an agent, and of nobody at any other address.
    expect((await mark([...numbers, ...numbers], anna)).status).toBe(403)
    expect((await post('notices', { ...notice, numbers })).status).toBe(413)
  })

  it('open an incident, mark customers and close it', async () => {
    const customer = line({ brand: 'rheinnetz', customer_number: HANNA })
    await importLines(database.db, [customer], { brands: rulesOf(shippedHotlines) })
    const place = { brand: 'rheinnetz', name: `mail-${Math.floor(performance.now())}` }
    expect((await post('incidents', { ...place, day: today, texts })).status).toBe(200)
    expect((await post('incidents', { ...place, day: today, texts })).body.detail).toMatch(/never given twice/)
    const mark = async (...customer_numbers: string[]) =>
      (await post('incidents/mark', { ...place, customer_numbers })).body
    expect(await mark(HANNA, '99')).toEqual({ marked: 0, before: 0, unknown: 1, unknownLines: [2] })
    expect(await mark(HANNA)).toEqual({ marked: 1, before: 0, unknown: 0, unknownLines: [] })
    expect((await switches()).incidents[0]).toMatchObject({ ...place, accounts: 1, closed: null })
    expect((await post('incidents/close', place)).body).toEqual({ accounts: 1 })
    const kept = (await createIncidents(database.db).list()).find(({ name }) => name === place.name)
    expect(kept?.closed).not.toBeNull()
    expect((await changes()).slice(-3)).toEqual(
      ['open', 'mark', 'close'].map((act) => ['incident', 'sam', 'rheinnetz', act]),
    )
  })
})
