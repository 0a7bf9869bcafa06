/** The file to which an import writes its bad lines, under the same header, so that it can be corrected and imported. */
import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { UnreadableFile } from '../store/import/header.ts'

export interface BadLines {
  /** @throws {UnreadableFile} where there is such a file: lines of an earlier import that somebody still corrects. */
  check(): void
  begin(header: string): void
  /** Null: the line cannot be read. */
  keep(text: string | null): void
  close(): void
}

/** There is none before the first bad line. PINs may be in it, so it is its owner's. */
export function createBadLines(file: string | undefined): BadLines {
  let header = ''
  let to: number | null = null
  return {
    check() {
      if (file !== undefined && existsSync(file))
        throw new UnreadableFile(`--bad-lines: there is a file '${file}'; name a new one.`)
    },
    begin(text) {
      header = text
    },
    keep(text) {
      if (file === undefined || text === null) return
      if (to === null) {
        to = openSync(file, 'wx', 0o600)
        writeSync(to, `${header}\n`)
      }
      writeSync(to, `${text}\n`)
    },
    close() {
      if (to !== null) closeSync(to)
    },
  }
}
