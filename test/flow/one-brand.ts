import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flowsDir } from './shipped.ts'

/** A copy of the shipped flows with these brands alone: whatever serves them proves each brand, a second of work for each. */
export function flowsOf(...brands: string[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'rufpass-flows-'))
  cpSync(flowsDir, dir, { recursive: true })
  leaveBrand(dir, ...brands)
  return dir
}

/** Takes all other brands out of a folder of flows. */
export function leaveBrand(dir: string, ...brands: string[]): void {
  const others = readdirSync(join(dir, 'brands')).filter((file) => !brands.includes(file.replace(/\.yaml$/, '')))
  for (const file of others) rmSync(join(dir, 'brands', file))
}
