/** Reports of matters by other channels than this hotline: mail, form, shop … (R37). What of one is in form. PURE. */
import { z } from 'zod'
import { formOf, type IdentifierRule } from '../auth/identifiers.ts'
import type { Brand } from './brand.ts'
import type { Fault } from './fault.ts'
import { freeText } from './free-text.ts'
import { name } from './name.ts'
import { brandNamed, noTopic } from './spoken-words.ts'

/** What every brand has; a brand's own stand in its file. `phone` is a call to any desk. */
export const channels = ['phone', 'mail', 'form', 'letter', 'shop', 'social'] as const

/** As long as the store keeps of a note. */
const LONGEST_TEXT = 2_000

export const reportOrder = z
  .strictObject({
    brand: name.meta({ description: 'Name of the brand.' }),
    customer_number: z
      .string()
      .regex(/^[0-9]{1,32}$/, 'a customer number is 1 to 32 digits')
      .meta({ description: 'Whose matter it is.' }),
    topic: name.meta({ description: 'A topic of the brand: what it is about.' }),
    reported_at: z.iso
      .datetime({ offset: true, error: 'a moment is written as 2026-11-26T18:00:00+01:00' })
      .meta({ description: 'When it was first told to this channel.' }),
    channel: name.meta({ description: `${channels.join(', ')}, or one of the brand's own.` }),
    id: z
      .string()
      .regex(/^[!-~]{1,128}$/, 'an id is 1 to 128 letters, digits and signs of ASCII, without a blank')
      .nullable()
      .default(null)
      .meta({
        description:
          'What the channel calls it: sent twice, it is one report. Null: it is one with another of this channel, customer and topic that has the same time.',
      }),
    number: z
      .string()
      .regex(/^[1-9][0-9]{0,31}$/, 'a ticket number is 1 to 32 digits that do not begin with 0')
      .nullable()
      .default(null)
      .meta({ description: 'The ticket number that another system has given it; null: one is given.' }),
    text: freeText({ longest: LONGEST_TEXT })
      .nullable()
      .default(null)
      .meta({ description: `What was reported, for agents, in at most ${LONGEST_TEXT} letters.` }),
  })
  .meta({ id: 'ReportOrder' })
export type ReportOrder = z.infer<typeof reportOrder>

/** What of a brand decides whether a report can be for it. */
export type ReportBrand = Pick<Brand, 'name' | 'topics' | 'channels' | 'identifiers'>

/** Clocks of other systems may go ahead of ours by so much, ms. */
export const CLOCKS_APART_MS = 5 * 60_000
/** Nothing open has waited for longer: a time before that is a date that was misread, and would be first in the queue for ever. In days. */
const OLDEST_DAYS = 3 * 366

/** What is wrong with a report; empty when nothing is. */
export function faultsOfReport(
  { brand: wanted, topic, channel, reported_at, number }: ReportOrder,
  brands: readonly ReportBrand[],
  now: Date,
): Fault[] {
  const brand = brandNamed(wanted, brands)
  if ('fault' in brand) return [brand.fault]
  const faults: Fault[] = []
  if (!brand.topics.some((each) => each.name === topic)) faults.push(noTopic(brand, topic))
  const known = [...channels, ...brand.channels]
  if (!known.includes(channel)) {
    const sentence = `channel: '${brand.name}' has no channel '${channel}'; name one of: ${known.join(', ')}.`
    faults.push({ code: 'form', field: 'channel', sentence })
  }
  const at = Date.parse(reported_at)
  if (at > now.getTime() + CLOCKS_APART_MS) {
    const sentence = 'reported_at: this moment is yet to come; send the one at which it was reported.'
    faults.push({ code: 'in_future', field: 'reported_at', sentence })
  }
  if (at < now.getTime() - OLDEST_DAYS * 86_400_000) {
    const sentence = 'reported_at: this is more than three years ago; correct the date.'
    faults.push({ code: 'is_over', field: 'reported_at', sentence })
  }
  if (number !== null && !canBeKeyed(number, brand.identifiers)) {
    const sentence = `number: it has not the form of ticket numbers of '${brand.name}', so callers could not key it; send one of that form, or leave it out.`
    faults.push({ code: 'form', field: 'number', sentence })
  }
  return faults
}

/** Where a brand takes no ticket numbers by keypad every form is right. */
function canBeKeyed(number: string, rules: readonly IdentifierRule[]): boolean {
  const ofTickets = rules.filter(({ kind }) => kind === 'ticket_number')
  return ofTickets.length === 0 || formOf(number, ofTickets).form === 'well_formed'
}
