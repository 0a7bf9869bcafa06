/** Numbers of a `Leg`, in E.164 or as somebody wrote them, matched with ours. */
import { canonicalEntry } from '../auth/identifiers.ts'
import type { Brand } from '../flow/brand.ts'
import type { Hotline } from '../flow/hotline.ts'

/**
 * The hotline of a called number, or undefined. A national number means the hotline that has it in its own country, and
 * none where hotlines of two countries have it.
 */
export function hotlineOfCalled(called: string, byNumber: ReadonlyMap<string, Hotline>): Hotline | undefined {
  const exact = byNumber.get(called)
  if (exact || called.startsWith('+')) return exact
  const fitting = [...byNumber].filter(
    ([number, { brand }]) => number === `+${canonicalEntry(called, brand.country_code)}`,
  )
  const [hotline, ...others] = new Set(fitting.map(([, one]) => one))
  return others.length === 0 ? hotline : undefined
}

/** The called number of a hotline as its brand has it. */
export function numberCalled(called: string, { brand }: Hotline): string {
  return called.startsWith('+') ? called : `+${canonicalEntry(called, brand.country_code)}`
}

/**
 * The caller's number in E.164. What does not come so counts only where it could be dialled on the public network: an
 * extension of somebody's own telephones is no line of a customer.
 */
export function callerNumberOf(
  from: string | null,
  brand: Brand,
  toE164: (written: string, countryCode: string) => string | null,
): string | null {
  return from === null || from.startsWith('+') ? from : toE164(from, brand.country_code)
}
