import { textOf } from '../docs/page-text.ts'
import type { Work } from '../support/counted-work.ts'

/** `| turn | statements | rows | commands | bytes |` */
const ROW = /^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \| ([\d,]+) \|$/gm

/** The table of docs/counts.md, by kind of turn and in its order. */
export function ceilings(): Map<string, Work> {
  const rows = [...textOf('docs/counts.md').matchAll(ROW)]
  return new Map(
    rows.map(([, turn = '', statements, rows, commands, bytes = '']) => [
      turn,
      {
        statements: Number(statements),
        rows: Number(rows),
        commands: Number(commands),
        bytes: Number(bytes.replace(',', '')),
      },
    ]),
  )
}
