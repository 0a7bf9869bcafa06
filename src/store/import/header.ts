import { parse } from 'csv-parse/sync'
import { type Column, columns, neededColumns } from './columns.ts'

/** Of what a column says that the header does not name there is nothing. */
export type Fields = Record<(typeof neededColumns)[number], string> & Partial<Record<Column, string>>

/** The file cannot be imported at all. The message is a sentence for people and never quotes a cell of a data line. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

export interface Header {
  /** The columns of the file, in its order. */
  names: Column[]
  /** Fields by column, or why the line cannot be split. Cells are trimmed and in Unicode form NFC. */
  split(text: string): Fields | string
}

/**
 * Reads the header: any order; `;` instead of `,` where it uses that.
 * @param ignore columns of no meaning here, that the file may have.
 * @throws {UnreadableFile} naming the columns that are missing, unknown or there twice.
 */
export function readHeader(text: string, ignore: readonly string[] = []): Header {
  const delimiter = text.includes(';') ? ';' : ','
  const cells = cellsOf(text, delimiter)?.map((cell) => cell.toLowerCase()) ?? []
  const names = cells.filter(isColumn)
  const ignored = new Set(ignore.map((name) => name.toLowerCase()))
  if (names.length === 0) throw new UnreadableFile(`The first line is not the header. ${COLUMNS}`)
  const missing = neededColumns.filter((column) => !names.includes(column))
  const twice = columns.filter((column) => names.filter((name) => name === column).length > 1)
  const unknown = cells.flatMap((name, index) => (isColumn(name) || ignored.has(name) ? [] : [spoken(name, index)]))
  const faults = [
    missing.length > 0 ? `has no column ${missing.join(', ')}` : '',
    unknown.length > 0 ? `has unknown columns: ${unknown.join(', ')} (--ignore takes the file without them)` : '',
    twice.length > 0 ? `names ${twice.join(', ')} twice` : '',
  ].filter((fault) => fault !== '')
  if (faults.length > 0) throw new UnreadableFile(`The header ${faults.join(' and ')}. ${COLUMNS}`)
  return {
    names,
    split(line) {
      const values = cellsOf(line, delimiter)
      if (!values) return 'a quotation mark is not closed, or stands inside a field'
      if (values.length !== cells.length) return `the line has ${values.length} fields, the header has ${cells.length}`
      return Object.fromEntries(
        cells.flatMap((name, index) => (isColumn(name) ? [[name, values[index]]] : [])),
      ) as Fields
    },
  }
}

const COLUMNS = `There are the columns ${columns.join(',')}; ${neededColumns.join(', ')} are needed.`

function isColumn(name: string): name is Column {
  return columns.some((column) => column === name)
}

/** Where the header is missing, a data line stands in its place, and a PIN must not be read out as a column's name. */
function spoken(name: string, index: number): string {
  return /^[a-z][a-z_ -]{0,39}$/.test(name) ? name : `the one at place ${index + 1}`
}

/** Null when the quotation marks do not fit. The parser's own messages quote the line, so they are not passed on. */
export function cellsOf(text: string, delimiter: string): string[] | null {
  if (!text.includes('"')) return text.split(delimiter).map(tidy)
  try {
    const [cells] = parse(text, { delimiter, relax_column_count: true, columns: false }) as string[][]
    return cells?.map(tidy) ?? null
  } catch {
    return null
  }
}

function tidy(cell: string): string {
  return cell.trim().normalize('NFC')
}
