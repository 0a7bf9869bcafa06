import { type Command, InvalidArgumentError } from 'commander'
import type { AccountAudit, AuditFinding, AuditKind, AuditRun } from '../seams/account-audit.ts'
import type { Output } from './import-progress.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

type Choices = StoreChoice & { json?: true; last?: true; most: number }

export interface AuditTools {
  audit: Pick<AccountAudit, 'find' | 'last'>
  close(): Promise<void>
}

const words: Record<AuditKind, string> = {
  ended: 'numbers and contacts of contracts that are over: nothing may be sent there',
  changed_hands: "phone numbers that were another customer's",
  disputed: 'numbers that two customers have, which identify nobody',
  rest: 'SIMs and phone numbers that are new and rest',
  unreachable:
    'telephone numbers to which a message came back for good: nothing is sent there until they are confirmed again',
  puks_apart: 'customers whose PUK is right by the number of its SIM alone, until they are imported again',
}

/** Adds `accounts audit` to the program. Exit code 2 where there is what must not be. */
export function registerAudit(
  program: Command,
  open: (choice: StoreChoice) => Promise<AuditTools>,
  { out, now }: { out: Output; now: () => Date } = { out: process.stdout, now: () => new Date() },
): void {
  const withTools = using(open)
  const accounts =
    program.commands.find((command) => command.name() === 'accounts') ??
    program.command('accounts').description('the customers that callers can be')
  accounts
    .command('audit')
    .description('looks for what outlived its contract, and for numbers that changed hands, are disputed, or rest')
    .option('--most <count>', 'name at most so many customers of each kind', countOf, 20)
    .option('--last', 'look at nothing: print what the last daily check of the servers has counted')
    .option('--json', 'for programs')
    .option(...DATABASE)
    .action(({ json, last, most, ...choice }: Choices) =>
      withTools(choice, async ({ audit }) => {
        if (last) {
          const run = await audit.last()
          out.write(json ? `${JSON.stringify(run)}\n` : textOfRun(run))
          exitFor(run?.counts ?? [])
          return
        }
        const findings = await audit.find(now(), most)
        out.write(json ? `${JSON.stringify(findings)}\n` : findings.map(textOf).join(''))
        exitFor(findings)
      }),
    )
}

function exitFor(counts: readonly Pick<AuditFinding, 'kind' | 'count'>[]): void {
  if (counts.some(({ kind, count }) => kind === 'ended' && count > 0)) process.exitCode = 2
}

function textOfRun(run: AuditRun | null): string {
  if (run === null)
    return 'No server has made a daily check yet: it comes once a day, the first a minute after a start.\n'
  const seconds = (Date.parse(run.ended) - Date.parse(run.began)) / 1000
  const lines = run.counts.map(({ brand, kind, count }) => `  ${brand}: ${count.toLocaleString('en')} ${words[kind]}\n`)
  return `${run.began}, in ${seconds.toFixed(1)} s:${lines.length === 0 ? ' nothing' : ''}\n${lines.join('')}`
}

function textOf({ kind, count, rows }: AuditFinding): string {
  const named = rows.map(
    ({ brand, customerNumber, what, since }) =>
      `  ${brand} ${customerNumber} ${what}${since === null ? '' : ` since ${since}`}\n`,
  )
  const more = count > rows.length ? `  … and ${(count - rows.length).toLocaleString('en')} more\n` : ''
  return `${count.toLocaleString('en')} ${words[kind]}\n${named.join('')}${more}`
}

function countOf(written: string): number {
  if (!/^[0-9]{1,6}$/.test(written)) throw new InvalidArgumentError('It is a whole number.')
  return Number(written)
}
