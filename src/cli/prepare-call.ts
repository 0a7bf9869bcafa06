import { randomUUID } from 'node:crypto'
import { canonicalEntry, formOf } from '../auth/identifiers.ts'
import { softLocks } from '../auth/lockout.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { Deps } from '../deps.ts'
import type { Clock } from '../seams.ts'

/**
 * Brings about what a `before:` line of a transcript says:
 * `locked BRAND NUMBER` (three wrong tries were made) and `failed BRAND NUMBER TRIES`.
 * Throws a sentence that names what it did not understand.
 */
export async function prepareCall(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [what, brandName = '', entry = '', tries] = line.trim().split(/\s+/)
  const times = what === 'locked' ? softLocks[0].after : what === 'failed' ? Number(tries) : Number.NaN
  if (!Number.isInteger(times)) {
    throw new Error(`'before: ${line}' is not known; write 'locked BRAND NUMBER' or 'failed BRAND NUMBER TRIES'.`)
  }
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw new Error(`'before: ${line}' names a brand that does not exist: ${brandName}.`)
  const form = formOf(entry, brand.identifiers)
  const kinds = form.form === 'well_formed' ? form.kinds : []
  const value = canonicalEntry(entry, brand.country_code)
  const found = await deps.source.find({ brand: brandName, value, kinds }, clock.now())
  if (found.kind !== 'found') throw new Error(`'before: ${line}' names a customer that does not exist: ${entry}.`)
  const subject = accountSubject(brandName, found.account.ref)
  for (let made = 0; made < times; made++) {
    const attempt = { token: randomUUID(), subject, credential: 'pin' as const, ownSubject: null }
    await deps.attempts.settle(attempt, await deps.attempts.reserve(attempt), 'wrong')
  }
}
