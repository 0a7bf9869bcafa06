/** An attack on many accounts that a person declares, or says is over. PURE. */
import { z } from 'zod'
import { sprayRule } from '../auth/spray.ts'
import type { Fault } from './fault.ts'
import { name } from './name.ts'
import { reason } from './reason.ts'
import { brandNamed } from './spoken-words.ts'

const MINUTE = 60_000
const USUAL_MINUTES = 60

export const sprayEnd = z.strictObject({
  brand: name.nullable().meta({ description: 'Name of the brand; null for the whole service.' }),
  reason,
})

export const sprayOrder = z.strictObject({
  ...sprayEnd.shape,
  minutes: z
    .int()
    .min(1)
    .max(sprayRule.longestMs / MINUTE)
    .default(USUAL_MINUTES)
    .meta({ description: 'After so many minutes it ends, unless the figures are high then.' }),
})

/** What is wrong with its place; empty when nothing is. The whole service is for those who may act for every brand that is served. */
export function sprayFaults(
  { brand }: { brand: string | null },
  { brands, isWhole }: { brands: readonly { name: string }[]; isWhole: boolean },
): Fault[] {
  if (brand === null) {
    const sentence = 'The whole service is for those who take all of its brands; name a brand.'
    return isWhole ? [] : [{ code: 'no_brand', field: 'brand', sentence }]
  }
  const named = brandNamed(brand, brands)
  return 'fault' in named ? [named.fault] : []
}

export function endOf(now: Date, minutes: number): Date {
  return new Date(now.getTime() + minutes * MINUTE)
}
