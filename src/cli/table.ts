/** Rows as a table for people, as wide as its cells. `numbers`: the columns that are flush right. */
export function tableOf(
  rows: readonly (readonly string[])[],
  numbers: (column: number) => boolean = () => false,
): string[] {
  const widths = (rows[0] ?? []).map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (numbers(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
