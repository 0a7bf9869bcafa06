/** The oracle sees every bad thing that it looks for: each is shown to it once, in steps that are made to do it. */
import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import type { Answer } from '../../src/call/question.ts'
import type { RuleCode } from '../../src/flow/files/finding.ts'
import type { Changes, Move, StepTypes } from '../../src/flow/step.ts'
import { ownStepTypes, stepTypes } from '../../src/flow/steps/index.ts'
import { type Small, smallHotline } from '../flow/small.ts'
import { type Bad, badThings } from './judgement.ts'
import { firstSafetyRule } from './judges.ts'
import { createOracle } from './oracle.ts'

const lines = {
  hours: '{ type: hours, open: menu, closed: bye }',
  menu: '{ type: topic, chosen: number, person: person, no_input: person, no_match: person }',
  number:
    '{ type: identify, prompt: ask, identified: pin, refused: person, no_pin: person, person: person, no_input: person, no_match: person, unavailable: person }',
  pin: '{ type: verify, prompt: prove, verified: proved, refused: person, no_pin: person, person: person, no_input: person, no_match: person, unavailable: person }',
  proved: '{ type: enqueue, level: 2, queue: topic, done: bye, failed: bye, unserved: bye }',
  person: '{ type: enqueue, level: 0, queue: general, done: bye, failed: bye, unserved: bye }',
  bye: '{ type: hang_up }',
}

/** The same flow with some other steps, and one step type that is not as ours. */
function flowWith(changes: Record<string, string> = {}): string {
  const steps = Object.entries({ ...lines, ...changes }).map(([name, step]) => `  ${name}: ${step}`)
  return ['start: hours', 'steps:', ...steps].join('\n')
}

const { deflect, identify, verify, say, set_pin: setPin, order_letter: orderLetter } = stepTypes
const ours = (types: Record<string, unknown>): StepTypes => ({ ...ownStepTypes, ...types }) as StepTypes

const countsHalfTries: typeof verify = {
  ...verify,
  answer: (moment, answer) => asking(verify.answer?.(moment, answer), { tries: moment.call.tries + 0.5 }),
}
const countsHalfNumbers: typeof identify = {
  ...identify,
  digits: (moment, digits) => asking(identify.digits?.(moment, digits), { entries: moment.call.entries + 0.5 }),
}
function asking(move: Move | undefined, set: Changes): Move {
  if (!move) throw new Error('the step takes no keys')
  return move.kind === 'ask' ? { ...move, set } : move
}
const asksNoLine: typeof verify = {
  ...verify,
  digits: (moment, digits) => {
    const move = verify.digits?.(moment, digits) ?? { kind: 'end', say: [], handOff: null }
    if (move.kind !== 'ask' || move.question.kind !== 'admit') return move
    return verify.answer?.(moment, { kind: 'admitted', digits: move.question.digits, isLast: false }) ?? move
  },
}
const admitsAnother: typeof verify = {
  ...verify,
  digits: (moment, digits) => {
    const move = verify.digits?.(moment, digits) ?? { kind: 'end', say: [], handOff: null }
    if (move.kind !== 'ask' || move.question.kind !== 'admit' || move.question.claim === null) return move
    return { ...move, question: { ...move.question, claim: { ...move.question.claim, subject: 'another' } } }
  },
}
const takesNoForYes: typeof verify = {
  ...verify,
  answer: (moment, answer) =>
    verify.answer?.(
      moment,
      answer.kind === 'over_limit' ? { kind: 'admitted', digits: new Secret('1111'), isLast: false } : answer,
    ) ?? {
      kind: 'end',
      say: [],
      handOff: null,
    },
}
const triesOn: typeof verify = {
  ...verify,
  answer: (moment, answer) =>
    verify.answer?.(moment, answer.kind === 'admitted' ? { ...answer, isLast: false } : answer) ?? {
      kind: 'end',
      say: [],
      handOff: null,
    },
}
const takesWrongForRight: typeof verify = {
  ...verify,
  answer: (moment, answer) => {
    const right: Answer = { kind: 'verified', credential: 'pin', advice: null }
    return verify.answer?.(moment, answer.kind === 'failed' ? right : answer) ?? { kind: 'end', say: [], handOff: null }
  },
}
const keepsTheRight: typeof identify = {
  ...identify,
  answer: (moment, answer) => {
    const move = identify.answer?.(moment, answer) ?? { kind: 'end', say: [], handOff: null }
    if (move.kind !== 'go' || !move.set?.claim) return move
    return { ...move, set: { ...move.set, claim: { ...move.set.claim, replaces: 'pin' } } }
  },
}
const looksAtTheAccount: typeof say = {
  ...say,
  enter: ({ config, call }) => {
    return { kind: 'go', exit: 'next', say: call.claim?.ref === null ? [] : [{ key: config.prompt }] }
  },
}

const transfers = '{ shop: { number: "+49800111000", needs: 2 } }'
const tellsAnybody: typeof deflect = {
  ...deflect,
  enter: (moment) => ({ kind: 'ask', question: { kind: 'ticket' }, set: { visit: moment.call.visit } }),
}

const asksAnybody: typeof setPin = {
  ...setPin,
  enter: (moment) => setPin.enter(asIfProved(moment)),
  digits: (moment, digits) => setPin.digits?.(asIfProved(moment), digits) ?? { kind: 'end', say: [], handOff: null },
}
type MomentOfSetPin = Parameters<typeof setPin.enter>[0]
function asIfProved(moment: MomentOfSetPin): MomentOfSetPin {
  return { ...moment, call: { ...moment.call, assurance: { level: 2, method: 'pin', at: moment.at } } }
}

const ordersTwice: typeof orderLetter = {
  ...orderLetter,
  digits: (moment, digits) =>
    asking(orderLetter.digits?.(moment, digits), { letters: (moment.call.letters ?? 0) + 0.5 }),
}
const ordersForAnother: typeof orderLetter = {
  ...orderLetter,
  digits: (moment, digits) => {
    const move = orderLetter.digits?.(moment, digits) ?? { kind: 'end', say: [], handOff: null }
    if (move.kind !== 'ask' || move.question.kind !== 'order_letter') return move
    return { ...move, question: { ...move.question, claim: { ...move.question.claim, subject: 'another' } } }
  },
}
const tellsWhoIsThere: typeof orderLetter = {
  ...orderLetter,
  answer: (moment, answer) =>
    moment.call.claim?.ref === null
      ? { kind: 'go', exit: 'next' }
      : (orderLetter.answer?.(moment, answer) ?? { kind: 'go', exit: 'next' }),
}
/** Where a letter is offered after the number, and again after the PIN. */
const lettersAt = {
  number: lines.number.replace('identified: pin', 'identified: letter'),
  letter: '{ type: order_letter, prompt: offer, next: pin }',
  pin: lines.pin.replace('verified: proved, refused: person', 'verified: proved, refused: late'),
  late: '{ type: order_letter, prompt: offer, next: person }',
}
const letters = { pins: '{ letters: callers }' }

const bad: Record<Bad['what'], Small> = {
  breaks: { flow: flowWith({ menu: lines.menu.replace('chosen: number', 'chosen: pin') }) },
  level: { flow: flowWith(), types: ours({ verify: takesWrongForRight }) },
  hours: { flow: flowWith({ hours: lines.hours.replace('closed: bye', 'closed: menu') }) },
  said: {
    flow: flowWith({ proved: '{ type: transfer, level: 0, to: shop, done: bye, failed: bye }' }),
    brand: { transfers },
  },
  told: {
    flow: flowWith({
      menu: lines.menu.replace('chosen: number', 'chosen: write'),
      write: '{ type: deflect, none: number, stay: number, done: bye }',
    }),
    types: ours({ deflect: tellsAnybody }),
    brand: { topics: '[{ name: bill, press: "1", needs: 2, written: true }]' },
    texts: { 'deflect.ticket': '{ticket}' },
  },
  secret: {
    flow: flowWith({
      menu: lines.menu.replace('chosen: number', 'chosen: more'),
      more: '{ type: collect, prompt: more, field: more, digits: { min: 3, max: 5 }, next: number, no_input: person, no_match: person }',
    }),
  },
  changed: {
    flow: flowWith({
      number: lines.number.replace('identified: pin', 'identified: fresh'),
      fresh:
        '{ type: set_pin, prompt: new, again: twice, set: pin, refused: pin, unproved: pin, no_input: pin, unavailable: pin }',
    }),
    types: ours({ set_pin: asksAnybody }),
    brand: { topics: '[{ name: bill, press: "1", needs: 2, sets: pin }]' },
  },
  checks: { flow: flowWith(), types: ours({ verify: countsHalfTries }) },
  numbers: {
    flow: flowWith({ pin: lines.pin.replace('no_pin: person', 'no_pin: number') }),
    types: ours({ identify: countsHalfNumbers }),
  },
  line: { flow: flowWith(), types: ours({ verify: asksNoLine }) },
  letters: { flow: flowWith(lettersAt), types: ours({ order_letter: ordersTwice }), brand: letters },
  alike: {
    flow: flowWith({
      number: lines.number.replace('identified: pin', 'identified: hello'),
      hello: '{ type: say, prompt: hello, next: pin }',
    }),
    types: ours({ say: looksAtTheAccount }),
  },
  round: { flow: flowWith({ person: lines.person.replace('failed: bye', 'failed: person') }) },
}

const ruleAgainst: Record<Bad['what'], RuleCode> = {
  breaks: 'break',
  level: 'level',
  hours: 'hours',
  said: 'level',
  told: 'account',
  secret: 'secret',
  changed: 'change',
  checks: 'tries',
  numbers: 'tries',
  letters: 'tries',
  line: 'tries',
  alike: 'alike',
  round: 'loop',
}

describe('the oracle', () => {
  it.each(badThings)('sees what is bad: %s', (what) => {
    const hotline = smallHotline(bad[what])
    const verdict = createOracle(hotline).judge(hotline.flow, '2026-11-22', new Set())
    expect(verdict.bad?.what).toBe(what)
    expect(verdict.call[0]).toMatch(/^rings/)
  })

  it.each(badThings)('is no wiser than the proof: %s', (what) => {
    expect(firstSafetyRule(smallHotline(bad[what]))).toBe(ruleAgainst[what])
  })

  it.each([
    ['for another account', ordersForAnother, 'changed', 'change'],
    ['and tells who is there', tellsWhoIsThere, 'alike', 'alike'],
  ] as const)('sees, as the proof does, a letter that is ordered %s', (_how, type, what, rule) => {
    const hotline = smallHotline({ flow: flowWith(lettersAt), types: ours({ order_letter: type }), brand: letters })
    expect(createOracle(hotline).judge(hotline.flow, '2026-11-22', new Set()).bad?.what).toBe(what)
    expect(firstSafetyRule(hotline)).toBe(rule)
  })

  it.each([
    ['was admitted for another account', admitsAnother],
    ['was not admitted', takesNoForYes],
  ])('sees, as the proof does, that a secret is checked that %s', (_how, type) => {
    const hotline = smallHotline({ flow: flowWith(), types: ours({ verify: type }) })
    expect(createOracle(hotline).judge(hotline.flow, '2026-11-22', new Set()).bad?.what).toBe('line')
    expect(firstSafetyRule(hotline)).toBe('tries')
  })

  it('sees, as the proof does, that a call tries on after the last try that it was given', () => {
    const hotline = smallHotline({ flow: flowWith(), types: ours({ verify: triesOn }) })
    expect(createOracle(hotline).judge(hotline.flow, '2026-11-22', new Set()).bad?.what).toBe('checks')
    expect(firstSafetyRule(hotline)).toBe('tries')
  })

  it('finds nothing in letters as they are ordered, once a call', () => {
    const hotline = smallHotline({ flow: flowWith(lettersAt), brand: letters })
    const { bad, used } = createOracle(hotline).judge(hotline.flow, '2026-11-22', new Set())
    expect([bad, used.has('late.next'), firstSafetyRule(hotline)]).toEqual([null, true, null])
  })

  it('takes a code for first use for the right to set a secret of the number keyed last, as the proof does', () => {
    const brand = { topics: '[{ name: bill, press: "1", needs: 2, sets: pin }]', pins: '{ first_use: true }' }
    const fresh =
      '{ type: set_pin, prompt: new, again: twice, set: bye, refused: person, unavailable: person, no_input: person }'
    const withPin = (replace: string) => lines.pin.replace('verified: proved', `verified: proved, replace: ${replace}`)
    const sound = smallHotline({ flow: flowWith({ pin: withPin('fresh'), fresh }), brand })
    const { bad, isComplete, used } = createOracle(sound).judge(sound.flow, '2026-11-22', new Set())
    expect({ bad, isComplete }).toEqual({ bad: null, isComplete: true })
    expect([...used]).toEqual(expect.arrayContaining(['pin.replace', 'fresh.set']))

    const other = lines.number.replace('identified: pin', 'identified: fresh')
    const flow = flowWith({ pin: withPin('other'), other, fresh })
    const spoiled = smallHotline({ flow, brand, types: ours({ identify: keepsTheRight }) })
    expect(createOracle(spoiled).judge(spoiled.flow, '2026-11-22', new Set()).bad?.what).toBe('changed')
    expect(firstSafetyRule(spoiled)).toBe('change')
  })

  it('finds nothing where nothing is bad, and says what it came through', () => {
    const hotline = smallHotline({ flow: flowWith() })
    const { bad, isComplete, used, handedTo } = createOracle(hotline).judge(hotline.flow, '2026-11-22', new Set())
    expect({ bad, isComplete }).toEqual({ bad: null, isComplete: true })
    expect([...used]).toEqual(expect.arrayContaining(['menu.chosen', 'pin.refused', 'person.failed']))
    expect([...handedTo]).toEqual(expect.arrayContaining(['small.bill at 2', 'small.general at 0']))
  })

  it('asks again where a flow differs from the one it knows, and only there', () => {
    const oracle = createOracle(smallHotline({ flow: flowWith() }))
    const one = smallHotline({ flow: flowWith() })
    const other = smallHotline({ flow: flowWith({ menu: lines.menu.replace('person: person', 'person: proved') }) })
    expect(oracle.judge(one.flow, '2026-11-22', new Set()).bad).toBeNull()
    expect(oracle.judge(other.flow, '2026-11-22', new Set(['menu.person']))).toMatchObject({
      call: ['rings (open)', '0'],
    })
    expect(oracle.judge(one.flow, '2026-11-22', new Set()).bad).toBeNull()
  })
})
