/** Nothing that a caller hears, nor when they hear it, tells whether a number is a customer's or how its lock stands. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { canonicalEntry } from '../../src/auth/identifiers.ts'
import { STRANGERS_IN_A_ROW } from '../../src/auth/lockout.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { unknownSubject } from '../../src/auth/verifier.ts'
import { rulesOf } from '../../src/hotlines/hotlines.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { createFastClock, realClock } from '../../src/simulator/engine/clock.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createEventLog } from '../../src/store/events.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { countingStatements } from '../support/counting.ts'
import { times } from '../support/counts.ts'
import { importLines, line } from '../support/customers.ts'
import { counted, measured } from '../support/measured.ts'
import { people, wrongPin } from '../support/people.ts'
import { phone, queueOf, withoutToken } from '../support/phone-call.ts'
import { callSid } from '../support/signing.ts'

let app: TestApp<Clock>
let statements: () => number
/** How many secrets were hashed. */
let hashed = 0

beforeAll(async () => {
  const clock = createFastClock(new Date('2026-11-22T10:00:00.000Z'))
  app = await openApp({
    customers: 'cheap',
    clock,
    // Every wait moves this clock for all. A round of offers rests 100 ms beside the answers, and no answer waits for it: its
    // rest is real, and is not taken for time that an answer took.
    floorClock: { now: clock.now, wait: realClock.wait },
    wrap: ({ verifier }, { database }) => {
      const counting = countingStatements(database.db)
      statements = counting.statements
      return {
        source: createTableSource(counting.db),
        attempts: createAttempts(counting.db),
        events: createEventLog(counting.db),
        verifier: {
          ...verifier,
          // Counted in place of done: what it costs is the same with and without a stored verifier (test of the verifier).
          matchOf(secret, kind, candidates) {
            hashed += 1
            return candidates.length === 0 ? Promise.resolve(null) : verifier.matchOf(secret, kind, candidates)
          },
        },
      }
    },
  })
  const { number, sim, puk } = NEWLY_SWAPPED
  const swapped = line({ brand: 'alpenfunk', customer_number: number, pin: '6207', sim_numbers: sim, puks: puk })
  await importLines(app.deps.database.db, [swapped], {
    brands: rulesOf(app.deps.hotlines),
    verifier: cheapMaker(app.deps.keys.pin),
    now: app.clock.now,
  })
})
afterAll(() => app.close())

/** What a caller does, in turn. ENTRY: their number. PIN: one of the state. LETTER: orders a new one, where the brand offers that. '': silence. */
const ENTRY = 'entry'
const PIN = 'pin'
const PUK = 'puk'
const LETTER = 'letter'
type Deed = string
const scripts: Record<string, Deed[]> = {
  'three tries': ['1', ENTRY, PIN, PIN, ENTRY, PIN, LETTER, 'wait', 'bridged'],
  'three tries in English': ['9', '1', ENTRY, PIN, PIN, ENTRY, PIN, 'wait', 'queue-full'],
  'entries of the wrong form between': ['1', ENTRY, '*', PIN, '12', PIN, ENTRY, PIN, 'wait', 'bridged'],
  'help, then no PIN': ['1', ENTRY, PIN, '', '2', 'wait', 'bridged'],
  'help, then a person': ['1', ENTRY, '', '1', PIN, '', '0', 'wait', 'bridged'],
  'three PUKs': ['1', ENTRY, PUK, PUK, ENTRY, PUK, 'wait', 'bridged'],
  'PIN and PUK in turn': ['1', ENTRY, PUK, PIN, ENTRY, PUK, 'wait', 'bridged'],
  'no proof asked for': ['2', ENTRY, 'wait', 'bridged'],
}
const deedsOf = (brand: string, deeds: readonly Deed[] = []): Deed[] => {
  const offers = app.deps.hotlines.byBrand.get(brand)?.brand.pins.letters === 'callers'
  return deeds.filter((deed) => deed !== LETTER || offers)
}
/** Where key 2 is a topic that asks for a number and no PIN. */
const numberAlone = ['fuldanetz', 'korbmobil']
/** Three tries in every brand; the other ways share their steps, so each is walked in some. */
const scriptsOf = (brand: string): string[] =>
  Object.keys(scripts).filter((name) => {
    if (name === 'three tries') return true
    if (name.includes('PUK')) return brand === 'alpenfunk'
    return name === 'no proof asked for' ? numberAlone.includes(brand) : brand === 'rheinnetz'
  })

/** A customer of alpenfunk who has just been given another SIM. */
const NEWLY_SWAPPED = { number: '53284163', sim: '8949039200539999996', puk: '26405913' }

interface State {
  entry: string
  /** The n-th that is keyed. */
  pin: (n: number) => string
  /** The PUK that is keyed again and again; wrong ones by default. */
  puk?: string
  lock: 'none' | 'soft' | 'hard' | 'strangers'
}

function statesOf(brand: string): Record<string, State> {
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

interface Observed {
  /** Every document, tokens removed. */
  documents: string[]
  /** Milliseconds between request and answer, by the clock of the application. */
  times: number[]
  statements: number[]
  hashes: number[]
}

let calls = 0

async function observe(brand: string, state: State, deeds: readonly Deed[], over = {}): Promise<Observed> {
  const { db } = app.deps.database
  await db.deleteFrom('pin_state').execute()
  if (state.lock !== 'none') await lock(brand, state)
  calls += 1
  const call = phone(app, { brand, from: '+491713920099', ...over }, 0x5000 + calls)
  const seen: Observed = { documents: [], times: [], statements: [], hashes: [] }
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
    const before = { statements: statements(), hashed }
    seen.documents.push(withoutToken(await act(deed)))
    seen.times.push(app.exchanges.at(-1)?.took ?? -1)
    seen.statements.push(statements() - before.statements)
    seen.hashes.push(hashed - before.hashed)
  }
  await call.hangUp()
  return seen
}

async function lock(brand: string, { entry, lock }: State): Promise<void> {
  const { database, source, keys } = app.deps
  const kinds = ['customer_number' as const]
  const found = await source.find({ brand, value: entry, kinds }, app.clock.now())
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

let documents = 0
let bytes = 0
let differing = 0

/** One where every way is walked, one with PUKs and one that works by tickets; by the full count all. */
const MODELS = ['rheinnetz', 'alpenfunk', 'fuldanetz']
const brands = Object.keys(people).toSorted(
  (one, other) => Number(MODELS.includes(other)) - Number(MODELS.includes(one)),
)

describe.each(brands.slice(0, times(MODELS.length, brands.length)))('every answer of %s', (brand) => {
  it.each(scriptsOf(brand))(
    'is the same for known-wrong, unknown, locked and none set up, with the same work and time (threats 11, 13): %s',
    async (name) => {
      const states = statesOf(brand)
      const deeds = deedsOf(brand, scripts[name])
      const [first, ...others] = await inTurn(Object.values(states), (state) => observe(brand, state, deeds))
      if (!first) throw new Error('no state')
      for (const [i, other] of others.entries()) {
        const state = Object.keys(states)[i + 1]
        documents += other.documents.length
        for (const [n, document] of other.documents.entries()) {
          bytes += Buffer.byteLength(document)
          differing += differingBytes(document, first.documents[n] ?? '')
        }
        expect({ state, ...other }).toEqual({ state, ...first })
      }
      // Otherwise the comparison would say nothing: the caller was asked, checked and queued.
      expect(first.documents).toHaveLength(deeds.length + 1)
      expect(first.documents.some((document) => queueOf(document) !== null)).toBe(true)
      const tries = deeds.filter((deed) => deed === PIN || deed === PUK).length
      expect(first.hashes.reduce((all, n) => all + n, 0)).toBe(tries)
      for (const [n, deed] of ['ring', ...deeds].entries()) {
        if (deed === PIN || deed === PUK) expect(first).toMatchObject({ times: { [n]: 500 }, hashes: { [n]: 1 } })
        // The rows of its lock, the try with the verifier in it, and how it ended: the least, where nothing follows (docs/counts.md).
        if (deed === PIN || deed === PUK) expect(first.statements[n]).toBeGreaterThanOrEqual(3)
        if (deed === ENTRY) expect([first.times[n], (first.statements[n] ?? 0) >= 2]).toEqual([500, true])
      }
    },
  )

  it('is the same for a registered number with a signed caller ID, which raises nothing (threat 38)', async () => {
    const states = statesOf(brand)
    const plain = { from: '+491713920099' }
    const phoneOf: Record<string, string> = {
      rheinnetz: '+492214710011',
      fuldanetz: '+493023125011',
      sternmobil: '+491713920000',
      korbmobil: '+491713920010',
      kassemobil: '+491713920020',
      alpenfunk: '+491713920030',
    }
    const spoofed = {
      from: phoneOf[brand] ?? '',
      over: { StirVerstat: 'TN-Validation-Passed-A', StirPassportToken: 'x.y.z', CallerName: 'Hanna Reuter' },
    }
    const right = { entry: states.locked?.entry ?? '', pin: (states['locked, right PIN'] as State).pin, lock: 'none' }
    const ways: [State, Deed[]][] = [
      [states['wrong PIN'] as State, scripts['three tries'] as Deed[]],
      [states['locked, right PIN'] as State, ['1', ENTRY, PIN, '', '2', LETTER, 'wait']],
      [right as State, ['1', ENTRY, PIN, 'wait']],
    ]
    // Where the brand offers it: the line that they call from, in place of the number.
    if (app.deps.hotlines.byBrand.get(brand)?.brand.own_line) {
      ways.push([states['wrong PIN'] as State, ['1', '1', PIN, PIN, '1', PIN, LETTER, 'wait']])
    }
    for (const [state, all] of ways) {
      const deeds = deedsOf(brand, all)
      const honest = await observe(brand, state, deeds, plain)
      const forged = await observe(brand, state, deeds, spoofed)
      expect(forged).toEqual(honest)
      const { assurance, outcome, account } = await app.context(lastCall())
      expect(assurance.level === 2).toBe(deeds.length === 4)
      if (assurance.level < 2) expect([outcome, assurance.method]).not.toContain('pin')
      if (assurance.level < 2 && ['rheinnetz', 'sternmobil'].includes(brand)) expect(account).toBeNull()
    }
  })
})

afterAll(() => {
  measured(
    'bytes that differ between wrong PIN, unknown number, locked, no PIN set and others, up to the hand-off',
    `${differing} of ${counted(bytes)} in ${counted(documents)} documents`,
  )
})

const lastCall = (): string => callSid(0x5000 + calls)

async function inTurn<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await act(item))
  return results
}

function differingBytes(one: string, other: string): number {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  let count = Math.abs(a.length - b.length)
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) count += 1
  return count
}
