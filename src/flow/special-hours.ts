/** Special hours: a day that is unlike its weekday, set while calls run, with why it is closed then. PURE. */
import { z } from 'zod'
import { LONGEST_NOTICE } from '../call/samples.ts'
import type { Brand } from './brand.ts'
import type { Fault } from './fault.ts'
import { ranges, timeOfDay } from './hours.ts'
import { name } from './name.ts'
import { brandNamed, languageFaults, spokenWords } from './spoken-words.ts'

/** A day of a brand. */
export const specialDay = z.strictObject({
  brand: name.meta({ description: 'Name of the brand.' }),
  day: z.iso
    .date('a day is written as 2026-11-26, and must be one that there is')
    .meta({ description: 'The day, where the brand is.' }),
})

const texts = spokenWords.default({}).meta({
  description: `Why, by language: heard by callers while it is closed on that day. Every language of the brand or none; at most ${LONGEST_NOTICE} letters each.`,
})

/** What is kept: the hours of the day, none where it is closed. */
export const specialHours = z.strictObject({
  ...specialDay.shape,
  hours: ranges.meta({ description: 'When it is open, as "08:00-14:00"; none: closed all day.' }),
  texts,
})

/** What is sent: the hours, or from when it is closed; what is left of the day's hours is worked out. */
export const specialHoursOrder = z
  .strictObject({
    ...specialDay.shape,
    hours: ranges.optional().meta({ description: 'When it is open, as "08:00-14:00"; none: closed all day.' }),
    closed_from: timeOfDay
      .optional()
      .meta({ description: 'In place of hours: closed from this time on; until then as on any such day.' }),
    texts,
  })
  .refine(({ hours, closed_from }) => (hours === undefined) !== (closed_from === undefined), {
    path: ['hours'],
    error: 'name the hours of the day or from when it is closed, one of the two',
  })
  .meta({ id: 'SpecialHoursOrder' })
export type SpecialHoursOrder = z.infer<typeof specialHoursOrder>

/** What of a brand decides whether special hours can be for it. */
export type HoursBrand = Pick<Brand, 'name' | 'languages' | 'hours' | 'time_zone'>

/** How far ahead a day may be set. What is known longer before belongs into the brand's file. */
const DAYS_AHEAD = 366

/** What is wrong with an order or its day. `todayIn`: the day where the brand is. */
export function faultsOfHours(
  order: z.infer<typeof specialDay> & { texts?: Record<string, string> },
  brands: readonly HoursBrand[],
  todayIn: (timeZone: string) => string,
): Fault[] {
  const brand = brandNamed(order.brand, brands)
  if ('fault' in brand) return [brand.fault]
  const { texts: given } = order
  const faults = given && Object.keys(given).length > 0 ? languageFaults(given, brand) : []
  if (given === undefined) return faults
  const ahead = (Date.parse(order.day) - Date.parse(todayIn(brand.time_zone))) / 86_400_000
  if (ahead < 0) faults.push({ code: 'is_over', field: 'day', sentence: 'The day is over; name today or a later one.' })
  if (ahead > DAYS_AHEAD) {
    const sentence = "The day is more than a year ahead; write it into 'dates' of the brand's file."
    faults.push({ code: 'too_far', field: 'day', sentence })
  }
  return faults
}
