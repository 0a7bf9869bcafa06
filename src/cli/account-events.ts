import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { columnSentence, type EventResult, type SentEvent } from '../context/account-events.ts'
import { reason as reasonForm } from '../flow/reason.ts'
import { readLines } from '../store/import/lines.ts'
import { counted } from './counted.ts'
import type { Output } from './import-progress.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** What the command needs, opened when it runs. */
export interface AccountEventTools {
  /** What became of each, in their order. */
  tell(sent: readonly SentEvent[], reason: string): Promise<EventResult[]>
  close(): Promise<void>
}

/** The file cannot be read as one of events. */
export class AccountEventError extends Error {
  override readonly name = 'AccountEventError'
}

/** Events of one request. */
const BATCH = 100

/** Adds `accounts events` to the program. */
export function registerAccountEvents(
  program: Command,
  open: (choice: StoreChoice) => Promise<AccountEventTools>,
  { out, err }: { out: Output; err: Output } = { out: process.stdout, err: process.stderr },
): void {
  const withTools = using(open)
  const accounts = program.commands.find((command) => command.name() === 'accounts') ?? program.command('accounts')
  accounts
    .command('events')
    .argument('<file>', 'one JSON object a line, or - for standard input')
    .description('tells what happened to customers: numbers that came or went, another SIM, the end of a contract')
    .requiredOption('--reason <text>', 'why; it stays on record as long as the account; a line may give its own')
    .option(...DATABASE)
    .addHelpText(
      'after',
      `
Each line has brand, customer_number, kind and at (2026-11-30T00:00:00+01:00: from when on it is so), and by its kind:
  port_in            phone_number; contract_number, sim_number
  port_out           phone_number
  sim_change         sim_number (the new one), old_sim_number (or null); phone_number
  contract_end       contract_number
  address_confirmed  contact (email, mobile), value
  merge              other_number, whose account ends; customer_number stays, with its PIN

What stands after the ; may be left out. Lines may come in any order, and twice: each is taken as a whole or not at all.
Exit code: 0 all taken, 1 could not be done, 2 some lines bad.

Example:
  rufpass accounts events today.jsonl --reason "Told by the network"
A line of it:
  {"brand":"alpenfunk","customer_number":"53999998","kind":"port_out","phone_number":"+491713920077","at":"2026-11-30T00:00:00+01:00"}`,
    )
    .action((file: string, choices: StoreChoice & { reason: string }) => {
      const given = reasonForm.safeParse(choices.reason)
      if (!given.success) throw new AccountEventError(`--reason: ${given.error.issues[0]?.message}.`)
      return withTools(choices, async (tools) => {
        process.exitCode = await tellAll(file, given.data, tools, { out, err })
      })
    })
}

interface Line {
  number: number
  sent: SentEvent
}

async function tellAll(
  file: string,
  reason: string,
  tools: AccountEventTools,
  { out, err }: { out: Output; err: Output },
): Promise<0 | 2> {
  const sum = { lines: 0, changed: 0, same: 0, bad: 0 }
  const bad = (line: number, why: string): void => {
    sum.bad++
    err.write(`line ${line}: ${why}\n`)
  }
  const tell = async (batch: readonly Line[]): Promise<void> => {
    const results = await tools.tell(
      batch.map(({ sent }) => sent),
      reason,
    )
    for (const [index, { number }] of batch.entries()) {
      const result = results[index]
      if (!result) throw new AccountEventError(`Of line ${number} nobody knows what became; tell the file again.`)
      if ('errors' in result) bad(number, result.errors.map(columnSentence).join(' '))
      else sum[result.changed ? 'changed' : 'same']++
    }
  }
  let batch: Line[] = []
  for await (const { number, text, problem } of readLines(sourceOf(file))) {
    if (text?.trim() === '') continue
    sum.lines++
    const sent = text === null ? problem : objectOf(text)
    if (typeof sent === 'string') bad(number, sent)
    else batch.push({ number, sent })
    if (batch.length < BATCH) continue
    await tell(batch)
    batch = []
  }
  if (batch.length > 0) await tell(batch)
  const count = (of: number, what: string): string => `${of.toLocaleString('en')} ${what}`
  const parts = [count(sum.changed, 'changed'), count(sum.same, 'known already'), count(sum.bad, 'bad')]
  out.write(`${counted(sum.lines, 'line')}: ${parts.join(', ')}.\n`)
  return sum.bad > 0 ? 2 : 0
}

/** No part of a line is quoted. */
function objectOf(text: string): SentEvent | string {
  const no = 'it is no JSON object on one line'
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as SentEvent) : no
  } catch {
    return no
  }
}

function sourceOf(file: string): string {
  if (file === '-') return '/dev/stdin'
  if (!statSync(file, { throwIfNoEntry: false })) throw new AccountEventError(`There is no file '${file}'.`)
  return file
}
