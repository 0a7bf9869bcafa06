/** What is wrong with an incident, for every door at which one is opened. */
import type { NoticeBrand } from '../flow/notice.ts'
import type { Incident } from '../seams/incidents.ts'

const DAY_MS = 86_400_000

/** Sentences that say what to do; empty when nothing is wrong. */
export function incidentFaults(
  { brand, day, texts }: Pick<Incident, 'day' | 'texts'> & { brand: string },
  brands: readonly Pick<NoticeBrand, 'name' | 'languages'>[],
  now: Date,
): string[] {
  const known = brands.find(({ name }) => name === brand)
  const faults = known
    ? []
    : [`There is no brand '${brand}'; name one of: ${brands.map(({ name }) => name).join(', ')}.`]
  for (const { code } of known?.languages ?? [])
    if (!Object.hasOwn(texts, code)) faults.push(`--text ${code}: is missing; callers of '${brand}' ask in it too.`)
  // A day begins in Germany before it does in UTC.
  if (Date.parse(day) > now.getTime() + DAY_MS) faults.push('--day: it lies in the future.')
  return faults
}
