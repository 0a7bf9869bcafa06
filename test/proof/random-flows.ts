/** Small hotlines by chance: any steps, any exits, any brand. Some are drawn with care, so that not all of them are bad. */

import type { Hotline } from '../../src/flow/hotline.ts'
import { type Small, smallHotline } from '../flow/small.ts'
import fc from '../support/by-chance.ts'

type Data = Record<string, unknown>

/** A number that is drawn for each choice; most are taken modulo what there is to choose from. */
const draw = fc.nat(0xffff)

/** What is drawn for a step: its type, its fields, and for each exit where it leads and with how much care. */
const stepDraw = fc.record({
  type: fc.constantFrom(
    'topic',
    'topic',
    'identify',
    'identify',
    'identify',
    'verify',
    'verify',
    'verify',
    'enqueue',
    'enqueue',
    'branch',
    'branch',
    'choose',
    'collect',
    'transfer',
    'say',
    'notice',
    'backlog',
    'deflect',
    'hang_up',
  ),
  exits: fc.array(fc.record({ to: draw, care: fc.nat(99) }), { minLength: 10, maxLength: 10 }),
  fields: fc.array(draw, { minLength: 3, maxLength: 3 }),
})
type StepDraw = typeof stepDraw extends fc.Arbitrary<infer Drawn> ? Drawn : never

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const

/**
 * Three to eight steps and hours: the last one hangs up, and the one before it leads to a person. `care`, in percent: how
 * often an exit leads where an author would have it lead: on, or to a person where the caller gave up. `isOpened`: few
 * let callers in without asking whether it is open, or hardly any flow would be sound. `begun`: many
 * begin as hotlines do, or few callers would ever have proved anything.
 */
const flowData = fc
  .record({
    drawn: fc.array(stepDraw, { minLength: 1, maxLength: 6 }),
    care: fc.constantFrom(60, 90, 95, 100),
    isOpened: fc.nat(9).map((drawn) => drawn > 0),
    begun: fc.constantFrom<StepDraw['type'][]>(
      [],
      ['topic', 'identify'],
      ['topic', 'identify', 'verify', 'enqueue', 'enqueue'],
      ['topic', 'identify', 'verify', 'transfer', 'collect'],
    ),
  })
  .map(({ drawn: anyhow, care, isOpened, begun }): Data => {
    const drawnSteps = anyhow.map((step, index) => ({ ...step, type: begun[index] ?? step.type }))
    const total = drawnSteps.length + 2
    const [person, end] = [NAMES[total - 2] ?? '', NAMES[total - 1] ?? '']
    const drawn = drawnSteps.map((step, index): [string, Data] => {
      const rest = total - index - 1
      const lead = (exit: number, isOn: boolean): string => {
        const { to = 0, care: drawnCare = 0 } = step.exits[exit] ?? {}
        if (drawnCare >= care) return NAMES[to % total] ?? ''
        if (!isOn) return person
        // To the next step more often than to those after it.
        return NAMES[index + 1 + (to % 3 > 0 ? 0 : to % rest)] ?? ''
      }
      return [NAMES[index] ?? '', stepOf(step, lead)]
    })
    const last: Data = { type: 'enqueue', level: 0, queue: 'general', done: end, failed: end, unserved: end }
    const hours: [string, Data][] = isOpened ? [['hours', { type: 'hours', open: 'a', closed: end }]] : []
    const steps = [...hours, ...drawn, [person, last], [end, { type: 'hang_up' }]]
    return { start: isOpened ? 'hours' : 'a', steps: Object.fromEntries(steps) }
  })

function stepOf({ type, fields }: StepDraw, lead: (exit: number, isOn: boolean) => string): Data {
  const [one = 0, two = 0, three = 0] = fields
  const gaveUp = { person: lead(5, false), no_input: lead(6, false), no_match: lead(7, false) }
  const level = one % 3
  const refused = two % 2 === 0 ? { refused: lead(1, false) } : {}
  const other = { no_pin: lead(2, false), unavailable: lead(3, false) }
  switch (type) {
    case 'topic':
      return { type, chosen: lead(0, true), ...gaveUp }
    case 'identify':
      return { type, prompt: 'ask', identified: lead(0, true), ...refused, ...other, ...gaveUp }
    case 'verify': {
      const recheck = one % 3 === 0 ? { recheck: lead(4, true) } : {}
      const third = one % 8 === 7 ? {} : { refused: lead(1, false) }
      return { type, prompt: 'prove', verified: lead(0, true), ...recheck, ...third, ...other, ...gaveUp }
    }
    case 'enqueue': {
      const unserved = three % 4 === 0 ? {} : { unserved: lead(2, true) }
      const queue = two % 3 === 0 ? 'general' : 'topic'
      return { type, level, queue, done: lead(0, true), failed: lead(1, true), ...unserved }
    }
    case 'transfer':
      return { type, level, to: two % 2 === 0 ? 'shop' : 'vault', done: lead(0, true), failed: lead(1, true) }
    case 'branch': {
      const yesOrNo = ['yes', 'no']
      const facts = { needs: ['needs_0', 'needs_1', 'needs_2'], phase: PHASES, pin_shown: yesOrNo, written: yesOrNo }
      const [on, exits] = Object.entries(facts)[one % 4] ?? ['', []]
      return { type, on, ...Object.fromEntries(exits.map((exit, index) => [exit, lead(index, true)])) }
    }
    case 'choose': {
      const presses = ['1', '2', '5', '9', '0'].slice(one % 3, (one % 3) + 1 + (two % 3))
      const keys = presses.map((press, index) => ({ press, go: lead(index, true) }))
      return { type, prompt: 'choose', keys, no_input: lead(6, false), no_match: lead(7, false) }
    }
    case 'collect': {
      const min = [1, 3, 4, 6, 9][one % 5] ?? 1
      const digits = { min, max: min + ([0, 0, 2, 7][two % 4] ?? 0) }
      const field = three % 2 === 0 ? 'matter' : 'other'
      return {
        type,
        prompt: 'collect',
        field,
        digits,
        next: lead(0, true),
        no_input: lead(6, false),
        no_match: lead(7, false),
      }
    }
    case 'say':
      return { type, prompt: `say.${one % 2}`, next: lead(0, true) }
    case 'notice':
      return { type, about: two % 2 === 0 ? 'brand' : 'topic', next: lead(0, true) }
    case 'backlog': {
      const [free, long, full] = [lead(0, true), lead(1, true), lead(2, false)]
      return { type, queue: two % 2 === 0 ? 'topic' : 'general', free, long, full }
    }
    case 'deflect':
      return { type, none: lead(0, true), stay: lead(1, true), done: lead(2, true) }
    default:
      return { type }
  }
}

const PHASES = ['voluntary', 'announced', 'mandatory']
const DAYS = ['2026-03-01', '2026-05-16', '2026-09-30']

const topics = fc.array(fc.constantFrom(0, 1, 2, 2), { minLength: 1, maxLength: 3 }).map((needs) =>
  needs.map((need, index) => {
    return { name: `matter_${NAMES[index]}`, press: String(index + 1), needs: need, written: need > 0 && index === 1 }
  }),
)

type RollOut = Record<'announced' | 'mandatory', string | undefined>

function inOrder({ announced, mandatory }: RollOut): RollOut {
  const isLate = announced !== undefined && mandatory !== undefined && announced > mandatory
  return isLate ? { announced: mandatory, mandatory: announced } : { announced, mandatory }
}

const day = fc.option(fc.constantFrom(...DAYS), { nil: undefined })

const brandFields = fc
  .record({
    own_line: fc.boolean(),
    credentials: fc.constantFrom(['pin'], ['pin'], ['puk'], ['pin', 'puk']),
    topics,
    queues: fc.option(fc.constant({ most: 10, long_minutes: 20 }), { nil: undefined }),
    roll_out: fc.record({ announced: day, mandatory: day }).map(inOrder),
    pin_shown_from: day,
    languages: fc.constantFrom(['de'], ['de', 'en']),
    identifiers: fc.constantFrom(
      [{ kind: 'customer_number', digits: { min: 6, max: 12 } }],
      [{ kind: 'customer_number', digits: { min: 6, max: 12 }, check: 'mod11_10' }],
      // A number may be as long as a PUK; as a PIN it may not.
      [{ kind: 'phone_number', digits: { min: 5, max: 15 } }],
      [
        { kind: 'sim_number', digits: { min: 19, max: 20 }, check: 'luhn' },
        { kind: 'ticket_number', digits: { min: 8, max: 8 }, check: 'mod11_10' },
      ],
    ),
    transfers: fc.constantFrom(
      { shop: { number: '+49800111000', needs: 0 }, vault: { number: '+49800222000', needs: 2 } },
      { shop: { number: '+49800111000', needs: 1 }, vault: { number: '+49800111000', needs: 2 } },
    ),
  })
  .map(({ languages, ...fields }) => ({
    ...fields,
    languages: languages.map((code) => ({ code, voice: 'V', locale: code === 'de' ? 'de-DE' : 'en-GB' })),
    words: Object.fromEntries(languages.map((code) => [code, { pin: 'PIN' }])),
  }))

export const randomSmalls: fc.Arbitrary<Small> = fc.tuple(flowData, brandFields).map(([flow, brand]) => {
  const fields = Object.entries(brand).filter(([, value]) => value !== undefined)
  return {
    flow: JSON.stringify(flow, null, 1),
    brand: Object.fromEntries(fields.map(([field, value]) => [field, JSON.stringify(value)])),
  }
})

export const randomHotlines: fc.Arbitrary<Hotline> = randomSmalls.map(smallHotline)

/** A day before all dates of random brands, and each of them. */
export const randomDays = fc.constantFrom('2026-01-01', ...DAYS)
