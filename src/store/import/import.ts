/**
 * The import of a customer file. It is read twice: once for what would stop it, before anything is written; then its lines are checked
 * and written in batches. What was read of it is in the store and not in memory. An import that was interrupted is simply run again: what
 * is finished changes nothing and is not hashed again. Imports csv-parse, kysely, `auth` and the tables.
 */
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import type { PinFault } from '../../auth/pin-policy.ts'
import type { Verifier } from '../../auth/verifier.ts'
import type { Copying } from '../look-up/pin-copies.ts'
import type { Schema } from '../schema.ts'
import { type Column, missedColumns } from './columns.ts'
import { createEndings, type Meant } from './endings.ts'
import { createFileLines, forgetLines } from './file-lines.ts'
import type { LinesIn } from './lines.ts'
import { endMissing, type FullFile, type Missing } from './missing.ts'
import type { BrandRules, CustomerRow } from './row.ts'
import { readRows, survey } from './rows.ts'
import { writeRows } from './write.ts'
import { settleDisputes } from './write-rows.ts'

export type { BrandRules } from './row.ts'

export interface ImportOptions {
  brands: ReadonlyMap<string, BrandRules>
  verifier: Pick<Verifier, 'make'>
  /** Copies for customers to look up; left out: none. */
  copying?: Copying
  replacePins: boolean
  /** How many PINs are hashed at once: twice the number of cores (docs/security.md#the-verifier). */
  hashesAtOnce: number
  now: () => Date
  /** Plans and tells everything, and leaves the store as it was. */
  dryRun?: boolean
  /** Columns that the file may have and that mean nothing here. */
  ignore?: readonly string[]
  /** The greatest share of bad lines, 0 to 1, with which the file is imported at all. */
  atMostBad?: number
  /** So many customers lose their last contract, phone number or SIM by the lines of the file; to be named where they are many. */
  meantToEnd?: Meant
  /** The file has all customers of its brands: others of them end. */
  full?: FullFile
  /** Stops before the next batch, or in the middle of its hashing; what is written is written whole. */
  signal?: AbortSignal | undefined
  /** Lines that were not imported, each once. The reason is a phrase and quotes nothing of the file. `text`: the line, where it can be read. */
  onBadLine: (line: number, reason: string, text: string | null) => void
  /** Lines that are in, but for a number of theirs, and why. */
  onLeftOut?: (line: number, reason: string, text: string | null) => void
  /** Lines that are in, but for a number of this kind: another customer has it too, so it identifies nobody. */
  onDisputed?: (line: number, kind: IdentifierKind) => void
  /** The first line, as it is written. */
  onHeader?: (text: string) => void
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
  /** Of those that are in: without a number that is none. */
  leftOut: number
  /** Of those that are in: with a number that another customer has too. */
  disputed: number
  /** Of those that are in: with a credential or contact that stays although the line has none. */
  kept: number
  /** PINs of the file that are weak, by why. */
  weak: Partial<Record<PinFault, number>>
  /** Customers who are not in a full file; null where it is not one. */
  missing: Missing | null
}

/** Lines of a batch where secrets are hashed: one to two seconds of it, so little is lost by an interruption. */
const HASHING_BATCH = 200
/** And where none are: what a batch asks of the store costs less the more lines share it. */
const BATCH = 1_000

/** Of a line whose customer or number is changed by somebody else at that moment. */
const TRIES = 5

interface Pending {
  line: number
  text: string | null
  row: CustomerRow
}

/** Ends a dry run. */
class RolledBack extends Error {}

/**
 * Imports a file into the store.
 * @throws {UnreadableFile} when its header is not one, or it would stop the import; whatever the file system or the database throws.
 */
export async function importAccounts(db: Kysely<Schema>, file: LinesIn, options: ImportOptions): Promise<Summary> {
  const endings = createEndings(db, options.now())
  await survey(file, options, endings.see)
  await endings.check(options.meantToEnd ?? {})
  if (!options.dryRun) return imported(db, file, options)
  let summary: Summary | null = null
  try {
    await db.transaction().execute(async (trx) => {
      summary = await imported(trx, file, options)
      throw new RolledBack()
    })
  } catch (error) {
    if (!(error instanceof RolledBack) || summary === null) throw error
  }
  if (summary === null) throw new Error('a dry run ended without a summary')
  return summary
}

async function imported(db: Kysely<Schema>, file: LinesIn, options: ImportOptions): Promise<Summary> {
  const counts = { lines: 0, new: 0, changed: 0, same: 0, bad: 0, leftOut: 0, disputed: 0, kept: 0 }
  const summary: Summary = { ...counts, weak: {}, missing: null }
  // One moment for the whole file: a number passes from one customer to another without a gap, in any order of their lines.
  const now = options.now()
  const lines = createFileLines(db, randomUUID())
  /** Lines with numbers that another customer has as well, by account: what remains of them is told when the file is in. */
  const disputing = new Map<string, number>()
  let batch: Pending[] = []
  let bytes = 0
  let atOnce = HASHING_BATCH
  let hashed = 0
  const make: Verifier['make'] = (...given) => {
    hashed++
    return options.verifier.make(...given)
  }
  const bad = (line: number, reason: string, text: string | null): void => {
    summary.bad++
    options.onBadLine(line, reason, text)
  }

  const flush = async (): Promise<void> => {
    options.signal?.throwIfAborted()
    const earlier = await lines.claim(batch.map(({ line, row }) => ({ line, ...row })))
    const fresh = batch.filter(({ line, text }) => {
      const first = earlier.get(line)
      if (first === undefined) return true
      bad(line, `line ${first} already names this customer_number of the brand`, text)
      return false
    })
    const rows = fresh.map(({ row }) => row)
    hashed = 0
    const results = await writeRows(db, rows, { ...options, verifier: { make }, now, tries: TRIES })
    // Of a file that was in before, or has no secrets, nothing is hashed: so it is with the next lines, most likely.
    atOnce = hashed > 0 ? HASHING_BATCH : BATCH
    for (const [index, written] of results.entries()) {
      const { line, text, row } = fresh[index] as Pending
      if (written.kind === 'raced') bad(line, RACED, text)
      else summary[written.kind]++
      if (written.kind === 'raced') continue
      if (written.disputes && written.ref !== null) disputing.set(written.ref, line)
      if (written.keeps) summary.kept++
      for (const reason of row.leftOut) options.onLeftOut?.(line, reason, text)
      if (row.leftOut.length > 0) summary.leftOut++
      for (const fault of written.pinFaults) summary.weak[fault] = (summary.weak[fault] ?? 0) + 1
    }
    batch = []
    options.onProgress?.({ lines: summary.lines, bytes })
  }

  try {
    for await (const read of readRows(file, options)) {
      if (read.kind === 'header') {
        options.onHeader?.(read.text)
        const taken = [...options.brands.values()].flatMap(({ credentials }) => credentials)
        const missed = missedColumns(read.names, taken)
        if (missed.length > 0) options.onMissedColumns?.(missed)
        continue
      }
      summary.lines++
      bytes = read.end
      if (read.kind === 'row') batch.push({ line: read.line, text: read.text, row: read.row })
      else {
        bad(read.line, read.reason, read.text)
        if (options.full !== undefined) await lines.mention(read.named)
      }
      if (batch.length >= atOnce) await flush()
    }
    await flush()
    const disputed = await settleDisputes(db, [...disputing.keys()], now)
    for (const [ref, line] of disputing) {
      const kind = disputed.get(ref)
      if (kind === undefined) continue
      summary.disputed++
      options.onDisputed?.(line, kind)
    }
    if (options.full !== undefined)
      summary.missing = await endMissing(db, lines.run, { ...options, full: options.full })
    return summary
  } finally {
    if (!options.dryRun) await forgetLines(db, lines.run).catch(() => {})
  }
}

const RACED = 'this customer or number was changed by somebody else at the same moment (import the line again)'
