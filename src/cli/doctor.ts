import type { Command } from 'commander'
import { type Paint, paintFor, unpainted } from '../log/paint.ts'
import { counted } from './counted.ts'
import { type Diagnosis, type Weight, worstOf } from './doctor/check.ts'

/** Worse is not higher: 1 is a failure, as of every command, and 2 says that something is left to do. */
export const EXIT_CODES: Readonly<Record<Weight, number>> = { good: 0, note: 0, warning: 2, fault: 1 }

const MEANINGS = { good: 'good', note: 'aside', warning: 'doubtful', fault: 'bad' } as const
/** As wide as the longest: `certificate`. */
const NAME_WIDTH = 12
const WEIGHT_WIDTH = 8

/** Adds `doctor` to the program: what is wrong with this installation, and what to do about it. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('looks for what is wrong with this installation, and says what to do; changes nothing')
    .option('--json', 'for programs: everything as one JSON object')
    .addHelpText('after', EXPLAINED)
    .action(async ({ json }: { json?: true }) => {
      const [{ examine }, { patientOf }] = await Promise.all([
        import('./doctor/checks.ts'),
        import('./doctor/patient.ts'),
      ])
      const paint = paintFor(process.stdout)
      const found: Diagnosis[] = []
      for await (const finding of examine(patientOf())) {
        if (!json) process.stdout.write(lineOf(finding, paint, found.at(-1)))
        found.push(finding)
      }
      process.stdout.write(json ? `${JSON.stringify(asJson(found), null, 2)}\n` : summaryOf(found, paint))
      process.exitCode = EXIT_CODES[worstOf(found)]
    })
}

const EXPLAINED = `
It reads the settings as a start does, and goes on past what is wrong. Looked at: settings, keys, store, migrations,
Redis, flows (whose step types it runs), disk, public URL, certificate, clock, Twilio's credentials, region and numbers,
mail server, keys of the portal, music. Nothing is sent but questions; nothing is written but a copy of an embedded store,
which is gone at the end (where a server has it open, that one is asked). No secret is printed.

Exit code: 0 all is well, 2 there are warnings, 1 there is a fault.`

/** What was found, and below it what to do, where that does not stand below the one before already. */
export function lineOf(
  { check, weight, says, remedy }: Diagnosis,
  paint: Paint = unpainted,
  before?: Diagnosis,
): string {
  const head = paint(MEANINGS[weight], weight.padEnd(WEIGHT_WIDTH)) + check.padEnd(NAME_WIDTH)
  const isTold = before?.check === check && before.remedy === remedy
  const below = remedy === null || isTold ? '' : `${' '.repeat(WEIGHT_WIDTH + NAME_WIDTH)}${paint('place', remedy)}\n`
  return `${head}${says}\n${below}`
}

export function summaryOf(found: readonly Diagnosis[], paint: Paint = unpainted): string {
  const worst = worstOf(found)
  const of = (weight: Weight): string => {
    const those = found.filter((finding) => finding.weight === weight).map(({ check }) => check)
    return counted(those.length, weight) + (those.length > 0 ? ` (${[...new Set(those)].join(', ')})` : '')
  }
  const sum = `${of('fault')}, ${of('warning')}`
  return `\n${paint(MEANINGS[worst], `${sum}.`)} Nothing was changed.\n`
}

export function asJson(found: readonly Diagnosis[]): object {
  return { worst: worstOf(found), findings: found }
}
