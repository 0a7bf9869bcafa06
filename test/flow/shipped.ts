import { join, relative } from 'node:path'
import type { Hotline } from '../../src/flow/hotline.ts'
import { type Hotlines, loadHotlines } from '../../src/hotlines/hotlines.ts'
import { everythingHeard, type Heard } from '../../src/proof/heard.ts'

/** The folder of the flows, brands and prompts that are shipped, and what is in it. */
export const flowsDir = join(import.meta.dirname, '../../flows')
/** Read once for a process: reading and checking is work of its own for every application that a test starts. Nobody changes what is in it. */
export const shippedHotlines = loadHotlines(flowsDir)
export const shipped: ReadonlyMap<string, Hotline> = shippedHotlines.byBrand
/** The PIN checks in mid-call. */
export const shippedChecks: readonly Hotline[] = shippedHotlines.checks

/** Those of a folder; the shipped one is not read a second time. */
export const hotlinesIn = (dir: string): Hotlines =>
  relative(dir, flowsDir) === '' ? shippedHotlines : loadHotlines(dir)

/** The day that the demo's dates were chosen for. */
export const DEMO_DAY = '2026-11-22'

/** The demo day, and every later one on which something changes for callers. */
export function daysOf({ brand }: Hotline): string[] {
  const dates = [brand.roll_out.announced, brand.roll_out.mandatory, brand.pin_shown_from]
  return [DEMO_DAY, ...dates.flatMap((date) => (date !== undefined && date > DEMO_DAY ? [date] : []))]
}

/** What callers of a shipped brand may hear on a day, calculated once. */
export function heardFrom(hotline: Hotline, day: string): Heard[] {
  const key = `${hotline.brand.name} ${day}`
  const known = memory.get(key)
  if (known) return known
  const heard = everythingHeard(hotline, day)
  memory.set(key, heard)
  return heard
}
const memory = new Map<string, Heard[]>()
