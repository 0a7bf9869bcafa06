import type { Brand } from './brand.ts'

const DAY_MS = 86_400_000

/**
 * What an account whose last contract ended may still be proved for: some days long what the brand names, as a final bill; after them,
 * and where the brand names nothing, no topic. Null: its contract runs, and it may be proved for all.
 * @param ended ISO 8601.
 */
export function topicsLeft({ tail }: Pick<Brand, 'tail'>, ended: string | null, now: Date): readonly string[] | null {
  if (ended === null) return null
  return tail !== undefined && now.getTime() < Date.parse(ended) + tail.days * DAY_MS ? tail.topics : []
}
