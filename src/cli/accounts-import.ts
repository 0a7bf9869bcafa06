import { type Stats, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import type { Kysely } from 'kysely'
import { credentialKinds } from '../auth/credentials.ts'
import { HASHES_PER_CORE } from '../auth/hashing-slots.ts'
import type { Verifier } from '../auth/verifier.ts'
import { columns, contents, neededColumns } from '../store/import/columns.ts'
import { UnreadableFile } from '../store/import/header.ts'
import { type BrandRules, importAccounts, type Summary } from '../store/import/import.ts'
import { StoreUnreachable } from '../store/pool.ts'
import type { Schema } from '../store/schema.ts'
import { createProgressView, type Output } from './import-progress.ts'
import { DATABASE } from './store-choice.ts'

/** What the command works with, opened when it is known to be needed. */
export interface ImportTools {
  db: Kysely<Schema>
  verifier: Pick<Verifier, 'make'>
  brands: ReadonlyMap<string, BrandRules>
  close(): Promise<void>
}

export interface ImportChoices {
  replacePins?: boolean
  database?: string
}

export type OpenTools = (choices: ImportChoices) => Promise<ImportTools>

/** 0 all imported, 1 not readable or the store failed, 2 some lines bad, 130 interrupted (128 + SIGINT, as shells count). */
export type ExitCode = 0 | 1 | 2 | 130

/** Adds `accounts import` to the program. `open` gets `--database` and may throw sentences for people. */
export function registerAccounts(program: Command, open: OpenTools): void {
  const accounts =
    program.commands.find((command) => command.name() === 'accounts') ??
    program.command('accounts').description('the customers that callers can be')
  accounts
    .command('import')
    .argument('<file>', 'CSV file in UTF-8; its first line names the columns')
    .description('takes customers over from a file; run it again after an interruption, or with a newer file')
    .option(
      '--replace-pins',
      `replace credentials (${credentialKinds.join(', ')}) and lift their locks (default: those that exist stay)`,
    )
    .option(...DATABASE)
    .addHelpText('after', columnsHelp())
    .action(async (file: string, choices: ImportChoices) => {
      const interrupted = new AbortController()
      const interrupt = (): void => interrupted.abort()
      process.once('SIGINT', interrupt)
      try {
        process.exitCode = await runImport(file, choices, open, {
          out: process.stdout,
          err: process.stderr,
          now: () => new Date(),
          signal: interrupted.signal,
        })
      } finally {
        process.off('SIGINT', interrupt)
      }
    })
}

/** What a file may hold, one column a line. */
function columnsHelp(): string {
  const width = Math.max(...columns.map((column) => column.length))
  const rows = columns.map((column) => `  ${column.padEnd(width)}  ${contents[column]}`)
  const needed = `${neededColumns.slice(0, -1).join(', ')} and ${neededColumns.at(-1)}`
  return `
Columns, in any order, with , or ; between them:
${rows.join('\n')}

Only ${needed} are needed. What is stored stays where a column is missing,
and where a credential is empty.`
}

/** The command itself. Bad lines, progress and errors go to `err`, the result to `out`. */
export async function runImport(
  file: string,
  choices: ImportChoices,
  open: OpenTools,
  surroundings: { out: Output; err: Output; now: () => Date; signal: AbortSignal },
): Promise<ExitCode> {
  const { out, err, now, signal } = surroundings
  let tools: ImportTools | null = null
  let done = 0
  try {
    const size = sizeOf(file)
    tools = await open(choices)
    const view = createProgressView(size, err, () => now().getTime())
    const summary = await importAccounts(tools.db, file, {
      brands: tools.brands,
      verifier: tools.verifier,
      replacePins: choices.replacePins ?? false,
      hashesAtOnce: availableParallelism() * HASHES_PER_CORE,
      now,
      signal,
      onMissedColumns: (missed) => view.say(`The file has no column ${missed.join(', ')}: what is stored there stays.`),
      onBadLine: (line, reason) => view.say(`line ${line}: ${reason}`),
      onDisputed: (line, kind) =>
        view.say(
          `line ${line}: a ${kind} is another customer's too, so it identifies nobody (the rest of the line is in)`,
        ),
      onProgress: (progress) => {
        done = progress.lines
        view.show(progress)
      },
    }).finally(() => view.stop())
    out.write(`${resultOf(summary)}\n`)
    return summary.bad > 0 ? 2 : 0
  } catch (error) {
    if (signal.aborted) {
      err.write(`Interrupted after ${count(done)} lines. They are in; run the same command again to go on.\n`)
      return 130
    }
    const beyond = done > 0 ? ` beyond ${count(done)} lines` : ''
    const again =
      error instanceof StoreUnreachable && done > 0 ? ' The same command goes on where this one stopped.' : ''
    err.write(`${file} was not imported${beyond}. ${sentenceOf(error)}${again}\n`)
    return 1
  } finally {
    await tools?.close()
  }
}

function sizeOf(file: string): number {
  const stats: Stats = statSync(file)
  if (!stats.isFile()) throw new UnreadableFile('It must be a regular file, since it may be read more than once.')
  return stats.size
}

function resultOf(summary: Summary): string {
  const { lines, new: added, changed, same, bad, disputed } = summary
  const parts = [`${count(added)} new`, `${count(changed)} changed`, `${count(same)} as before`, `${count(bad)} bad`]
  const shared = disputed === 0 ? '' : ` ${count(disputed)} with a number that another customer has too.`
  return `${count(lines)} lines: ${parts.join(', ')}.${shared}`
}

function sentenceOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'ENOENT') return 'There is no such file.'
  if (code === 'EACCES') return 'It may not be read; check its permissions.'
  return String(message)
}

function count(lines: number): string {
  return lines.toLocaleString('en')
}
