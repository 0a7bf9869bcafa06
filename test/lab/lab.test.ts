/** The attack lab: what is played agrees with what is reckoned, both with figures made elsewhere, and a weak lock is found out. */
import { describe, expect, it } from '@jest/globals'
import { lockPolicy, TRIES_PER_CALL } from '../../src/auth/lockout.ts'
import { type PinRule, pinRules } from '../../src/auth/pin-policy.ts'
import { agrees } from '../../src/lab/attacker.ts'
import { brokenGates } from '../../src/lab/gates.ts'
import { attackers, type Played, playLab } from '../../src/lab/lab.ts'
import { chanceWithin, type PopulationName, populationNames, populationOf } from '../../src/lab/populations.ts'
import { chanceOf } from '../../src/lab/random.ts'

const policyOf = (forbid: readonly PinRule[]) => ({ entry: { digits: 4 }, forbid })
const policy = policyOf(pinRules)
const populations = populationNames.map((name) => populationOf(name, policy))
const setting = { lock: lockPolicy, triesPerCall: TRIES_PER_CALL, policy, accounts: 4_000 }
const figureOf = (rows: readonly Played[], attacker: string, population: PopulationName | null, how: string) =>
  rows.find((row) => row.attacker === attacker && row.population === population && row.how === how)

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

  it('wins what is reckoned, as far as chance lets it, and breaks no gate', () => {
    expect(rows.filter((row) => !agrees(row))).toEqual([])
    expect(brokenGates(rows, populations)).toEqual([])
    expect(new Set(rows.map(({ attacker }) => attacker)).size).toBe(attackers.length)
  })

  it('plays the same again with the same seed, alone too, and other chance with another', () => {
    const alone = attackers.filter(({ name }) => name === 'insider')
    const again = playLab(alone, populations, setting, 1)
    expect(again).toEqual(rows.filter(({ attacker }) => attacker === 'insider'))
    expect(playLab(alone, populations, setting, 2)).not.toEqual(again)
  })

  it('finds a random PIN by 10 guesses in a row and 20 a year', () => {
    const allowed = populations[0]?.sums.length ?? 0
    expect(figureOf(rows, 'guesser', 'random', 'a year')?.closed).toBeCloseTo((10 / allowed) * 10_000, 6)
    expect(figureOf(rows, 'patient', 'random', 'a year')?.closed).toBeCloseTo((20 / allowed) * 10_000, 6)
  })

  it('opens more with more lines, until the locks are what holds it', () => {
    const opened = rows.filter(
      ({ attacker, population, figure }) =>
        attacker === 'insider' && population === 'heat' && figure === 'accounts opened',
    )
    const closed = opened.map((row) => row.closed)
    expect(closed).toEqual(closed.toSorted((a, b) => a - b))
    expect(closed[0]).toBeLessThan(closed.at(-1) ?? 0)
    const heat = populations.find(({ name }) => name === 'heat')
    expect(closed.at(-1)).toBeCloseTo(10_000 * (heat ? chanceWithin(heat, 10) : 0), 6)
  })

  it('keeps owners out, without any PIN', () => {
    expect(figureOf(rows, 'vandal', null, 'a day')?.closed).toBe(10_000)
    expect(figureOf(rows, 'vandal', null, 'a line, a day')).toMatchObject({ closed: 1_440, simulated: 1_440 })
  })
})

describe('the gates', () => {
  const patient = attackers.filter(({ name }) => name === 'patient')
  const random = populations.slice(0, 1)

  it.each([
    ['the year', { ...lockPolicy, totalLimit: 60, strangers: { ...lockPolicy.strangers, total: 60 } }],
    ['a window that is shorter', { ...lockPolicy, totalWindowMs: 30 * 86_400_000 }],
  ])('find a lock out that is weaker by %s', (_by, lock) => {
    const rows = playLab(patient, random, { ...setting, lock }, 1)
    expect(brokenGates(rows, random).join()).toContain('more than 20 guesses are compared within a year')
  })

  it('find a closed form out that is not what is played', () => {
    const rows = playLab(patient, random, setting, 1).map((row) => ({ ...row, closed: row.closed * 9 }))
    expect(brokenGates(rows, random).join()).toContain('which is not chance')
  })
})

it('draws numbers that are spread evenly, and others for each seed', () => {
  const chance = chanceOf(7)
  const drawn = Array.from({ length: 20_000 }, chance)
  const tenths = Array.from({ length: 10 }, (_, tenth) => drawn.filter((at) => Math.floor(at * 10) === tenth).length)
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200)
  expect(chanceOf(8)()).not.toBe(chanceOf(7)())
})
