/** A forgotten PIN: its letter is ordered, made, used, and guessed at (docs/security.md#a-forgotten-pin). */
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { TRIES_WHILE_LOCKED } from '../../src/auth/letters.ts'
import { HARD_LOCK_AFTER, lockPolicy, STRANGERS_IN_A_ROW, TOTAL_LIMIT } from '../../src/auth/lockout.ts'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { createVerifier, ownerOf, type Verifier } from '../../src/auth/verifier.ts'
import type { Claim } from '../../src/call/call.ts'
import { deadlineIn } from '../../src/seams/deadline.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { nestAll } from '../../src/store/key-rotation.ts'
import { undeliverable } from '../../src/store/letters/hand-over.ts'
import { issuePins } from '../../src/store/letters/issue.ts'
import { createLetterOrders } from '../../src/store/letters/order.ts'
import { kidsInUse } from '../../src/store/past-secrets.ts'
import { createPinChoice } from '../../src/store/pin-choice.ts'
import type { Schema } from '../../src/store/schema.ts'
import { saveVerifiers } from '../../src/store/verifiers.ts'
import { checkCredential } from '../../src/turn/check-credential.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { countingStatements } from '../support/counting.ts'
import { brands, empty, importLines, line, refOf } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { ALIKE, pass } from '../support/tries.ts'

const [ADA, OLD, WRONG] = ['10000001', '4826', '0000'] as const
const keys = { current: 'test', byId: new Map([['test', Buffer.alloc(32, 7)]]) }
const verifier: Verifier = { ...createVerifier(keys), ...cheapMaker(keys) }
const A_DAY_MS = 86_400_000
const YEAR_HOURS = 366 * 24

describeStores('a forgotten PIN', (open, { several }) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await empty(db)
    await put({ address_since: '2020-01-01', pin: OLD })
  })

  const put = (cells: Parameters<typeof line>[0], replacePins = false) =>
    importLines(db, [line(cells)], { verifier, replacePins })
  const ordered = (whose: { ref: string | null } | { customerNumber: string }) =>
    createLetterOrders(db).order({ brand: 'open', ...whose }, { actor: 'cli', callId: '-' })
  const order = () => ordered({ customerNumber: ADA })
  const subject = async () => accountSubject('open', await refOf(db, ADA))
  const lock = async () => createAttempts(db).lockState(await subject())

  /** What a run prints. */
  async function issued(more: { forgotten?: boolean } = { forgotten: true }): Promise<{ id: string; pin: string }[]> {
    const letters: { id: string; pin: string }[] = []
    await issuePins(db, {
      brand: 'open',
      policy: { entry: { digits: 4 }, forbid: ['repeated'] },
      countryCode: '49',
      wordIn: () => 'PIN',
      numbers: null,
      again: false,
      printer: 'age1',
      seal: async ({ id, pin }) => {
        letters.push({ id, pin: pin.reveal() })
        return 'sealed'
      },
      verifier,
      hashesAtOnce: 2,
      now: new Date(),
      ...more,
    })
    return letters
  }
  /** Ordered and made. The new one is another than the one of before. */
  async function posted(): Promise<{ id: string; pin: string }> {
    expect(await order()).toBe('ordered')
    const [letter] = await issued()
    if (letter === undefined) throw new Error('no letter')
    if (letter.pin !== OLD) return letter
    await later()
    return posted()
  }
  /** The next order is possible. */
  const later = () =>
    sql`UPDATE letter_order SET at = at - interval '14 days', quiet_until = quiet_until - interval '14 days'`.execute(
      db,
    )

  /** A try at a server of its own, as by telephone or another channel. */
  async function tried(
    pin: string,
    matchOf = verifier.matchOf,
    store = db,
    callId = '-',
    policy = ALIKE,
  ): Promise<string> {
    const ref = await refOf(db, ADA)
    const claim = { ref, subject: accountSubject('open', ref), sims: [], failuresBefore: 0 } as unknown as Claim
    const silent = { warn() {}, error() {} }
    const checks = {
      attempts: createAttempts(store, policy),
      verifier: { ...verifier, matchOf },
      slots: createHashingSlots(1),
      log: silent,
    }
    const request = {
      callId,
      actor: 'caller',
      token: randomUUID(),
      brand: { name: 'open', pins: { digits: 4, still: [] } },
      claim,
      credential: 'pin',
      line: null,
    } as const
    return checkCredential(checks, { ...request, digits: new Secret(pin), by: deadlineIn(60_000) })
  }
  /** Wrong ones until nothing is compared any more, with all soft locks over. @returns how many secrets each was compared with. */
  async function guesses(most: number, policy = ALIKE): Promise<number[]> {
    const compared: number[] = []
    for (let guess = 0; guess < most; guess++) {
      const counting: Verifier['matchOf'] = (secret, kind, candidates) => {
        if (candidates.length > 0) compared.push(candidates.length)
        return verifier.matchOf(secret, kind, candidates)
      }
      await tried(WRONG, counting, db, '-', policy)
      await sql`UPDATE pin_state SET locked_until = NULL`.execute(db)
    }
    return compared
  }
  /** What is recorded of letters. */
  async function acts(): Promise<string[]> {
    const { rows } = await sql<{ act: string }>`
      SELECT facts ->> 'act' AS act FROM event
      WHERE kind = 'account' AND ref = ${await refOf(db, ADA)} AND facts ->> 'act' LIKE '%letter%' ORDER BY id`.execute(
      db,
    )
    return rows.map(({ act }) => act)
  }
  /** What came of orders in a call, sorted. */
  async function results(callId = '-'): Promise<string[]> {
    const { rows } = await sql<{ result: string }>`
      SELECT facts ->> 'result' AS result FROM event
      WHERE kind = 'account' AND facts ->> 'act' = 'order_letter' AND call_id = ${callId} ORDER BY result`.execute(db)
    return rows.map(({ result }) => result)
  }
  const told = async () =>
    (await db.selectFrom('message').select('kind').orderBy('id').execute()).map(({ kind }) => kind)

  it('is ordered once in 14 days, by however many at once, and the customer is told of it once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, order))
    expect(all.sort()).toEqual(['ordered', ...Array(19).fill('too_early')])
    expect([await results(), await told()]).toEqual([all, ['pin_posted']])
    await later()
    expect(await order()).toBe('ordered')
  })

  it.each([
    ['is not known', '', 'no_address'],
    ['is of 13 days ago', 13, 'no_address'],
    ['is of 14 days ago', 14, 'ordered'],
  ])('goes nowhere as long as the address is young: it %s', async (_what, since, result) => {
    const day = (ago: number) => new Date(Date.now() - ago * A_DAY_MS).toISOString().slice(0, 10)
    await put({ address_since: typeof since === 'number' ? day(since) : since })
    expect(await order()).toBe(result)
  })

  it.each([
    ['has changed', new Date().toISOString().slice(0, 10)],
    ['is not known any more', ''],
  ])('goes nowhere where the address %s between order and letter', async (_what, since) => {
    expect(await order()).toBe('ordered')
    await put({ address_since: since })
    expect(await issued()).toEqual([])
    expect(await db.selectFrom('pending_verifier').select('letter').execute()).toEqual([])
    await put({ address_since: '2020-01-01' })
    expect(await issued()).toHaveLength(1)
  })

  it('is none of somebody whose contract is over, or of a number that nobody has', async () => {
    await createAccountBook(db).end(
      { brand: 'open', customerNumber: ADA },
      new Date(),
      { actor: 'cli', reason: 'test' },
      new Date(),
    )
    expect(await order()).toBe('no_customer')
    expect(await ordered({ customerNumber: '1' })).toBe('no_customer')
  })

  it('is ordered by as many keys as may be in a day, of whatever numbers, so that the last tells nothing (threat 50); agents and operators order it still', async () => {
    const nobody = { ref: null }
    const ada = { ref: await refOf(db, ADA) }
    const keyed = async (whose: { ref: string | null }, brand = 'open') =>
      createLetterOrders(db).orderByKey({ brand, ...whose }, { callId: 'CA2', most: 2 })
    expect([await keyed(nobody), await keyed(nobody), await keyed(ada), await keyed(nobody)]).toEqual([
      ...['taken', 'taken', 'over_limit', 'over_limit'],
    ])
    expect([await keyed(nobody, 'other'), await told()]).toEqual(['taken', []])
    expect(await order()).toBe('ordered')
    expect(await told()).toEqual(['pin_posted'])
    expect(await results('CA2')).toEqual([...Array(3).fill('no_customer'), ...Array(2).fill('over_limit')])
  })

  it('asks the store for the same, whatever it finds: who orders learns nothing by the time', async () => {
    const cost = async (whose: { ref: string | null } | { customerNumber: string }): Promise<[string, number]> => {
      const { db: store, statements } = countingStatements(db)
      const orders = createLetterOrders(store)
      return [await orders.order({ brand: 'open', ...whose }, { actor: 'anna', callId: 'CA1' }), statements()]
    }
    const ada = { ref: await refOf(db, ADA) }
    const seen = [await cost({ ref: null }), await cost({ customerNumber: '1' })]
    await put({ address_since: '' })
    seen.push(await cost(ada))
    await put({ address_since: '2020-01-01' })
    await guesses(23)
    expect(await lock()).toMatchObject({ hardLocked: true })
    seen.push(await cost(ada), await cost(ada))
    await later()
    seen.push(await cost({ customerNumber: ADA }))
    const byKey = async (ref: string | null): Promise<[string, number]> => {
      const { db: store, statements } = countingStatements(db)
      const keyed = { callId: 'CA1', most: 100 }
      return [await createLetterOrders(store).orderByKey({ brand: 'open', ref }, keyed), statements()]
    }
    const keyed = [await byKey(null), await byKey(ada.ref)]
    expect(keyed).toEqual(Array(2).fill(['taken', keyed[0]?.[1]]))
    const [, most] = seen[0] ?? []
    expect(seen).toEqual(
      ['no_customer', 'no_customer', 'no_address', 'ordered', 'too_early', 'ordered'].map((result) => [result, most]),
    )
    expect(most).toBeGreaterThan(3)
  })

  it('changes nothing by being ordered; the new one is right beside the old, which dies when it is used', async () => {
    const before = await db.selectFrom('verifier').selectAll().execute()
    const { pin } = await posted()
    expect(await db.selectFrom('verifier').selectAll().execute()).toEqual(before)
    expect([await tried(OLD), await tried(pin), await tried(pin)]).toEqual(['verified', 'verified', 'verified'])
    expect(await tried(OLD)).toBe('failed')
    expect((await acts()).filter((act) => act === 'use_letter')).toHaveLength(1)
    expect(await told()).toEqual(['pin_posted', 'pin_set'])
  })

  it('is made once for an order, by two runs at once too', async () => {
    await order()
    const letters = (await Promise.all([issued(), issued()])).flat()
    const kept = await db.selectFrom('letter').select('id').execute()
    expect(kept).toHaveLength(1)
    expect(letters.map(({ id }) => id)).toContain(kept[0]?.id)
    expect(await issued()).toEqual([])
  })

  it('lets the call of its first use set another by phone, and no call in which the old one was right before', async () => {
    const { pin } = await posted()
    const inCall = (secret: string, callId: string) => tried(secret, verifier.matchOf, db, callId)
    expect([await inCall(OLD, 'CA1'), await inCall(pin, 'CA2')]).toEqual(['verified', 'verified'])
    const set = async (callId: string) =>
      createPinChoice(db, brands, verifier).chooseByPhone(
        { brand: 'open', ref: await refOf(db, ADA) },
        'pin',
        new Secret(pin === '7391' ? '8264' : '7391'),
        { actor: 'caller', callId },
        { now: new Date(), by: { left: () => 1 } },
      )
    expect([await set('CA1'), await set('CA2')]).toEqual([{ refused: 'not_proved' }, { set: true }])
  })

  if (several)
    it('is set by phone in place of the one that was right in the call alone, also where another was on its way to the store by then', async () => {
      const account = { brand: 'open', ref: await refOf(db, ADA) }
      const stored = await verifier.make(new Secret('8264'), ownerOf('open', account.ref, null), 'pin')
      await db.transaction().execute(async (trx) => {
        await sql`SELECT now()`.execute(trx)
        expect(await tried(OLD, verifier.matchOf, db, 'CA1')).toBe('verified')
        await saveVerifiers(trx, [{ ...account, credential: 'pin', sim: null, stored }], { replace: true })
      })
      const because = { actor: 'caller', callId: 'CA1' }
      const when = { now: new Date(), by: { left: () => 1 } }
      const choice = createPinChoice(db, brands, verifier)
      expect(await choice.chooseByPhone(account, 'pin', new Secret('7391'), because, when)).toEqual({
        refused: 'not_proved',
      })
    })

  it('ends a hard lock by its use, and by nothing before', async () => {
    const { pin } = await posted()
    expect(await guesses(HARD_LOCK_AFTER)).toEqual(Array(HARD_LOCK_AFTER).fill(2))
    expect(await lock()).toMatchObject({ hardLocked: true })
    expect([await tried(OLD), await lock()]).toEqual(['failed', expect.objectContaining({ hardLocked: true })])
    expect(await tried(pin)).toBe('verified')
    expect(await lock()).toMatchObject({ hardLocked: false, consecutive: 0, total: 0 })
    expect(await tried(OLD)).toBe('failed')
  })

  it('gives who guesses few tries while the account is locked for good, and other letters no more of them in a year', async () => {
    expect(await guesses(30)).toEqual(Array(HARD_LOCK_AFTER).fill(1))
    const { pin } = await posted()
    expect(await guesses(30)).toEqual(Array(TRIES_WHILE_LOCKED).fill(1))
    expect([await tried(pin), await lock()]).toEqual(['failed', expect.objectContaining({ hardLocked: true })])

    let all = HARD_LOCK_AFTER + TRIES_WHILE_LOCKED
    for (let letter = 0; letter < 6; letter++) {
      await later()
      await posted()
      all += (await guesses(5)).length
    }
    expect(all).toBe(TOTAL_LIMIT + TRIES_WHILE_LOCKED)
  })

  it('lets strangers in again who had used what they may, and their tries of it take nothing of what is kept for the trusted line', async () => {
    expect(await guesses(30, lockPolicy)).toEqual(Array(STRANGERS_IN_A_ROW).fill(1))
    const { pin } = await posted()
    expect(await guesses(30, lockPolicy)).toEqual(Array(TRIES_WHILE_LOCKED).fill(1))
    expect(await lock()).toMatchObject({ consecutive: STRANGERS_IN_A_ROW, hardLocked: false, strangersShut: true })
    const byStranger = (which: string) => tried(which, verifier.matchOf, db, '-', lockPolicy)
    expect(await byStranger(pin)).toBe('failed')
    await later()
    const { pin: next } = await posted()
    expect([await byStranger(OLD), await byStranger(next), await byStranger(OLD)]).toEqual([
      'failed',
      'verified',
      'failed',
    ])
    expect(await lock()).toMatchObject({ strangersShut: false })
  })

  it('is not guessed at more often by many at once', async () => {
    await guesses(HARD_LOCK_AFTER)
    await posted()
    let compared = 0
    const counting: Verifier['matchOf'] = (secret, kind, candidates) => {
      compared += candidates.length
      return verifier.matchOf(secret, kind, candidates)
    }
    await Promise.all(Array.from({ length: 40 }, () => tried(WRONG, counting)))
    expect(compared).toBe(TRIES_WHILE_LOCKED)
  })

  it('does not open the old one again by a wrong try of the new after a year', async () => {
    await sql`
      INSERT INTO pin_state (subject, failures, hard_locked)
      VALUES (${await subject()}, array_fill(now(), ARRAY[${TOTAL_LIMIT}::integer]), true)`.execute(db)
    await pass(db, YEAR_HOURS)
    await posted()
    await tried(WRONG)
    expect([await tried(OLD), await lock()]).toEqual(['failed', expect.objectContaining({ hardLocked: true })])
  })

  it('does not open what an operator has locked', async () => {
    const { pin } = await posted()
    await createAccountBook(db).lock({ brand: 'open', customerNumber: ADA }, { actor: 'cli', reason: 'test' })
    expect([await tried(pin), await tried(OLD)]).toEqual(['failed', 'failed'])
  })

  it('makes the old one worth nothing also where that was being compared when the new one was used', async () => {
    const { pin } = await posted()
    const result = await tried(OLD, async (...asked) => {
      const match = await verifier.matchOf(...asked)
      expect(match).not.toBeNull()
      expect(await tried(pin)).toBe('verified')
      return match
    })
    expect(result).toBe('failed')
  })

  it.each<[string, () => Promise<unknown>]>([
    ['another is set', () => put({ pin: '7395' }, true)],
    [
      'it is cleared',
      () => createAccountBook(db).clearPins({ brand: 'open', customerNumber: ADA }, { actor: 'cli', reason: 'test' }),
    ],
  ])('leaves the one in force worth nothing where %s while that is compared', async (_what, ends) => {
    const result = await tried(OLD, async (...asked) => {
      const match = await verifier.matchOf(...asked)
      expect(match).not.toBeNull()
      await ends()
      return match
    })
    expect(result).toBe('failed')
  })

  it('is used once where it is keyed at two servers at once, and right at both or at one', async () => {
    const { pin } = await posted()
    const results = await Promise.all([tried(pin), tried(pin), tried(pin)])
    expect(results).toContain('verified')
    expect((await acts()).filter((act) => act === 'use_letter')).toHaveLength(1)
    expect([await tried(pin), await tried(OLD)]).toEqual(['verified', 'failed'])
  })

  it.each<[string, (id: string) => Promise<unknown>]>([
    ['its letter comes back', (id) => undeliverable(db, id)],
    ['nobody uses it in time', () => sql`UPDATE pending_verifier SET ends = now()`.execute(db)],
    ['another is posted', () => later().then(posted)],
  ])('is worth nothing when %s; the old one stays', async (_what, ends) => {
    const { id, pin } = await posted()
    await ends(id)
    expect([await tried(pin), await tried(OLD)]).toEqual(['failed', 'verified'])
  })

  it('is worth nothing when another PIN is set, or all are cleared', async () => {
    const first = await posted()
    await put({ address_since: '2020-01-01', pin: '7395' }, true)
    expect([await tried(first.pin), await tried('7395')]).toEqual(['failed', 'verified'])
    await later()
    const second = await posted()
    await createAccountBook(db).clearPins({ brand: 'open', customerNumber: ADA }, { actor: 'cli', reason: 'test' })
    expect([await tried(second.pin), await tried('7395')]).toEqual(['failed', 'failed'])
  })

  it('is put under a new key with all others', async () => {
    const { pin } = await posted()
    const both = { current: 'next', byId: new Map([...keys.byId, ['next', Buffer.alloc(32, 9)] as const]) }
    const next = createVerifier(both)
    expect(await nestAll(db, next, 'next')).toBe(2)
    expect(await kidsInUse(db)).toEqual(['test', 'next'])
    expect([await tried(OLD, next.matchOf), await tried(pin, next.matchOf)]).toEqual(['verified', 'verified'])
    expect(await kidsInUse(db)).toEqual(['next'])
  })

  it('costs a wrong try no statement more', async () => {
    const counted = async (): Promise<number> => {
      const { db: store, statements } = countingStatements(db)
      await tried(WRONG, verifier.matchOf, store)
      return statements()
    }
    await tried(WRONG)
    const before = await counted()
    await posted()
    expect(await counted()).toBe(before)
  })

  it('is an ordinary first PIN where none is in force', async () => {
    await createAccountBook(db).clearPins({ brand: 'open', customerNumber: ADA }, { actor: 'cli', reason: 'test' })
    const { pin } = await posted()
    expect([await tried(pin), await issued({})]).toEqual(['verified', []])
  })
})
