import type { Level } from '../../auth/assurance.ts'
import type { Step } from '../../flow/step.ts'
import {
  alarm,
  badge,
  broken,
  cell,
  column,
  escaped,
  font,
  LEFT_BREAK,
  LOCK,
  lookOf,
  RED,
  tableRow,
  tag,
} from './html.ts'
import type { Way } from './ways.ts'

/** All that is shown of a step. */
export interface Card {
  name: string
  step: Step
  /** The least that callers have proved here; undefined where none comes. */
  level: Level | undefined
  /** What its hand-offs ask for. */
  asks: Level
  /** Its ways to steps that many lead to. */
  named: readonly Way[]
  /** Whether the bad call goes wrong here. */
  isWrong: boolean
}

/** Characters in a line of a card, and beside a line between two. */
const WIDTH = { card: 30, line: 18 } as const
/** Longer than any name; whatever an operator's step type keeps in such a field is not for a card. */
const LONGEST_FACT = 60

/** A step: its level and name, what it does, and where it leads besides the lines. */
export function cardLabel({ name, step, level, asks, named, isWrong }: Card): string {
  const { soft, line, text } = lookOf(level)
  const fact = factOf(step)
  return column([
    tableRow([
      badge(level),
      cell(`&#160;<b>${escaped(name)}</b>`),
      ...(asks > 0 ? [cell(font(text, LOCK)), cell(font(text, `<b>${asks}</b>`))] : []),
    ]),
    tableRow([cell(font(soft, `<i>${escaped(step.type)}</i>${fact === '' ? '' : escaped(` ${fact}`)}`))]),
    ...packed(named).map((parts) =>
      tableRow(
        parts.flatMap(({ text, to }) => [cell(font(soft, escaped(text))), ...(to === null ? [] : [tag(to, line)])]),
      ),
    ),
    ...(isWrong ? [tableRow([alarm('goes wrong here')])] : []),
  ])
}

/** The exits that a line stands for, after the numbers of the bad call's passages. A lone `next` goes without saying. */
export function lineLabel({ exits, numbers }: Way): string {
  const says = exits.length > 1 || exits[0] !== 'next'
  const text = says ? broken(exits.join(', '), WIDTH.line).map((part) => escaped(` ${part}`)) : []
  if (numbers.length === 0) return says ? text.join(LEFT_BREAK) + LEFT_BREAK : '&#160;'
  const html = font(RED, `<b>${text.join(LEFT_BREAK)}${LEFT_BREAK}</b>`)
  return tableRow([alarm(numbers.join(', ')), ...(says ? [cell(html)] : [])])
}

/** The one short line that tells what a step does. Operators' own types are read by the fields that ours have. */
function factOf(step: Step): string {
  const { level, queue, to, on, about, prompt } = step as unknown as Record<string, unknown>
  const place = [...(isShort(queue) ? [`queue ${queue}`] : []), ...(isShort(to) ? [`to ${to}`] : [])]
  if (isShort(level)) return [...place, `level ${level}`].join(', ')
  if (isShort(on)) return `on ${on}`
  if (isShort(about)) return `about the ${about}`
  return isShort(prompt) ? `“${prompt}”` : ''
}

function isShort(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.length <= LONGEST_FACT)
}

interface Part {
  text: string
  /** The step that the exits lead to, after the last of them. */
  to: string | null
}

/** The ways in rows: long ones are broken, and short ones share a row. */
function packed(named: readonly Way[]): Part[][] {
  const rows: Part[][] = []
  let space = 0
  for (const { exits, to } of named) {
    const lines = broken(`${exits.join(', ')} →`, WIDTH.card)
    const parts = lines.map((text, index): Part => ({ text, to: index === lines.length - 1 ? to : null }))
    const [first] = parts
    const length = exits.join(', ').length + to.length
    if (parts.length === 1 && first && length <= space) rows.at(-1)?.push({ ...first, text: `  ${first.text}` })
    else {
      rows.push(...parts.map((part) => [part]))
      space = parts.length === 1 ? WIDTH.card : 0
    }
    space -= length
  }
  return rows
}
