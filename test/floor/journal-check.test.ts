import { describe, expect, it } from '@jest/globals'
import { printed } from '../../src/cli/queue.ts'
import { createJournalCheck, type JournalReport } from '../../src/floor/journal-check.ts'
import type { JournalLine } from '../../src/seams/floor.ts'

const minute = (n: number): string => new Date(Date.UTC(2026, 10, 25, 10, n)).toISOString()

/** A journal out of short words: lines are numbered, and happen a minute apart. */
function reportOf(...lines: Omit<JournalLine, 'id' | 'at' | 'queue'>[]): JournalReport {
  const check = createJournalCheck()
  for (const [index, line] of lines.entries()) {
    check.take({ ...line, id: index + 1, at: minute(index), queue: 'rheinnetz.bill' })
  }
  return check.report()
}

const joined = (callId: string, other: Record<string, unknown> = {}) => {
  const facts = { brand: 'rheinnetz', topic: 'bill', language: 'de', place: minute(0), ...other }
  return { kind: 'joined' as const, callId, facts }
}
const left = (callId: string) => ({ kind: 'left' as const, callId, facts: { why: 'taken' } })
const passed = (callId: string) => ({ kind: 'passed' as const, callId, facts: {} })
const offered = (callId: string, other: Record<string, unknown> = {}) => {
  const skills = { brands: ['rheinnetz'], topics: ['bill'], languages: ['de'], picked: false }
  return { kind: 'offered' as const, callId, facts: { agent: 'anna', ...skills, ...other } }
}

describe('the check of the journal', () => {
  it('finds nothing where the longest waiting is first, by place and then by arrival', () => {
    const report = reportOf(
      joined('a', { place: minute(5) }),
      joined('b', { place: minute(1) }),
      joined('c', { place: minute(5) }),
      offered('b'),
      left('b'),
      offered('a'),
      left('a'),
      offered('c'),
    )
    expect(report).toMatchObject({ lines: 8, offers: 3, overtakings: [], notWaiting: [] })
    expect(printed(report, false)).toContain('The order was kept.')
  })

  it('names an overtaking without a reason, and says that the order was not kept', () => {
    const report = reportOf(joined('a'), joined('b'), offered('b'))
    expect(report.overtakings).toEqual([
      { line: 3, at: minute(2), callId: 'b', overtaken: 'a', agent: 'anna', reason: 'none' },
    ])
    expect(printed(report, false)).toMatch(/anna was offered b before a: NO REASON.*\n[\s\S]*The order was not kept\./)
  })

  it.each([
    ['brand', joined('a', { brand: 'sternmobil' }), offered('b')],
    ['topic', joined('a', { topic: null }), offered('b')],
    ['language', joined('a', { language: 'en' }), offered('b')],
    ['picked', joined('a'), offered('b', { picked: true })],
  ])('knows the reason: %s', (reason, first, offer) => {
    const report = reportOf(first, joined('b'), offer)
    expect(report.overtakings).toMatchObject([{ overtaken: 'a', reason }])
    expect(printed(report, true)).toContain('The order was kept.')
  })

  it('counts who rings at another agent as offered, until their call comes back', () => {
    expect(reportOf(joined('a'), joined('b'), offered('a'), offered('b')).overtakings).toMatchObject([
      { overtaken: 'a', reason: 'rings_elsewhere' },
    ])
    expect(reportOf(joined('a'), joined('b'), offered('a'), passed('a'), offered('b')).overtakings).toMatchObject([
      { overtaken: 'a', reason: 'none' },
    ])
  })

  it('tells of an offer of somebody who was in no queue', () => {
    const report = reportOf(joined('a'), left('a'), offered('a'))
    expect(report.notWaiting).toEqual([3])
    expect(printed(report, false)).toContain('the journal is incomplete')
  })
})
