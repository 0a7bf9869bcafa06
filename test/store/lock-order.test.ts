/**
 * Who locks an account and its tries does it in one order (src/store/accounts/hold.ts): what comes at the same moment waits and is
 * done, and no try and no act is lost to a deadlock. Each play lets both meet at rows that a third holds back.
 */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { StoredVerifier } from '../../src/auth/verifier.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createErasures } from '../../src/store/accounts/erasures.ts'
import { mergeAccounts } from '../../src/store/accounts/merge.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createCallCodes } from '../../src/store/call-codes.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { nestAll } from '../../src/store/key-rotation.ts'
import { issuePins } from '../../src/store/letters/issue.ts'
import { createPinChoice } from '../../src/store/pin-choice.ts'
import type { Schema } from '../../src/store/schema.ts'
import { PATIENT } from '../support/any-store.ts'
import { brands, empty, importLines, line, noting, refOf } from '../support/customers.ts'
import { describePostgres } from '../support/stores.ts'
import { pinTry } from '../support/tries.ts'

const because = { actor: 'cli', reason: 'test' }
const [ADA, BERT] = ['10000001', '10000002'] as const

describePostgres('one order of locks', (postgres) => {
  let database: Database
  let db: Kysely<Schema>
  beforeAll(async () => {
    database = await openDatabase(await postgres().createDatabase({ migrated: true }), PATIENT)
    db = database.db
  })
  afterAll(() => database.close())
  beforeEach(async () => {
    await empty(db)
    await importLines(
      db,
      [ADA, BERT].map((customer_number) =>
        line({ customer_number, pin: '4826', email: `${customer_number}@example.org` }),
      ),
    )
  })

  const subjectOf = async (number: string) => accountSubject('open', await refOf(db, number))
  /** A wrong try that is reserved, whose end the customer is told of. */
  const lastTry = async (number: string) => {
    const attempts = createAttempts(db, {
      softLocks: [{ after: 1, forMs: 60_000 }],
      hardLockAfter: 10,
      totalLimit: 50,
      totalWindowMs: 86_400_000,
      strangers: { inARow: 10, total: 50 },
    })
    const attempt = {
      ...pinTry(await subjectOf(number)),
      owner: { brand: 'open', ref: await refOf(db, number), sims: null },
    }
    const reservation = await attempts.reserve(attempt)
    const facts = { credential: 'pin', result: 'wrong' }
    const event = {
      kind: 'verify',
      callId: '-',
      brand: 'open',
      ref: attempt.owner.ref,
      actor: 'caller',
      facts,
    } as const
    return () => attempts.settle(attempt, reservation, 'wrong', event)
  }
  /** Until so many connections of this database wait for a lock of another. */
  const waiting = async (count: number): Promise<void> => {
    for (let asked = 0; asked < 2_000; asked++) {
      const { rows } = await sql<{ waiting: number }>`
        SELECT count(*)::integer AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`.execute(db)
      if ((rows[0]?.waiting ?? 0) >= count) return
    }
  }
  /** Begins each while a third holds the tries of that customer back, one after the other, and lets them go. */
  const meeting = async (
    number: string,
    ...acts: (() => Promise<unknown>)[]
  ): Promise<PromiseSettledResult<unknown>[]> => {
    const subject = await subjectOf(number)
    const begun: Promise<unknown>[] = []
    await db.transaction().execute(async (third) => {
      await sql`SELECT FROM pin_state WHERE subject = ${subject} FOR UPDATE`.execute(third)
      for (const act of acts) {
        begun.push(act())
        begun.at(-1)?.catch(() => {})
        await waiting(begun.length)
      }
    })
    return Promise.allSettled(begun)
  }
  const allDone = (results: PromiseSettledResult<unknown>[]) =>
    expect(results.map((each) => (each.status === 'rejected' ? String(each.reason) : each.status))).toEqual(
      results.map(() => 'fulfilled'),
    )
  const told = async () => (await db.selectFrom('message').select('kind').execute()).map(({ kind }) => kind)

  const merge = () =>
    mergeAccounts(db, { brand: 'open', customerNumber: ADA }, BERT, new Date(), { ...because, now: new Date() })

  it('is kept by a try that ends while its account is merged: it is told, and both are done', async () => {
    allDone(await meeting(ADA, await lastTry(ADA), merge))
    expect(await told()).toContain('soft_lock')
  })

  it('is kept by a try of an account that is erased', async () => {
    const settle = await lastTry(ADA)
    const erasures = createErasures(db, { dueOf: () => new Date(0), subjectKey: Buffer.alloc(32) })
    const ref = await refOf(db, ADA)
    const ended = new Date(Date.now() - 1000)
    await createAccountBook(db).end({ brand: 'open', customerNumber: ADA }, ended, because, new Date())
    await sql`
      INSERT INTO erasure (ref, brand, requested, due, actor, reason)
      VALUES (${ref}, 'open', now(), now(), 'cli', 'test')`.execute(db)
    const results = await meeting(ADA, settle, () => erasures.carryOut('server'))
    allDone(results)
    expect(results[1]).toMatchObject({ value: { erased: 1 } })
    expect(await told()).toEqual([])
  })

  it('is kept by the first use of a posted PIN while its account is merged, which ends it', async () => {
    await (await lastTry(BERT))()
    const ref = await refOf(db, BERT)
    await sql`
      INSERT INTO pending_verifier (brand, ref, credential, stored, letter, ends)
      SELECT brand, ref, credential, stored, 'a letter', now() + interval '1 day' FROM verifier WHERE ref = ${ref}`.execute(
      db,
    )
    const use = () => createAttempts(db).firstUse({ brand: 'open', ref }, 'pin', 'a letter', new Secret('4711'))
    allDone(await meeting(BERT, use, merge))
    expect(await db.selectFrom('pending_verifier').selectAll().execute()).toEqual([])
    expect(await use()).toBeNull()
  })

  it('is kept by PINs that are issued while accounts are merged', async () => {
    await (await lastTry(BERT))()
    allDone(await meeting(BERT, () => issue(BERT), merge))
  })

  /** The rotation waits for one of the two while somebody has it, and then they want the other: whichever it was, both are done. */
  it.each([
    ['verifier', ADA, BERT],
    ['verifier', BERT, ADA],
    ['pending_verifier', ADA, BERT],
    ['pending_verifier', BERT, ADA],
  ] as const)(
    'is kept by a rotation of keys beside who has a %s of %s and then wants that of %s',
    async (table, has, wants) => {
      if (table === 'pending_verifier')
        await sql`
        INSERT INTO pending_verifier (brand, ref, credential, stored, letter, ends)
        SELECT brand, ref, credential, stored, 'letter of ' || ref, now() + interval '1 day' FROM verifier`.execute(db)
      const nest = (stored: StoredVerifier) => ({ ...stored, kids: [...stored.kids, 'next'] })
      const refs = new Map([[ADA, await refOf(db, ADA)] as const, [BERT, await refOf(db, BERT)] as const])
      const lock = (trx: Kysely<Schema>, of: typeof ADA | typeof BERT) =>
        sql`SELECT FROM ${sql.table(table)} WHERE ref = ${refs.get(of)} FOR UPDATE`.execute(trx)
      const rotation = { done: Promise.resolve(0) }
      const other = db.transaction().execute(async (trx) => {
        await lock(trx, has)
        rotation.done = nestAll(db, { nest }, 'next')
        rotation.done.catch(() => {})
        await waiting(1)
        await lock(trx, wants)
      })
      // One after the other: the rotation is begun by the other one.
      const ended = await Promise.allSettled([other])
      allDone([...ended, ...(await Promise.allSettled([rotation.done]))])
      const { rows } = await sql<{ kid: string }>`
      SELECT stored -> 'kids' ->> -1 AS kid FROM ${sql.table(table)}`.execute(db)
      expect(rows).toEqual([{ kid: 'next' }, { kid: 'next' }])
    },
  )

  it('is kept by a code that is redeemed while its account is erased: no record names the account', async () => {
    const subjectKey = Buffer.alloc(32, 'a key')
    const codes = (on: Kysely<Schema>) => createCallCodes(on, { subjectKey, isTaken: () => true })
    const made = await codes(db).make({ brand: 'open', customerNumber: ADA }, because)
    if (made === null || 'refused' in made) throw new Error('no code was made')
    const ref = await refOf(db, ADA)
    await sql`UPDATE account SET ends = now() - interval '1 second' WHERE ref = ${ref}`.execute(db)
    await sql`
      INSERT INTO erasure (ref, brand, requested, due, actor, reason)
      VALUES (${ref}, 'open', now(), now(), 'cli', 'test')`.execute(db)
    const erasures = createErasures(db, { dueOf: () => new Date(0), subjectKey })
    const erased = { done: Promise.resolve({ erased: 0, held: 0 }) }
    await db.transaction().execute(async (trx) => {
      await codes(trx).redeem('open', made.code, { callId: '-' })
      erased.done = erasures.carryOut('server')
      await waiting(1)
    })
    expect(await erased.done).toEqual({ erased: 1, held: 0 })
    expect(await db.selectFrom('event').select('kind').where('ref', '=', ref).execute()).toEqual([])
  })

  const issue = (number: string) =>
    issuePins(db, {
      brand: 'open',
      policy: { entry: { digits: 4 }, forbid: [] },
      countryCode: '49',
      wordIn: () => 'PIN',
      numbers: [number],
      again: true,
      printer: 'age1',
      seal: async () => 'sealed',
      verifier: { ...noting(), matches: async () => true },
      hashesAtOnce: 1,
      now: new Date(),
    })

  const choose = (number: string) => async () =>
    createPinChoice(db, brands, { ...noting(), matches: async () => false }).choose(
      { brand: 'open', ref: await refOf(db, number) },
      'pin',
      new Secret('7391'),
      { by: 'portal', actor: 'portal' },
      new Date(),
    )

  it('is kept by a PIN that is chosen while a try ends: the try stays counted', async () => {
    const results = await meeting(ADA, await lastTry(ADA), choose(ADA))
    allDone(results)
    expect(results[1]).toMatchObject({ value: { set: true } })
    expect(await createAttempts(db).lockState(await subjectOf(ADA))).toMatchObject({ consecutive: 1 })
    expect(await told()).toEqual(expect.arrayContaining(['soft_lock', 'pin_set']))
  })

  it('lets a PIN that is chosen see the lock that a try before it sets', async () => {
    const subject = await subjectOf(ADA)
    await sql`INSERT INTO pin_state (subject, consecutive) VALUES (${subject}, 9)`.execute(db)
    const results = await meeting(ADA, () => createAttempts(db).reserve(pinTry(subject)), choose(ADA))
    expect(results).toMatchObject([{ value: { kind: 'reserved' } }, { value: { refused: 'hard_locked' } }])
  })

  it('leaves what is forgotten after a time where a try has it, and waits for none', async () => {
    const subject = 'unknown:rheinnetz/of-the-test'
    await sql`INSERT INTO pin_state (subject, tried_at) VALUES (${subject}, now() - interval '2 days')`.execute(db)
    const attempts = createAttempts(db)
    await db.transaction().execute(async (third) => {
      await sql`SELECT FROM pin_state WHERE subject = ${subject} FOR UPDATE`.execute(third)
      expect(await attempts.pruneUnknown()).toBe(0)
    })
    expect(await attempts.pruneUnknown()).toBe(1)
  })
})
