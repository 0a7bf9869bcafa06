/** What is switched on in a supervisor's brands, and what of the brands is needed to set it. */
import type { Switches } from '../floor/switches-view.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Clock } from '../seams/clock.ts'
import type { HolidayCalendar } from '../seams/holidays.ts'
import type { IncidentBook } from '../seams/incidents.ts'
import type { NoticeStore } from '../seams/notices.ts'
import type { SpecialHoursStore } from '../seams/special-hours.ts'
import { hoursOn, localNow } from '../turn/opening-hours.ts'
import { currentSpecialHours } from '../turn/special-hours.ts'
import type { SprayOrderParts } from '../turn/spray-orders.ts'
import type { SprayWatch } from '../turn/sprays.ts'

export interface SwitchParts {
  notices: NoticeStore
  specialHours: SpecialHoursStore
  calendar: HolidayCalendar
  incidents: IncidentBook
  sprays: Pick<SprayWatch, 'found' | 'look'>
  sprayBook: SprayOrderParts['sprays']
  clock: Clock
}

/** Closed incidents shown: the newest are looked for, and all are listed by the command. */
const CLOSED_SHOWN = 5

export async function switchesOf(
  { notices, specialHours, calendar, incidents, sprays, sprayBook, clock }: SwitchParts,
  hotlines: ReadonlyMap<string, Hotline>,
  isWhole: boolean,
): Promise<Switches> {
  const now = clock.now()
  const brands = [...hotlines.values()].map(({ brand }) => brand)
  const [on, special, all, guessedAt] = await Promise.all([
    notices.current(now),
    currentSpecialHours({ specialHours, brands }, now),
    incidents.list(),
    sprayBook.current(now),
  ])
  const own = <T extends { brand: string }>(list: readonly T[]): T[] => list.filter(({ brand }) => hotlines.has(brand))
  const shownBrands = brands.map(async (brand) => {
    const { day, time } = localNow(now, brand.time_zone)
    return {
      brand: brand.name,
      languages: brand.languages.map(({ code, locale }) => ({ code, locale })),
      topics: brand.topics.map(({ name }) => name),
      today: day,
      time,
      hoursToday: [...(await hoursOn(brand, special, calendar, day))],
    }
  })
  const closed = own(all).filter((each) => each.closed !== null)
  return {
    brands: await Promise.all(shownBrands),
    notices: own(on),
    hours: own(special).map((each) => ({ ...each, hours: [...each.hours] })),
    incidents: [...own(all).filter((each) => each.closed === null), ...closed.slice(0, CLOSED_SHOWN)],
    sprays: guessedAt.flatMap(({ brand: name, since, until, actor, isOrdered }) => {
      const of = brands.filter((brand) => name === null || brand.name === name)
      if (of.length === 0) return []
      const found = sprays.found().filter(({ brand }) => of.some((each) => each.name === brand))
      return {
        brand: name,
        since,
        until,
        actor: isOrdered ? actor : null,
        hasOneTry: isOrdered || of.some(({ spray }) => spray.follows === 'one_try'),
        failures: found.reduce((sum, { failures }) => sum + failures, 0),
        accounts: found.reduce((sum, { accounts }) => sum + accounts, 0),
        isTheirs: name !== null || isWhole,
      }
    }),
  }
}
