import { createReadStream } from 'node:fs'
import { UnreadableFile } from './header.ts'

/** Longer than any honest line; a file without line ends must not fill the memory. Bytes. */
export const LONGEST_LINE = 65_536

/** What goes on for so long without a line end has none: what comes out of a device, or is no text. Bytes. */
export const ENDLESS_LINE = 16_777_216

const OLD_ENDS = 'its lines end with carriage returns alone (save it with line ends LF or CRLF)'

const LF = 0x0a
const CR = 0x0d

export type LinesIn = string | (() => AsyncIterable<Buffer>)

/** One line of the file. `text` is null where the line cannot be read at all, and `problem` says why. */
export interface FileLine {
  /** Counted from 1, as editors do. */
  number: number
  text: string | null
  problem: string
  /** Bytes of the file up to the end of this line. */
  end: number
}

/**
 * The lines of a UTF-8 file, one by one whatever its size; a byte order mark and CRLF are tolerated. A file whose lines CR alone ends
 * would be one line, with data in what is said of its header: that is a problem by itself, however long it is.
 * One line is one record: a stray quotation mark then spoils its own line and not everything up to the next one.
 * @param file its name, or how to read it from its beginning.
 * @throws {UnreadableFile} where a line seems to have no end; what the file system throws (ENOENT, EACCES, EISDIR).
 */
export async function* readLines(file: LinesIn): AsyncGenerator<FileLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let number = 0
  let end = 0
  let parts: Buffer[] = []
  let held = 0
  let tooLong = false
  /** Within a line, where LF has not come yet. */
  let returns = false

  const finish = (lineEnd: number): FileLine => {
    number++
    end += lineEnd
    const bytes = Buffer.concat(parts)
    // At its end it belongs to CRLF.
    const isOld = returns || bytes.subarray(0, -1).includes(CR)
    const problem = isOld ? OLD_ENDS : tooLong ? `the line is longer than ${LONGEST_LINE} bytes` : ''
    parts = []
    held = 0
    tooLong = false
    returns = false
    if (problem) return { number, text: null, problem, end }
    try {
      return { number, text: decoder.decode(bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes), problem: '', end }
    } catch {
      return { number, text: null, problem: 'the line is not UTF-8 (save the file as UTF-8)', end }
    }
  }
  const keep = (bytes: Buffer): void => {
    end += bytes.length
    held += bytes.length
    if (held > ENDLESS_LINE) throw endlessLine(number + 1)
    if (held > LONGEST_LINE) {
      tooLong = true
      returns ||= [...parts, bytes.subarray(0, -1)].some((part) => part.includes(CR))
      parts = []
    } else parts.push(bytes)
  }

  const chunks: AsyncIterable<Buffer> = typeof file === 'string' ? createReadStream(file) : file()
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, from)) {
      keep(chunk.subarray(from, at))
      yield finish(1)
      from = at + 1
    }
    if (from < chunk.length) keep(chunk.subarray(from))
  }
  if (held > 0) yield finish(0)
}

/** @param line counted from 1. */
export function endlessLine(line: number): UnreadableFile {
  return new UnreadableFile(`Line ${line} has no end within ${ENDLESS_LINE / 1_048_576} MB: this is no file of lines.`)
}
