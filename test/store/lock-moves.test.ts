/**
 * The lock as SQL counts it, move by move beside the pure transition of `auth/lockout.ts`: tries that end in any order or never, that come
 * twice, by PIN and PUK, of strangers and from the customer's line, new PINs between, and time. After each move the stored rows are what the transition says, to the last time.
 */
import { randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { credentials } from '../../src/auth/credentials.ts'
import {
  isOpen,
  type Lock,
  type LockPolicy,
  lockPolicy,
  type Origin,
  renewed,
  type SpentTry,
  spent,
  takenBack,
  untried,
} from '../../src/auth/lockout.ts'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import type { StoredVerifier } from '../../src/auth/verifier.ts'
import type { Reservation, Try } from '../../src/seams/attempts.ts'
import { type AttemptStore, createAttempts } from '../../src/store/attempts.ts'
import type { Schema } from '../../src/store/schema.ts'
import { saveVerifiers } from '../../src/store/verifiers.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'
import { describeStores } from '../support/stores.ts'
import { pass, pinTry, pukTry } from '../support/tries.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE

/** Of the PUKs: no soft lock, no total. */
const ownPolicy = {
  softLocks: [],
  hardLockAfter: credentials.puk.ownLimit,
  totalLimit: Number.POSITIVE_INFINITY,
  strangers: { inARow: Number.POSITIVE_INFINITY, total: Number.POSITIVE_INFINITY },
}
/** Smaller, so that courses drawn by chance come to every tier. */
const small: LockPolicy = {
  softLocks: [
    { after: 2, forMs: 15 * MINUTE },
    { after: 3, forMs: DAY },
  ],
  hardLockAfter: 4,
  totalLimit: 6,
  totalWindowMs: 30 * DAY,
  strangers: { inARow: 3, total: 4 },
}

/** One try on both sides. `rows`: those that it counts for; none where it was refused. */
interface Made {
  attempt: Try
  reservation: Reservation
  rows: Map<string, SpentTry>
  hasEnded: boolean
}

/** What the transition says. */
interface Model {
  policy: LockPolicy
  locks: Map<string, Lock>
}

/** The store, and what was tried on it. `passed`: how much later it is than the database thinks, ms. */
interface Real {
  db: Kysely<Schema>
  attempts: AttemptStore
  passed: number
  made: Made[]
}

/** An account with a line on file, from which its PIN was right before. */
const REF = 'account-of-moves'
const LINE = '+491713920018'
const SUBJECT = accountSubject('rheinnetz', REF)

const policyOf = ({ policy }: Model, subject: string): LockPolicy =>
  subject.endsWith('/puk') ? { ...policy, ...ownPolicy } : policy
const lockOf = ({ locks }: Model, subject: string): Lock => locks.get(subject) ?? untried
const storedNow = (): StoredVerifier => ({
  v: 1,
  params: { m: 19456, t: 2, p: 1 },
  kids: ['k1'],
  salt: randomBytes(16).toString('base64'),
  tag: randomBytes(32).toString('base64'),
})

/** When the database counted a try, on the clock of the test. */
async function countedAt({ db, passed }: Real, token: string): Promise<number> {
  const { rows } = await sql<{ at: number }>`
    SELECT extract(epoch FROM at)::float8 * 1000 AS at FROM pin_attempt WHERE token = ${token}`.execute(db)
  return Number(rows[0]?.at) + passed
}

/** Every row of the account is the `Lock` of the model. */
async function expectSame(model: Model, real: Real): Promise<void> {
  // The database counts in microseconds, which a sum of large floats is not exact to.
  const about = (time: number | null): unknown => time && expect.closeTo(time - real.passed, 0)
  for (const [subject, { failures, strangers, lockedUntil, ...counts }] of model.locks) {
    const { rows } = await sql`
      SELECT tries, consecutive, hard_locked AS "hardLocked", ${timesOf('failures')} AS failures,
             json_build_object('trusted', ${time('trusted_locked_until')}, 'stranger', ${time('locked_until')}) AS "lockedUntil",
             json_build_object('tries', stranger_tries, 'consecutive', stranger_consecutive, 'failures', ${timesOf('stranger_failures')}) AS strangers
      FROM pin_state WHERE subject = ${subject}`.execute(real.db)
    expect(rows[0]).toEqual({
      ...counts,
      failures: failures.map(about),
      strangers: { ...strangers, failures: strangers.failures.map(about) },
      lockedUntil: { trusted: about(lockedUntil.trusted), stranger: about(lockedUntil.stranger) },
    })
  }
}

const time = (column: string) => sql`extract(epoch FROM ${sql.ref(column)})::float8 * 1000`
const timesOf = (column: string) =>
  sql`ARRAY(SELECT extract(epoch FROM f)::float8 * 1000 FROM unnest(${sql.ref(column)}) AS f)`

type Move = fc.AsyncCommand<Model, Real>

function move(name: string, run: (model: Model, real: Real) => Promise<void>): Move {
  const both = async (model: Model, real: Real): Promise<void> => {
    await run(model, real)
    await expectSame(model, real)
  }
  return { check: () => true, run: both, toString: () => name }
}

/** A try is spent on both sides; how it ends may be another move. */
const reserve = (kind: 'pin' | 'puk', ends: 'right' | 'wrong' | 'later', origin: Origin): Move =>
  move(`${kind} ${ends} of ${origin}`, async (model, real) => {
    const attempt = {
      ...(kind === 'pin' ? pinTry(SUBJECT) : pukTry(SUBJECT, simsSubject(SUBJECT, 'puk'))),
      owner: { brand: 'rheinnetz', ref: REF, sims: kind === 'pin' ? null : [] },
      line: origin === 'trusted' ? LINE : null,
    }
    const reservation = await real.attempts.reserve(attempt)
    const at = await countedAt(real, attempt.token)
    const subjects = attempt.ownSubject === null ? [SUBJECT] : [SUBJECT, attempt.ownSubject]
    const isAllowed = subjects.every((each) => isOpen(lockOf(model, each), policyOf(model, each), origin, at))
    const rows = new Map<string, SpentTry>()
    for (const each of subjects) {
      const next = spent(lockOf(model, each), policyOf(model, each), origin, at)
      model.locks.set(each, isAllowed ? next.lock : lockOf(model, each))
      if (isAllowed) rows.set(each, next.spent)
    }
    const { consecutive, strangers } = lockOf(model, SUBJECT)
    const inARow = origin === 'stranger' ? strangers.consecutive : consecutive - strangers.consecutive
    expect(reservation).toMatchObject(
      isAllowed ? { kind: 'reserved', origin, ordinal: consecutive, inARow } : { kind: 'locked' },
    )
    const made = { attempt, reservation, rows, hasEnded: false }
    real.made.push(made)
    if (ends !== 'later') await settle(model, real, made, ends)
  })

async function settle(model: Model, real: Real, made: Made, outcome: 'right' | 'wrong'): Promise<void> {
  await real.attempts.settle(made.attempt, made.reservation, outcome, null)
  if (outcome === 'right' && !made.hasEnded)
    for (const [subject, one] of made.rows)
      model.locks.set(subject, takenBack(lockOf(model, subject), policyOf(model, subject), one))
  made.hasEnded = true
}

/** The end of some try is told: of one that is under way, that was refused, or once more. */
const end = (before: number, outcome: 'right' | 'wrong'): Move =>
  move(`${before} before the last ends ${outcome}`, async (model, real) => {
    const made = real.made.at(-1 - before)
    if (made) await settle(model, real, made, outcome)
  })

/** A webhook comes again: whatever became of the try, it counts no more. */
const repeat = (before: number): Move =>
  move(`${before} before the last once more`, async (_model, real) => {
    const made = real.made.at(-1 - before)
    if (made) expect(await real.attempts.reserve(made.attempt)).toEqual({ kind: 'repeated' })
  })

const minutes = (count: number): Move =>
  move(`${count} min`, async (_model, real) => {
    await pass(real.db, count / 60)
    real.passed += count * MINUTE
  })

const renewal = move('a new PIN', async (model, real) => {
  const row = { brand: 'rheinnetz', ref: REF, credential: 'pin', sim: null, stored: storedNow() } as const
  await saveVerifiers(real.db, [row], { replace: true })
  if (model.locks.has(SUBJECT)) model.locks.set(SUBJECT, renewed(lockOf(model, SUBJECT)))
})

/**
 * `w` wrong, `r` right, `o` open until later, `p` a wrong PUK, all of strangers, in capitals from the customer's line; `N` a new PIN; `15m`, `1d` pass; a number: the
 * try so many before the last was right.
 */
function written(course: string): Move[] {
  const ends = { w: 'wrong', r: 'right', o: 'later', p: 'wrong' } as const
  return [...course.matchAll(/(\d+)([md]?)|[wropN]/gi)].map(([move, count, unit]) => {
    if (unit) return minutes(Number(count) * (unit === 'd' ? 1_440 : 1))
    if (count) return end(Number(count), 'right')
    if (move === 'N') return renewal
    const key = move.toLowerCase() as keyof typeof ends
    return reserve(key === 'p' ? 'puk' : 'pin', ends[key], move === key ? 'stranger' : 'trusted')
  })
}

const tries = fc
  .constantFrom(
    ...([
      'pin wrong',
      'pin wrong',
      'pin wrong',
      'pin wrong',
      'puk wrong',
      'pin later',
      'puk later',
      'pin right',
    ] as const),
  )
  .chain((tried) => {
    const [kind, ends] = tried.split(' ') as ['pin' | 'puk', 'right' | 'wrong' | 'later']
    return fc.constantFrom<Origin>('stranger', 'stranger', 'trusted').map((origin) => reserve(kind, ends, origin))
  })
/** Tries are the most, and time that ends a lock, for without these no course comes to the last tiers. */
const moves = [
  ...[tries, tries, tries, tries],
  ...[15, 1_440].map((count) => fc.constant(minutes(count))),
  fc.constantFrom(5, 15, 1_440, 30 * 1_440, 365 * 1_440).map(minutes),
  fc.tuple(fc.nat(4), fc.constantFrom('right' as const, 'wrong' as const)).map((drawn) => end(...drawn)),
  fc.constantFrom(repeat(0), repeat(1), repeat(4), renewal),
]

describeStores('the lock, move by move', (openStore) => {
  let db: Kysely<Schema>

  beforeAll(async () => {
    db = (await openStore()).db
    const account = { ref: REF, brand: 'rheinnetz' }
    const person = { customer_number: '100000042', name: 'Test Person', birth_date: null, language: 'de' }
    await db
      .insertInto('account')
      .values({ ...account, ...person, ends: null, reference: null })
      .execute()
    const number = LINE.slice(1)
    const phone = {
      kind: 'phone_number' as const,
      value: number,
      sim_id: null,
      disputed: null,
      valid_from: null,
      valid_to: null,
    }
    await db
      .insertInto('identifier')
      .values({ ...account, ...phone })
      .execute()
    await db
      .insertInto('proved_line')
      .values({ ...account, number })
      .execute()
  })

  /** Alone in the store, for time passes there for all. */
  async function begun(policy: LockPolicy) {
    await db.deleteFrom('pin_attempt').execute()
    await db.deleteFrom('pin_state').execute()
    const attempts = createAttempts(db, policy)
    return {
      model: { policy, locks: new Map<string, Lock>() },
      real: { db, attempts, passed: 0, made: [] },
    }
  }

  async function played(policy: LockPolicy, course: readonly Move[]): Promise<Lock> {
    const { model, real } = await begun(policy)
    for (const move of course) await move.run(model, real)
    return lockOf(model, SUBJECT)
  }

  it.each([
    ['to the hard lock', 'WWWW 15m WWW 15m W 1d WWWWW', { consecutive: 10, hardLocked: true }],
    ['to the end of what strangers have', 'wwww 15m www 1d ww 9d w', { consecutive: 7, hardLocked: false }],
    [
      'past strangers on the line of the customer',
      'www W 15m www W 1d ww W w W',
      { consecutive: 10, hardLocked: true },
    ],
    ['back to strangers by a right one of that line', 'www 15m www 1d w R www', { consecutive: 3, hardLocked: false }],
    ['back to that line by a right one of strangers', 'WWW W r W', { consecutive: 1, hardLocked: false }],
    ['to what strangers have in all', `${'wwR '.repeat(8)} r R`, { consecutive: 0, hardLocked: false }],
    [
      'and lets them in when failures leave the window',
      `${'wwR '.repeat(7)} w 365d w`,
      { consecutive: 1, hardLocked: false },
    ],
    ['through a hard lock to a new PIN', 'WWW 1d WWW 1d WWW 1d www r N r', { tries: 11, consecutive: 0 }],
    ['to the total, with right ones between', `${'WWr '.repeat(11)} 366d r`, { consecutive: 2, hardLocked: true }],
    ['past failures that leave the window', `${'WWr '.repeat(9)} 365d wrw`, { consecutive: 1, hardLocked: false }],
    ['out of a hard lock by an early right one', 'oww 15m WWW 1d wWWW 9', { consecutive: 9, hardLocked: false }],
    ['past a new PIN with a try under way', 'wo N w 1 w', { consecutive: 2, hardLocked: false }],
    ['to a dead PUK', 'pr '.repeat(12), { consecutive: 0, hardLocked: false }],
  ])('goes %s', async (_name, course, stands) => {
    expect(await played(lockPolicy, written(course))).toMatchObject(stands)
  })

  it.each([
    ['of every account', lockPolicy],
    ['of a smaller policy', small],
  ])('goes any course by the figures %s', async (_name, policy) => {
    await fc.assert(
      fc.asyncProperty(fc.commands(moves, { maxCommands: 40, size: 'max' }), (course) =>
        fc.asyncModelRun(() => begun(policy), course),
      ),
      { numRuns: times(12, 60) },
    )
  })
})
