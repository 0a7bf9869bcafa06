import { describe, expect, it } from '@jest/globals'
import { dialStatuses, queueResults } from '../../../src/simulator/engine/caller.ts'
import { germanTime, momentOf } from '../../../src/simulator/script/german-time.ts'
import {
  factNames,
  headOf,
  parseTranscript,
  printTranscript,
  type TranscriptLine,
} from '../../../src/simulator/script/transcript.ts'
import { faults } from '../../../src/simulator/view.ts'
import fc from '../../support/by-chance.ts'

const SAMPLE = `title: A customer proves it by PIN
called: +492214710100
from: withheld
on: 2026-03-02 10:15
before: locked rheinnetz 4711

# the first webhook arrives twice
webhook: twice
hears de: Guten Tag …
keys: 12345676#
interrupts: 1
silence
waits: 5 s
plays: https://voice.example.com/wait.mp3
fallback: 11200
queue: rheinnetz.bill
returned: bridged
dial: +493023125401
keys: (hidden)
hotline hangs up

level: 2
outcome: verified
method: pin
`

describe('the format', () => {
  it('prints what it read', () => {
    expect(printTranscript(parseTranscript(SAMPLE))).toBe(SAMPLE)
  })

  it('is lenient with blanks and ends of lines', () => {
    const loose = SAMPLE.replace('hears de: Guten Tag …', '  hears de:   Guten   Tag …  ').replaceAll('\n', '\r\n')
    expect(printTranscript(parseTranscript(loose))).toBe(SAMPLE)
    expect(printTranscript(parseTranscript(SAMPLE.trimEnd()))).toBe(SAMPLE)
  })

  it('gives its head', () => {
    expect(headOf(parseTranscript(SAMPLE))).toEqual({
      title: 'A customer proves it by PIN',
      called: '+492214710100',
      from: null,
      on: new Date('2026-03-02T09:15:00Z'),
      before: ['locked rheinnetz 4711'],
    })
    expect(headOf(parseTranscript('called: +492214710100\n'))).toMatchObject({ from: null, on: null, before: [] })
  })

  it.each([
    ['called: 0221', 1, /'called:' needs a number/],
    ['called: +492214710100\nhear de: x', 2, /'hear de: x' is no line of a transcript/],
    ['called: +492214710100\nhears: x', 2, /write the language/],
    ['called: +492214710100\nhears de:', 2, /needs the words/],
    ['called: +492214710100\n\nkeys: 12a', 3, /0 to 9, \* and #/],
    ['called: +492214710100\nwaits: 5', 2, /whole seconds/],
    ['called: +492214710100\nwebhook: thrice', 2, /one of twice, dropped, late, lost/],
    ['called: +492214710100\nreturned: home', 2, /one of bridged/],
    ['called: +492214710100\non: 2026-02-30', 2, /a day such as/],
    ['called: +492214710100\nsilence\nfrom: withheld', 3, /comes too late/],
    ['called: +492214710100\nlevel: 2\nsilence', 3, /comes too late/],
    ['called: +492214710100\ncalled: +492214710100', 2, /there twice/],
    ['called: +492214710100\nlevel: 1\nlevel: 2', 3, /there twice/],
    ['silence', 1, /'called:' is missing/],
    ['called: +492214710100\nconstructor: x', 2, /is no line/],
  ])('names the line of a mistake: %j', (text, line, message) => {
    const parsing = () => parseTranscript(text, 'calls/one.txt')
    expect(parsing).toThrow(message)
    expect(parsing).toThrow(
      expect.objectContaining({ line, message: expect.stringMatching(`^calls/one.txt:${line}: `) }),
    )
  })
})

describe('properties', () => {
  const text = fc
    .stringMatching(/^[A-Za-zäöüß0-9.,:#'„“…-][A-Za-zäöüß0-9 .,:#'„“…-]{0,60}$/)
    .map((value) => value.replace(/\s+/g, ' ').trim())
  const word = fc.stringMatching(/^[a-z0-9_.-]{1,20}$/)
  const number = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/)
  const keys = fc.option(fc.stringMatching(/^[0-9*#]{1,12}$/), { nil: null })
  const blank = fc.constant<TranscriptLine>({ kind: 'blank' })
  const comment = text.map((value): TranscriptLine => ({ kind: 'comment', text: value }))
  const step: fc.Arbitrary<TranscriptLine> = fc.oneof(
    fc.constantFrom(...faults).map((fault): TranscriptLine => ({ kind: 'webhook', fault })),
    fc
      .tuple(fc.constantFrom('de', 'en'), text)
      .map(([language, value]): TranscriptLine => ({ kind: 'hears', language, text: value })),
    keys.map((pressed): TranscriptLine => ({ kind: 'keys', keys: pressed })),
    keys.map((pressed): TranscriptLine => ({ kind: 'interrupts', keys: pressed })),
    fc.integer({ min: 1, max: 99_999 }).map((seconds): TranscriptLine => ({ kind: 'waits', seconds })),
    word.map((url): TranscriptLine => ({ kind: 'plays', url })),
    fc.integer({ min: 10_000, max: 99_999 }).map((code): TranscriptLine => ({ kind: 'fallback', code })),
    word.map((queue): TranscriptLine => ({ kind: 'queue', queue })),
    number.map((to): TranscriptLine => ({ kind: 'dial', number: to })),
    fc.constantFrom(...queueResults, ...dialStatuses).map((result): TranscriptLine => ({ kind: 'returned', result })),
    fc
      .constantFrom('silence' as const, 'caller hangs up' as const, 'hotline hangs up' as const)
      .map((kind): TranscriptLine => ({ kind })),
  )
  const day = fc
    .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((at) => germanTime(at))
  const transcript = fc
    .tuple(
      text,
      number,
      fc.option(number, { nil: null }),
      day,
      fc.array(text, { maxLength: 3 }),
      fc.array(fc.oneof(step, blank, comment), { maxLength: 20 }),
      fc.uniqueArray(fc.tuple(fc.constantFrom(...factNames), word), { selector: ([name]) => name }),
    )
    .map(([title, called, from, moment, before, middle, facts]) => {
      const lines: TranscriptLine[] = [
        { kind: 'title', text: title },
        { kind: 'called', number: called },
        { kind: 'from', number: from },
        { kind: 'on', moment },
        ...before.map((value): TranscriptLine => ({ kind: 'before', text: value })),
        ...middle,
        ...facts.map(([name, value]): TranscriptLine => ({ kind: 'fact', name, value })),
      ]
      return { lines }
    })

  it('reads back exactly what it printed, and prints back exactly what it read', () => {
    fc.assert(
      fc.property(transcript, (written) => {
        const printed = printTranscript(written)
        const parsed = parseTranscript(printed)
        expect(parsed).toEqual(written)
        expect(printTranscript(parsed)).toBe(printed)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses or settles: what it takes from anywhere prints to a fixed point', () => {
    const anything = fc
      .array(fc.oneof(fc.string(), fc.constantFrom(...SAMPLE.split('\n'))))
      .map((all) => all.join('\n'))
    fc.assert(
      fc.property(anything, (wild) => {
        let once: string
        try {
          once = printTranscript(parseTranscript(wild))
        } catch (error) {
          expect(error).toMatchObject({ name: 'TranscriptError' })
          return
        }
        expect(printTranscript(parseTranscript(once))).toBe(once)
      }),
      { numRuns: 300 },
    )
  })
})

it('knows German summer and winter time', () => {
  expect(momentOf('2026-07-01 10:00')?.toISOString()).toBe('2026-07-01T08:00:00.000Z')
  expect(momentOf('2026-03-29 01:59')?.toISOString()).toBe('2026-03-29T00:59:00.000Z')
  expect(momentOf('2026-03-29 03:00')?.toISOString()).toBe('2026-03-29T01:00:00.000Z')
  expect(momentOf('2026-12-24')?.toISOString()).toBe('2026-12-24T11:00:00.000Z')
  expect(germanTime(new Date('2026-12-24T11:00:00Z'))).toBe('2026-12-24 12:00')
})
