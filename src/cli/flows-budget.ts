import { type Finding, FlowError, textOf } from '../flow/files/finding.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { StepTypes } from '../flow/step.ts'
import { loadHotlines } from '../hotlines/hotlines.ts'
import { type Paint, unpainted } from '../log/paint.ts'
import { type Budget, budgetOf, limits, NobodyVerified, pace } from '../proof/budget.ts'
import { localDay } from '../turn/local-day.ts'
import { tableOf } from './table.ts'

type Print = (text: string) => void

interface Timed {
  budgets: Budget[]
  /** What keeps the folder from being read. */
  findings: readonly Finding[]
  /** Brands and why they cannot be timed. */
  untimed: { brand: string; message: string }[]
}

/**
 * Prints the table of times and what it rests on, or all of it as one JSON object; false if a limit is broken, nobody of
 * a brand gets verified, or the folder cannot be read.
 */
export function printBudget(
  dir: string,
  now: Date,
  out: Print,
  { types, json = false, paint = unpainted }: { types?: StepTypes; json?: boolean; paint?: Paint } = {},
): boolean {
  const timed = timesIn(dir, now, types)
  const { budgets, findings, untimed } = timed
  const broken = budgets.flatMap((budget) => budget.broken)
  const ok = broken.length + findings.length + untimed.length === 0
  if (json) {
    out(JSON.stringify({ folder: dir, ok, limits, pace, ...timed }, null, 2))
    return ok
  }
  for (const finding of findings) out(textOf(finding))
  if (budgets.length > 0) out(budgetTable(budgets))
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) out(`\n${paint('bad', title)}\n${lines.map((line) => `- ${line}`).join('\n')}`)
  }
  list('Over the limit:', broken)
  list(
    'Not timed:',
    untimed.map(({ message }) => message),
  )
  return ok
}

function timesIn(dir: string, now: Date, types: StepTypes | undefined): Timed {
  let hotlines: Hotline[]
  try {
    hotlines = [...loadHotlines(dir, types).byBrand.values()]
  } catch (error) {
    if (!(error instanceof FlowError)) throw error
    return { budgets: [], findings: error.findings, untimed: [] }
  }
  const timed: Timed = { budgets: [], findings: [], untimed: [] }
  for (const hotline of hotlines) {
    const { name, time_zone } = hotline.brand
    try {
      timed.budgets.push(...budgetOf(hotline, localDay(now, time_zone)))
    } catch (error) {
      if (!(error instanceof NobodyVerified)) throw error
      timed.untimed.push({ brand: name, message: error.message })
    }
  }
  return timed
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
    'choosing',
    'entries',
    'greeting',
    'longest',
    'menu',
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
    seconds(budget.longestMenu.seconds),
  ])
  const most = ['at most', '', limits.typed, limits.ownLine, limits.interrupting, limits.language, limits.entries]
  const foot = [...most, limits.greeting, limits.prompt, limits.menu].map(String)
  const { menu, number, secret } = pace.thinking
  return [
    'Seconds from the first word to the checked PIN, walked through the core with the prompts as spoken:',
    `${pace.charactersPerSecond} characters/s of speech (tr 11.5) but ${pace.digit} s a digit, ${pace.key} s a key, ${pace.turn} s a turn. After each prompt a caller thinks`,
    `${menu} s before a menu key, ${number} s before a number and ${secret} s before a PIN. Those who interrupt know the hotline`,
    `and key ${pace.recognise} s after a prompt began. Numbers have 9 digits; hash keys count where they are asked for.`,
    'Callers of the other of two languages listen to the offer in the menu and press its key first: that is in every',
    'total. Of more languages everybody is asked for theirs: that is in none, and has a limit of its own. Either is shown',
    'as "choosing", and is no entry. "longest" is the longest that any step says before the call goes on by itself, "menu"',
    'the longest that it says while callers may key, in any call.',
    '',
    ...tableOf([head, ...rows, foot], (column) => column > 1),
  ].join('\n')
}
