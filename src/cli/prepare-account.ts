/** What became of a customer before a call: tries, the end of the contract, a call code, as `before:` lines of a transcript say. */
import { randomUUID } from 'node:crypto'
import { isCallCode } from '../auth/call-code.ts'
import { canonicalEntry, formOf } from '../auth/identifiers.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { Brand } from '../flow/brand.ts'
import { takesCallCodes } from '../hotlines/hotlines.ts'
import type { CustomerPlace } from '../seams/account-book.ts'
import type { Clock } from '../seams/clock.ts'
import type { Deps } from '../server/deps.ts'
import { createCallCodes } from '../store/call-codes.ts'
import { unknown } from './prepare-forms.ts'

const DAY_MS = 86_400_000

export async function endCustomer(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry }: { line: string; brandName: string; entry: string },
): Promise<void> {
  const place = await placeOf(deps, clock, { line, brandName, entry })
  const now = clock.now()
  await deps.accounts.end(place, new Date(now.getTime() - DAY_MS), because, now)
}

/** The code that the line says, so that the transcript can key it; what makes codes draws them. */
export async function makeCallCode(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [, brandName = '', entry = '', code = ''] = line.trim().split(/\s+/)
  if (!isCallCode(code)) throw unknown(line)
  const place = await placeOf(deps, clock, { line, brandName, entry })
  const { database, keys } = deps
  const codes = createCallCodes(database.db, {
    subjectKey: keys.subject,
    isTaken: takesCallCodes(deps.hotlines),
    draw: () => code.slice(0, -1),
  })
  const made = await codes.make(place, because)
  if (made === null || 'refused' in made)
    throw new Error(`'before: ${line}' cannot be: no code is made for this customer.`)
}

const because = { actor: 'test', reason: 'a transcript' }

/** The customer of that number, by customer number. */
async function placeOf(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry }: { line: string; brandName: string; entry: string },
): Promise<CustomerPlace> {
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw unknown(line)
  const ref = await refOf(deps, clock, { line, brand, entry })
  const { customer_number: customerNumber } = await deps.database.db
    .selectFrom('account')
    .select('customer_number')
    .where('ref', '=', ref)
    .executeTakeFirstOrThrow()
  return { brand: brandName, customerNumber }
}

export async function fail(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry, times }: { line: string; brandName: string; entry: string; times: number },
): Promise<void> {
  const brand = deps.hotlines.byBrand.get(brandName)?.brand
  if (!brand) throw new Error(`'before: ${line}' names a brand that does not exist: ${brandName}.`)
  const ref = await refOf(deps, clock, { line, brand, entry })
  const subject = accountSubject(brandName, ref)
  const owner = { brand: brandName, ref, sims: null }
  for (let made = 0; made < times; made++) {
    const attempt = { token: randomUUID(), subject, credential: 'pin' as const, ownSubject: null, owner, line: null }
    const reservation = await deps.attempts.reserve(attempt)
    if (reservation.kind === 'locked') throw new Error(`'before: ${line}' asks for more tries than the lock allows.`)
    await deps.attempts.settle(attempt, reservation, 'wrong', null)
  }
}

/** The account of the customer whose number that is. */
export async function refOf(
  { source }: Deps,
  clock: Clock,
  { line, brand, entry }: { line: string; brand: Brand; entry: string },
): Promise<string> {
  const form = formOf(entry, brand.identifiers)
  const kinds = form.form === 'well_formed' ? form.kinds : []
  const value = canonicalEntry(entry, brand.country_code)
  const found = await source.find({ brand: brand.name, value, kinds }, clock.now())
  if (found.kind !== 'found') throw new Error(`'before: ${line}' names a customer that does not exist: ${entry}.`)
  return found.account.ref
}
