/** When a brand can be reached: the form of `hours` in its file. Whether it is open now is for the shell to say. PURE. */
import { z } from 'zod'

/** Of the German states, by ISO 3166-2. */
const states = [
  ...['BB', 'BE', 'BW', 'BY', 'HB', 'HE', 'HH', 'MV', 'NI', 'NW', 'RP', 'SH', 'SL', 'SN', 'ST', 'TH'],
] as [string, ...string[]]

const range = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, {
    error: 'hours are written "08:00-18:00", in quotes',
    abort: true,
  })
  .refine((text) => text.slice(0, 5) < text.slice(6), 'hours end after they begin, and at "24:00" at the latest')

/** When it is open on one day, `HH:MM-HH:MM` each; none: closed. */
export const ranges = z
  .array(range)
  .refine(
    (list) => list.every((each, index) => index === 0 || (list[index - 1]?.slice(6) ?? '') <= each.slice(0, 5)),
    'hours of one day follow each other; put them in order, without overlap',
  )

const on = (day: string) => ranges.default([]).describe(`From when to when on a ${day}; without it, closed.`)

export const hoursSchema = z
  .strictObject({
    monday: on('Monday'),
    tuesday: on('Tuesday'),
    wednesday: on('Wednesday'),
    thursday: on('Thursday'),
    friday: on('Friday'),
    saturday: on('Saturday'),
    sunday: on('Sunday'),
    holidays: z
      .enum(states)
      .optional()
      .describe('German state by its two letters (ISO 3166-2, as NW), on whose public holidays the brand is closed.'),
    dates: z
      .record(z.string(), ranges)
      .refine(
        (dates) => Object.keys(dates).every((day) => z.iso.date().safeParse(day).success),
        'a date is written "YYYY-MM-DD", in quotes, and must be one that there is',
      )
      .default({})
      .describe('Days that are unlike their weekday, holidays too: "2026-12-24": ["08:00-12:00"], or [] for closed.'),
  })
  .describe('When people can be reached, in the time zone of the brand; days without hours are closed days.')
export type Hours = z.infer<typeof hoursSchema>

/** A time of day, `HH:MM`. */
export const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written "14:00", in hours and minutes')

/** What is left of a day's hours where it closes at a time. */
export function closedFrom(hours: readonly string[], time: string): string[] {
  return hours.flatMap((each) => {
    const [from = '', to = ''] = each.split('-')
    if (to <= time) return [each]
    return from < time ? [`${from}-${time}`] : []
  })
}
