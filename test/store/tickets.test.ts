/** Tickets from every channel: one open one a matter, the earliest report counts, and merges can be taken back. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import type { Ticket } from '../../src/seams/account-source.ts'
import type { MatterBook } from '../../src/seams/matters.ts'
import type { Kept, Report, ReportBook } from '../../src/seams/reports.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createMatters } from '../../src/store/floor/matters.ts'
import { createReports } from '../../src/store/floor/reports.ts'
import type { Schema } from '../../src/store/schema.ts'
import { addTickets } from '../../src/store/tickets.ts'
import { empty, importLines, line, refOf } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const day = (of: number): Date => new Date(Date.UTC(2026, 10, of, 9))
const NOW = day(29)
const BY = { callId: `CA${'0'.repeat(32)}`, actor: 'anna' }

describeStores('tickets in the store', (open) => {
  let db: Kysely<Schema>
  let book: ReportBook
  let matters: MatterBook
  let ref: string
  let drawn = 7_000_000_000
  beforeAll(async () => {
    db = (await open()).db
    book = createReports(db)
    matters = createMatters(db)
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [line(), line({ customer_number: '10000002' }), line({ brand: 'other' })])
    ref = await refOf(db, '10000001')
  })

  const newNumber = (): string => String(++drawn)
  const report = (other: Partial<Report> = {}) =>
    book.report(
      {
        brand: 'open',
        customerNumber: '10000001',
        topic: 'bill',
        at: day(10),
        channel: 'mail',
        id: null,
        number: null,
        text: null,
        ...other,
      },
      { actor: 'crm', received: NOW, newNumber },
    )
  const kept = async (other: Partial<Report> = {}): Promise<Kept> => {
    const done = await report(other)
    if (done.kind !== 'kept') throw new Error(done.kind)
    return done
  }
  const shown = async (): Promise<Ticket[]> => (await createTableSource(db).context('open', ref, NOW))?.tickets ?? []
  const lines = (tickets: Ticket[]) =>
    tickets.map(({ number, topic, reportedAt, open, merged }) => [
      number,
      topic,
      reportedAt,
      open,
      merged.map((each) => each.number),
    ])
  const events = async () =>
    (await db.selectFrom('event').select(['actor', 'facts']).where('ref', '=', ref).orderBy('id').execute()).map(
      ({ actor, facts }) => [actor, facts],
    )

  describe('a report', () => {
    it('opens a ticket, and each further one of the matter joins it, whatever the channel', async () => {
      const first = await kept({ at: day(10), text: 'Die Rechnung stimmt nicht.' })
      expect(first).toMatchObject({ attached: false, before: false, reportedAt: day(10).toISOString() })
      const second = await kept({ channel: 'shop', at: day(12) })
      expect(second).toEqual({ ...first, attached: true })
      // R35: one that comes later and was made earlier moves the time.
      const third = await kept({ channel: 'letter', at: day(8) })
      expect(third).toEqual({ ...first, attached: true, reportedAt: day(8).toISOString() })
      const [ticket, ...others] = await shown()
      expect(others).toEqual([])
      expect(ticket).toMatchObject({ number: first.number, reportedAt: day(8).toISOString(), open: true })
      expect(ticket?.reports.map(({ channel, text }) => [channel, text])).toEqual([
        ['letter', null],
        ['mail', 'Die Rechnung stimmt nicht.'],
        ['shop', null],
      ])
      expect(await events()).toEqual([
        ['crm', { act: 'open', topic: 'bill', channel: 'mail' }],
        ['crm', { act: 'report', topic: 'bill', channel: 'shop' }],
        ['crm', { act: 'report', topic: 'bill', channel: 'letter' }],
      ])
    })

    it('of another matter, customer or brand has a ticket of its own, and so has one after the matter was closed', async () => {
      const first = await kept()
      const others = [await kept({ topic: 'fault' }), await kept({ customerNumber: '10000002' })]
      expect(others.map(({ attached }) => attached)).toEqual([false, false])
      expect((await kept({ brand: 'other' })).attached).toBe(false)
      await matters.close({ brand: 'open', ref, number: first.number }, BY)
      expect(await kept({ id: 'a later one' })).toMatchObject({ attached: false, before: false })
      expect(await shown()).toHaveLength(3)
    })

    it('that comes twice is one, by its id or by its time, and says the same again', async () => {
      const first = await kept({ id: '<1@mail>' })
      expect(await kept({ id: '<1@mail>' })).toEqual({ ...first, before: true })
      const second = await kept({ at: day(11) })
      expect(await kept({ at: day(11) })).toEqual({ ...second, before: true })
      expect((await shown())[0]?.reports).toHaveLength(2)
      expect(await report({ id: '<1@mail>', topic: 'fault' })).toEqual({ kind: 'other_report' })
      expect(await report({ id: '<1@mail>', at: day(1) })).toEqual({ kind: 'other_report' })
      expect(await report({ id: '<1@mail>', customerNumber: '10000002' })).toEqual({ kind: 'other_report' })
      // The same id is another report's in another channel.
      expect(await kept({ id: '<1@mail>', channel: 'form' })).toMatchObject({ attached: true, before: false })
    })

    it('of nobody is refused, and nothing is kept', async () => {
      expect(await report({ customerNumber: '99999999' })).toEqual({ kind: 'no_customer' })
      expect(await db.selectFrom('ticket_report').selectAll().execute()).toEqual([])
    })

    it('opens one ticket where twenty come in the same moment', async () => {
      const done = await Promise.all(Array.from({ length: 20 }, (_, n) => kept({ at: day(20 - n), id: `r${n}` })))
      expect(new Set(done.map(({ number }) => number)).size).toBe(1)
      expect(done.filter(({ attached }) => !attached)).toHaveLength(1)
      expect(lines(await shown())).toEqual([[done[0]?.number, 'bill', day(1).toISOString(), true, []]])
      const again = await Promise.all(Array.from({ length: 5 }, () => kept({ topic: 'fault', id: 'one' })))
      expect(again.filter(({ before }) => !before)).toHaveLength(1)
    })

    it('with a number of another system has it, and where there is a ticket its number leads there', async () => {
      expect(await kept({ number: '8100' })).toMatchObject({ number: '8100', attached: false })
      expect(await kept({ number: '8200', channel: 'shop' })).toMatchObject({ number: '8100', attached: true })
      expect(await kept({ number: '8200', channel: 'form' })).toMatchObject({ number: '8100', attached: true })
      expect(lines(await shown())).toEqual([['8100', 'bill', day(10).toISOString(), true, ['8200']]])
    })

    it('does not get a number that means anything else', async () => {
      await kept({ number: '8100', topic: 'fault' })
      await kept({ number: '8300', customerNumber: '10000002' })
      const { number } = await kept({ topic: 'closed', number: '8400' })
      await matters.close({ brand: 'open', ref, number }, BY)
      const taken = { kind: 'number_taken' }
      // Of another matter, of another customer, of a closed matter (R33), and no ticket's at all.
      for (const each of ['8100', '8300', '8400', '10000002'])
        expect([each, await report({ number: each })]).toEqual([each, taken])
      expect(await report({ topic: 'closed', number: '8400', id: 'again' })).toEqual(taken)
      expect((await shown()).map(({ topic }) => topic).sort()).toEqual(['closed', 'fault'])
    })
  })

  it('has reports of tickets that are opened in calls, too', async () => {
    const number = await matters.open({ brand: 'open', ref, topic: 'bill', newNumber, at: day(9) }, BY)
    await kept({ at: day(12) })
    expect(await shown()).toMatchObject([
      {
        number,
        reports: [
          { channel: 'phone', at: day(9).toISOString() },
          { channel: 'mail', at: day(12).toISOString() },
        ],
      },
    ])
  })

  describe('a merge', () => {
    const of = (number: string) => ({ brand: 'open', ref, number })
    let bill: string
    let fault: string
    beforeEach(async () => {
      bill = (await kept({ at: day(10) })).number
      fault = (await kept({ at: day(5), topic: 'fault' })).number
    })

    it('makes one ticket the number of the other, with the earliest report, and can be taken back', async () => {
      const before = lines(await shown())
      expect(await matters.merge({ ...of(fault), into: bill }, BY, NOW)).toBe('done')
      expect(lines(await shown())).toEqual([[bill, 'bill', day(5).toISOString(), true, [fault]]])
      expect((await shown())[0]?.merged).toEqual([{ number: fault, topic: 'fault' }])
      const found = await createTableSource(db).find({ brand: 'open', value: fault, kinds: ['ticket_number'] }, NOW)
      expect(found).toMatchObject({ kind: 'found', account: { ref, ticket: fault, ticketTopic: 'bill' } })
      expect(await matters.undo(of(fault), BY, NOW)).toBe('done')
      expect(lines(await shown())).toEqual(before)
      expect((await events()).slice(-2)).toEqual([
        ['anna', { act: 'merge', topic: 'fault', into: 'bill' }],
        ['anna', { act: 'undo', of: 'merge', topic: 'fault' }],
      ])
      const rows = await db.selectFrom('ticket_change').select(['kind', 'undone_by']).execute()
      expect(rows).toEqual([{ kind: 'merge', undone_by: 'anna' }])
      expect(await matters.undo(of(fault), BY, NOW)).toBe('not_found')
    })

    it('of a chain leads to its end, and each is taken back by itself', async () => {
      const third = (await kept({ at: day(7), topic: 'contract', number: '8500' })).number
      await kept({ at: day(3), topic: 'contract', number: '8600', channel: 'shop' })
      await matters.merge({ ...of(third), into: bill }, BY, NOW)
      await matters.merge({ ...of(bill), into: fault }, BY, NOW)
      expect(lines(await shown())).toEqual([[fault, 'fault', day(3).toISOString(), true, [bill, '8500', '8600']]])
      expect(await matters.undo(of(bill), BY, NOW)).toBe('done')
      expect(lines(await shown())).toEqual(
        [
          [bill, 'bill', day(3).toISOString(), true, ['8500', '8600']],
          [fault, 'fault', day(5).toISOString(), true, []],
        ].sort((one, other) => String(other[2]).localeCompare(String(one[2]))),
      )
      expect(await matters.undo(of(third), BY, NOW)).toBe('done')
      expect((await shown()).find(({ number }) => number === bill)).toMatchObject({ reportedAt: day(10).toISOString() })
      expect((await shown()).find(({ number }) => number === third)).toMatchObject({
        topic: 'contract',
        open: true,
        reportedAt: day(3).toISOString(),
      })
    })

    it('keeps what was reported since when it is taken back', async () => {
      await matters.merge({ ...of(fault), into: bill }, BY, NOW)
      await kept({ at: day(8), channel: 'letter' })
      await matters.undo(of(fault), BY, NOW)
      expect(new Map((await shown()).map(({ number, reportedAt }) => [number, reportedAt]))).toEqual(
        new Map([
          [bill, day(8).toISOString()],
          [fault, day(5).toISOString()],
        ]),
      )
    })

    it('is not taken back where the matter has another open ticket by now', async () => {
      await matters.merge({ ...of(fault), into: bill }, BY, NOW)
      await kept({ topic: 'fault', at: day(20) })
      expect(await matters.undo(of(fault), BY, NOW)).toBe('matter_open')
      expect((await shown()).map(({ merged }) => merged.length).sort()).toEqual([0, 1])
    })

    it('is not made with itself, a closed one, another account’s or another brand’s', async () => {
      const other = (await kept({ customerNumber: '10000002' })).number
      const elsewhere = (await kept({ brand: 'other' })).number
      const closed = (await kept({ topic: 'contract' })).number
      await matters.close(of(closed), BY)
      for (const [number, into] of [
        [bill, bill],
        [bill, closed],
        [bill, other],
        [other, bill],
        [bill, elsewhere],
        [elsewhere, bill],
        [bill, '1'],
      ] as const)
        expect([number, into, await matters.merge({ ...of(number), into }, BY, NOW)]).toEqual([
          number,
          into,
          'not_found',
        ])
      expect(await matters.merge({ ...of(closed), into: bill }, BY, NOW)).toBe('done')
      expect(await matters.merge({ ...of(closed), into: fault }, BY, NOW)).toBe('not_found')
    })

    it('the other way round in the same moment leaves one ticket', async () => {
      const both = await Promise.all([
        matters.merge({ ...of(fault), into: bill }, BY, NOW),
        matters.merge({ ...of(bill), into: fault }, BY, NOW),
      ])
      expect(both.sort()).toEqual(['done', 'not_found'])
      expect(await shown()).toHaveLength(1)
    })
  })

  it('reopens a closed ticket with its old time, unless the matter has another, and takes that back', async () => {
    const { number } = await kept()
    const of = { brand: 'open', ref, number }
    expect(await matters.reopen(of, BY, NOW)).toBe('not_found')
    await matters.close(of, BY)
    const later = (await kept({ at: day(20) })).number
    expect(await matters.reopen(of, BY, NOW)).toBe('matter_open')
    await matters.close({ ...of, number: later }, BY)
    expect(await matters.reopen(of, BY, NOW)).toBe('done')
    expect((await shown())[0]).toMatchObject({ number, open: true, reopened: true, reportedAt: day(10).toISOString() })
    expect(await matters.undo(of, BY, NOW)).toBe('done')
    expect((await shown()).map(({ open }) => open)).toEqual([false, false])
    expect((await events()).slice(-2)).toEqual([
      ['anna', { act: 'reopen', topic: 'bill' }],
      ['anna', { act: 'undo', of: 'reopen', topic: 'bill' }],
    ])
  })

  it('says that something has changed, for whatever was done', async () => {
    const versions = [await matters.version('open', ref)]
    const note = async () => versions.push(await matters.version('open', ref))
    const { number } = await kept()
    const other = (await kept({ topic: 'fault' })).number
    await note()
    await kept({ channel: 'shop' })
    await note()
    const of = { brand: 'open', ref, number: other }
    await matters.merge({ ...of, into: number }, BY, NOW)
    await note()
    await matters.undo(of, BY, NOW)
    await note()
    expect(new Set(versions).size).toBe(versions.length)
  })

  it('has a report of each ticket of before', async () => {
    const ticket = { brand: 'open', number: '71', customerNumber: '10000001', topic: 'bill', open: true }
    await addTickets(db, [{ ...ticket, reportedAt: day(2) }])
    expect((await shown())[0]?.reports).toEqual([{ at: day(2).toISOString(), channel: null, text: null }])
  })
})
