/** docs/measured.md as rows: each with the command that prints it and when and where that last ran. PURE. */

/** What a command printed. */
export interface Figure {
  what: string
  figure: string
}

/** A commit, the day (YYYY-MM-DD), and the machine in words. */
export interface Circumstances {
  commit: string
  day: string
  machine: string
}

export interface Row extends Figure, Circumstances {
  command: string
}

const HEAD = '| What | Figure | Command | Commit | Day | Machine |'
const TEXT = `# Measured

Every figure of this project is here and nowhere else. \`npm run figures\` runs the commands and writes this page;
\`npm run figures -- --only bench,budget\` runs some of them. A row tells the commit, the day and the machine of its own run
(\`+\` after a commit: with changes that were not committed), and a row whose command did not run again stays as it was.
CPU times are ratios or sums of user and system time; wall times are those of a machine that others may use.
`

/** The figures in what a command printed: lines `| what | figure |`. */
export function figuresIn(printed: string): Figure[] {
  return printed.split('\n').flatMap((line) => {
    const cells = cellsOf(line)
    return cells?.length === 2 ? [{ what: cells[0] ?? '', figure: cells[1] ?? '' }] : []
  })
}

export function readPage(text: string): Row[] {
  const machines = new Map([...text.matchAll(/^- ([A-Z]): (.+)$/gm)].map(([, letter, machine]) => [letter, machine]))
  return text.split('\n').flatMap((line) => {
    const cells = cellsOf(line)
    if (cells?.length !== 6 || line === HEAD || /^[| -]+$/.test(line)) return []
    const [what = '', figure = '', command = '', commit = '', day = '', letter = ''] = cells
    return [
      { what, figure, command: command.replaceAll('`', ''), commit, day, machine: machines.get(letter) ?? letter },
    ]
  })
}

/** Replaces all that this command printed before. */
export function withFigures(
  rows: readonly Row[],
  command: string,
  figures: readonly Figure[],
  when: Circumstances,
): Row[] {
  return [
    ...rows.filter((row) => row.command !== command),
    ...figures.map((figure) => ({ ...figure, command, ...when })),
  ]
}

/** Rows in the order of their commands. What no command prints any more is left out. */
export function inOrder(rows: readonly Row[], commands: readonly string[]): Row[] {
  return commands.flatMap((command) => rows.filter((row) => row.command === command))
}

export function writePage(rows: readonly Row[]): string {
  const machines = [...new Set(rows.map(({ machine }) => machine))]
  const letterOf = (machine: string): string => String.fromCharCode('A'.charCodeAt(0) + machines.indexOf(machine))
  const lines = rows.map(
    ({ what, figure, command, commit, day, machine }) =>
      `| ${what} | ${figure} | \`${command}\` | ${commit} | ${day} | ${letterOf(machine)} |`,
  )
  const where = machines.map((machine) => `- ${letterOf(machine)}: ${machine}`)
  return [TEXT, HEAD, '|---|---|---|---|---|---|', ...lines, '', 'Machines:', '', ...where, ''].join('\n')
}

/** The cells of a line of a table; null for any other line. */
function cellsOf(line: string): string[] | null {
  const inner = /^\s*\| (.+) \|\s*$/.exec(line)?.[1]
  return inner === undefined ? null : inner.split(' | ').map((cell) => cell.trim())
}
