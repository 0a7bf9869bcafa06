import { type Stats, statSync } from 'node:fs'
import type { Command } from 'commander'
import { type IncidentFault, openIncident } from '../context/incidents.ts'
import type { IncidentBook, IncidentPlace, IncidentRecord, NumberedLine } from '../seams/incidents.ts'
import { type FileLine, readLines } from '../store/import/lines.ts'
import { createProgressView, type Output, type ProgressView } from './import-progress.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'
import { textOption } from './text-option.ts'

type PlaceChoices = StoreChoice & IncidentPlace
type OpenChoices = PlaceChoices & { day: string; text: Record<string, string> }
type MarkChoices = PlaceChoices & { file: string; skipUnknown?: true }

/** What these commands need, opened when one of them runs. */
export interface IncidentTools {
  incidents: Omit<IncidentBook, 'of'>
  /** Each with the codes of its languages. */
  brands: ReadonlyMap<string, readonly string[]>
  close(): Promise<void>
}

/** Where lines go: results to `out`, unknown numbers and progress to `err`. */
export interface IncidentSurroundings {
  out: Output
  err: Output
  now(): Date
}

/** Who did it, in the events. */
const ACTOR = 'cli'
/** Numbers of one statement. */
const BATCH = 1_000

/** What cannot be done, in sentences for people. */
export class IncidentError extends Error {
  override readonly name = 'IncidentError'
}

/** Adds `incident open`, `mark`, `list` and `close` to the program. */
export function registerIncident(
  program: Command,
  open: (choice: StoreChoice) => Promise<IncidentTools>,
  surroundings: IncidentSurroundings = { out: process.stdout, err: process.stderr, now: () => new Date() },
): void {
  const { out, now } = surroundings
  const say = (line: string): unknown => out.write(`${line}\n`)
  const withTools = using(open)
  const incident = program
    .command('incident')
    .description('what happened to customers, for agents who are asked "was I hacked?"; opened, marked, closed')
  const ofOne = (name: string, description: string): Command =>
    incident
      .command(name)
      .description(description)
      .requiredOption('--brand <name>', 'whose customers it touched')
      .requiredOption('--name <name>', 'small letters, digits and dashes, as mail-2026-10; never given twice')

  ofOne('open', 'begins an incident; agents see it on the accounts that are marked with it')
    .requiredOption('--day <date>', 'when it happened, as 2026-10-01')
    .requiredOption(
      '--text <language=words>',
      'what happened and what to tell the customer, in every language of the brand; repeat it',
      textOption,
    )
    .option(...DATABASE)
    .addHelpText(
      'after',
      '\nExample:\n  rufpass incident open --brand rheinnetz --name mail-2026-10 --day 2026-10-01 \\\n    --text de="Eine Mail ging mit fremder Kundennummer hinaus. Das Konto wurde nicht gehackt." \\\n    --text en="A mail went out with another customer\'s number. The account was not hacked."',
    )
    .action((choices: OpenChoices) =>
      withTools(choices, async (tools) => {
        const { brand, name, day, text } = choices
        const done = await openIncident(tools, { sent: { brand, name, day, texts: text }, actor: ACTOR, now: now() })
        if ('faults' in done) throw new IncidentError(done.faults.map(sentenceOf).join(' '))
        say(`${done.name} of ${done.brand} is open. Next: rufpass incident mark`)
      }),
    )

  ofOne('mark', 'marks the customers that it touched; doing it again changes nothing')
    .requiredOption('--file <file>', 'text file with one customer number a line')
    .option('--skip-unknown', 'mark the others where a number is unknown (default: mark nobody then)')
    .option(...DATABASE)
    .addHelpText(
      'after',
      '\nExit code: 0 marked, 1 could not be done, 2 numbers were unknown and nobody was marked.\n\nExample:\n  rufpass incident mark --brand rheinnetz --name mail-2026-10 --file customer-numbers.txt',
    )
    .action((choices: MarkChoices) =>
      withTools(choices, async (tools) => {
        process.exitCode = await mark(choices, tools, surroundings)
      }),
    )

  incident
    .command('list')
    .description('prints all incidents, closed ones too, and no customer')
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .action((choices: StoreChoice & { json?: true }) =>
      withTools(choices, async ({ incidents }) => {
        for (const each of await incidents.list()) say(choices.json ? JSON.stringify(each) : linesOf(each))
      }),
    )

  ofOne('close', 'takes the flag off its accounts; the record stays')
    .option(...DATABASE)
    .action((choices: PlaceChoices) =>
      withTools(choices, async (tools) => {
        const accounts = await tools.incidents.close(choices, ACTOR, now())
        if (accounts === null) throw notOpen(choices)
        say(`${choices.name} of ${choices.brand} is closed; ${countOf(accounts, 'account')} carried it.`)
      }),
    )
}

async function mark(
  choices: MarkChoices,
  { incidents }: IncidentTools,
  { out, err, now }: IncidentSurroundings,
): Promise<0 | 2> {
  const view = createProgressView(sizeOf(choices.file), err, () => now().getTime())
  const marked = await incidents
    .mark(choices, batchesOf(choices.file, view), {
      actor: ACTOR,
      at: now(),
      skipUnknown: choices.skipUnknown ?? false,
      // Numbers of customers stay out of terminals and their logs: the line says where to look.
      onUnknown: (line) => view.say(`line ${line}: '${choices.brand}' has no customer with this number`),
    })
    .finally(() => view.stop())
  if (marked === null) throw notOpen(choices)
  const { marked: fresh, before, unknown } = marked
  const isRefused = unknown > 0 && !choices.skipUnknown
  const sum = `${countOf(fresh, 'account')} marked, ${before.toLocaleString('en')} marked before, ${unknown.toLocaleString('en')} unknown.`
  out.write(
    isRefused
      ? `${countOf(unknown, 'number')} unknown, nobody was marked. --skip-unknown marks the others.\n`
      : `${sum}\n`,
  )
  return isRefused ? 2 : 0
}

/** The numbers of a file of any size, some at a time. A line that cannot be read is nobody's number. */
async function* batchesOf(file: string, view: ProgressView): AsyncGenerator<NumberedLine[]> {
  let batch: NumberedLine[] = []
  let lines = 0
  let last: FileLine | null = null
  for await (const each of readLines(file)) {
    last = each
    lines++
    const customerNumber = each.text?.trim()
    if (customerNumber !== '') batch.push({ line: each.number, customerNumber: customerNumber ?? '' })
    if (batch.length < BATCH) continue
    yield batch
    view.show({ lines, bytes: each.end })
    batch = []
  }
  if (batch.length > 0) yield batch
  if (last) view.show({ lines, bytes: last.end })
}

/** A fault of `texts.de` is one of `--text de`. */
function sentenceOf({ field, fault }: IncidentFault): string {
  if (field === null) return fault
  const [option, language] = field.split('.')
  return option === 'texts' ? `--text ${language ?? ''}: ${fault}` : `--${option}: ${fault}`
}

function sizeOf(file: string): number {
  const stats: Stats | undefined = statSync(file, { throwIfNoEntry: false })
  if (!stats) throw new IncidentError(`There is no file '${file}'.`)
  if (!stats.isFile()) throw new IncidentError(`'${file}' is no file of lines.`)
  return stats.size
}

function notOpen({ brand, name }: IncidentPlace): IncidentError {
  return new IncidentError(`'${brand}' has no open incident '${name}'. Those there are: npx rufpass incident list`)
}

function linesOf({ brand, name, day, texts, opened, closed, accounts }: IncidentRecord): string {
  const state = closed === null ? `open since ${opened}` : `closed ${closed}`
  const head = `${brand} ${name} of ${day}, ${countOf(accounts, 'account')}, ${state}`
  return [head, ...Object.entries(texts).map(([language, text]) => `  ${language}: ${text}`)].join('\n')
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
}
