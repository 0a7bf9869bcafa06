import { randomUUID } from 'node:crypto'
import { canonicalEntry, formOf } from '../auth/identifiers.ts'
import { softLocks } from '../auth/lockout.ts'
import { accountSubject } from '../auth/subjects.ts'
import type { Deps } from '../deps.ts'
import type { Clock } from '../seams.ts'

const forms = [
  'locked BRAND NUMBER',
  'failed BRAND NUMBER TRIES',
  'waiting QUEUE CALLERS',
  'outage lookup N',
  'outage check N',
]

/**
 * Brings about what a `before:` line of a transcript says:
 * `locked BRAND NUMBER` (three wrong tries were made) and `failed BRAND NUMBER TRIES`; `waiting QUEUE CALLERS` (so many
 * are in the queue already and hang up in time); `outage lookup N` and `outage check N` (the customers, or the tries,
 * cannot be reached when the call needs them for the Nth time, and then again).
 * Throws a sentence that names what it did not understand.
 */
export async function prepareCall(deps: Deps, clock: Clock, line: string): Promise<void> {
  const [what, first = '', second = '', third] = line.trim().split(/\s+/)
  const times = Number(what === 'locked' ? softLocks[0].after : what === 'failed' ? third : second)
  if (!Number.isInteger(times)) throw unknown(line)
  switch (what) {
    case 'locked':
    case 'failed':
      return fail(deps, clock, { line, brandName: first, entry: second, times })
    case 'waiting':
      for (let caller = 0; caller < times; caller++) await deps.live.waiting.join(randomUUID(), first, clock.now())
      return
    case 'outage':
      if (first === 'lookup') return breakOnce(deps.source, 'find', times)
      if (first === 'check') return breakOnce(deps.attempts, 'reserve', times)
  }
  throw unknown(line)
}

function unknown(line: string): Error {
  return new Error(`'before: ${line}' is not known; write one of: ${forms.join(', ')}.`)
}

async function fail(
  deps: Deps,
  clock: Clock,
  { line, brandName, entry, times }: { line: string; brandName: string; entry: string; times: number },
): Promise<void> {
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
    const reservation = await deps.attempts.reserve(attempt)
    if (reservation.kind === 'locked') throw new Error(`'before: ${line}' asks for more tries than the lock allows.`)
    await deps.attempts.settle(attempt, reservation, 'wrong')
  }
}

/** Makes the nth call of a function of a store fail as if the store did not answer. */
function breakOnce<Name extends 'find' | 'reserve'>(
  store: { [name in Name]: (...args: never[]) => Promise<unknown> },
  name: Name,
  nth: number,
): void {
  const works = store[name]
  let calls = 0
  store[name] = ((...args: never[]) => {
    calls++
    if (calls !== nth) return works(...args)
    return name === 'find' ? Promise.resolve({ kind: 'unavailable' }) : Promise.reject(new Error('outage'))
  }) as (typeof store)[Name]
}
