/** The pictures of docs/lab.md: what rules for PINs are worth, and what a spray over many lines opens. PURE. */
import type { PinRule } from '../auth/pin-policy.ts'
import type { Figure, Setting } from './attacker.ts'
import { closedForm, DAYS, LINES } from './attackers/sprayer.ts'
import { drawn, type Line } from './chart.ts'
import type { Played } from './lab.ts'
import { chanceWithin, type Population, type PopulationName, populationOf } from './populations.ts'

const OF = 10_000
const GUESSES = Array.from({ length: 100 }, (_, before) => before + 1)
/** What hotlines publish (R3), to a stranger who knows no birthday. */
const PUBLISHED: PinRule[] = ['sequence', 'repeated']

/** What so many guesses at one account are worth, under rules that differ. */
export function guessesChart({ policy, lock, triesPerCall }: Omit<Setting, 'population'>): string {
  const rules: [words: string, forbid: readonly PinRule[]][] = [
    ['no rule', []],
    ['as published', PUBLISHED],
    ['as here', policy.forbid],
  ]
  const chosen = (['leaked', 'heat'] as const).flatMap((name) =>
    rules.map(([words, forbid]) => line(`${name}, ${words}`, populationOf(name, { ...policy, forbid }))),
  )
  return drawn({
    title: 'Accounts that so many guesses open',
    x: { label: 'guesses at each account, the most likely first', from: 1, to: 100 },
    y: { label: 'accounts opened of 10,000', from: 1, to: OF },
    lines: [...chosen, line('random', populationOf('random', policy))],
    marks: [
      { at: triesPerCall, label: 'a call' },
      { at: lock.hardLockAfter, label: 'in a row' },
      { at: lock.totalLimit, label: 'a year' },
    ],
  })

  function line(label: string, population: Population): Line {
    return { label, points: GUESSES.map((guesses) => [guesses, chanceWithin(population, guesses) * OF] as const) }
  }
}

/** What the insider's spray opens: the lines are the closed form, the dots are what was played. */
export function sprayChart(
  rows: readonly Played[],
  populations: readonly Population[],
  setting: Omit<Setting, 'population'>,
): string {
  return drawn({
    title: `Accounts that a spray over all customers opens in ${DAYS} days`,
    x: LINES_AXIS,
    y: { label: 'accounts opened of 10,000', from: 0.1, to: 1_000 },
    lines: populations.map((population) => ({
      label: population.name,
      points: stepsOf(({ opened }) => opened, { ...setting, population }),
      dots: dotsOf(rows, population.name, 'accounts opened'),
    })),
  })
}

/** The owners that the same spray keeps out. What the PINs are makes next to no difference: it is drawn for the first population. */
export function keptOutChart(
  rows: readonly Played[],
  [population]: readonly Population[],
  setting: Omit<Setting, 'population'>,
): string {
  return drawn({
    title: `Owners that the same spray keeps out in ${DAYS} days`,
    x: LINES_AXIS,
    y: { label: "owners' calls sent to a person, of 10,000", from: 1, to: OF },
    lines: population
      ? [
          {
            label: population.name,
            points: stepsOf(({ keptOut }) => keptOut, { ...setting, population }),
            dots: dotsOf(rows, population.name, 'owners kept out'),
          },
        ]
      : [],
  })
}

const MOST_LINES = LINES.at(-1) ?? 1
const LINES_AXIS = { label: 'lines that call all the time', from: 1, to: MOST_LINES }
const STEPS = 60

function stepsOf(share: (closed: ReturnType<typeof closedForm>) => number, setting: Setting): Line['points'] {
  return Array.from({ length: STEPS }, (_, step) => {
    const lines = MOST_LINES ** (step / (STEPS - 1))
    return [lines, share(closedForm(setting, { lines, known: 1 })) * OF]
  })
}

function dotsOf(rows: readonly Played[], population: PopulationName, figure: Figure): Line['points'] {
  return rows
    .filter((row) => row.attacker === 'insider' && row.population === population && row.figure === figure)
    .map(({ simulated }, index) => [LINES[index] ?? 1, simulated])
}
