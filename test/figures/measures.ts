/** Every command that prints figures of docs/measured.md. A new figure is a row that one of them prints, or a line here. */

import { guessing } from './guessing.ts'
import { lab } from './lab.ts'
import { type Figure, figuresIn } from './page.ts'
import { sizes } from './sizes.ts'

/** A command whose output is read, or what is computed here. */
export type Measure =
  | {
      command: string
      /** Besides 0: those with which it ends after it has measured. */
      ends?: readonly number[]
      /** `told`: what it wrote to the standard error. */
      read: (printed: string, told: string) => Figure[]
    }
  | { compute: () => Figure[] }

const tests = (files: string, settings = ''): Measure => ({
  command: `${settings}npm run test:unit -- ${files}`,
  read: figuresIn,
})

/** A tier of the tests, which tells at its end what it has cost. */
const tier = (command: string): Measure => ({
  command,
  read(_printed, told) {
    const [, seconds] = /: (\d+) CPU s \(/.exec(told) ?? []
    const [, megabytes] = /largest process: (\d+) MB/.exec(told) ?? []
    return seconds === undefined || megabytes === undefined
      ? []
      : [
          { what: `CPU seconds of \`${command}\``, figure: seconds },
          { what: `megabytes of its largest process`, figure: megabytes },
        ]
  },
})

/** In the order of the page. */
export const measures: Record<string, Measure> = {
  sizes: { compute: sizes },
  guessing: { compute: guessing },
  lab: { compute: lab },
  purpose: tests('test/purpose'),
  fast: tier('npm run test:fast'),
  ordinary: tier('npm test'),
  attacks: tests('test/security', 'COUNTS=full '),
  mutants: { command: 'npm run mutants', read: figuresIn },
  proof: { command: 'npx rufpass flows check --json', read: proof },
  budget: { command: 'npx rufpass flows budget', read: budget },
  floor: tests('test/floor/interleavings', 'INTERLEAVINGS=50 '),
  pace: tests('test/floor/pace', 'ROUNDS=10 '),
  growth: tests('test/figures/growth', 'CALLS=1000 '),
  // It ends with 1 where a caller was not verified, and says so in the row.
  load: { command: 'npm run load', ends: [1], read: figuresIn },
  busy: { command: 'npm run load -- --busy 2', ends: [1], read: figuresIn },
  imports: { command: 'npm run bench:import', read: figuresIn },
  // It ends with 1 where a state is told apart, and says so in the row.
  timing: { command: 'npm run timing', ends: [1], read: figuresIn },
  faults: { command: 'npm run faults', ends: [1], read: figuresIn },
  // It ends with 1 where a target is missed, and says so in the row.
  bench: { command: 'npm run bench', ends: [1], read: figuresIn },
}

/** The command that prints a measure's rows. */
export function commandOf(name: string, measure: Measure): string {
  return 'command' in measure ? measure.command : `npm run figures -- --only ${name}`
}

function proof(printed: string): Figure[] {
  const { summary } = JSON.parse(printed) as {
    summary: Record<'brands' | 'flows' | 'states' | 'exchanges' | 'milliseconds', number>
  }
  const { flows, brands, states, exchanges, milliseconds } = summary
  const figure = `${states.toLocaleString('en')} states and ${exchanges.toLocaleString('en')} exchanges`
  return [
    { what: `what the proof explores of the ${flows} flows of ${brands} brands that are shipped`, figure },
    { what: 'seconds that this takes, by the clock', figure: (milliseconds / 1000).toFixed(1) },
  ]
}

/** `brand  language  typed  own line  interrupts  …`, a line for each brand and language. */
function budget(printed: string): Figure[] {
  const lines = [...printed.matchAll(/^(\w+) +(\w\w) +([\d.-]+) +([\d.-]+) +([\d.-]+) /gm)]
  return lines.map(([, brand, language, typed, ownLine, interrupting]) => ({
    what: `seconds from the first word to the checked PIN, ${brand}, ${language}`,
    figure: `${typed} typed${ownLine === '-' ? '' : `, ${ownLine} from the own line`}, ${interrupting} interrupting`,
  }))
}
