import { describe, expect, it } from '@jest/globals'
import type { Answer } from '../../src/call/question.ts'
import { FlowError } from '../../src/flow/files/finding.ts'
import { parseBrand } from '../../src/flow/files/parse-brand.ts'
import { prove } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { transitionsOf } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { hotlinesWithHours } from '../support/with-hours.ts'
import { ring } from './caller.ts'
import { smallHotline } from './small.ts'

const flow = `
start: hours
steps:
  hours: { type: hours, open: queue, closed: end }
  queue: { type: enqueue, level: 0, queue: general, done: end, failed: end }
  end: { type: hang_up }
`
const small = smallHotline({ flow, brand: { hours: '{ monday: ["08:00-18:00"] }' } })
const withHours = hotlinesWithHours().byBrand.get('stadtnetz')
if (!withHours) throw new Error('there is no brand with hours')

type Opens = Extract<Answer, { kind: 'closed' }>['opens']

describe('the hours step', () => {
  it('goes on while it is open, and says nothing', () => {
    expect(ring(small).reply).toMatchObject({ say: [], next: { kind: 'enqueue' } })
  })

  it('says that it is closed, and nothing of when it opens where that is far away', () => {
    const caller = ring(small, { open: { kind: 'closed', opens: null, because: {} } })
    expect(caller.hears).toEqual(['hours.closed', 'hours.closed'])
    expect(caller.reply.next.kind).toBe('hang_up')
  })

  it('speaks every language while none was chosen, and after that the one that was', () => {
    const closed = { open: { kind: 'closed', opens: null, because: {} } } as const
    const told = ({ reply }: ReturnType<typeof ring>) => reply.say.map(({ language }) => language)
    expect(told(ring(small, closed))).toEqual(['de', 'en'])
    const after = flow
      .replace('start: hours', 'start: menu')
      .replace(
        'steps:',
        'steps:\n  menu: { type: topic, chosen: hours, person: hours, no_input: hours, no_match: hours }',
      )
    const late = smallHotline({ flow: after, brand: { hours: '{ monday: ["08:00-18:00"] }' } })
    expect(told(ring(late, closed).keys('1'))).toEqual(['de'])
    expect(told(ring(late, closed).keys('9').keys('1'))).toEqual(['en'])
    expect(told(ring(late, closed).keys('9').keys('0'))).toEqual(['en'])
  })

  it('asks where the brand has no hours too: a day may be set apart', () => {
    const without = smallHotline({ flow })
    expect(ring(without).reply.next.kind).toBe('enqueue')
    const caller = ring(without, { open: { kind: 'closed', opens: null, because: {} } })
    expect(caller.reply.next.kind).toBe('hang_up')
  })

  it('says why it is closed in the words of the operator, in each language between that and when it opens', () => {
    const because = { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' }
    const opens = { day: 'tomorrow', time: '08:00' } as const
    const [, ...heard] = ring(withHours, { open: { kind: 'closed', opens, because } }).hears
    expect(heard.slice(0, 6)).toEqual([
      'Unsere Hotline ist zurzeit nicht besetzt.',
      'Heute ist Betriebsversammlung.',
      'Sie erreichen uns morgen ab 8 Uhr.',
      "There's nobody on our hotline right now.",
      'We have a staff meeting.',
      'You can reach us tomorrow from 8 AM.',
    ])
  })

  it('counts who is sent away because it is closed, and nobody who is led elsewhere from there', () => {
    const world = { open: { kind: 'closed', opens: null, because: {} } } as const
    expect(ring(small, world).events).toEqual([{ kind: 'turned_away', why: 'closed' }])
    expect(ring(small).events.map(({ kind }) => kind)).toEqual(['handed_off'])
    const led = smallHotline({ flow: flow.replace('closed: end', 'closed: queue') })
    expect(ring(led, world).events.map(({ kind }) => kind)).toEqual(['handed_off'])
  })

  it.each<[NonNullable<Opens>['day'], string, string, string]>([
    ['today', '08:00', 'Sie erreichen uns heute ab 8 Uhr.', 'You can reach us today from 8 AM.'],
    ['today', '13:05', 'Sie erreichen uns heute ab 13 Uhr 5.', 'You can reach us today from 1:05 PM.'],
    ['tomorrow', '12:00', 'Sie erreichen uns morgen ab 12 Uhr.', 'You can reach us tomorrow from 12 PM.'],
    ['tomorrow', '00:30', 'Sie erreichen uns morgen ab 0 Uhr 30.', 'You can reach us tomorrow from 12:30 AM.'],
    ['tomorrow', '00:00', 'Sie erreichen uns morgen wieder.', 'You can reach us again tomorrow.'],
    ['sunday', '00:00', 'Sie erreichen uns am Sonntag wieder.', 'You can reach us again on Sunday.'],
    ['thursday', '09:30', 'Sie erreichen uns am Donnerstag ab 9 Uhr 30.', 'You can reach us on Thursday from 9:30 AM.'],
    ['sunday', '10:00', 'Sie erreichen uns am Sonntag ab 10 Uhr.', 'You can reach us on Sunday from 10 AM.'],
  ])('says the day and the hour as people do: %s, %s', (day, time, german, english) => {
    const world = { open: { kind: 'closed', opens: { day, time }, because: {} } as const }
    const [, closed, opens, closedInEnglish, opensInEnglish] = ring(withHours, world).hears
    expect([closed, opens]).toEqual(['Unsere Hotline ist zurzeit nicht besetzt.', german])
    expect([closedInEnglish, opensInEnglish]).toEqual(["There's nobody on our hotline right now.", english])
  })
})

describe('the proof', () => {
  it('tries a brand with hours open and closed, and finds nothing wrong', () => {
    expect(prove([withHours]).findings).toEqual([])
    const answers = [...transitionsOf(explore(withHours, dayKinds(withHours.brand)))].flatMap(({ asked }) =>
      asked.flatMap(({ question, answer }) => (question.kind === 'open' ? [answer.kind] : [])),
    )
    expect(new Set(answers)).toEqual(new Set(['open', 'closed']))
  })

  it('takes no exit for unreachable that a brand with hours would take', () => {
    const without = smallHotline({
      flow: flow.replace('closed: end', 'closed: other').concat('  other: { type: hang_up }\n'),
    })
    const codes = prove([], { drafts: [without] }).findings.map(({ code }) => code)
    expect(codes).toEqual([])
  })
})

describe('hours in a brand file', () => {
  const faults = (hours: string): string[] => {
    const fields = [
      'name: small',
      'numbers: ["+4930231250"]',
      'address: formal',
      'languages: [{ code: de, voice: V, locale: de-DE }]',
      'identifiers: [{ kind: customer_number, digits: { min: 6, max: 12 } }]',
      'credentials: [pin]',
      'own_line: true',
      'topics: [{ name: bill, press: "1", needs: 2 }]',
      'actions: {}',
      'words: { de: { pin: PIN } }',
      `hours: ${hours}`,
    ]
    try {
      parseBrand(fields.join('\n'), 'small.yaml')
      return []
    } catch (error) {
      if (!(error instanceof FlowError)) throw error
      return error.findings.map(({ message }) => message)
    }
  }

  it('may be any, also until midnight', () => {
    expect(
      faults('{ monday: ["00:00-24:00"], sunday: [], holidays: BY, dates: { "2026-12-24": ["08:00-09:00"] } }'),
    ).toEqual([])
  })

  it.each([
    ['{ monday: ["8:00-18:00"] }', /written "08:00-18:00"/],
    ['{ monday: ["18:00-08:00"] }', /end after they begin/],
    ['{ monday: ["08:00-12:00", "11:00-13:00"] }', /without overlap/],
    ['{ holidays: XX }', /hours.holidays/],
    ['{ moonday: [] }', /moonday/],
    ['{ dates: { "2026-02-30": [] } }', /YYYY-MM-DD/],
  ])('are refused where they cannot be meant: %s', (hours, message) => {
    expect(faults(hours)).toEqual([expect.stringMatching(message)])
  })
})
