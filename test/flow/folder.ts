/** A copy of the shipped folder, for a test to spoil. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Finding, FlowError } from '../../src/flow/files/finding.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { flowsDir } from './shipped.ts'

export interface Folder {
  dir: string
  /** Changes one file; the text to replace must be there exactly once. */
  change(file: string, from: string, to: string): void
  /** File, line and column (from 1) of the only place where a text stands. */
  placeOf(file: string, text: string): Pick<Finding, 'file' | 'line' | 'column'>
  /** What is said against the files when they are loaded. */
  findings(): readonly Finding[]
  remove(): void
}

export function copyOfFlows(): Folder {
  const dir = mkdtempSync(join(tmpdir(), 'flows-'))
  cpSync(flowsDir, dir, { recursive: true })
  const around = (file: string, text: string): [before: string, after: string] => {
    const [before, after, ...more] = readFileSync(join(dir, file), 'utf8').split(text)
    if (before !== undefined && after !== undefined && more.length === 0) return [before, after]
    throw new Error(`'${text}' does not stand exactly once in ${file}`)
  }
  return {
    dir,
    change(file, from, to) {
      writeFileSync(join(dir, file), around(file, from).join(to))
    },
    placeOf(file, text) {
      const lines = around(file, text)[0].split('\n')
      return { file: join(dir, file), line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
    },
    findings() {
      try {
        loadHotlines(dir)
      } catch (error) {
        if (!(error instanceof FlowError)) throw error
        return error.findings
      }
      return []
    },
    remove: () => rmSync(dir, { recursive: true }),
  }
}
