/** A folder of flows small enough to be proved in a moment, for tests of what reads, checks and serves such folders. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { parseBrand } from '../../src/flow/files/parse-brand.ts'
import { parseFlow } from '../../src/flow/files/parse-flow.ts'
import { SOUND } from '../proof/proving.ts'
import { ownTexts, smallBrandFile } from './small.ts'

/** What a server says in any flow: when nothing works. */
const SAID_BY_ALL = { apology: 'apology', goodbye: 'goodbye' }

/** Writes the sound flow as `hotline.yaml` into the folder, with a brand `small`, and its prompts in both languages. */
export function writeSmallFolder(dir: string): void {
  for (const name of ['brands', 'prompts']) mkdirSync(join(dir, name))
  writeFileSync(join(dir, 'hotline.yaml'), SOUND)
  const file = smallBrandFile()
  writeFileSync(join(dir, 'brands/small.yaml'), file)
  const { brand } = parseBrand(file, 'small.yaml')
  const own = ownTexts(brand, parseFlow(SOUND, 'hotline.yaml', 'hotline'))
  const texts = stringify({ ...own, ...SAID_BY_ALL })
  for (const { code } of brand.languages) writeFileSync(join(dir, `prompts/${code}.yaml`), texts)
}

/** Such a folder in the system's temporary one. */
export function smallFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-flows-'))
  writeSmallFolder(dir)
  return dir
}
