/** The table of `rufpass lab`: a line for each attack, a column for each policy, all that is counted alike together. */
import { type Figure, units } from '../lab/attacker.ts'
import type { Played } from '../lab/lab.ts'
import { tableOf } from './table.ts'

export interface Column {
  name: string
  about: string
  rows: readonly Played[]
}

/** @param columns the first says which attacks there are. */
export function comparedTable(columns: readonly Column[]): string[] {
  const told = (Object.keys(units) as Figure[]).map((figure) => {
    const names = new Map<string, Attack>()
    for (const { attacker, how, ...row } of columns[0]?.rows ?? [])
      if (row.figure === figure && !LEFT_OUT.test(how)) names.set(`${attacker}, ${how}`, { attacker, how, figure })
    return { figure, lines: [...names].flatMap(([name, attack]) => linesOf(name, attack, columns)) }
  })
  const titles = ['', ...columns.map(({ name }) => name)]
  const [title, ...body] = tableOf([titles, ...told.flatMap(({ lines }) => lines)], (column) => column > 0)
  return [
    `  ${title}`,
    ...told.flatMap(({ figure, lines: { length } }) => {
      const lines = body.splice(0, length).map((line) => `  ${line}`)
      return length === 0 ? [] : [`${figure}, ${units[figure]}`, ...lines]
    }),
    '',
    ...tableOf(columns.map(({ name, about }) => [name, about])),
  ]
}

interface Attack {
  attacker: string
  how: string
  figure: Figure
}

/** What lies between two others of the same attack. */
const LEFT_OUT = /^(10|1,000) lines, /

/** What people chose is a range, from one source of how they choose to the other. On all but accounts what the PINs are has next to no effect. */
function linesOf(name: string, attack: Attack, columns: readonly Column[]): string[][] {
  const rowsOf = ({ rows }: Column): Played[] =>
    rows.filter((row) => row.attacker === attack.attacker && row.how === attack.how && row.figure === attack.figure)
  if (attack.figure !== 'accounts opened')
    return [[name, ...columns.map((column) => range(rowsOf(column).slice(0, 1)))]]
  const kinds: [words: string, isOf: (row: Played) => boolean][] = [
    ['issued PINs', ({ population }) => population === 'random'],
    ['chosen PINs', ({ population }) => population !== 'random'],
  ]
  return kinds
    .map(([words, isOf]) => [`${name}, ${words}`, ...columns.map((column) => range(rowsOf(column).filter(isOf)))])
    .filter(([, here]) => here !== NONE)
}

const NONE = '-'

function range(rows: readonly Played[]): string {
  const closed = rows.map((row) => row.closed)
  if (closed.length === 0) return NONE
  const [least, most] = [written(Math.min(...closed)), written(Math.max(...closed))]
  return least === most ? least : `${least} to ${most}`
}

/** Three digits that count. */
export function written(value: number): string {
  return Number(value.toPrecision(value >= 100 ? 4 : 3)).toLocaleString('en', { maximumFractionDigits: 4 })
}
