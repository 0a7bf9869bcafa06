/** A small folder of flows for each test, and the mistake of the README in it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from '@jest/globals'
import { writeSmallFolder } from '../flow/small-folder.ts'

export interface SmallFolder {
  readonly dir: string
  /** The path of its flow. */
  readonly flow: string
  /** Makes the mistake: a caller who has no PIN to hand is treated as if they had keyed it. */
  break(): void
  /** The line on which it stands. */
  lineOfMistake(): number
}

const MISTAKE = '    no_pin: verified'

export function smallFolders(): SmallFolder {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'flows-'))
    writeSmallFolder(dir)
  })
  afterEach(() => rmSync(dir, { recursive: true }))
  const flow = () => join(dir, 'hotline.yaml')
  return {
    get dir() {
      return dir
    },
    get flow() {
      return flow()
    },
    break() {
      const text = readFileSync(flow(), 'utf8')
      writeFileSync(
        flow(),
        text.replace('    refused: general\n    no_pin: general\n', `    refused: general\n${MISTAKE}\n`),
      )
    },
    lineOfMistake() {
      const line = readFileSync(flow(), 'utf8').split('\n').indexOf(MISTAKE)
      if (line < 0) throw new Error('the mistake was not made')
      return line + 1
    },
  }
}
