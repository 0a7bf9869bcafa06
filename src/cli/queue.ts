import type { Command } from 'commander'
import type { JournalReport, Overtaking, Reason } from '../floor/journal-check.ts'
import { type Paint, paintFor, unpainted } from '../log/paint.ts'
import { counted } from './counted.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

interface Choices extends StoreChoice {
  all?: true
  json?: true
}

/** The journal is read in pieces of this many lines, so that a long one needs no long memory. */
const AT_ONCE = 1_000

const words: Record<Reason, string> = {
  picked: 'a supervisor picked the call',
  rings_elsewhere: 'rang at another agent at that moment',
  brand: 'the agent does not take this brand',
  topic: 'the agent does not take this topic',
  language: 'the agent does not speak this language',
  none: 'NO REASON: the order was broken',
}

/** Adds `queue verify` to the program. */
export function registerQueue(program: Command): void {
  program
    .command('queue')
    .description('look after the order of those who waited')
    .command('verify')
    .description(
      'recomputes from the journal who should have been next, and names every overtaking; ends with 1 if one has no reason',
    )
    .option('--all', 'name those too whose reason is that the agent does not take such calls')
    .option('--json', 'the whole report as JSON')
    .option(...DATABASE)
    .action(async (choices: Choices) => {
      const [{ openCommandStore }, { createJournalCheck }] = await Promise.all([
        import('./command-store.ts'),
        import('../floor/journal-check.ts'),
      ])
      await using(openCommandStore)(choices, async ({ journal }) => {
        const check = createJournalCheck()
        let after = 0
        for (;;) {
          const lines = await journal({ after, limit: AT_ONCE })
          for (const line of lines) check.take(line)
          after = lines.at(-1)?.id ?? after
          if (lines.length < AT_ONCE) break
        }
        const report = check.report()
        const paint = paintFor(process.stdout)
        process.stdout.write(
          choices.json ? `${JSON.stringify(report)}\n` : printed(report, choices.all ?? false, paint),
        )
        if (isBroken(report)) process.exitCode = 1
      })
    })
}

function isBroken({ overtakings, notWaiting }: JournalReport): boolean {
  return notWaiting.length > 0 || overtakings.some(({ reason }) => reason === 'none')
}

/** The report for people. */
export function printed(report: JournalReport, all: boolean, paint: Paint = unpainted): string {
  const { lines, offers, overtakings, notWaiting } = report
  const isOrdinary = ({ reason }: Overtaking): boolean => ['brand', 'topic', 'language'].includes(reason)
  const told = overtakings.filter((one) => all || !isOrdinary(one))
  const count = (reason: Reason): number => overtakings.filter((one) => one.reason === reason).length
  const reasons = (Object.keys(words) as Reason[]).filter((reason) => count(reason) > 0)
  return [
    ...told.map(
      ({ line, at, callId, overtaken, agent, reason }) =>
        `${line} ${at} ${agent} was offered ${callId} before ${overtaken}: ${words[reason]}`,
    ),
    ...notWaiting.map((line) => `${line} offers a call that was in no queue: the journal is incomplete`),
    `${counted(lines, 'line')}, ${counted(offers, 'offer')}, ${counted(overtakings.length, 'time')} somebody had waited longer${reasons.length > 0 ? ':' : '.'}`,
    ...reasons.map((reason) => `  ${String(count(reason)).padStart(6)}  ${words[reason]}`),
    isBroken(report) ? paint('bad', 'The order was not kept.') : paint('good', 'The order was kept.'),
    '',
  ].join('\n')
}
