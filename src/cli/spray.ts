import type { Command } from 'commander'
import { sprayRule } from '../auth/spray.ts'
import { sentencesOf } from '../flow/fault.ts'
import { beginSpray, endSpray, type SprayOrderParts, type SprayStanding, sprayStandings } from '../turn/spray-orders.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** What these commands need, opened when one of them runs. */
export interface SprayTools extends SprayOrderParts {
  now: Date
  close(): Promise<void>
}

interface Place extends StoreChoice {
  brand?: string
  all?: true
}

interface Order extends Place {
  reason: string
  for: string
}

/** Who did it, in the events. */
const ACTOR = 'cli'
const HOUR = 3_600_000

/** What cannot be done, in sentences for people. */
export class SprayError extends Error {
  override readonly name = 'SprayError'
}

/** Adds `spray status`, `spray begin` and `spray end` to the program. */
export function registerSpray(
  program: Command,
  open: (choice: StoreChoice) => Promise<SprayTools>,
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
): void {
  const withTools = using(open)
  const spray = program
    .command('spray')
    .description('an attack that guesses a little at each of many accounts: calls have one try while it is on')
  const ofOne = (name: string, description: string): Command =>
    spray
      .command(name)
      .description(description)
      .option('--brand <name>', 'of this brand')
      .option('--all', 'of the whole service')
  const why = ['--reason <text>', 'why, for the record; name no person in it'] as const

  spray
    .command('status')
    .description('prints what is on, what is usual in this hour, and from when on it is an alarm')
    .option('--brand <name>', 'of this brand alone')
    .option('--json', 'one JSON object a line')
    .option(...DATABASE)
    .action((choices: Place & { json?: true }) =>
      withTools(choices, async (tools) => {
        const standings = await sprayStandings(tools, tools.now)
        const shown = standings.filter(({ brand }) => choices.brand === undefined || brand === choices.brand)
        if (shown.length === 0)
          throw new SprayError(`There is no brand '${choices.brand}'; name one of: ${namesOf(tools)}.`)
        for (const each of shown) out(choices.json ? JSON.stringify(each) : lineOf(each))
      }),
    )
  ofOne('begin', 'gives calls one try instead of three, and answers a longer wait; servers know within ten seconds')
    .option('--for <time>', `how long, as 30m or 2h, at most ${sprayRule.longestMs / HOUR}h`, '1h')
    .requiredOption(...why)
    .option(...DATABASE)
    .addHelpText(
      'after',
      '\nExample:\n  rufpass spray begin --brand rheinnetz --for 2h --reason "Warned by the police"',
    )
    .action((choices: Order) =>
      withTools(choices, async (tools) => {
        const sent = { brand: placeOf(choices), minutes: minutesOf(choices.for), reason: choices.reason }
        const done = await beginSpray(tools, { sent, actor: ACTOR, now: tools.now })
        if (done !== 'begun') throw new SprayError(sentencesOf(done.faults))
        out(`Begun: calls have one try. It ends by itself after ${choices.for}, unless many fail then.`)
      }),
    )
  ofOne('end', 'ends it; the figures alone do not begin it again for an hour')
    .requiredOption(...why)
    .option(...DATABASE)
    .addHelpText(
      'after',
      '\nExample:\n  rufpass spray end --brand rheinnetz --reason "A campaign of ours, see ticket 52081"',
    )
    .action((choices: Order) =>
      withTools(choices, async (tools) => {
        const sent = { brand: placeOf(choices), reason: choices.reason }
        const done = await endSpray(tools, { sent, actor: ACTOR, now: tools.now })
        if (done === 'not_on') throw new SprayError('None is on there; see: rufpass spray status')
        if (done !== 'ended') throw new SprayError(sentencesOf(done.faults))
        out('Ended: calls have as many tries as ever.')
      }),
    )
}

/** Null: the whole service. */
function placeOf({ brand, all }: Place): string | null {
  if ((brand === undefined) === (all === undefined))
    throw new SprayError('Name a brand with --brand, or the whole service with --all.')
  return brand ?? null
}

function minutesOf(time: string): number {
  const [, count = '', unit] = /^([1-9][0-9]{0,3})([mh])$/.exec(time) ?? []
  if (unit === undefined) throw new SprayError(`--for: '${time}' is no time; write it as 30m or 2h.`)
  return Number(count) * (unit === 'h' ? 60 : 1)
}

function namesOf({ brands }: SprayTools): string {
  return brands.map(({ name }) => name).join(', ')
}

function lineOf({ brand, on, usual, alarm }: SprayStanding): string {
  // On so many accounts there are as many failures at least.
  const least = Math.max(alarm.failures, alarm.accounts)
  const figures = `usual in this hour: ${usual} failures in ten minutes; alarm from ${least} on at least ${alarm.accounts} accounts`
  if (on === null) return `${brand ?? '(whole service)'} none; ${figures}`
  const means = on.hasOneTry ? 'one try a call' : 'alarm alone'
  return `${brand ?? '(whole service)'} ON since ${on.since} until ${on.until}, ${means}, by ${on.actor}; ${figures}`
}
