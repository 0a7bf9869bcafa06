import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import type { LockPolicy } from '../../src/auth/lockout.ts'
import type { Try } from '../../src/seams/attempts.ts'
import { type AttemptStore, createAttempts } from '../../src/store/attempts.ts'
import type { Schema } from '../../src/store/schema.ts'
import { countingStatements } from '../support/counting.ts'
import { times } from '../support/counts.ts'
import { describeStores } from '../support/stores.ts'
import { ALIKE, neverTried, pass, pinTry, pukTry, take } from '../support/tries.ts'

const MINUTES = 1 / 60
const DAYS = 24

/** Many times what locks for good, were each counted. */
const RIGHTS = times(24, 500)

describeStores('attempts', (open) => {
  let db: Kysely<Schema>
  let attempts: AttemptStore
  let side: 'embedded' | 'postgres'
  let subjects = 0
  const someone = (): string => `rheinnetz/${++subjects}`
  const wrong = (subject: string) => take(attempts, pinTry(subject), 'wrong')
  const right = (subject: string) => take(attempts, pinTry(subject), 'right')

  async function wrongTimes(subject: string, times: number): Promise<string[]> {
    const kinds: string[] = []
    for (let i = 0; i < times; i++) kinds.push(await wrong(subject))
    return kinds
  }

  beforeAll(async () => {
    const database = await open()
    db = database.db
    side = database.kind
    attempts = createAttempts(db, ALIKE)
  })

  describe('the tiers', () => {
    it('knows nothing of somebody who was never tried', async () => {
      expect(await attempts.lockState(someone())).toEqual(neverTried)
    })

    it('locks for 15 minutes at the third wrong try, whichever number of the customer was keyed (threat 5)', async () => {
      const subject = someone()
      expect(await wrongTimes(subject, 5)).toEqual(['reserved', 'reserved', 'reserved', 'locked', 'locked'])
      const { lockedUntil, ...state } = await attempts.lockState(subject)
      expect(state).toEqual({
        consecutive: 3,
        total: 3,
        hardLocked: false,
        strangersShut: false,
        operatorLocked: false,
      })
      expect(minutesUntil(lockedUntil)).toBeCloseTo(15, 0)
    })

    it('is not prolonged by tries during the lock', async () => {
      const subject = someone()
      await wrongTimes(subject, 3)
      await pass(db, 14 * MINUTES, subject)
      expect(await wrongTimes(subject, 3)).toEqual(['locked', 'locked', 'locked'])
      expect(minutesUntil((await attempts.lockState(subject)).lockedUntil)).toBeLessThan(1.1)
      await pass(db, 2 * MINUTES, subject)
      expect(await wrong(subject)).toBe('reserved')
    })

    it('locks for a day at the sixth and for good at the tenth', async () => {
      const subject = someone()
      await wrongTimes(subject, 3)
      await pass(db, 16 * MINUTES, subject)
      expect(await wrongTimes(subject, 4)).toEqual(['reserved', 'reserved', 'reserved', 'locked'])
      await pass(db, 23, subject)
      expect(await wrong(subject)).toBe('locked')
      await pass(db, 2, subject)
      expect(await wrongTimes(subject, 5)).toEqual(['reserved', 'reserved', 'reserved', 'reserved', 'locked'])
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 10, hardLocked: true })
      await pass(db, 800 * DAYS, subject)
      expect(await right(subject)).toBe('locked')
    })

    it('lifts the lock with a success, and begins to count again', async () => {
      const subject = someone()
      await wrongTimes(subject, 2)
      expect(await right(subject)).toBe('reserved')
      expect(await attempts.lockState(subject)).toEqual({
        consecutive: 0,
        total: 2,
        lockedUntil: null,
        hardLocked: false,
        strangersShut: false,
        operatorLocked: false,
      })
      expect(await wrongTimes(subject, 4)).toEqual(['reserved', 'reserved', 'reserved', 'locked'])
    })

    it(`never locks an owner who keys the right PIN ${RIGHTS} times`, async () => {
      const subject = someone()
      for (let i = 0; i < RIGHTS; i++) expect(await right(subject)).toBe('reserved')
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 0, total: 0, hardLocked: false })
    })

    it('counts a try whose end is never reported', async () => {
      const subject = someone()
      for (let i = 0; i < 3; i++) await attempts.reserve(pinTry(subject))
      expect(await right(subject)).toBe('locked')
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 3, total: 3 })
    })

    it('locks also when a length is absurd (threat 8)', async () => {
      for (const forMs of [60 * 365 * 86_400_000, 2 ** 53, 1e300, Number.POSITIVE_INFINITY]) {
        const long = createAttempts(db, policyWith({ softLocks: [{ after: 1, forMs }] }))
        const subject = someone()
        expect(await take(long, pinTry(subject), 'wrong')).toBe('reserved')
        expect(await take(long, pinTry(subject), 'right')).toBe('locked')
        const { lockedUntil } = await long.lockState(subject)
        expect(minutesUntil(lockedUntil) / 60 / 24 / 365).toBeGreaterThan(59)
        expect(minutesUntil(lockedUntil) / 60 / 24 / 365).toBeLessThan(101)
      }
    })

    it('refuses a policy that would lock nobody', () => {
      expect(() => createAttempts(db, policyWith({ softLocks: [{ after: 3, forMs: -1 }] }))).toThrow(RangeError)
      expect(() => createAttempts(db, policyWith({ softLocks: [{ after: 3, forMs: Number.NaN }] }))).toThrow(RangeError)
      expect(() => createAttempts(db, policyWith({ hardLockAfter: Number.POSITIVE_INFINITY }))).toThrow(RangeError)
      expect(() => createAttempts(db, policyWith({ totalLimit: 0 }))).toThrow(RangeError)
    })
  })

  describe('the year (threat 7)', () => {
    it('gives an attacker 10 guesses in a year when the owner never calls', async () => {
      const subject = someone()
      let guesses = 0
      for (let day = 0; day < 365; day++) {
        while ((await wrong(subject)) === 'reserved') guesses++
        await pass(db, 1 * DAYS + MINUTES, subject)
      }
      expect(guesses).toBe(10)
    })

    it('gives 20 guesses to an attacker who stops before the hard lock and waits for the monthly success', async () => {
      const subject = someone()
      let guesses = 0
      let inARow = 0
      let successes = 0
      for (let day = 0; day < 360; day++) {
        if (day % 30 === 29 && (await right(subject)) === 'reserved') {
          successes++
          inARow = 0
        }
        while (inARow < 9 && (await wrong(subject)) === 'reserved') {
          guesses++
          inARow++
        }
        await pass(db, 1 * DAYS + MINUTES, subject)
      }
      expect(guesses).toBe(20)
      expect(successes).toBe(2)
      expect(await attempts.lockState(subject)).toMatchObject({ total: 20, hardLocked: true })
    })

    it('forgets failures after 365 days, and not before', async () => {
      const subject = someone()
      for (let i = 0; i < 9; i++) {
        await wrongTimes(subject, 2)
        await right(subject)
      }
      await pass(db, 364 * DAYS, subject)
      expect(await attempts.lockState(subject)).toMatchObject({ total: 18 })
      await wrong(subject)
      await pass(db, 2 * DAYS, subject)
      expect(await attempts.lockState(subject)).toMatchObject({ total: 1, hardLocked: false })
      await wrong(subject)
      expect(await attempts.lockState(subject)).toMatchObject({ total: 2, hardLocked: false })
    })

    it('lets the owner in at what would be the twentieth failure', async () => {
      const subject = someone()
      for (let i = 0; i < 9; i++) {
        await wrongTimes(subject, 2)
        await right(subject)
      }
      await wrong(subject)
      expect(await right(subject)).toBe('reserved')
      expect(await attempts.lockState(subject)).toMatchObject({ total: 19, hardLocked: false })
      await wrong(subject)
      expect(await right(subject)).toBe('locked')
    })
  })

  describe('a repeated delivery', () => {
    it('is told apart from a lock, and counts once', async () => {
      const attempt = pinTry(someone())
      expect((await attempts.reserve(attempt)).kind).toBe('reserved')
      expect(await attempts.reserve(attempt)).toEqual({ kind: 'repeated' })
      expect(await attempts.lockState(attempt.subject)).toMatchObject({ consecutive: 1, total: 1 })
    })

    it('is repeated also where the first was refused, and when it comes after the lock', async () => {
      const subject = someone()
      const first = pinTry(subject)
      await attempts.reserve(first)
      await wrongTimes(subject, 2)
      const refused = pinTry(subject)
      expect(await attempts.reserve(refused)).toEqual({ kind: 'locked' })
      expect(await attempts.reserve(refused)).toEqual({ kind: 'repeated' })
      expect(await attempts.reserve(first)).toEqual({ kind: 'repeated' })
    })

    it('reserves once when one step comes twelve times at once', async () => {
      const attempt = pinTry(someone())
      const kinds = await Promise.all(Array.from({ length: 12 }, () => attempts.reserve(attempt)))
      expect(kinds.filter(({ kind }) => kind === 'reserved')).toHaveLength(1)
      expect(kinds.filter(({ kind }) => kind === 'repeated')).toHaveLength(11)
      expect(await attempts.lockState(attempt.subject)).toMatchObject({ consecutive: 1, total: 1 })
    })

    it('counts each of many tries once that are delivered three times in parallel (threat 20)', async () => {
      const tries = Array.from({ length: 40 }, (_, i) => {
        const subject = someone()
        return i % 2 ? pukTry(subject, `sim of ${subject}`) : pinTry(subject)
      })
      await Promise.all([...tries, ...tries, ...tries].map((attempt) => take(attempts, attempt, 'wrong')))
      for (const { subject } of tries)
        expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 1, total: 1 })
    })

    it('never takes a token over to another subject', async () => {
      const attempt = pinTry(someone())
      await attempts.reserve(attempt)
      const other = { ...attempt, subject: someone() }
      expect(await attempts.reserve(other)).toEqual({ kind: 'repeated' })
      await attempts.settle(other, { kind: 'reserved' }, 'right', null)
      expect(await attempts.lockState(attempt.subject)).toMatchObject({ consecutive: 1 })
    })
  })

  describe('settling', () => {
    const claimed = { kind: 'reserved' } as const

    const event = {
      kind: 'verify',
      brand: 'rheinnetz',
      ref: null,
      actor: 'caller',
      facts: { result: 'right' },
    } as const

    it('writes the event that tells of it, also of a try that was not reserved', async () => {
      const attempt = pinTry(someone())
      const told = { ...event, callId: attempt.token }
      await attempts.settle(attempt, await attempts.reserve(attempt), 'right', told)
      await attempts.settle(attempt, await attempts.reserve(attempt), 'wrong', {
        ...told,
        facts: { result: 'repeated' },
      })
      const written = await db
        .selectFrom('event')
        .selectAll()
        .where('call_id', '=', attempt.token)
        .orderBy('id')
        .execute()
      expect(written.map(({ kind, facts }) => [kind, facts])).toEqual([
        ['verify', { result: 'right' }],
        ['verify', { result: 'repeated' }],
      ])
    })

    it('takes back no try whose event cannot be written', async () => {
      const attempt = pinTry(someone())
      const reservation = await attempts.reserve(attempt)
      const unwritable = { ...event, callId: attempt.token, actor: 'a\0b' }
      await expect(attempts.settle(attempt, reservation, 'right', unwritable)).rejects.toThrow()
      expect(await attempts.lockState(attempt.subject)).toMatchObject({ consecutive: 1, total: 1 })
    })

    it('changes nothing for a token that was not reserved', async () => {
      const subject = someone()
      await wrongTimes(subject, 3)
      const locked = pinTry(subject)
      await attempts.reserve(locked)
      const before = await attempts.lockState(subject)
      await attempts.settle(locked, claimed, 'right', null)
      await attempts.settle(pinTry(subject), claimed, 'right', null)
      expect(await attempts.lockState(subject)).toEqual(before)
    })

    it('changes nothing for a delivery that was told locked or repeated', async () => {
      const attempt = pinTry(someone())
      await attempts.reserve(attempt)
      await attempts.settle(attempt, await attempts.reserve(attempt), 'right', null)
      await attempts.settle(attempt, { kind: 'locked' }, 'right', null)
      expect(await attempts.lockState(attempt.subject)).toMatchObject({ consecutive: 1, total: 1 })
    })

    it('counts once, and the first word stands', async () => {
      const subject = someone()
      const [a, b] = [pinTry(subject), pinTry(subject)]
      const first = await attempts.reserve(a)
      await attempts.reserve(b)
      await attempts.settle(a, first, 'right', null)
      await attempts.settle(a, first, 'right', null)
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 1, total: 1 })
      await attempts.settle(b, claimed, 'wrong', null)
      await attempts.settle(b, claimed, 'right', null)
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 1, total: 1 })
    })

    it('keeps tries counted that were reserved after the right one', async () => {
      const subject = someone()
      const early = pinTry(subject)
      const reservation = await attempts.reserve(early)
      await wrongTimes(subject, 2)
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 3 })
      await attempts.settle(early, reservation, 'right', null)
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 2, total: 2, lockedUntil: null })
    })

    it('keeps the wrong one after two right ones, in whatever order these end', async () => {
      for (const reversed of [false, true]) {
        const subject = someone()
        const rights: [Try, Awaited<ReturnType<AttemptStore['reserve']>>][] = []
        for (const attempt of [pinTry(subject), pinTry(subject)])
          rights.push([attempt, await attempts.reserve(attempt)])
        await wrong(subject)
        for (const [attempt, reservation] of reversed ? rights.reverse() : rights)
          await attempts.settle(attempt, reservation, 'right', null)
        expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 1, total: 1 })
      }
    })
  })

  describe('PIN and PUK (threat 6)', () => {
    it('share one budget: 3 before the first lock, 10 until the hard one', async () => {
      const subject = someone()
      let reserved = 0
      const perDay: number[] = []
      for (let day = 0; day < 10; day++) {
        let today = 0
        for (let i = 0; i < 6; i++) {
          const attempt = i % 2 === 0 ? pinTry(subject) : pukTry(subject, `${subject}/sim`)
          if ((await take(attempts, attempt, 'wrong')) === 'reserved') today++
        }
        perDay.push(today)
        reserved += today
        await pass(db, 1 * DAYS + MINUTES, subject)
      }
      expect(perDay.slice(0, 4)).toEqual([3, 3, 4, 0])
      expect(reserved).toBe(10)
      expect(await attempts.lockState(subject)).toMatchObject({ hardLocked: true })
    })

    it('counts a PUK for its SIM and for the account in one go', async () => {
      const [subject, sim] = [someone(), someone()]
      const attempt = pukTry(subject, sim)
      const reservation = await attempts.reserve(attempt)
      expect(reservation).toEqual({ kind: 'reserved', origin: 'stranger', ordinal: 1, inARow: 1, stored: [] })
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 1, total: 1 })
      expect(await attempts.lockState(sim)).toMatchObject({ consecutive: 1, total: 1 })
      await attempts.settle(attempt, reservation, 'right', null)
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 0, total: 0 })
      expect(await attempts.lockState(sim)).toMatchObject({ consecutive: 0, total: 0 })
    })

    it('kills a PUK at its tenth failure in a row, although PIN successes keep the account open', async () => {
      const [subject, sim] = [someone(), someone()]
      const kinds: string[] = []
      for (let i = 0; i < 12; i++) {
        kinds.push(await take(attempts, pukTry(subject, sim), 'wrong'))
        await right(subject)
      }
      expect(kinds).toEqual([...Array(10).fill('reserved'), 'locked', 'locked'])
      expect(await attempts.lockState(sim)).toMatchObject({ hardLocked: true })
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 0, total: 10, hardLocked: false })
      expect(await right(subject)).toBe('reserved')
    })

    it('refuses a PUK when the account is locked, and then leaves the count of the SIM alone', async () => {
      const [subject, sim] = [someone(), someone()]
      await wrongTimes(subject, 3)
      expect(await take(attempts, pukTry(subject, sim), 'right')).toBe('locked')
      expect(await attempts.lockState(sim)).toMatchObject({ consecutive: 0, total: 0 })
    })

    it('does not deadlock when many tries on several SIMs of one account come at once', async () => {
      const subject = someone()
      const kinds = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          take(attempts, pukTry(subject, `${i % 2 ? 'a' : 'z'}/${subject}`), 'right'),
        ),
      )
      expect(kinds.filter((kind) => kind === 'repeated')).toEqual([])
      expect(await attempts.lockState(subject)).toMatchObject({ hardLocked: false })
    })
  })

  describe('one right among twenty wrong at once (threat 2)', () => {
    it('lets at most 3 wrong ones through before the success and at most 3 after it', async () => {
      const rounds = side === 'postgres' ? times(10, 100) : times(4, 25)
      let most = { before: 0, after: 0, all: 0 }
      for (let round = 0; round < rounds; round++) {
        const subject = someone()
        const tries = Array.from({ length: 21 }, () => pinTry(subject))
        const owner = tries[round % 21]
        await Promise.all(tries.map((attempt) => take(attempts, attempt, attempt === owner ? 'right' : 'wrong')))
        const rows = await db
          .selectFrom('pin_attempt')
          .select(['token', 'serial'])
          .where('subject', '=', subject)
          .where('reserved', '=', true)
          .orderBy('serial')
          .execute()
        const place = rows.findIndex((row) => row.token === owner?.token)
        const before = place === -1 ? rows.length : place
        const after = place === -1 ? 0 : rows.length - 1 - place
        most = {
          before: Math.max(most.before, before),
          after: Math.max(most.after, after),
          all: Math.max(most.all, before + after),
        }
        expect((await attempts.lockState(subject)).consecutive).toBe(place === -1 ? 3 : after)
      }
      console.info(`threat 2, ${side}: ${rounds} rounds, most wrong tries compared: ${JSON.stringify(most)}`)
      expect(most.before).toBeLessThanOrEqual(3)
      expect(most.after).toBeLessThanOrEqual(3)
      expect(most.all).toBeLessThanOrEqual(6)
    })
  })

  describe('numbers that nobody has', () => {
    it('lock like any other', async () => {
      expect(await wrongTimes('unknown:abc', 4)).toEqual(['reserved', 'reserved', 'reserved', 'locked'])
    })

    it('are forgotten after a day without a try, and nothing else is', async () => {
      const subject = someone()
      await wrong(subject)
      await wrong('unknown:old')
      await pass(db, 1 * DAYS - 1)
      await wrong('unknown:young')
      await pass(db, 2)
      expect(await attempts.pruneUnknown()).toBe(2)
      expect(await attempts.pruneUnknown()).toBe(0)
      expect(await attempts.lockState('unknown:old')).toMatchObject({ consecutive: 0 })
      expect(await attempts.lockState('unknown:young')).toMatchObject({ consecutive: 1 })
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 1 })
    })

    it('leave no step tokens behind', async () => {
      await wrong('unknown:token')
      await pass(db, 25)
      await attempts.pruneUnknown()
      const unknown = db.selectFrom('pin_attempt').selectAll().where('subject', 'like', 'unknown:%')
      expect(await unknown.execute()).toEqual([])
    })
  })

  it('asks the database equally often for reserved, locked, repeated and unknown tries', async () => {
    const counting = countingStatements(db)
    const counted = createAttempts(counting.db)
    const cost = async (attempt: Try, outcome: 'right' | 'wrong'): Promise<[string, number]> => {
      const before = counting.statements()
      const kind = await take(counted, attempt, outcome)
      return [kind, counting.statements() - before]
    }
    const subject = someone()
    const attempt = pinTry(subject)
    expect(await cost(attempt, 'right')).toEqual(['reserved', 3])
    expect(await cost(attempt, 'right')).toEqual(['repeated', 3])
    expect(await cost(pinTry(subject), 'wrong')).toEqual(['reserved', 3])
    await wrongTimes(subject, 2)
    expect(await cost(pinTry(subject), 'wrong')).toEqual(['locked', 3])
    expect(await cost(pinTry('unknown:cost'), 'wrong')).toEqual(['reserved', 3])
    expect(await cost(pukTry(someone(), someone()), 'wrong')).toEqual(['reserved', 3])
  })

  it('refuses to work inside a transaction, which could take a spent try back', async () => {
    await expect(db.transaction().execute(async (trx) => createAttempts(trx))).rejects.toThrow('not a transaction')
  })
})

function policyWith(changes: Partial<LockPolicy>): LockPolicy {
  return {
    softLocks: [{ after: 3, forMs: 900_000 }],
    hardLockAfter: 10,
    totalLimit: 20,
    totalWindowMs: 365 * 86_400_000,
    strangers: { inARow: 10, total: 20 },
    ...changes,
  }
}

function minutesUntil(moment: string | null): number {
  if (moment === null) return 0
  return (new Date(moment).getTime() - Date.now()) / 60_000
}
