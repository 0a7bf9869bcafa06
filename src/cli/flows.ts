import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../config.ts'
import { type Budget, budgetOf, limits, pace } from '../flow/budget.ts'
import { FlowError } from '../flow/finding.ts'
import { jsonSchemas } from '../flow/json-schemas.ts'
import { type Hotlines, loadHotlines } from '../hotlines.ts'
import { localDay } from '../turn/local-day.ts'

type Print = (text: string) => void
type Choices = { dir?: string }

const print: Print = (text) => process.stdout.write(`${text}\n`)

/** Adds `flows budget`, `flows schema` and `flows validate` to the program. A failure sets the exit code to 1. */
export function registerFlows(program: Command): void {
  const flows = program.command('flows').description('the flows, brands and prompts that calls follow')
  const dirOption = ['--dir <folder>', 'folder with flows, brands and prompts (default: FLOWS_DIR)'] as const
  flows
    .command('validate')
    .argument('[folder]', 'folder with flows, brands and prompts (default: FLOWS_DIR)')
    .option(...dirOption)
    .description('reads all files and says what is wrong in them, and where')
    .action((folder: string | undefined, { dir }: Choices) => {
      finish(validate(folder ?? dir ?? configuredDir(), print))
    })
  flows
    .command('budget')
    .option(...dirOption)
    .description('how long callers of each brand and language are on the way to an agent who knows them')
    .action(({ dir }: Choices) => {
      finish(printBudget(dir ?? configuredDir(), new Date(), print))
    })
  flows
    .command('schema')
    .option(...dirOption)
    .option('--check', 'write nothing; fail if a schema file is not up to date')
    .description('writes the JSON Schemas by which editors complete and check the files')
    .action(({ dir, check }: Choices & { check?: boolean }) => {
      const folder = dir ?? configuredDir()
      finish(check ? checkSchemas(folder, print) : writeSchemas(folder, print))
    })
}

/** Whether everything below `dir` may be served; prints a line for each finding. */
export function validate(dir: string, out: Print): boolean {
  const hotlines = load(dir, out)
  if (hotlines === null) return false
  const numbers = [...hotlines.byNumber.keys()].length
  out(`${dir}: ${hotlines.byBrand.size} brands with ${numbers} called numbers, nothing to correct.`)
  return true
}

/** Prints the table of times and what it rests on; false if a limit is broken or the folder cannot be served. */
export function printBudget(dir: string, now: Date, out: Print): boolean {
  const hotlines = load(dir, out)
  if (hotlines === null) return false
  const budgets = [...hotlines.byBrand.values()].flatMap((hotline) => {
    const today = localDay(now, hotline.brand.time_zone)
    return budgetOf(hotline, today)
  })
  out(budgetTable(budgets))
  const broken = budgets.flatMap((budget) => budget.broken)
  if (broken.length > 0) out(`\nOver the limit:\n${broken.map((line) => `- ${line}`).join('\n')}`)
  return broken.length === 0
}

/** The budgets as a table for people. */
export function budgetTable(budgets: readonly Budget[]): string {
  const seconds = (value: number | null): string => (value === null ? '-' : value.toFixed(1))
  const head = [
    'brand',
    'language',
    'typed',
    'own line',
    'interrupts',
    'language key',
    'entries',
    'greeting',
    'longest',
  ]
  const rows = budgets.map((budget) => [
    budget.brand,
    budget.language,
    seconds(budget.typed),
    seconds(budget.ownLine),
    seconds(budget.interrupting),
    budget.languageKey === 0 ? '-' : seconds(budget.languageKey),
    String(budget.entries),
    seconds(budget.greeting),
    seconds(budget.longest.seconds),
  ])
  const most = ['at most', '', limits.typed, limits.ownLine, limits.interrupting, '', limits.entries]
  const foot = [...most, limits.greeting, limits.prompt].map(String)
  const widths = head.map((_title, column) => Math.max(...[head, foot, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]): string =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  const { menu, number, secret } = pace.thinking
  return [
    'Seconds from the first word to the checked PIN, walked through the core with the prompts as spoken:',
    `${pace.charactersPerSecond} characters/s of speech, ${pace.key} s a key, ${pace.turn} s a turn. After each prompt a caller thinks`,
    `${menu} s before a menu key, ${number} s before a number and ${secret} s before a PIN. One who interrupts knows the hotline`,
    `and keys ${pace.recognise} s after a prompt began. Numbers have 9 digits; hash keys count where they are asked for.`,
    'Callers of the second language listen to the offer and press the language key first: its time is in every total,',
    'is shown by itself, and is no entry. "longest" is the longest that any step says in one go, in any call.',
    '',
    line(head),
    ...rows.map(line),
    line(foot),
  ].join('\n')
}

/** Writes the schema files into `dir`. */
export function writeSchemas(dir: string, out: Print): boolean {
  for (const [name, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(join(dir, name), fileOf(schema))
    out(`${join(dir, name)} written`)
  }
  return true
}

/** Whether the schema files in `dir` are those of this version. */
export function checkSchemas(dir: string, out: Print): boolean {
  const old = Object.entries(jsonSchemas()).filter(([name, schema]) => readIfThere(join(dir, name)) !== fileOf(schema))
  for (const [name] of old) out(`${join(dir, name)} is not up to date; write it with: npx rufpass flows schema`)
  return old.length === 0
}

function fileOf(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function load(dir: string, out: Print): Hotlines | null {
  try {
    return loadHotlines(dir)
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    for (const { file, line, column, message } of error.findings) out(`${file}:${line}:${column} ${message}`)
    return null
  }
}

function configuredDir(): string {
  return loadConfig().flowsDir
}

function finish(ok: boolean): void {
  if (!ok) process.exitCode = 1
}
