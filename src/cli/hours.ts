import type { Command } from 'commander'
import { LONGEST_NOTICE } from '../call/samples.ts'
import { sentencesOf } from '../flow/fault.ts'
import type { SpecialHours } from '../seams/special-hours.ts'
import {
  clearSpecialHours,
  currentSpecialHours,
  type SpecialHoursParts,
  setSpecialHours,
} from '../turn/special-hours.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'
import { textOption } from './text-option.ts'

interface Place extends StoreChoice {
  brand: string
  day: string
}

interface Order extends Place {
  closed?: true
  closedFrom?: string
  open?: string[]
  text?: Record<string, string>
}

/** What these commands need, opened when one of them runs. */
export interface HoursTools extends SpecialHoursParts {
  now: Date
  close(): Promise<void>
}

/** Who did it, in history and events. */
const ACTOR = 'cli'

/** What cannot be done, in sentences for people. */
export class HoursError extends Error {
  override readonly name = 'HoursError'
}

/** Adds `hours set`, `hours list` and `hours clear` to the program. */
export function registerHours(
  program: Command,
  open: (choices: StoreChoice) => Promise<HoursTools>,
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const withTools = using(open)
  const hours = program
    .command('hours')
    .description('open or close a hotline on one day unlike on others; it counts within a minute, without a restart')

  hours
    .command('set')
    .description('sets the hours of a day, in place of those of the brand file; callers hear why it is closed')
    .requiredOption('--brand <name>', 'whose callers')
    .requiredOption('--day <date>', 'which day, as 2026-11-26')
    .option('--closed', 'closed all day')
    .option('--closed-from <time>', 'closed from this time on, as 14:00; until then as on any such day')
    .option('--open <hours>', 'when it is open, as 08:00-14:00; repeat it for each part of the day', listed)
    .option('--text <language=words>', `why it is closed, at most ${LONGEST_NOTICE} letters; repeat it`, textOption)
    .option(...DATABASE)
    .addHelpText(
      'after',
      '\nExample:\n  rufpass hours set --brand rheinnetz --day 2026-11-26 --closed-from 14:00 \\\n    --text de="Heute Nachmittag ist Betriebsversammlung." --text en="We have a staff meeting this afternoon."',
    )
    .action((choices: Order) => withTools(choices, (tools) => set(tools, choices, out)))
  hours
    .command('list')
    .description('prints the days that are set apart, from today on')
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .action((choices: StoreChoice & { json?: true }) =>
      withTools(choices, async (tools) => {
        for (const each of await currentSpecialHours(tools, tools.now))
          out(choices.json ? JSON.stringify(each) : linesOf(each))
      }),
    )
  hours
    .command('clear')
    .description('makes a day like others again')
    .requiredOption('--brand <name>', 'whose callers')
    .requiredOption('--day <date>', 'which day, as 2026-11-26')
    .option(...DATABASE)
    .action((choices: Place) => withTools(choices, (tools) => clear(tools, choices)))
}

async function set(
  tools: HoursTools,
  { brand, day, closed, closedFrom, open, text = {} }: Order,
  out: (line: string) => void,
): Promise<void> {
  if ([closed, closedFrom, open].filter((each) => each !== undefined).length !== 1)
    throw new HoursError('Say one of --closed, --closed-from and --open.')
  const hours = closedFrom === undefined ? { hours: open ?? [] } : { closed_from: closedFrom }
  const done = await setSpecialHours(tools, {
    sent: { brand, day, ...hours, texts: text },
    actor: ACTOR,
    now: tools.now,
  })
  if ('faults' in done) throw new HoursError(sentencesOf(done.faults))
  out(linesOf(done))
}

async function clear(tools: HoursTools, { brand, day }: Place): Promise<void> {
  const done = await clearSpecialHours(tools, { sent: { brand, day }, actor: ACTOR, now: tools.now })
  if (done === 'not_on') throw new HoursError('No special hours are set for this day; see: rufpass hours list')
  if (done !== 'cleared') throw new HoursError(sentencesOf(done.faults))
}

function listed(value: string, before: string[] = []): string[] {
  return [...before, value]
}

function linesOf({ brand, day, hours, texts, since }: SpecialHours): string {
  const head = `${brand} ${day} ${hours.join(' ') || 'closed'}, set ${since}`
  return [head, ...Object.entries(texts).map(([language, text]) => `  ${language}: ${text}`)].join('\n')
}
