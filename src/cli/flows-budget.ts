import { FlowError, lineOf } from '../flow/files/finding.ts'
import type { StepTypes } from '../flow/step.ts'
import { type Hotlines, loadHotlines } from '../hotlines/hotlines.ts'
import { type Budget, budgetOf, limits, pace } from '../proof/budget.ts'
import { localDay } from '../turn/local-day.ts'

type Print = (text: string) => void

/** Prints the table of times and what it rests on; false if a limit is broken or the folder cannot be served. */
export function printBudget(dir: string, now: Date, out: Print, types?: StepTypes): boolean {
  const hotlines = load(dir, out, types)
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
  const head = ['brand', 'language', 'typed', 'own line', 'interrupts', 'choosing', 'entries', 'greeting', 'longest']
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
  const most = ['at most', '', limits.typed, limits.ownLine, limits.interrupting, limits.language, limits.entries]
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
    'Callers of the other of two languages listen to the offer in the menu and press its key first: that is in every',
    'total. Of more languages everybody is asked for theirs: that is in none, and has a limit of its own. Either is shown',
    'as "choosing", and is no entry. "longest" is the longest that any step says in one go, in any call.',
    '',
    line(head),
    ...rows.map(line),
    line(foot),
  ].join('\n')
}

function load(dir: string, out: Print, types: StepTypes | undefined): Hotlines | null {
  try {
    return loadHotlines(dir, types)
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    for (const finding of error.findings) out(lineOf(finding))
    return null
  }
}
