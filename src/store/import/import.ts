/**
 * The import of a customer file: lines are read one by one, checked, written in batches. Nothing is kept of the file but
 * which line named which customer number. An import that was interrupted is simply run again: what is finished changes
 * nothing and is not hashed again. Imports csv-parse, kysely, `auth` and the tables.
 */
import type { Kysely } from 'kysely'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import type { Verifier } from '../../auth/verifier.ts'
import type { Schema } from '../schema.ts'
import { type Column, missedColumns } from './columns.ts'
import { type Fields, type Header, readHeader, UnreadableFile } from './header.ts'
import { readLines } from './lines.ts'
import { type BrandRules, type CustomerRow, readRow } from './row.ts'
import { settleDisputes, writeRows } from './write.ts'

export type { BrandRules } from './row.ts'

export interface ImportOptions {
  brands: ReadonlyMap<string, BrandRules>
  verifier: Pick<Verifier, 'make'>
  replacePins: boolean
  /** How many PINs are hashed at once: twice the number of cores (docs/security.md#the-verifier). */
  hashesAtOnce: number
  now: () => Date
  /** Stops before the next batch, or in the middle of its hashing; what is written is written whole. */
  signal?: AbortSignal | undefined
  /** Lines that were not imported, each once. The reason is a phrase and quotes nothing of the file. */
  onBadLine: (line: number, reason: string) => void
  /** Lines that are in, but for a number of this kind: another customer has it too, so it identifies nobody. */
  onDisputed?: (line: number, kind: IdentifierKind) => void
  /** Columns that the file does not have and some brand would use, told once. */
  onMissedColumns?: (columns: readonly Column[]) => void
  onProgress?: (progress: Progress) => void
}

export interface Progress {
  /** Data lines done with. */
  lines: number
  /** Bytes of the file up to there. */
  bytes: number
}

/** Data lines by what became of them. */
export interface Summary {
  lines: number
  new: number
  changed: number
  same: number
  bad: number
  /** Of those that are in: with a number that another customer has too. */
  disputed: number
}

/** Lines of a batch: one to two seconds of hashing, so little is lost by an interruption. */
const BATCH = 200
interface Pending {
  line: number
  row: CustomerRow
}

/**
 * Imports a file into the store.
 * @throws {UnreadableFile} when its header is not one; whatever the file system or the database throws.
 */
export async function importAccounts(db: Kysely<Schema>, file: string, options: ImportOptions): Promise<Summary> {
  const summary: Summary = { lines: 0, new: 0, changed: 0, same: 0, bad: 0, disputed: 0 }
  const firstLines = new Map<string, Map<number | string, number>>()
  const bad = (line: number, reason: string): void => {
    summary.bad++
    options.onBadLine(line, reason)
  }

  const tellMissed = ({ names }: Header): void => {
    const missed = missedColumns(
      names,
      [...options.brands.values()].flatMap(({ credentials }) => credentials),
    )
    if (missed.length > 0) options.onMissedColumns?.(missed)
  }

  // One moment for the whole file: a number passes from one customer to another without a gap, in any order of their lines.
  const now = options.now()
  /** Lines with numbers that another customer has as well, by account: what remains of them is told when the file is in. */
  const disputing = new Map<string, number>()
  let batch: Pending[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    options.signal?.throwIfAborted()
    const rows = batch.map(({ row }) => row)
    for (const [index, { kind, ref, disputes }] of (await writeRows(db, rows, { ...options, now })).entries()) {
      const line = batch[index]?.line ?? 0
      if (kind === 'raced') bad(line, RACED)
      else summary[kind]++
      if (disputes && ref !== null) disputing.set(ref, line)
    }
    batch = []
    options.onProgress?.({ lines: summary.lines, bytes })
  }

  let header: Header | null = null
  for await (const line of readLines(file)) {
    if (header === null) {
      if (line.text === null) throw new UnreadableFile(`The header cannot be read: ${line.problem}.`)
      header = readHeader(line.text)
      tellMissed(header)
      continue
    }
    if (line.text?.trim() === '') continue
    summary.lines++
    bytes = line.end
    const fields = line.text === null ? line.problem : header.split(line.text)
    const row = typeof fields === 'string' ? fields : readRow(fields, options.brands)
    // Only a good line stands for its customer: one that is corrected further down must not be refused for a bad one.
    const isGood = typeof fields !== 'string' && typeof row !== 'string'
    const earlier = isGood ? firstLine(firstLines, fields, line.number) : null
    if (typeof row === 'string') bad(line.number, row)
    else if (earlier !== null) bad(line.number, `line ${earlier} already names this customer_number of the brand`)
    else batch.push({ line: line.number, row })
    if (batch.length >= BATCH) await flush()
  }
  if (header === null) throw new UnreadableFile('The file is empty.')
  await flush()
  const disputed = await settleDisputes(db, [...disputing.keys()], now)
  for (const [ref, line] of disputing) {
    const kind = disputed.get(ref)
    if (kind === undefined) continue
    summary.disputed++
    options.onDisputed?.(line, kind)
  }
  return summary
}

const RACED = 'this customer or number was changed by somebody else at the same moment (import the line again)'

/** The earlier line that named the same customer, or null; remembered in a few bytes a line, for files of any size. */
function firstLine(seen: Map<string, Map<number | string, number>>, fields: Fields, line: number): number | null {
  const { brand, customer_number: written } = fields
  const number = /^[1-9][0-9]{0,14}$/.test(written) ? Number(written) : written
  const ofBrand = seen.get(brand) ?? new Map<number | string, number>()
  seen.set(brand, ofBrand)
  const earlier = ofBrand.get(number) ?? null
  if (earlier === null) ofBrand.set(number, line)
  return earlier
}
