import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { sentencesOf } from '../flow/fault.ts'
import { channels } from '../flow/report.ts'
import { cellsOf } from '../store/import/header.ts'
import { readLines } from '../store/import/lines.ts'
import type { ReportDone, ReportResult } from '../turn/reports.ts'
import { counted } from './counted.ts'
import { createProgressView, type Output, type ProgressView } from './import-progress.ts'
import { DATABASE, type StoreChoice, using } from './store-choice.ts'

/** What the command needs, opened when it runs. */
export interface TicketTools {
  /** What became of each, in their order. */
  take(sent: readonly object[]): Promise<ReportResult[]>
  close(): Promise<void>
}

export interface TicketSurroundings {
  out: Output
  err: Output
  now(): Date
}

/** The file cannot be read as one of reports. */
export class TicketError extends Error {
  override readonly name = 'TicketError'
}

interface ImportChoices extends StoreChoice {
  json?: true
}

const contents = {
  brand: 'name of the brand, as in its file',
  customer_number: 'digits; whose matter it is',
  topic: 'a topic of the brand',
  reported_at: 'when it was first told to this channel, as 2026-11-26T18:00:00+01:00',
  channel: `${channels.join(', ')}, or one of the brand's own`,
  id: 'what the channel calls it: sent twice it is one',
  number: 'the ticket number that another system has given it',
  text: 'what was reported, for agents',
}
type Column = keyof typeof contents
const columns = Object.keys(contents) as Column[]
const needed: readonly Column[] = ['brand', 'customer_number', 'topic', 'reported_at', 'channel']

/** Lines of one request, and between two looks at the bar. */
const BATCH = 100

/** Adds `tickets import` to the program. */
export function registerTickets(
  program: Command,
  open: (choice: StoreChoice) => Promise<TicketTools>,
  surroundings: TicketSurroundings = { out: process.stdout, err: process.stderr, now: () => new Date() },
): void {
  const withTools = using(open)
  const width = Math.max(...columns.map((column) => column.length))
  program
    .command('tickets')
    .description('what customers reported by other channels')
    .command('import')
    .argument('<file>', 'CSV file in UTF-8, or - for standard input; its first line names the columns')
    .description('joins each report to the open ticket of its customer and topic, or opens one; the earliest counts')
    .option('--json', 'what became of each line, one JSON object a line, with what to tell the customer')
    .option(...DATABASE)
    .addHelpText(
      'after',
      `
Columns, in any order, with , or ; between them:
${columns.map((column) => `  ${column.padEnd(width)}  ${contents[column]}`).join('\n')}

Only ${needed.slice(0, -1).join(', ')} and ${needed.at(-1)} are needed. A line is taken as a whole or not at
all; run the same file again, and what came before is not done twice.
Exit code: 0 all taken, 1 could not be done, 2 some lines bad.`,
    )
    .action((file: string, choices: ImportChoices) =>
      withTools(choices, async (tools) => {
        process.exitCode = await importReports(file, choices, tools, surroundings)
      }),
    )
}

interface Line {
  number: number
  sent: object
}

async function importReports(
  file: string,
  { json }: ImportChoices,
  tools: TicketTools,
  { out, err, now }: TicketSurroundings,
): Promise<0 | 2> {
  const isPiped = file === '-'
  const view = isPiped ? plain(err) : createProgressView(sizeOf(file), err, () => now().getTime())
  const sum = { lines: 0, opened: 0, joined: 0, before: 0, bad: 0 }
  const bad = (line: number, reason: string): void => {
    sum.bad++
    view.say(`line ${line}: ${reason}`)
  }
  const take = async (batch: readonly Line[]): Promise<void> => {
    const results = await tools.take(batch.map(({ sent }) => sent))
    for (const [index, { number }] of batch.entries()) {
      const result = results[index]
      if (!result) throw new TicketError(`Of line ${number} nobody knows what became; import the file again.`)
      if ('faults' in result) {
        bad(number, sentencesOf(result.faults))
        continue
      }
      sum[kindOf(result)]++
      if (json) out.write(`${JSON.stringify({ line: number, ...result })}\n`)
    }
  }
  try {
    let split: ((text: string) => object | string) | null = null
    let batch: Line[] = []
    for await (const { number, text, problem, end } of readLines(isPiped ? '/dev/stdin' : file)) {
      if (split === null) {
        if (text === null) throw new TicketError(`The header cannot be read: ${problem}.`)
        split = splitterOf(text)
        continue
      }
      if (text?.trim() === '') continue
      sum.lines++
      const sent = text === null ? problem : split(text)
      if (typeof sent === 'string') bad(number, sent)
      else batch.push({ number, sent })
      if (batch.length < BATCH) continue
      await take(batch)
      batch = []
      view.show({ lines: sum.lines, bytes: end })
    }
    if (split === null) throw new TicketError('The file is empty.')
    await take(batch)
  } finally {
    view.stop()
  }
  if (!json) {
    const count = (of: Exclude<keyof typeof sum, 'lines'>): string => `${sum[of].toLocaleString('en')} ${of}`
    const parts = [count('opened'), count('joined'), count('before'), count('bad')]
    out.write(`${counted(sum.lines, 'line')}: ${parts.join(', ')}.\n`)
  }
  return sum.bad > 0 ? 2 : 0
}

function kindOf({ attached, before }: ReportDone): 'opened' | 'joined' | 'before' {
  return before ? 'before' : attached ? 'joined' : 'opened'
}

/** Where nobody knows how much is to come. */
function plain(err: Output): ProgressView {
  return { show() {}, say: (line) => err.write(`${line}\n`), stop() {} }
}

/** Cells by column; of an empty one nothing is said. No cell of a line is ever quoted. */
function splitterOf(header: string): (text: string) => object | string {
  const delimiter = header.includes(';') ? ';' : ','
  const names = (cellsOf(header, delimiter) ?? []).map((name) => name.toLowerCase())
  const known = `There are the columns ${columns.join(',')}; ${needed.join(', ')} are needed.`
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0) throw new TicketError(`The header has no column ${missing.join(', ')}. ${known}`)
  const unknown = names.findIndex((name) => !Object.hasOwn(contents, name))
  if (unknown >= 0) throw new TicketError(`The header has an unknown column at place ${unknown + 1}. ${known}`)
  const twice = columns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column))
  if (twice.length > 0) throw new TicketError(`The header names ${twice.join(', ')} twice. ${known}`)
  return (text) => {
    const cells = cellsOf(text, delimiter)
    if (!cells) return 'a quotation mark is not closed, or stands inside a field'
    if (cells.length !== names.length) return `the line has ${cells.length} fields, the header has ${names.length}`
    return Object.fromEntries(names.flatMap((name, index) => (cells[index] === '' ? [] : [[name, cells[index]]])))
  }
}

function sizeOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (!stats) throw new TicketError(`There is no file '${file}'.`)
  return stats.size
}
