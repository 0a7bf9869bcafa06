/** Days: a flow may be safe today and unsafe from a date on; the proof says so today, with a call of that day. */
import { describe, expect, it } from '@jest/globals'
import type { Hotline } from '../../src/flow/hotline.ts'
import { prove } from '../../src/proof/check.ts'
import type { ProofFinding } from '../../src/proof/counter-example.ts'
import { dayKinds, everyDayKind } from '../../src/proof/days.ts'
import { transitionsOf } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { headOf, parseTranscript } from '../../src/simulator/script/transcript.ts'
import { localDay } from '../../src/turn/local-day.ts'
import { DEMO_DAY, shipped } from '../flow/shipped.ts'
import { type Small, smallHotline } from '../flow/small.ts'
import { callOf, placeIn, SOUND, spoiled } from './proving.ts'

/** Callers without a PIN to hand go on by the roll-out phase; `mandatory` is where they go when it is mandatory. */
const phased = (mandatory: string): string =>
  spoiled({
    'refused: general\n    no_pin: general': 'refused: general\n    no_pin: phase',
    '  free:': `  phase: { type: branch, on: phase, voluntary: known, announced: known, mandatory: ${mandatory} }\n  free:`,
  })
const DATES = '{ announced: "2026-03-01", mandatory: "2027-01-18" }'
const hotline = (flow: string, brand: Small['brand'] = {}): Hotline => smallHotline({ flow, brand })
/** But for those of a flow of before: it never asks for the hours, and no wait in it ends. */
const messagesOf = (findings: readonly ProofFinding[]): string[] =>
  findings.filter(({ code }) => code !== 'hours' && code !== 'wait').map(({ code, message }) => `${code}: ${message}`)

/** The day on which the call of a finding takes place. */
function dayOf(finding: ProofFinding | undefined): string {
  return (
    headOf(parseTranscript(callOf(finding)))
      .on?.toISOString()
      .slice(0, 10) ?? ''
  )
}

describe('a flow that is safe before the PIN is mandatory and unsafe after', () => {
  const flow = phased('known')

  it('is found today, with a call of the first day on which it happens', () => {
    const { findings } = prove([hotline(flow, { roll_out: DATES })])
    expect(messagesOf(findings)).toEqual([
      expect.stringMatching(
        /^level: .* comes to 'small.bill', .* a right secret.*'phase' leads by 'mandatory' to 'known'/,
      ),
    ])
    expect(findings[0]).toMatchObject({ ...placeIn(flow, 'mandatory: ^known'), brands: ['small'] })
    expect(dayOf(findings[0])).toBe('2027-01-18')
    expect(callOf(findings[0])).toMatch(/\nsilence\nhears de: help.begin\nhears de: help.menu\nkeys: 2\n# /)
  })

  it.each(['Pacific/Auckland', 'Pacific/Kiritimati', 'America/Los_Angeles'])(
    'is found with a call that takes place on that day in %s, where the brand is',
    (time_zone) => {
      const { findings } = prove([hotline(flow, { roll_out: DATES, time_zone })])
      const { on } = headOf(parseTranscript(callOf(findings[0])))
      expect(on && localDay(on, time_zone)).toBe('2027-01-18')
    },
  )

  it('is none of a brand that has no such date, and concerns of several brands those that have one', () => {
    const without = hotline(flow)
    expect(messagesOf(prove([without]).findings)).toEqual([])
    const announced = hotline(flow, {
      name: 'announced',
      numbers: '["+4930231251"]',
      roll_out: '{ announced: "2026-03-01" }',
    })
    const early = hotline(flow, { name: 'early', numbers: '["+4930231252"]', roll_out: '{ mandatory: "2020-01-01" }' })
    const late = hotline(flow, { name: 'late', numbers: '["+4930231253"]', roll_out: DATES })
    // One flow, as brands of one folder have it.
    const all = [without, announced, early, late].map((one) => ({ ...one, flow: without.flow }))
    const { findings } = prove(all)
    expect(findings.map(({ code, brands }) => [code, brands])).toEqual([['level', ['early', 'late']]])
    expect(dayOf(findings[0])).toBe('2020-01-01')
  })

  it('is none once it leads elsewhere from that day on', () => {
    expect(messagesOf(prove([hotline(phased('general'), { roll_out: DATES })]).findings)).toEqual([])
  })
})

describe('a circle that only calls before a date can take', () => {
  it('is shown by a call of such a day', () => {
    const flow = spoiled({
      'no_match: general }': 'no_match: early }',
      '  free:':
        '  early: { type: branch, on: phase, voluntary: menu, announced: general, mandatory: general }\n  free:',
    })
    const { findings } = prove([hotline(flow, { roll_out: DATES })])
    expect(messagesOf(findings)).toEqual([expect.stringMatching(/^loop: .*'early' by 'voluntary'; lead it on/)])
    expect(dayOf(findings[0])).toBe('2026-02-28')
  })
})

describe('a topic that its callers cannot reach on some days', () => {
  it('is a finding, although they reach it today', () => {
    const flow = spoiled({
      '    verified: verified': '    verified: shown',
      '  free:': '  shown: { type: branch, on: pin_shown, yes: verified, no: general }\n  free:',
    })
    const { findings } = prove([hotline(flow, { pin_shown_from: '"2026-06-01"' })])
    expect(messagesOf(findings)).toEqual([
      expect.stringMatching(/^topic: no call about 'bill' comes to its queue .* at least on some days; lead callers/),
    ])
  })
})

/** Callers choose again after their proof. */
const asksAgain = spoiled({
  '    verified: verified': '    verified: another',
  '  free:':
    '  another: { type: topic, chosen: verified, person: general, no_input: general, no_match: general }\n  free:',
})

describe('a topic that is chosen after the proof', () => {
  const tail = '{ days: 60, topics: [bill] }'

  it('is a finding for accounts without a contract, which are proved for what is left to do alone', () => {
    const { findings } = prove([hotline(asksAgain, { tail })])
    expect(messagesOf(findings)).toEqual([
      expect.stringMatching(
        /^level: a caller without a contract .* 'tail' .* comes to 'small\.order'; 'another' leads/,
      ),
    ])
    expect(findings[0]).toMatchObject(placeIn(asksAgain, 'chosen: ^verified, person: general, no_input: general, no_m'))
    expect(callOf(findings[0])).toMatch(/before: customer small customer_number=(\d+) .*\nbefore: ended small \1\n/)
  })

  it('is none of a brand that proves nothing without a contract, or where all that can be chosen is left to do', () => {
    const all = '{ days: 60, topics: [bill, order, join] }'
    const proved = [hotline(asksAgain), hotline(asksAgain, { tail: all }), hotline(SOUND, { tail })]
    // Two menus before the proof take their time.
    for (const one of proved)
      expect(messagesOf(prove([one]).findings).filter((message) => !message.startsWith('budget'))).toEqual([])
  })
})

describe('an account at rest', () => {
  it('is proved by its PIN and never by a PUK', () => {
    const brand = { credentials: '[pin, puk]' }
    const { kinds, ...exploration } = explore(hotline(SOUND, brand), dayKinds(hotline(SOUND, brand).brand))
    expect(kinds.map(({ account }) => account)).toEqual(['runs', 'rests'])
    const proofs = [...transitionsOf({ kinds, ...exploration })].flatMap(({ asked, days }) =>
      asked.flatMap(({ answer }) => (answer.kind === 'verified' ? [`${answer.credential} ${days}`] : [])),
    )
    const atRest = 2
    const isOn = (proof: string, kind: number) => (Number(proof.split(' ')[1]) & kind) !== 0
    const of = (credential: string) => proofs.filter((each) => each.startsWith(credential))
    expect(of('puk').length).toBeGreaterThan(0)
    expect(of('puk').filter((each) => isOn(each, atRest))).toEqual([])
    expect(of('pin').some((each) => isOn(each, atRest))).toBe(true)
  })
})

describe('an exit that no day of a brand takes', () => {
  it('is none where a brand could bring such a day', () => {
    expect(messagesOf(prove([hotline(phased('general'))]).findings)).toEqual([])
  })
})

describe('the kinds of days', () => {
  const daysOf = (brand: Small['brand']): string[] =>
    dayKinds(hotline(phased('general'), brand).brand)
      .filter(({ account }) => account === 'runs')
      .map(({ day }) => day)

  it.each([
    ['no date', {}, ['1970-01-01']],
    ['one date', { roll_out: '{ mandatory: "2027-01-18" }' }, ['2027-01-18', '2027-01-17']],
    ['two dates', { roll_out: DATES }, ['2027-01-18', '2026-03-01', '2026-02-28']],
    [
      'the PIN shown in between',
      { roll_out: DATES, pin_shown_from: '"2026-06-01"' },
      ['2027-01-18', '2026-06-01', '2026-03-01', '2026-02-28'],
    ],
    [
      'two dates on one day',
      { roll_out: DATES, pin_shown_from: '"2027-01-18"' },
      ['2027-01-18', '2026-03-01', '2026-02-28'],
    ],
    ['a leap day', { pin_shown_from: '"2028-03-01"' }, ['2028-03-01', '2028-02-29']],
  ])('of a brand with %s are exactly those of its dates, the last first', (_what, brand, days) => {
    expect(daysOf(brand)).toEqual(days)
  })

  it('hold every phase and date that a shipped brand will see', () => {
    for (const { brand } of shipped.values()) {
      const { announced, mandatory } = brand.roll_out
      const dates = [announced, mandatory, brand.pin_shown_from].filter((date) => date !== undefined)
      const kinds = dayKinds(brand)
      const days = kinds.filter(({ account }) => account === 'runs').map(({ day }) => day)
      expect(kinds.map(({ day }) => day)).toEqual(Array.from({ length: kinds.length / days.length }, () => days).flat())
      expect(days).toEqual([...days].sort().reverse())
      expect(days).toEqual(expect.arrayContaining(dates))
      expect(days).toHaveLength(new Set(dates).size + 1)
      expect(days.some((day) => day < DEMO_DAY)).toBe(true)
    }
  })

  it('are six at most, whatever a brand says', () => {
    expect(everyDayKind()).toHaveLength(6)
  })
})
