import type { Command } from 'commander'
import type { KeptTable, Retention, RetentionRun } from '../seams/retention.ts'
import type { Output } from './import-progress.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'
import { tableOf } from './table.ts'

type Choices = StoreChoice & { json?: true; now?: true }

export interface RetentionTools {
  retention: Retention
  close(): Promise<void>
}

/** Adds `retention` to the program. Exit code 1 where another run is at it. */
export function registerRetention(
  program: Command,
  open: (choice: StoreChoice) => Promise<RetentionTools>,
  out: Output = process.stdout,
): void {
  const withTools = using(open)
  program
    .command('retention')
    .description(
      'for how many days each table keeps its rows, how much there is, the oldest, and how many rows go next',
    )
    .option('--now', 'take away what is older than it may be, as a server does once a day')
    .option('--json', 'for programs')
    .option(...DATABASE)
    .action(({ json, now, ...choice }: Choices) =>
      withTools(choice, async ({ retention }) => {
        if (now) {
          const run = await retention.run({ again: true })
          out.write(json ? `${JSON.stringify(run)}\n` : textOfRun(run))
          if (run === null) process.exitCode = 1
          return
        }
        const [tables, last] = [await retention.status(), await retention.last()]
        out.write(json ? `${JSON.stringify({ tables, last })}\n` : `${textOf(tables)}${textOfLast(last)}`)
      }),
    )
}

const MOST_SHOWN = 100_000

function textOf(tables: readonly KeptTable[]): string {
  const cells = tables.map(({ table, days, rows, bytes, oldest, due }) => [
    table,
    days === null ? '-' : String(days),
    `${rows.toLocaleString('en')}`,
    `${Math.ceil(bytes / 1024).toLocaleString('en')}`,
    oldest === null ? '-' : oldest.slice(0, 10),
    days === null ? '-' : `${due.toLocaleString('en')}${due >= MOST_SHOWN ? ' or more' : ''}`,
  ])
  const head = ['table', 'days', 'rows, about', 'kB', 'oldest', 'go next']
  return `${tableOf([head, ...cells], (column) => [1, 2, 3, 5].includes(column)).join('\n')}\n`
}

function textOfLast(run: RetentionRun | null): string {
  if (run === null) return 'No server has taken anything away yet: it is done once a day, and by --now.\n'
  return `Last: ${textOfRun(run)}`
}

function textOfRun(run: RetentionRun | null): string {
  if (run === null) return 'Another run is at it. Nothing was done by this one.\n'
  const sum = run.counts.reduce((all, { removed }) => all + removed, 0)
  const each = run.counts.map(({ table, removed }) => `  ${table}: ${removed.toLocaleString('en')}\n`).join('')
  const when = run.ended === null ? `It goes on since ${run.began}` : `${run.began} to ${run.ended}`
  return `${when}: ${sum === 1 ? '1 row was' : `${sum.toLocaleString('en')} rows were`} removed.\n${each}`
}
