/**
 * The shipped hotlines, and beside them two with what none of the shipped ones has: hours, a topic with hours of its own, a topic
 * in writing that needs no number, a number for those who speak English; and waits that end at closing time.
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

/** Faults are taken on Sundays too. */
const OF_FAULTS = `{ ${HOURS.split('\n')
  .slice(1, 6)
  .map((line) => line.trim())
  .join(', ')}, sunday: ["10:00-16:00"], holidays: NW }`

/**
 * Both are Rheinnetz under another name and number, with hours. `stadtnetz`: newcomers write to it. `uferstadt`: waits end at
 * closing time.
 */
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
      .replace('name: outage, press: "2", needs: 0', `name: outage, press: "2", needs: 0, hours: ${OF_FAULTS}`)
      .replaceAll(/^( +)pin_renewal: .+$/gm, '$&\n$1written_to: Rheinnetz')
    writeFileSync(join(folder.dir, 'brands/stadtnetz.yaml'), brand.replaceAll('Rheinnetz', 'Stadtnetz') + HOURS)
    const ending = model
      .replace('name: rheinnetz', 'name: uferstadt')
      .replace(/^numbers: .+$/m, 'numbers: ["+492214710197"]')
      .replace('  key: { press', '  closing: { exit: call_later }\n  key: { press')
    writeFileSync(join(folder.dir, 'brands/uferstadt.yaml'), ending.replaceAll('Rheinnetz', 'Uferstadt') + HOURS)
    return loadHotlines(folder.dir)
  } finally {
    folder.remove()
  }
}
