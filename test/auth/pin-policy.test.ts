/** The policy of PINs (R3, threat 33), against a list that is written another way: plain strings, and no date or number is taken apart. */
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import {
  faultOf,
  type PinFault,
  type PinOwner,
  pinRules,
  randomSecret,
  spelledNumbers,
} from '../../src/auth/pin-policy.ts'
import { Secret } from '../../src/auth/secret.ts'
import fc from '../support/by-chance.ts'

const all = { entry: { digits: 4 }, forbid: pinRules }
const everyPin = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'))
const judge = (pin: string, owner: PinOwner, policy: Parameters<typeof faultOf>[1] = all): PinFault | null =>
  faultOf(new Secret(pin), policy, owner)

const SEQUENCES =
  '0123 1234 2345 3456 4567 5678 6789 7890 8901 9012 3210 4321 5432 6543 7654 8765 9876 0987 1098 2109'.split(' ')
const REPEATED = '0000 1111 2222 3333 4444 5555 6666 7777 8888 9999'.split(' ')
/** The list itself, as it stands in its file. */
const COMMON = readFileSync('src/auth/common-pins.ts', 'utf8').split('`')[1]?.match(/\d{4}/g) ?? []

interface Customer {
  born: string | null
  /** Every way to write the birthday in four digits, by hand. */
  dates: string
  stored: Parameters<typeof spelledNumbers>[0]
  /** The same numbers as people write them. */
  written: string[]
}
const of = (customer: string, phone: string | null, contract: string | null = null): Customer['stored'] => [
  { kind: 'customer_number', value: customer },
  ...(phone === null ? [] : [{ kind: 'phone_number' as const, value: phone }]),
  ...(contract === null ? [] : [{ kind: 'contract_number' as const, value: contract }]),
]

const customers: Customer[] = [
  {
    born: '1968-11-02',
    dates: '0211 1102 0268 6802 1168 6811',
    stored: of('407182632', '492214710011'),
    written: ['407182632', '02214710011', '492214710011'],
  },
  {
    born: '1985-07-03',
    dates: '0307 0703 0385 8503 0785 8507 3785 7385 8573 8537 3857 7853',
    stored: of('519038476', '492214710012'),
    written: ['519038476', '02214710012', '492214710012'],
  },
  { born: '2000-01-01', dates: '0101 0100 0001 1100 1001 0011', stored: of('20481736', null), written: ['20481736'] },
  { born: '1980-02-29', dates: '2902 0229 2980 8029 0280 8002', stored: of('20593847', null), written: ['20593847'] },
  {
    born: '1999-12-31',
    dates: '3112 1231 3199 9931 1299 9912',
    stored: of('20617395', '491713920002', '50417263'),
    written: ['20617395', '01713920002', '491713920002', '50417263'],
  },
  {
    born: null,
    dates: '',
    stored: of('20738194', '491713920005'),
    written: ['20738194', '01713920005', '491713920005'],
  },
  { born: null, dates: '', stored: [], written: [] },
  {
    born: '1905-05-05',
    dates: '0505 5505 5055 0555',
    stored: of('31046285', null),
    written: ['31046285'],
  },
  {
    born: '2010-10-10',
    dates: '1010',
    stored: of('491', '493023125011'),
    written: ['03023125011', '493023125011'],
  },
  {
    born: '1974-06-23',
    dates: '2306 0623 2374 7423 0674 7406',
    // A line abroad has no other spelling here. A SIM's number is nothing that people know.
    stored: [...of('53062941', '431234567'), { kind: 'sim_number', value: '8949039200530629410' }],
    written: ['53062941', '431234567'],
  },
]

function forbiddenTo({ born, dates, written }: Customer): Set<string> {
  const parts: string[] = []
  for (const number of written) for (let at = 0; at + 4 <= number.length; at++) parts.push(number.slice(at, at + 4))
  return new Set([
    ...SEQUENCES,
    ...REPEATED,
    ...COMMON,
    ...dates.split(' '),
    ...(born ? [born.slice(0, 4)] : []),
    ...parts,
  ])
}

const ownerOf = ({ born, stored }: Customer): PinOwner => ({
  birthDate: born,
  numbers: spelledNumbers(stored, '49'),
  names: [],
})

describe('all 10,000 PINs', () => {
  it.each(customers.map((customer, n) => [n, customer] as const))(
    'of customer %i are judged as the list says',
    (_n, customer) => {
      const owner = ownerOf(customer)
      const forbidden = forbiddenTo(customer)
      const judged = everyPin.filter((pin) => judge(pin, owner) !== null)
      expect(judged).toEqual(everyPin.filter((pin) => forbidden.has(pin)))
      expect(judged.length).toBeGreaterThanOrEqual(COMMON.length)
    },
  )

  it('has the whole list of common ones', () => {
    expect([COMMON.length, new Set(COMMON).size]).toEqual([1_079, 1_079])
  })
})

it.each([
  ['8901', 'sequence'],
  ['1098', 'sequence'],
  ['7777', 'repeated'],
  ['0307', 'birth_date'],
  ['3785', 'birth_date'],
  ['1985', 'birth_year'],
  ['3847', 'own_number'],
  ['0221', 'own_number'],
  ['6969', 'common'],
  ['123', 'length'],
  ['12345', 'length'],
  ['12*4', 'length'],
  ['4826', null],
] as const)('tells by which rule %s is refused: %s', (pin, fault) => {
  expect(judge(pin, ownerOf(customers[1] as Customer))).toBe(fault)
})

it('forbids by no rule that the brand has not', () => {
  const owner = ownerOf(customers[1] as Customer)
  for (const rule of pinRules) {
    const but = { entry: { digits: 4 }, forbid: pinRules.filter((other) => other !== rule) }
    expect(everyPin.filter((pin) => judge(pin, owner, but) === rule)).toEqual([])
  }
  expect(everyPin.filter((pin) => judge(pin, owner, { entry: { digits: 4 }, forbid: [] }) !== null)).toEqual([])
})

describe('a PIN of six digits', () => {
  const six = { entry: { digits: 6 }, forbid: pinRules }
  const owner = ownerOf(customers[1] as Customer)
  it.each([
    ['890123', 'sequence'],
    ['321098', 'sequence'],
    ['444444', 'repeated'],
    ['030785', 'birth_date'],
    ['198507', 'birth_date'],
    ['371985', 'birth_date'],
    ['221471', 'own_number'],
    ['198', 'length'],
    ['1985', 'length'],
    ['482639', null],
  ] as const)('%s: %s', (pin, fault) => {
    expect(judge(pin, owner, six)).toBe(fault)
  })

  /** Of the third of July 1985, by hand. */
  const DATES =
    '030785 038507 070385 078503 850307 850703 371985 319857 731985 719853 198537 198573 031985 198503 071985 198507'
  const LONG = readFileSync('src/auth/common-long-pins.ts', 'utf8').split('`')[1]?.match(/\d+/g) ?? []
  const ring = '0123456789012345'
  const runs = [...'0123456789'].map((_, at) => ring.slice(at, at + 6))
  const forbidden = new Set([
    ...runs,
    ...runs.map((run) => [...run].reverse().join('')),
    ...DATES.split(' '),
    ...(customers[1]?.written ?? []).flatMap((number) => [...number].map((_, at) => number.slice(at, at + 6))),
    ...LONG,
  ])
  const isOfBlocks = (pin: string) => /^(..)\1\1$|^(...)\2$|^(.)\3(.)\4(.)\5$/.test(pin)
  const isForbidden = (pin: string) => forbidden.has(pin) || isOfBlocks(pin)
  const sampled = [
    ...Array.from({ length: 9_901 }, (_, n) => String(n * 101).padStart(6, '0')),
    ...[...forbidden].filter((pin) => pin.length === 6),
    ...['121212', '123123', '112233', '112234', '123124', '121213', '493493'],
  ]

  it('is judged as the list says, all that are in it and one in a hundred of all', () => {
    expect(sampled.filter((pin) => judge(pin, owner, six) !== null)).toEqual(sampled.filter(isForbidden))
  })

  it('is drawn by one number for each, so that those that are allowed are as likely as one another', () => {
    for (const pin of sampled.slice(0, 2_000)) {
      const bounds: number[] = []
      const draws = [Number(pin), 482_639]
      const below = (bound: number) => {
        bounds.push(bound)
        return draws.shift() ?? 0
      }
      const { keyed, shown } = randomSecret(six, owner, below)
      expect([keyed.reveal(), shown.reveal()]).toEqual(isForbidden(pin) ? ['482639', '482639'] : [pin, pin])
      expect(new Set(bounds)).toEqual(new Set([1_000_000]))
    }
  })

  it('is none of the length from before, however that is still taken', () => {
    const still = { entry: { digits: 6, still: [4] }, forbid: [] }
    expect([judge('4826', owner, still), judge('48263', owner, still), judge('482639', owner, still)]).toEqual([
      'length',
      'length',
      null,
    ])
    expect(randomSecret(still, owner, randomInt).keyed.length).toBe(6)
  })
})

it('knows common ones of five to eight digits, each once', () => {
  const listed = readFileSync('src/auth/common-long-pins.ts', 'utf8').split('`')[1]?.match(/\S+/g) ?? []
  expect(listed.filter((pin) => !/^\d{5,8}$/.test(pin))).toEqual([])
  expect(new Set(listed).size).toBe(listed.length)
  for (const pin of ['12345', '159753', '8675309', '01012011'])
    expect(judge(pin, { birthDate: null, numbers: [], names: [] }, { ...all, entry: { digits: pin.length } })).not.toBe(
      null,
    )
})

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`))
const anyOwner = fc.record({
  birthDate: fc.option(
    fc
      .date({ min: new Date('1900-01-01'), max: new Date('2020-12-31'), noInvalidDate: true })
      .map((at) => at.toISOString().slice(0, 10)),
  ),
  numbers: fc.array(digits(3, 15), { maxLength: 4 }),
  names: fc.constant<string[]>([]),
})

describe('for anybody', () => {
  it('each part of each number is refused, and so is what begins or ends a birthday', () => {
    fc.assert(
      fc.property(anyOwner, fc.integer({ min: 4, max: 6 }), (owner, length) => {
        const policy = { entry: { digits: length }, forbid: pinRules }
        for (const number of owner.numbers)
          for (let at = 0; at + length <= number.length; at++)
            expect(judge(number.slice(at, at + length), owner, policy)).not.toBeNull()
        if (owner.birthDate === null || length !== 4) return
        const [year = '', month = '', day = ''] = owner.birthDate.split('-')
        for (const pin of [year, day + month, month + day]) expect(judge(pin, owner, policy)).not.toBeNull()
      }),
    )
  })

  it('knowing more of a customer forbids more, and never less', () => {
    fc.assert(
      fc.property(anyOwner, digits(4, 4), digits(4, 12), (owner, pin, number) => {
        if (judge(pin, owner) === null) return
        expect(judge(pin, { ...owner, numbers: [...owner.numbers, number] })).not.toBeNull()
      }),
    )
  })

  it('a random PIN is allowed', () => {
    fc.assert(
      fc.property(anyOwner, fc.integer({ min: 4, max: 8 }), (owner, length) => {
        const policy = { entry: { digits: length }, forbid: pinRules }
        expect(faultOf(randomSecret(policy, owner, randomInt).keyed, policy, owner)).toBeNull()
      }),
    )
  })
})

it('gives up where a policy leaves nothing, rather than go on for ever', () => {
  expect(() => randomSecret(all, { birthDate: null, numbers: everyPin, names: [] }, randomInt)).toThrow(RangeError)
})
