import { describe, expect, it } from '@jest/globals'
import type { Answer, Question } from '../../src/call/question.ts'
import { advance, apologise } from '../../src/flow/advance.ts'
import { FlowError, isUnsafe } from '../../src/flow/files/finding.ts'
import { parseBrand } from '../../src/flow/files/parse-brand.ts'
import { parseFlow } from '../../src/flow/files/parse-flow.ts'
import { putBack } from '../../src/flow/redirects.ts'
import { prove } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { transitionsOf } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { hotlinesWithHours } from '../support/with-hours.ts'
import { ring } from './caller.ts'
import { smallBrandFile, smallHotline } from './small.ts'

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
    const number = '{ night: { number: "+493023125499", needs: 0, any_time: true } }'
    const led = smallHotline({
      flow: `${flow.replace('closed: end', 'closed: night')}  night: { type: transfer, level: 0, to: night, done: end, failed: end }\n`,
      brand: { transfers: number },
    })
    expect(ring(led, world).events.map(({ kind }) => kind)).toEqual(['handed_off'])
  })

  it('stays in the call: nobody comes to a queue for the first time when it is closed, wherever the flow leads them', () => {
    const world = { open: { kind: 'closed', opens: null, because: {} } } as const
    const led = smallHotline({ flow: flow.replace('closed: end', 'closed: queue') })
    const caller = ring(led, world)
    expect(caller.call.open).toBe('no')
    expect(caller.reply).toMatchObject({ say: [{ text: 'hours.closed' }], next: { kind: 'hang_up' } })
    expect(caller.events).toEqual([{ kind: 'turned_away', why: 'closed' }])
    const [finding] = prove([led]).findings.filter(({ code }) => code === 'hours')
    expect(finding?.message).toMatch(
      /comes to 'small.general' while it is closed.*'hours' leads by 'closed' to 'queue'/,
    )
  })

  it('holds for the call: callers who were let in are asked nothing at a second such step', () => {
    const twice = flow
      .replace('open: queue', 'open: menu')
      .concat('  menu: { type: topic, chosen: again, person: again, no_input: again, no_match: again }\n')
      .concat('  again: { type: hours, open: queue, closed: end }\n')
    const closing = { open: [{ kind: 'open' }, { kind: 'closed', opens: null, because: {} }] } as const
    expect(ring(smallHotline({ flow: twice }), closing).keys('0').reply.next.kind).toBe('enqueue')
  })

  it('lets callers who were handed off back into a queue, after the fallback and out of a talk too', () => {
    const closed = { ...ring(small).call, open: 'no' as const }
    const back = advance(small, closed, { kind: 'returned', reason: 'left', at: '2026-11-22T18:00:00.000Z' })
    expect('reply' in back && back.reply.next).toEqual({ kind: 'enqueue', queue: 'small.general' })
    expect(putBack(small, closed, null, '2026-11-22T18:00:00.000Z').reply.next.kind).toBe('enqueue')
    const never = { ...closed, handOff: null }
    expect(apologise(small, never, '2026-11-22T18:00:00.000Z').reply.next.kind).toBe('enqueue')
  })
})

describe('a topic with hours of its own', () => {
  const menu = `
start: hours
steps:
  hours: { type: hours, open: menu, some: menu, closed: end }
  menu: { type: topic, chosen: chosen, person: person, no_input: end, no_match: person }
  chosen: { type: hours, about: topic, open: queue, closed: end }
  person: { type: hours, open: queue, closed: end }
  queue: { type: enqueue, level: 0, queue: general, done: end, failed: end }
  end: { type: hang_up }
`
  const hotline = smallHotline({
    flow: menu,
    brand: {
      hours: '{ monday: ["08:00-18:00"] }',
      topics:
        '[{ name: join, press: "1", needs: 0 }, { name: outage, press: "2", needs: 0, hours: { sunday: ["00:00-24:00"] } }]',
    },
  })
  const closed = { kind: 'closed', opens: null, because: {} } as const
  const night = {
    open: ({ topic, others }: Question<'open'>) =>
      topic === 'outage' ? ({ kind: 'open' } as const) : others ? ({ kind: 'some' } as const) : closed,
  }

  it('is reached while the brand is closed', () => {
    const caller = ring(hotline, night)
    expect(caller.call.open).toBe('no')
    expect(caller.keys('2').reply.next.kind).toBe('enqueue')
    expect(caller.call.open).toBe('yes')
  })

  // C1
  it.each([['0'], ['1']])('alone: key %s is told when it opens, and comes to no queue', (key) => {
    const caller = ring(hotline, night).keys(key)
    expect(caller.hears[0]).toBe('hours.closed')
    expect(caller.reply.next.kind).toBe('hang_up')
    expect(caller.events).toEqual([{ kind: 'turned_away', why: 'closed' }])
  })

  it('is not reached by silence', () => {
    const caller = ring(hotline, night).silence().silence().silence()
    expect(caller.reply.next.kind).toBe('hang_up')
  })

  it('is closed by its own hours while the brand is open', () => {
    const day = { open: ({ topic }: Question<'open'>) => (topic === 'outage' ? closed : ({ kind: 'open' } as const)) }
    expect(ring(hotline, day).keys('2').reply.next.kind).toBe('hang_up')
    expect(ring(hotline, day).keys('1').reply.next.kind).toBe('enqueue')
  })

  it('is proved, and every exit of the steps is taken', () => {
    expect(prove([hotline]).findings.filter(({ code }) => ['hours', 'exit', 'step'].includes(code))).toEqual([])
  })

  it.each([
    ['the chosen topic', 'chosen: chosen', 'chosen: queue'],
    ['a person', 'person: person', 'person: queue'],
    ['the third key that means nothing', 'no_match: person', 'no_match: queue'],
  ])('is found where a way goes round the hours: %s', (_what, from, to) => {
    const round = { ...hotline, flow: parseFlow(menu.replace(from, to), 'flow.yaml', 'flow') }
    const found = prove([round]).findings.filter(({ code }) => code === 'hours')
    expect(found[0]?.message).toMatch(/while it is closed/)
    expect(found.every((finding) => !isUnsafe(finding))).toBe(true)
  })
})

describe('a flow of before that never asks', () => {
  const old = smallHotline({ flow: flow.replace('start: hours', 'start: queue').replace(/ {2}hours:.*\n/, '') })

  it('goes on to hand off', () => {
    expect(ring(old, { open: { kind: 'closed', opens: null, because: {} } }).reply.next.kind).toBe('enqueue')
  })

  it('is warned, with what to add', () => {
    const found = prove([old]).findings.filter(({ code }) => code === 'hours')
    expect(found[0]?.message).toMatch(/without being told whether it is open.*put a step \{ type: hours/)
    expect(found.every((finding) => !isUnsafe(finding))).toBe(true)
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
    expect(new Set(answers)).toEqual(new Set(['open', 'some', 'closed']))
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
    try {
      parseBrand(smallBrandFile({ hours }), 'small.yaml')
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
