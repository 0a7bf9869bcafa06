/**
 * Calls whose tries are timed, one at a time: a clock tells when the server has done its work and begins to wait for the grid, and
 * then the next caller goes on. So what is measured has the server to itself, and half a second of grid costs no time.
 */
import { sql } from 'kysely'
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { Clock } from '../../src/seams/clock.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { type CheckWork, countedChecks, workSince } from '../support/counted-checks.ts'
import { people, wrongPin } from '../support/people.ts'
import { phone } from '../support/phone-call.ts'
import { NEWLY_SWAPPED, swapSim } from '../support/swapped-sim.ts'

const BRAND = 'alpenfunk'
/** Needs a PIN. */
const TOPIC = '1'
const { first, second, pinless, nobody } = people[BRAND] as NonNullable<(typeof people)[string]>
const WRONG_PUK = '12345678'
/** No try is made from it but those that are over its limit. */
const FULL_LINE = '+436649999999'

/** Of those that are made up, so many differ in more than their last three digits: no block of a thousand comes near its limit. */
const BLOCKS = 8_000

/** Who a caller claims to be, and what they key as proof. */
interface State {
  entry: string
  secret: string
  isOverLimit?: true
}

const wrong = wrongPin(first.pin)

export const states = {
  'wrong PIN': { entry: first.number, secret: wrong },
  'unknown number': { entry: nobody, secret: wrong },
  locked: { entry: second.number, secret: wrong },
  'no PIN set': { entry: pinless, secret: wrong },
  'wrong PUK': { entry: first.number, secret: WRONG_PUK },
  'SIM at rest, its PUK': { entry: NEWLY_SWAPPED.number, secret: NEWLY_SWAPPED.puk },
  'over a limit, wrong PIN': { entry: first.number, secret: wrong, isOverLimit: true },
  'over a limit, unknown number': { entry: nobody, secret: wrong, isOverLimit: true },
} satisfies Record<string, State>

export type StateName = keyof typeof states

/** What is compared: each with the state that it must not be told from. */
export const comparisons: readonly [state: StateName, with_: StateName][] = [
  ['unknown number', 'wrong PIN'],
  ['locked', 'wrong PIN'],
  ['no PIN set', 'wrong PIN'],
  ['SIM at rest, its PUK', 'wrong PUK'],
  ['over a limit, unknown number', 'over a limit, wrong PIN'],
]

/** Of one turn. `worked`: until the server waited for the grid; `heard`: until the caller had the answer. ms. */
export interface Timed {
  worked: number
  heard: number
  work: CheckWork
}

/** Of one call: the number, and the secret. */
export type TimedCall = Record<'number' | 'secret', Timed>

export interface TimedCalls {
  call(state: StateName): Promise<TimedCall>
  close(): Promise<void>
}

export interface TimedOptions {
  /** Any store by default. */
  stores?: { database: string; redis?: string }
  /** Where hashes are as cheap as they get, times say nothing and counts are the same. */
  cheap?: boolean
  without?: 'dummy-hash' | null
}

export async function openTimedCalls({ stores, ...options }: TimedOptions): Promise<TimedCalls> {
  let atGrid: (() => void) | null = null
  const clock: Clock = {
    now: () => new Date(),
    wait(ms) {
      atGrid?.()
      return new Promise((resolve) => setTimeout(resolve, ms))
    },
  }
  const floorClock: Clock = { now: clock.now, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }
  const checks = countedChecks(options)
  const customers = options.cheap ? 'cheap' : 'real'
  const app = await openApp({ ...stores, clock, floorClock, customers, limits: true, wrap: checks.wrap })
  await prepare(app)
  const alone = oneAtATime()

  /** `before` is not timed. */
  async function timed(act: () => Promise<unknown>, before: () => Promise<unknown>): Promise<Timed> {
    const done = await alone()
    await before()
    const workBefore = checks.work()
    const began = performance.now()
    let atWork: Omit<Timed, 'heard'> | null = null
    const worked = (): void => {
      atGrid = null
      atWork ??= { worked: performance.now() - began, work: workSince(workBefore, checks.work()) }
      done()
    }
    atGrid = worked
    try {
      await act()
      const heard = performance.now() - began
      // A machine that was so busy that no time was left to wait.
      if (atWork === null) worked()
      return { ...(atWork as unknown as Omit<Timed, 'heard'>), heard }
    } finally {
      if (atGrid === worked) worked()
    }
  }

  async function untimed(act: () => Promise<unknown>): Promise<void> {
    const done = await alone()
    await act().finally(done)
    app.exchanges.length = 0
  }

  let lines = 0
  return {
    async call(name) {
      const { entry, secret, ...state }: State = states[name]
      const from = state.isOverLimit ? FULL_LINE : lineOf(lines++)
      const caller = phone(app, { brand: BRAND, from })
      await untimed(() => caller.ring())
      await untimed(() => caller.key(TOPIC))
      const number = await timed(
        () => caller.key(entry),
        async () => {},
      )
      const tried = await timed(
        () => caller.key(secret),
        () => forgetTries(app),
      )
      await untimed(() => caller.hangUp())
      return { number, secret: tried }
    },
    close: () => app.close(),
  }
}

/** The account that is locked for as long as this runs, the SIM at rest, and the line that has used its limit up. */
async function prepare(app: TestApp<Clock>): Promise<void> {
  const { db } = app.deps.database
  await swapSim(app)
  const found = await app.deps.source.find(
    { brand: BRAND, value: second.number, kinds: ['customer_number'] },
    app.clock.now(),
  )
  if (found.kind !== 'found') throw new Error('the customer who is locked is gone')
  await sql`
    INSERT INTO pin_state (subject, tries, consecutive, failures, locked_until, hard_locked)
    VALUES (${accountSubject(BRAND, found.account.ref)}, 3, 3, array[now(), now(), now()], now() + interval '7 days', false)
  `.execute(db)
  // By numbers that nobody has. A line may try so many in a day: the failures of an hour would be forgotten before this ends.
  for (let n = 0; n < lineLimits.caller.accounts.most; n++) {
    const caller = phone(app, { brand: BRAND, from: FULL_LINE })
    await caller.toPin(String(54_000_000 + n))
    await caller.key(wrong)
    await caller.hangUp()
  }
}

/** As if nobody had tried on an account that is not locked: each try is the first of its account. */
async function forgetTries({ deps }: TestApp<Clock>): Promise<void> {
  await sql`UPDATE pin_state SET consecutive = 0, failures = '{}' WHERE consecutive > 0 AND locked_until IS NULL`.execute(
    deps.database.db,
  )
}

/** The n-th number of a caller. */
function lineOf(n: number): string {
  return `+43664${1_000 + (n % BLOCKS)}${String(Math.floor(n / BLOCKS)).padStart(3, '0')}`
}

/** Gives the turn to those who asked for it in order, each until it is given back. */
function oneAtATime(): () => Promise<() => void> {
  let last: Promise<void> = Promise.resolve()
  return async () => {
    const before = last
    let done = (): void => {}
    last = new Promise((resolve) => {
      done = resolve
    })
    await before
    return done
  }
}
