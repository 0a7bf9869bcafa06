/** The attack lab: what is played agrees with what is reckoned, both with figures made elsewhere, and a weak lock is found out. */
import { describe, expect, it } from '@jest/globals'
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { lockPolicy, TRIES_PER_CALL } from '../../src/auth/lockout.ts'
import { type PinRule, pinRules } from '../../src/auth/pin-policy.ts'
import { withoutTrustedLines } from '../../src/lab/account.ts'
import { agrees, type Figure, ON_FILE } from '../../src/lab/attacker.ts'
import type { PolicySetting } from '../../src/lab/compared.ts'
import { brokenGates, parted } from '../../src/lab/gates.ts'
import { attackers, type Played, playLab } from '../../src/lab/lab.ts'
import { chanceWithin, type PopulationName, populationNames, populationOf } from '../../src/lab/populations.ts'
import { chanceOf } from '../../src/lab/random.ts'

const policyOf = (forbid: readonly PinRule[]) => ({ entry: { digits: 4 }, forbid })
const policy = policyOf(pinRules)
const populations = populationNames.map((name) => populationOf(name, policy))
const setting: PolicySetting = {
  lock: lockPolicy,
  limits: lineLimits,
  triesPerCall: TRIES_PER_CALL,
  policy,
  accounts: 4_000,
}
const lockAlone: PolicySetting = { ...setting, lock: withoutTrustedLines(lockPolicy), limits: null }
const only = (...names: string[]) => attackers.filter(({ name }) => names.includes(name))
const figureOf = (
  rows: readonly Played[],
  attacker: string,
  how: string,
  figure: Figure,
  population: PopulationName | null = null,
) =>
  rows.find(
    (row) => row.attacker === attacker && row.population === population && row.how === how && row.figure === figure,
  )
/** Of all lines from 1 to 5,000, in their order. */
const insiders = (rows: readonly Played[], figure: Figure, population: PopulationName): number[] =>
  rows
    .filter((row) => row.attacker === 'insider' && row.population === population && row.figure === figure)
    .filter(({ how }) => /^[\d,]+ lines?, /.test(how))
    .map(({ closed }) => closed)

describe('the populations', () => {
  /** Reckoned by another program, in Python, from the same counts: per cent by 1, 3 and 10 guesses, to two digits. */
  it.each([
    ['leaked', [], [9.01, 11.7, 14.1]],
    ['heat', [], [10.7, 18.6, 23.3]],
    ['leaked', ['common'], [0.06, 0.17, 0.45]],
    ['heat', ['common'], [0.09, 0.24, 0.68]],
    ['random', ['common'], [0.011, 0.034, 0.112]],
    ['random', [], [0.01, 0.03, 0.1]],
  ] as [PopulationName, PinRule[], number[]][])(
    'of %s PINs without %j are what they were reckoned to be',
    (name, forbid, wanted) => {
      const population = populationOf(name, policyOf(forbid))
      const found = [1, 3, 10].map((guesses) => 100 * chanceWithin(population, guesses))
      for (const [index, each] of wanted.entries()) expect((found[index] ?? 0) / each).toBeCloseTo(1, 1)
      expect(population.sums.at(-1)).toBeCloseTo(1, 9)
    },
  )

  it('refuse to say how people choose longer ones, and issue them', () => {
    const six = { entry: { digits: 6 }, forbid: [] }
    expect(() => populationOf('leaked', six)).toThrow('How people choose PINs of 6 digits is not known')
    expect(chanceWithin(populationOf('random', six), 10)).toBeCloseTo(1e-5, 9)
  })

  it('put a known birth date first, where no rule forbids it', () => {
    const born = { birthDate: '1974-06-23', numbers: [], names: [] }
    const gain = (forbid: readonly PinRule[]): number =>
      chanceWithin(populationOf('leaked', policyOf(forbid), born), 20) -
      chanceWithin(populationOf('leaked', policyOf(forbid)), 20)
    expect(gain(['sequence', 'repeated'])).toBeGreaterThan(0.03)
    expect(gain(['sequence', 'repeated', 'birth_date', 'birth_year'])).toBeLessThan(0.001)
  })
})

describe('each attacker', () => {
  const rows = playLab(attackers, populations, setting, 1)
  const heat = populations.filter(({ name }) => name === 'heat')
  const chanceOfHeat = (guesses: number): number => 10_000 * (heat[0] ? chanceWithin(heat[0], guesses) : 0)

  it('wins what is reckoned, as far as chance lets it, and breaks no gate', () => {
    expect(rows.filter((row) => !agrees(row))).toEqual([])
    expect(brokenGates(rows, populations)).toEqual([])
    expect(new Set(rows.map(({ attacker }) => attacker)).size).toBe(attackers.length)
  })

  it('plays the same again with the same seed, alone too, and other chance with another', () => {
    const again = playLab(only('guesser'), populations, setting, 1)
    expect(again).toEqual(rows.filter(({ attacker }) => attacker === 'guesser'))
    expect(playLab(only('guesser'), populations, setting, 2)).not.toEqual(again)
  })

  it.each([
    ['guesser', 7],
    ['patient', 14],
    ['ex-partner', 20],
    ['agent', 6],
  ])('finds a random PIN as often as guesses are compared: %s, by %i', (attacker, guesses) => {
    const allowed = populations[0]?.sums.length ?? 0
    const opened = figureOf(rows, attacker, 'a year', 'accounts opened', 'random')?.closed ?? 0
    // Who knows the birth date leaves out what it forbids.
    expect(opened / ((guesses / allowed) * 10_000)).toBeCloseTo(1, 2)
  })

  it('opens with each line the same number of accounts more, where lines are counted, whatever it knows', () => {
    const closed = insiders(rows, 'accounts opened', 'heat')
    // Five numbers a day and six guesses at each, on 30 days, of a million customers.
    const perLine = (5 * 30 * chanceOfHeat(6)) / 1_000_000
    for (const [index, lines] of [1, 10, 100, 1_000, 5_000].entries())
      expect((closed[index] ?? 0) / (lines * perLine)).toBeCloseTo(1, 1)
    const blind = figureOf(rows, 'sprayer', '100 lines, 30 days', 'accounts opened', 'heat')
    expect(blind?.closed).toBeCloseTo((closed[2] ?? 0) / 10, 9)
  })

  it('has no more by a thousand lines of one block than by six others, and by withheld ones than by twenty', () => {
    const of = (how: string) => figureOf(rows, 'insider', how, 'accounts opened', 'heat')?.closed ?? 0
    expect(of('1,000 lines of one block, 30 days') / of('1 line, 30 days')).toBeCloseTo(6, 0)
    expect(of('withheld, 30 days') / of('1 line, 30 days')).toBeCloseTo(20, 0)
  })

  it('keeps owners out who call from elsewhere, and none on file', () => {
    for (const how of ['one account, a day', 'one account, 30 days']) {
      const onFile = figureOf(rows, 'vandal', how, 'owners on file kept out')
      const elsewhere = figureOf(rows, 'vandal', how, 'owners elsewhere kept out')
      expect([onFile?.closed, onFile?.simulated]).toEqual([0, 0])
      expect(elsewhere?.closed).toBeGreaterThan(9_990)
      expect(figureOf(rows, 'vandal', how, 'callers sent to a person')?.closed).toBeCloseTo(
        (1 - ON_FILE) * (elsewhere?.closed ?? 0),
        6,
      )
    }
    expect(figureOf(rows, 'vandal', 'withheld, a day', 'withheld callers kept out')?.simulated).toBe(10_000)
  })

  it.each([
    ['one number, a day', 5],
    ['1,000 numbers of one block, a day', 30],
    ['withheld, a day', 100],
  ])('locks few accounts: %s, %i', (how, most) => {
    expect(figureOf(rows, 'vandal', how, 'accounts locked')).toMatchObject({ closed: most, simulated: most })
  })
})

describe('the lock alone, without what is counted by line', () => {
  const rows = playLab(only('insider', 'patient', 'vandal'), populations, { ...lockAlone, accounts: 500 }, 1)

  it('is played as it is reckoned', () => {
    expect(parted(rows)).toEqual([])
  })

  it('opens more with more lines, until the locks are what holds it', () => {
    const closed = insiders(rows, 'accounts opened', 'heat')
    expect(closed).toEqual(closed.toSorted((a, b) => a - b))
    expect(closed[0]).toBeLessThan(closed.at(-1) ?? 0)
    const heat = populationOf('heat', policy)
    expect(closed.at(-1)).toBeCloseTo(10_000 * chanceWithin(heat, 10), 6)
  })

  it('lets a patient stranger have all guesses of the year, and one number lock as many accounts as it has calls', () => {
    expect(figureOf(rows, 'patient', 'a year', 'most guesses', 'random')).toMatchObject({ closed: 20, simulated: 20 })
    expect(figureOf(rows, 'vandal', 'one number, a day', 'accounts locked')).toMatchObject({
      closed: 1_440,
      simulated: 1_440,
    })
  })
})

describe('the gates', () => {
  const random = populations.slice(0, 1)
  const brokenBy = (names: string[], over: Partial<PolicySetting>): string =>
    brokenGates(playLab(only(...names), random, { ...setting, accounts: 500, ...over }, 1), random).join()

  it.each([
    ['the year', { ...lockPolicy, totalLimit: 60, strangers: { ...lockPolicy.strangers, total: 60 } }],
    ['a window that is shorter', { ...lockPolicy, totalWindowMs: 30 * 86_400_000 }],
  ])('find a lock out that is weaker by %s', (_by, lock) => {
    expect(brokenBy(['patient'], { lock })).toContain('more than 20 guesses are compared within a year')
  })

  it('find a line out that may try on a number more', () => {
    const caller = { ...lineLimits.caller, accounts: { ...lineLimits.caller.accounts, most: 6 } }
    expect(brokenBy(['vandal'], { limits: { ...lineLimits, caller } })).toContain(
      'one number locks more than 5 accounts',
    )
  })

  it('find a lock out by which strangers keep the customer from a trusted line', () => {
    expect(brokenBy(['vandal'], { lock: withoutTrustedLines(lockPolicy) })).toContain(
      'fewer than 95 % of the owners who call from the line on file get through',
    )
  })

  it('find a closed form out that is not what is played', () => {
    const rows = playLab(only('patient'), random, setting, 1).map((row) => ({ ...row, closed: row.closed * 9 }))
    expect(brokenGates(rows, random).join()).toContain('which is not chance')
    // Two tries an hour do not let a spray through that goes by the numbers of a day.
    const caller = { ...lineLimits.caller, failures: { ...lineLimits.caller.failures, most: 2 } }
    const spray = playLab(only('insider'), random, { ...setting, limits: { ...lineLimits, caller } }, 1)
    expect(parted(spray).join()).toContain('insider')
  })
})

it('draws numbers that are spread evenly, and others for each seed', () => {
  const chance = chanceOf(7)
  const drawn = Array.from({ length: 20_000 }, chance)
  const tenths = Array.from({ length: 10 }, (_, tenth) => drawn.filter((at) => Math.floor(at * 10) === tenth).length)
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200)
  expect(chanceOf(8)()).not.toBe(chanceOf(7)())
})
