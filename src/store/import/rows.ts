/** The lines of a customer file as rows, and what would stop the whole file, told before anything is written. */

import type { Column } from './columns.ts'
import { type Fields, type Header, readHeader, UnreadableFile } from './header.ts'
import { type LinesIn, readLines } from './lines.ts'
import { type BrandRules, type CustomerRow, type Named, namedBy, readRow } from './row.ts'

export interface ReadRules {
  brands: ReadonlyMap<string, BrandRules>
  ignore?: readonly string[]
  atMostBad?: number
  signal?: AbortSignal | undefined
}

/** `named`: the customer of a bad line, where that can be known. `end`: bytes of the file up to there. */
export type ReadRow =
  | { kind: 'header'; text: string; names: Column[] }
  | { kind: 'row'; line: number; end: number; text: string | null; row: CustomerRow; fields: Fields }
  | {
      kind: 'bad'
      line: number
      end: number
      text: string | null
      reason: string
      named: Named | null
      fields: Fields | null
    }

/** The header first, then every line that is not empty. Throws as `readLines` and `readHeader` do. */
export async function* readRows(file: LinesIn, { brands, ignore }: ReadRules): AsyncGenerator<ReadRow> {
  let header: Header | null = null
  for await (const { number, text, problem, end } of readLines(file)) {
    if (header === null) {
      if (text === null) throw new UnreadableFile(`The header cannot be read: ${problem}.`)
      header = readHeader(text, ignore)
      yield { kind: 'header', text, names: header.names }
      continue
    }
    if (text?.trim() === '') continue
    const at = { line: number, end, text }
    const fields = text === null ? problem : header.split(text)
    if (typeof fields === 'string') {
      yield { kind: 'bad', ...at, reason: fields, named: null, fields: null }
      continue
    }
    const row = readRow(fields, brands)
    if (typeof row === 'string') yield { kind: 'bad', ...at, reason: row, named: namedBy(fields, brands), fields }
    else yield { kind: 'row', ...at, row, fields }
  }
  if (header === null) throw new UnreadableFile('The file is empty.')
}

/** A number as a spreadsheet shortens one that is too long for it: `8,949E+18`. */
const SHORTENED = /[0-9][.,]?[0-9]*E\+?[0-9]+/i
/** A spreadsheet keeps 15 digits and makes the others 0: at the end of a SIM number four or more. One in 10,000 ends so by itself. */
const CUT = /^[0-9]{15}0{3,}$/
/** So many, and more than one in ten, are no chance. */
const FEWEST_CUT = 2

/**
 * Reads the file for what stops it.
 * @param see is shown every line that is good.
 * @throws {UnreadableFile} more bad lines than `atMostBad`; SIM numbers that a spreadsheet has cut.
 */
export async function survey(
  file: LinesIn,
  reading: ReadRules,
  see: (row: CustomerRow) => Promise<void> = async () => {},
): Promise<void> {
  const seen = { lines: 0, bad: 0, sims: 0, cut: 0 }
  for await (const read of readRows(file, reading)) {
    if (read.kind === 'header') continue
    reading.signal?.throwIfAborted()
    seen.lines++
    if (read.kind === 'bad') seen.bad++
    else await see(read.row)
    for (const sim of read.fields?.sim_numbers?.split('|') ?? []) {
      if (SHORTENED.test(sim))
        throw new UnreadableFile(`A spreadsheet has shortened a SIM number of line ${read.line}. ${AS_TEXT}`)
      if (sim.trim() !== '') seen.sims++
      if (CUT.test(sim.trim())) seen.cut++
    }
  }
  if (seen.cut >= FEWEST_CUT && seen.cut * 10 > seen.sims)
    throw new UnreadableFile(
      `A spreadsheet has made the last digits of ${seen.cut} of ${seen.sims} SIM numbers 0. ${AS_TEXT}`,
    )
  const { atMostBad = 1 } = reading
  if (seen.bad > seen.lines * atMostBad)
    throw new UnreadableFile(
      `${seen.bad} of ${seen.lines} lines are bad, more than --at-most-bad allows. Nothing was changed.`,
    )
}

const AS_TEXT = 'Export the file again with that column as text. Nothing was changed.'
