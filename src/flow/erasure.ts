import type { Brand } from './brand.ts'

const DAY_MS = 86_400_000

/** From when on an account may be erased that was asked for then: after the brand's wait, and never before what is left to do of it is over. */
export function erasedFrom(
  { erase_after_days: wait, tail }: Pick<Brand, 'erase_after_days' | 'tail'>,
  ended: Date,
  requested: Date,
): Date {
  const tailEnds = ended.getTime() + (tail?.days ?? 0) * DAY_MS
  return new Date(Math.max(requested.getTime() + wait * DAY_MS, tailEnds))
}
