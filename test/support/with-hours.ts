/**
 * The shipped hotlines, and beside them a brand with what none of the shipped ones has: hours, a topic in writing that needs
 * no number, and a number for those who speak English.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Hotlines, loadHotlines } from '../../src/hotlines/hotlines.ts'
import { copyOfFlows } from '../flow/folder.ts'

/** Open on weekdays but for a lunch break, and closed on the holidays of North Rhine-Westphalia. */
const HOURS = `hours:
  monday: ["08:00-12:00", "13:00-18:00"]
  tuesday: ["08:00-12:00", "13:00-18:00"]
  wednesday: ["08:00-12:00", "13:00-18:00"]
  thursday: ["08:00-12:00", "13:00-18:00"]
  friday: ["08:00-12:30"]
  holidays: NW
  dates:
    "2026-12-24": ["08:30-11:00"]
    "2026-12-28": []
`

/** `stadtnetz` is Rheinnetz under another name and number, with hours; newcomers write to it. */
export function hotlinesWithHours(): Hotlines {
  const folder = copyOfFlows()
  try {
    const model = readFileSync(join(folder.dir, 'brands/rheinnetz.yaml'), 'utf8')
    const brand = model
      .replace('name: rheinnetz', 'name: stadtnetz')
      .replace(
        /^numbers: .+$/m,
        'numbers: ["+492214710199", "+492214710198"]\nlanguage_by_number: { "+492214710198": en }',
      )
      .replace('name: join, press: "3", needs: 0', 'name: join, press: "3", needs: 0, written: true')
      .replaceAll(/^( +)pin_renewal: .+$/gm, '$&\n$1written_to: Rheinnetz')
    writeFileSync(join(folder.dir, 'brands/stadtnetz.yaml'), brand.replaceAll('Rheinnetz', 'Stadtnetz') + HOURS)
    return loadHotlines(folder.dir)
  } finally {
    folder.remove()
  }
}
