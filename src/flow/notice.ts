/** Notices: what callers are told for the time being, switched on and off while calls run (R28, R32). PURE. */
import { z } from 'zod'
import { LONGEST_NOTICE } from '../call/samples.ts'
import type { Brand } from './brand.ts'
import type { Fault } from './fault.ts'
import { name } from './name.ts'
import { brandNamed, languageFaults, spokenWords } from './spoken-words.ts'

/** Who a notice is for: all callers of a brand (`topic` null), or those with one of its topics. */
export const noticePlace = z.strictObject({
  brand: name.meta({ description: 'Name of the brand.' }),
  topic: name.nullable().default(null).meta({ description: 'Name of the topic; null for all callers of the brand.' }),
})

export const noticeOrder = z
  .strictObject({
    ...noticePlace.shape,
    texts: spokenWords.meta({
      description: `By language, every language of the brand; at most ${LONGEST_NOTICE} letters each.`,
    }),
    until: z.iso
      .datetime({ offset: true, error: 'a moment is written as 2026-11-26T18:00:00+01:00' })
      .nullable()
      .default(null)
      .meta({ description: 'When it ends by itself; null: when it is cleared.' }),
  })
  .meta({ id: 'NoticeOrder' })
export type NoticeOrder = z.infer<typeof noticeOrder>

/** What of a brand decides whether a notice can be for it. */
export type NoticeBrand = Pick<Brand, 'name' | 'languages' | 'topics'>

/** What is wrong with a notice or its place; empty when nothing is. */
export function faultsOf(
  order: z.infer<typeof noticePlace> & Partial<NoticeOrder>,
  brands: readonly NoticeBrand[],
  now: Date,
): Fault[] {
  const brand = brandNamed(order.brand, brands)
  if ('fault' in brand) return [brand.fault]
  const faults: Fault[] = []
  const topics = brand.topics.map(({ name }) => name)
  if (order.topic !== null && !topics.includes(order.topic)) {
    const sentence = `'${brand.name}' has no topic '${order.topic}'; name one of: ${topics.join(', ')}.`
    faults.push({ code: 'no_topic', field: 'topic', sentence })
  }
  if (order.texts) faults.push(...languageFaults(order.texts, brand))
  if (order.until && Date.parse(order.until) <= now.getTime()) {
    const sentence = 'The end of the notice is over already; name a later one.'
    faults.push({ code: 'is_over', field: 'until', sentence })
  }
  return faults
}
