/** A caller who keys what they are told, in each state that an account or a number may be in, and all that is seen of the answers. */
import { sql } from 'kysely'
import { canonicalEntry } from '../../src/auth/identifiers.ts'
import { STRANGERS_IN_A_ROW } from '../../src/auth/lockout.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { unknownSubject } from '../../src/auth/verifier.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { createFastClock, realClock } from '../../src/simulator/engine/clock.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { countedChecks, workSince } from '../support/counted-checks.ts'
import { noLimits } from '../support/no-limits.ts'
import { people, wrongPin } from '../support/people.ts'
import { phone, withoutToken } from '../support/phone-call.ts'
import { NEWLY_SWAPPED, swapSim } from '../support/swapped-sim.ts'

/** What a caller does, in turn. ENTRY: their number. PIN: one of the state. LETTER: orders a new one, where the brand offers that. '': silence. */
export const ENTRY = 'entry'
export const PIN = 'pin'
export const PUK = 'puk'
export const LETTER = 'letter'
export type Deed = string

export interface State {
  entry: string
  /** The n-th that is keyed. */
  pin: (n: number) => string
  /** The PUK that is keyed again and again; wrong ones by default. */
  puk?: string
  lock: 'none' | 'soft' | 'hard' | 'strangers'
  isOverLimit?: boolean
}

export function statesOf(brand: string): Record<string, State> {
  const { first, pinless, nobody } = people[brand] as (typeof people)[string]
  const wrong = (n: number) => wrongPin(first.pin, n)
  return {
    'wrong PIN': { entry: first.number, pin: wrong, lock: 'none' },
    'unknown number': { entry: nobody, pin: wrong, lock: 'none' },
    'no PIN set up': { entry: pinless, pin: wrong, lock: 'none' },
    locked: { entry: first.number, pin: wrong, lock: 'soft' },
    'locked, right PIN': { entry: first.number, pin: () => first.pin, lock: 'soft' },
    'locked for good': { entry: first.number, pin: wrong, lock: 'hard' },
    'locked for good, right PIN': { entry: first.number, pin: () => first.pin, lock: 'hard' },
    'unknown number, locked': { entry: nobody, pin: wrong, lock: 'soft' },
    'all used that strangers have': { entry: first.number, pin: wrong, lock: 'strangers' },
    'all used that strangers have, right PIN': { entry: first.number, pin: () => first.pin, lock: 'strangers' },
    // Where there are PUKs: a customer with two SIMs, and one without any.
    ...(brand === 'alpenfunk' && {
      'two SIMs': { entry: '53173052', pin: wrong, lock: 'none' },
      'no SIM': { entry: '53395274', pin: wrong, lock: 'none' },
      // Both keyed by number, and by the card itself.
      'SIM at rest, its PUK': { entry: NEWLY_SWAPPED.number, pin: wrong, puk: NEWLY_SWAPPED.puk, lock: 'none' },
      'SIM at rest, keyed, its PUK': { entry: NEWLY_SWAPPED.sim, pin: wrong, puk: NEWLY_SWAPPED.puk, lock: 'none' },
    }),
  }
}

export interface Observed {
  /** Every document, tokens removed. */
  documents: string[]
  /** Milliseconds between request and answer, by the clock of the application. */
  times: number[]
  statements: number[]
  hashes: number[]
  /** Under the keys of PINs. */
  macs: number[]
}

export interface Observing {
  app: TestApp<Clock>
  observe(brand: string, state: State, deeds: readonly Deed[], over?: object): Promise<Observed>
}

/** The first call that is observed has this number, the next one more. */
export const FIRST_CALL = 0x5001

/** @param close the application when nothing is observed any more. */
export async function openObserving(): Promise<Observing> {
  const checks = countedChecks({ cheap: true })
  /** Whether the line that calls has tried too often. */
  let isOverLimit = false
  const clock = createFastClock(new Date('2026-11-22T10:00:00.000Z'))
  const app = await openApp({
    customers: 'cheap',
    clock,
    // Every wait moves this clock for all. A round of offers rests 100 ms beside the answers, and no answer waits for it: its
    // rest is real, and is not taken for time that an answer took.
    floorClock: { now: clock.now, wait: realClock.wait },
    wrap: (parts, deps) => ({
      ...checks.wrap(parts, deps),
      limits: {
        ...noLimits,
        // Calls at once are another limit of it.
        spend: async ({ account }) => ({
          full: isOverLimit && account !== 'call' ? ('caller' as const) : null,
          counted: 'everywhere' as const,
        }),
      },
    }),
  })
  await swapSim(app)
  let calls = FIRST_CALL - 1

  async function observe(brand: string, state: State, deeds: readonly Deed[], over = {}): Promise<Observed> {
    const { db } = app.deps.database
    await db.deleteFrom('pin_state').execute()
    if (state.lock !== 'none') await lock(app, brand, state)
    isOverLimit = state.isOverLimit === true
    calls += 1
    const call = phone(app, { brand, from: '+491713920099', ...over }, calls)
    const seen: Observed = { documents: [], times: [], statements: [], hashes: [], macs: [] }
    let keyed = 0
    const act = (deed: Deed): Promise<string> => {
      if (deed === ENTRY) return call.key(state.entry)
      if (deed === PIN) return call.key(state.pin(++keyed))
      if (deed === PUK) return call.key(state.puk ?? `1234567${++keyed}`)
      if (deed === LETTER) return call.key('1')
      if (deed === 'wait') return call.wait()
      if (deed === 'bridged' || deed === 'queue-full') return call.returned(deed)
      return deed === '' ? call.silence() : deed === 'ring' ? call.ring() : call.key(deed)
    }
    for (const deed of ['ring', ...deeds]) {
      // What comes sooner than the time to key is over is the hash key.
      if (deed === '') await app.clock.wait(25_000)
      const before = checks.work()
      seen.documents.push(withoutToken(await act(deed)))
      seen.times.push(app.exchanges.at(-1)?.took ?? -1)
      const work = workSince(before, checks.work())
      for (const kind of ['statements', 'hashes', 'macs'] as const) seen[kind].push(work[kind])
    }
    await call.hangUp()
    return seen
  }

  return { app, observe }
}

async function lock({ deps, clock }: TestApp<Clock>, brand: string, { entry, lock }: State): Promise<void> {
  const { database, source, keys } = deps
  const kinds = ['customer_number' as const]
  const found = await source.find({ brand, value: entry, kinds }, clock.now())
  const subject =
    found.kind === 'found'
      ? accountSubject(brand, found.account.ref)
      : unknownSubject(keys.subject, brand, canonicalEntry(entry, '49'))
  await sql`
    insert into pin_state (subject, tries, consecutive, failures, stranger_tries, stranger_consecutive, stranger_failures, locked_until, hard_locked)
    values (${subject}, 3, 3, array[now(), now(), now()], 3, ${lock === 'strangers' ? STRANGERS_IN_A_ROW : 3}, array[now(), now(), now()],
      CASE WHEN ${lock !== 'strangers'} THEN now() + interval '15 minutes' END, ${lock === 'hard'})
  `.execute(database.db)
}
