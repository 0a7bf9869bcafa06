/** Prints a figure as a row of docs/measured.md: `npm run figures` reads it there, and people see it in the test's output. */
export function measured(what: string, figure: string): void {
  process.stdout.write(`| ${what} | ${figure} |\n`)
}

/** `2,904` */
export function counted(number: number): string {
  return number.toLocaleString('en')
}
