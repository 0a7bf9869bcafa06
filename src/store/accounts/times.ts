/** Since when and until when a number is an account's: what an event changes of that, in whatever order events come. PURE. */
import type { Owned } from '../import/batch.ts'

/**
 * The rows of one number of one account after it came to the account at that moment. One whose beginning was not known began then; within
 * another it is a new beginning, for the end between the two may not be told yet.
 * @param fresh the row where there is none.
 */
export function begun(rows: readonly Owned[], at: Date, fresh: Owned): Owned[] {
  if (rows.some(({ from }) => from?.getTime() === at.getTime())) return [...rows]
  const within = rows.find(({ from, to }) => (from === null || from < at) && (to === null || to > at))
  if (within?.from === null) return rows.map((row) => (row === within ? { ...row, from: at } : row))
  if (within) {
    const before = { ...within, to: at }
    return [...rows.map((row) => (row === within ? before : row)), { ...fresh, from: at, to: within.to }]
  }
  const [next] = rows.flatMap(({ from }) => (from !== null && from > at ? [from] : [])).sort((a, b) => +a - +b)
  return [...rows, { ...fresh, from: at, to: next ?? null }]
}

/**
 * After it left the account at that moment. Where nothing is known of it but later beginnings, it was the account's until then; where it had
 * left before, nothing changes.
 */
export function ended(rows: readonly Owned[], at: Date, fresh: Owned): Owned[] {
  const within = rows.find(({ from, to }) => (from === null || from < at) && (to === null || to >= at))
  if (within) {
    const disputed = within.disputed !== null && within.disputed < at ? within.disputed : null
    return rows.map((row) =>
      row === within && row.to?.getTime() !== at.getTime() ? { ...row, to: at, disputed } : row,
    )
  }
  const hasLeft = rows.some(({ to }) => to !== null && to < at)
  return hasLeft ? [...rows] : [...rows, { ...fresh, from: null, to: at }]
}
