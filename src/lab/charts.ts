/** The pictures of docs/lab.md: what rules for PINs are worth, what a spray over many lines opens, and which owners it keeps out. PURE. */
import type { PinRule } from '../auth/pin-policy.ts'
import { mostOf, withoutTrustedLines } from './account.ts'
import type { Figure } from './attacker.ts'
import { LINES, reached } from './attackers/sprayer.ts'
import { type Curve, svgOf } from './chart.ts'
import { type PolicySetting, PUBLISHED } from './compared.ts'
import type { Played } from './lab.ts'
import type { LimitsByLine } from './line.ts'
import { closedPasses } from './passes.ts'
import { chanceWithin, type Population, type PopulationName, populationOf } from './populations.ts'
import { closedRounds } from './rounds.ts'
import { DAYS } from './spray.ts'

const OF = 10_000
const GUESSES = Array.from({ length: 100 }, (_, before) => before + 1)

/** What so many guesses at one account are worth, under rules that differ. */
export function guessesChart({ policy, lock, triesPerCall }: PolicySetting): string {
  const rules: [words: string, forbid: readonly PinRule[]][] = [
    ['no rule', []],
    ['as published', PUBLISHED],
    ['as here', policy.forbid],
  ]
  const chosen = (['leaked', 'heat'] as const).flatMap((name) =>
    rules.map(([words, forbid]) => line(`${name}, ${words}`, populationOf(name, { ...policy, forbid }))),
  )
  return svgOf({
    title: 'Accounts that so many guesses open',
    x: { label: 'guesses at each account, the most likely first', from: 1, to: 100 },
    y: { label: 'accounts opened of 10,000', from: 1, to: OF },
    lines: [...chosen, line('random', populationOf('random', policy))],
    marks: [
      { at: triesPerCall, label: 'a call' },
      { at: mostOf(lock, 'stranger').inARow, label: 'in a row' },
      { at: mostOf(lock, 'stranger').total, label: 'a year' },
    ],
  })

  function line(label: string, population: Population): Curve {
    return { label, points: GUESSES.map((guesses) => [guesses, chanceWithin(population, guesses) * OF] as const) }
  }
}

/** What the insider's spray opens: the lines are the closed form, the dots are what was played. */
export function sprayChart(
  rows: readonly Played[],
  populations: readonly Population[],
  setting: PolicySetting,
): string {
  const alone = (population: Population): Curve => ({
    label: `${population.name}, lock alone`,
    points: points((lines) => passesOf(setting, population, lines).opened),
  })
  return svgOf({
    title: `Accounts that a spray over all customers opens in ${DAYS} days`,
    x: LINES_AXIS,
    y: { label: 'accounts opened of 10,000', from: 0.001, to: 1_000 },
    lines: populations.flatMap((population) => [
      alone(population),
      ...within(setting.limits, (limits) => ({
        label: `${population.name}, as here`,
        points: points((lines) => roundsOf(setting, limits, population, lines).opened),
        dots: dotsOf(rows, population.name, 'accounts opened'),
      })),
    ]),
  })
}

/** The owners that the same spray keeps out. What the PINs are makes next to no difference: it is drawn for the first population. */
export function keptOutChart(
  rows: readonly Played[],
  [population]: readonly Population[],
  setting: PolicySetting,
): string {
  const lines = (of: Population): Curve[] => [
    { label: 'lock alone', points: points((lines) => passesOf(setting, of, lines).keptOut.elsewhere) },
    ...within(setting.limits, (limits) => ({
      label: 'as here, from elsewhere',
      points: points((lines) => roundsOf(setting, limits, of, lines).keptOut.elsewhere),
      dots: dotsOf(rows, of.name, 'owners elsewhere kept out'),
    })),
    ...within(setting.limits, (limits) => ({
      label: 'as here, from the line on file',
      points: points((lines) => roundsOf(setting, limits, of, lines).keptOut.onFile),
    })),
  ]
  return svgOf({
    title: `Owners that the same spray keeps out in ${DAYS} days`,
    x: LINES_AXIS,
    y: { label: "owners' calls sent to a person, of 10,000", from: 0.01, to: OF },
    lines: population ? lines(population) : [],
  })
}

const MOST_LINES = LINES.at(-1) ?? 1
const LINES_AXIS = { label: 'lines that call all the time', from: 1, to: MOST_LINES }
const STEPS = 60
type Opened = ReturnType<typeof closedRounds>

/** Of an insider with so many lines, were nothing counted by line. */
function passesOf(setting: PolicySetting, population: Population, lines: number): Opened {
  const alone = { ...setting, lock: withoutTrustedLines(setting.lock), limits: null, population }
  return closedPasses(alone, { lines, known: 1 })
}

function roundsOf(setting: PolicySetting, limits: LimitsByLine, population: Population, lines: number): Opened {
  const share = reached(setting, limits, 'caller', { lines, known: 1 })
  const { opened, keptOut } = closedRounds({ ...setting, population }, limits.caller)
  return {
    opened: opened * share,
    keptOut: { onFile: keptOut.onFile * share, elsewhere: keptOut.elsewhere * share },
  }
}

function within(limits: LimitsByLine | null, line: (limits: LimitsByLine) => Curve): Curve[] {
  return limits === null ? [] : [line(limits)]
}

function points(share: (lines: number) => number): Curve['points'] {
  return Array.from({ length: STEPS }, (_, step) => {
    const lines = MOST_LINES ** (step / (STEPS - 1))
    return [lines, share(lines) * OF]
  })
}

function dotsOf(rows: readonly Played[], population: PopulationName, figure: Figure): Curve['points'] {
  return rows
    .filter((row) => row.attacker === 'insider' && row.population === population && row.figure === figure)
    .slice(0, LINES.length)
    .map(({ simulated }, index) => [LINES[index] ?? 1, simulated])
}
