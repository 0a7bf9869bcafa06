import { type Stats, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Readable } from 'node:stream'
import { type Command, InvalidArgumentError } from 'commander'
import type { Kysely } from 'kysely'
import { credentialKinds } from '../auth/credentials.ts'
import { HASHES_PER_CORE } from '../auth/hashing-slots.ts'
import type { Verifier } from '../auth/verifier.ts'
import { isLongOver } from '../seams/account-changes.ts'
import { columns, contents, neededColumns } from '../store/import/columns.ts'
import type { Meant } from '../store/import/endings.ts'
import { UnreadableFile } from '../store/import/header.ts'
import { type BrandRules, type ImportOptions, importAccounts } from '../store/import/import.ts'
import { isDay } from '../store/import/ownership.ts'
import type { Copying } from '../store/look-up/pin-copies.ts'
import { StoreUnreachable } from '../store/pool.ts'
import type { Schema } from '../store/schema.ts'
import { createBadLines } from './bad-lines.ts'
import { createProgressView, type Output } from './import-progress.ts'
import { count, resultOf } from './import-result.ts'
import { type SpooledInput, spooled } from './spooled-input.ts'
import { DATABASE } from './store-choice.ts'

/** What the command works with, opened when it is known to be needed. */
export interface ImportTools {
  db: Kysely<Schema>
  verifier: Pick<Verifier, 'make'>
  /** Copies for customers to look up; left out: none. */
  copying?: Copying
  brands: ReadonlyMap<string, BrandRules>
  close(): Promise<void>
}

export interface ImportChoices {
  replacePins?: boolean
  dryRun?: boolean
  full?: boolean
  asOf?: string
  ends?: number
  endContracts?: number
  endPhones?: number
  endSims?: number
  atMostBad?: number
  badLines?: string
  ignore?: string[]
  database?: string
}

export type OpenTools = (choices: ImportChoices) => Promise<ImportTools>

/** 0 all imported, 1 not readable or the store failed, 2 a line or a number is not in, or nobody was ended, 130 interrupted (128 + SIGINT, as shells count). */
export type ExitCode = 0 | 1 | 2 | 130

/** Adds `accounts import` to the program. `open` gets `--database` and may throw sentences for people. */
export function registerAccounts(program: Command, open: OpenTools): void {
  const accounts =
    program.commands.find((command) => command.name() === 'accounts') ??
    program.command('accounts').description('the customers that callers can be')
  accounts
    .command('import')
    .argument('<file>', 'CSV file in UTF-8; its first line names the columns; - reads the standard input')
    .description('takes customers over from a file; run it again after an interruption, or with a newer file')
    .option(
      '--replace-pins',
      `replace credentials (${credentialKinds.join(', ')}) and lift their locks (default: those that exist stay)`,
    )
    .option('--dry-run', 'tell what would be changed, and change nothing')
    .option('--full', 'the file has all customers of its brands: others of them end')
    .option('--as-of <day>', 'the first day on which they are over, as 2026-12-01 (with --full)', dayOf)
    .option('--ends <count>', 'end so many, where that is more than one in a hundred of a brand', countOf)
    .option(
      '--end-contracts <count>',
      'end the last contract of so many by their lines, where that is more than one in a hundred of a brand',
      countOf,
    )
    .option('--end-phones <count>', 'the same of the last phone number', countOf)
    .option('--end-sims <count>', 'the same of the last SIM', countOf)
    .option('--at-most-bad <share>', 'import nothing where more lines are bad, as 2%', shareOf)
    .option('--bad-lines <file>', 'write bad lines there, to be corrected and imported')
    .option('--ignore <columns>', 'columns that mean nothing here, with commas between them', (names) =>
      names.split(','),
    )
    .option(...DATABASE)
    .addHelpText('after', columnsHelp())
    .action(async (file: string, choices: ImportChoices) => {
      const interrupted = new AbortController()
      const interrupt = (): void => interrupted.abort()
      process.once('SIGINT', interrupt)
      try {
        process.exitCode = await runImport(file, choices, open, {
          in: process.stdin,
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
  surroundings: { in?: Readable; out: Output; err: Output; now: () => Date; signal: AbortSignal },
): Promise<ExitCode> {
  const { out, err, now, signal } = surroundings
  let tools: ImportTools | null = null
  let input: SpooledInput | null = null
  let done = 0
  const badLines = createBadLines(choices.badLines)
  try {
    const full = fullOf(choices, now())
    badLines.check()
    if (file === '-' && surroundings.in) input = await spooled(surroundings.in)
    const size = input?.size ?? sizeOf(file)
    tools = await open(choices)
    const view = createProgressView(size, err, () => now().getTime())
    const summary = await importAccounts(tools.db, input?.read ?? file, {
      brands: tools.brands,
      verifier: tools.verifier,
      ...(tools.copying && { copying: tools.copying }),
      replacePins: choices.replacePins ?? false,
      hashesAtOnce: availableParallelism() * HASHES_PER_CORE,
      now,
      signal,
      ...(choices.dryRun && { dryRun: true }),
      ...(choices.ignore && { ignore: choices.ignore }),
      ...(choices.atMostBad !== undefined && { atMostBad: choices.atMostBad }),
      meantToEnd: meantBy(choices),
      ...(full && { full }),
      onHeader: badLines.begin,
      onMissedColumns: (missed) => view.say(`The file has no column ${missed.join(', ')}: what is stored there stays.`),
      onBadLine(line, reason, text) {
        badLines.keep(text)
        view.say(`line ${line}: ${reason}`)
      },
      onLeftOut(line, reason, text) {
        badLines.keep(text)
        view.say(`line ${line}: ${reason}; it is left out, and the rest of the line is in`)
      },
      onDisputed: (line, kind) =>
        view.say(
          `line ${line}: a ${kind} is another customer's too, so it identifies nobody (the rest of the line is in)`,
        ),
      onProgress: (progress) => {
        done = progress.lines
        view.show(progress)
      },
    }).finally(() => view.stop())
    if (choices.dryRun) out.write('A dry run: nothing was changed.\n')
    out.write(`${resultOf(summary, full)}\n`)
    const { bad, leftOut, disputed, missing } = summary
    return bad + leftOut + disputed > 0 || missing?.refused ? 2 : 0
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
    badLines.close()
    await input?.remove()
    await tools?.close()
  }
}

function meantBy({ endContracts, endPhones, endSims }: ImportChoices): Meant {
  return {
    ...(endContracts !== undefined && { contract_number: endContracts }),
    ...(endPhones !== undefined && { phone_number: endPhones }),
    ...(endSims !== undefined && { sim_number: endSims }),
  }
}

/** Who did it, in the events. */
const ACTOR = 'cli'

function fullOf({ full, asOf, ends }: ImportChoices, now: Date): ImportOptions['full'] {
  if (full && asOf === undefined)
    throw new UnreadableFile('With --full say the first day on which others are over: --as-of 2026-12-01.')
  if (!full && (asOf !== undefined || ends !== undefined))
    throw new UnreadableFile('--as-of and --ends are for a file with all customers: add --full.')
  if (asOf !== undefined && isLongOver(new Date(asOf), now))
    throw new UnreadableFile(
      '--as-of: this is more than a year ago, and what began since then would be lost; correct the year.',
    )
  return full && asOf !== undefined ? { asOf, ends: ends ?? null, actor: ACTOR } : undefined
}

function dayOf(written: string): string {
  if (!isDay(written)) throw new InvalidArgumentError('It is a day, as 2026-12-01.')
  return written
}

function countOf(written: string): number {
  if (!/^[0-9]{1,9}$/.test(written)) throw new InvalidArgumentError('It is a whole number.')
  return Number(written)
}

function shareOf(written: string): number {
  const [, percent] = /^([0-9]{1,2}(?:\.[0-9]+)?|100)%$/.exec(written) ?? []
  if (percent === undefined) throw new InvalidArgumentError('It is written as 2% or 0.5%.')
  return Number(percent) / 100
}

function sizeOf(file: string): number {
  const stats: Stats = statSync(file)
  if (!stats.isFile())
    throw new UnreadableFile(
      'It must be a regular file, since it is read more than once; the standard input is read as -.',
    )
  return stats.size
}

function sentenceOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'ENOENT') return 'There is no such file.'
  if (code === 'EACCES') return 'It may not be read; check its permissions.'
  return String(message)
}
