/** What the page of a supervisor shows as switched on in tests. */
import type { Heard, Switches } from '../../src/floor/switches-view.ts'
import { ago, SECOND } from './page-desk.ts'

export function pageSwitches(): Switches {
  const today = ago(0).slice(0, 10)
  const brand = (name: string, topics: string[]): Switches['brands'][number] => ({
    brand: name,
    languages: [
      { code: 'de', locale: 'de-DE' },
      { code: 'en', locale: 'en-GB' },
    ],
    topics,
    today,
    time: '09:30',
    hoursToday: ['08:00-12:00', '13:00-18:00'],
  })
  const since = ago(600 * SECOND)
  return {
    brands: [brand('rheinnetz', ['bill', 'outage', 'join']), brand('sternmobil', ['bill', 'sim_lost'])],
    sprays: [],
    notices: [
      {
        brand: 'rheinnetz',
        topic: 'outage',
        texts: { de: 'Im Norden ist das Netz gestört.', en: 'There is a fault in the north.' },
        until: ago(-7_200 * SECOND),
        since,
      },
    ],
    hours: [
      {
        brand: 'sternmobil',
        day: today,
        hours: ['08:00-12:00', '13:00-14:00'],
        texts: { de: 'Heute ist Betriebsversammlung.', en: 'We have a staff meeting.' },
        since,
      },
    ],
    incidents: [
      {
        brand: 'rheinnetz',
        name: 'mail-2026-10',
        day: '2026-10-01',
        texts: { de: 'Eine Mail ging mit fremder Kundennummer hinaus.', en: "A mail had another customer's number." },
        opened: since,
        closed: null,
        accounts: 1,
      },
    ],
  }
}

/** One brand that was noticed, and the whole service by an order that a supervisor of some brands cannot end. */
export function pageSprays(): Switches['sprays'] {
  const times = { since: ago(300 * SECOND), until: ago(-1_200 * SECOND) }
  return [
    { brand: 'rheinnetz', ...times, actor: null, hasOneTry: true, failures: 213, accounts: 190, isTheirs: true },
    { brand: null, ...times, actor: 'cli', hasOneTry: true, failures: 230, accounts: 204, isTheirs: false },
  ]
}

/** What callers hear of a notice, as the server answers. */
export const pageHeard: Heard[] = [
  {
    language: 'de',
    locale: 'de-DE',
    lines: [
      { text: 'Rheinnetz, guten Tag.', language: 'de', isNew: false },
      { text: 'Das Netz ist gestört.', language: 'de', isNew: true },
    ],
  },
  { language: 'en', locale: 'en-GB', lines: [{ text: 'There is a fault.', language: 'en', isNew: true }] },
]
