import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import type { AccountBook } from '../../src/seams/account-book.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { type AttemptStore, createAttempts } from '../../src/store/attempts.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { readVerifier } from '../../src/store/verifiers.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { empty, importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { ALIKE, pinTry, take } from '../support/tries.ts'

const keys = { current: 'test', byId: new Map([['test', Buffer.alloc(32, 'a key')]]) }
const ada = { brand: 'open', customerNumber: '10000001' }
const nobody = { brand: 'open', customerNumber: '10000002' }
const because = { actor: 'api/crm', reason: 'Reported as taken over' }
const customer = line({
  contract_numbers: '1000000011',
  pin: '4826',
  sim_numbers: SIM_A,
  puks: '48260395',
  phone_numbers: '+491713920018@2024-05-01',
})

describeStores('the book of accounts', (open) => {
  let store: Database
  let book: AccountBook
  let attempts: AttemptStore
  let ref: string
  let subject: string
  beforeAll(async () => {
    store = await open()
    book = createAccountBook(store.db)
    attempts = createAttempts(store.db, ALIKE)
  })
  beforeEach(async () => {
    await empty(store.db)
    await importLines(store.db, [customer], { verifier: cheapMaker(keys) })
    ref = await refOf(store.db, ada.customerNumber)
    subject = accountSubject('open', ref)
  })

  const wrongTimes = async (times: number): Promise<string[]> => {
    const kinds: string[] = []
    for (let n = 0; n < times; n++) kinds.push(await take(attempts, pinTry(subject), 'wrong'))
    return kinds
  }
  const tries = async (times: number): Promise<string[]> => {
    const kinds = await wrongTimes(times)
    await sql`UPDATE pin_state SET locked_until = NULL`.execute(store.db)
    return kinds
  }
  const pinIsRight = async (pin: string): Promise<boolean> => {
    const stored = await readVerifier(store.db, { brand: 'open', ref, credential: 'pin', sim: null })
    return createVerifier(keys).matches(new Secret(pin), ownerOf('open', ref, null), 'pin', stored)
  }
  const acts = async () =>
    (await createEventLog(store.db).read({ limit: 1_000 }))
      .filter((event) => event.kind === 'account' && event.ref === ref)
      .map(({ actor, brand, facts }) => [actor, brand, facts])

  it('tells the state of an account and nothing that is secret, and records the reading', async () => {
    await wrongTimes(3)
    const state = await book.show(ada, because)
    expect(state).toEqual({
      ...ada,
      language: 'de',
      lock: {
        byOperator: null,
        until: expect.any(String),
        needsNewPin: false,
        trustedLineOnly: false,
        wrongInARow: 3,
        wrongInAYear: 3,
        ofSims: [],
      },
      credentials: [
        { kind: 'pin', set: expect.any(String), cleared: null },
        { kind: 'puk', set: expect.any(String), cleared: null },
      ],
      ended: null,
      contracts: [{ number: '1000000011', product: null, from: null, to: null }],
      identifiers: [
        { kind: 'customer_number', value: '10000001', from: null, to: null, disputed: null },
        { kind: 'contract_number', value: '1000000011', from: null, to: null, disputed: null },
        { kind: 'phone_number', value: '491713920018', from: '2024-04-30T22:00:00.000Z', to: null, disputed: null },
        { kind: 'sim_number', value: SIM_A, from: null, to: null, disputed: null },
      ],
      openTickets: [],
      erasure: null,
      messages: [],
    })
    const told = JSON.stringify(state)
    for (const secret of ['4826,', '48260395', 'Ada', 'tag', 'salt']) expect(told).not.toContain(secret)
    expect(await acts()).toEqual([['api/crm', 'open', { act: 'show', reason: because.reason }]])
  })

  it('knows no customer that the brand does not have, and records nothing of them', async () => {
    for (const place of [nobody, { ...ada, brand: 'other' }]) {
      expect(await book.show(place, because)).toBeNull()
      expect(await book.lock(place, because)).toBeNull()
      expect(await book.unlock(place, because)).toBeNull()
      expect(await book.clearPins(place, because)).toBeNull()
      expect(await book.end(place, new Date(), because, new Date())).toBeNull()
    }
    expect(await acts()).toEqual([])
  })

  describe("an operator's lock", () => {
    it('lets no try be compared, and counts none', async () => {
      expect([await book.lock(ada, because), await book.lock(ada, because)]).toEqual([true, false])
      expect(await tries(5)).toEqual(['locked', 'locked', 'locked', 'locked', 'locked'])
      expect(await attempts.lockState(subject)).toMatchObject({
        consecutive: 0,
        hardLocked: false,
        operatorLocked: true,
      })
      expect((await book.show(ada, because))?.lock.byOperator).toEqual(expect.any(String))
    })

    it('outlives a right PIN that was under way, and a new PIN', async () => {
      const under = pinTry(subject)
      const reserved = await attempts.reserve(under)
      await book.lock(ada, because)
      await attempts.settle(under, reserved, 'right', null)
      await importLines(store.db, [{ ...customer, pin: '7395' }], { verifier: cheapMaker(keys), replacePins: true })
      expect(await pinIsRight('7395')).toBe(true)
      expect(await tries(1)).toEqual(['locked'])
    })

    it('is lifted by its opposite alone, which says so, and again has nothing to lift', async () => {
      await book.lock(ada, because)
      expect(await book.unlock(ada, because)).toEqual({ lifted: true, remains: null })
      expect(await book.unlock(ada, because)).toEqual({ lifted: false, remains: null })
      expect(await tries(1)).toEqual(['reserved'])
      expect(await acts()).toEqual([
        ['api/crm', 'open', { act: 'lock', changed: true, reason: because.reason }],
        ['api/crm', 'open', { act: 'unlock', changed: true, reason: because.reason }],
        ['api/crm', 'open', { act: 'unlock', changed: false, reason: because.reason }],
      ])
    })
  })

  describe('a lock by wrong tries is not lifted', () => {
    it('where it ends by itself', async () => {
      await wrongTimes(3)
      const until = (await attempts.lockState(subject)).lockedUntil
      expect(await book.unlock(ada, because)).toEqual({ lifted: false, remains: { why: 'temporary', until } })
      expect(await wrongTimes(1)).toEqual(['locked'])
    })

    it('where only a new PIN ends it (decision G), also below an operator’s that is', async () => {
      for (let n = 0; n < 10; n++) await tries(1)
      await book.lock(ada, because)
      expect(await book.unlock(ada, because)).toEqual({ lifted: true, remains: { why: 'needs_new_pin' } })
      expect(await book.unlock(ada, because)).toEqual({ lifted: false, remains: { why: 'needs_new_pin' } })
      expect(await attempts.lockState(subject)).toMatchObject({ hardLocked: true, operatorLocked: false })
    })
  })

  describe('cleared PINs', () => {
    it('verify nothing any more, nor does what the next file brings', async () => {
      expect(await pinIsRight('4826')).toBe(true)
      expect([await book.clearPins(ada, because), await book.clearPins(ada, because)]).toEqual([2, 0])
      expect(await pinIsRight('4826')).toBe(false)
      await importLines(store.db, [customer], { verifier: cheapMaker(keys) })
      expect(await pinIsRight('4826')).toBe(false)
      const kinds = (await book.show(ada, because))?.credentials.map(({ kind, cleared }) => [kind, cleared])
      expect(kinds).toEqual([
        ['pin', expect.any(String)],
        ['puk', expect.any(String)],
      ])
    })

    it('come back by no file that gives the SIMs of an account one salt', async () => {
      const both = { ...customer, sim_numbers: `${SIM_A}|${SIM_B}`, puks: '48260395|50718264' }
      await importLines(store.db, [both], { verifier: cheapMaker(keys) })
      await book.clearPins(ada, because)
      const other = Buffer.alloc(16, 'salt').toString('base64')
      await sql`UPDATE verifier SET stored = jsonb_set(stored, '{salt}', to_jsonb(${other}::text))
        WHERE (brand, ref, sim) IN (SELECT brand, ref, max(sim) FROM verifier GROUP BY brand, ref)`.execute(store.db)
      const before = await sql`SELECT * FROM verifier ORDER BY sim`.execute(store.db)
      await importLines(store.db, [both], { verifier: cheapMaker(keys) })
      expect((await sql`SELECT * FROM verifier ORDER BY sim`.execute(store.db)).rows).toEqual(before.rows)
    })

    it('are over when another is issued', async () => {
      await book.clearPins(ada, because)
      await importLines(store.db, [{ ...customer, pin: '7395' }], { verifier: cheapMaker(keys), replacePins: true })
      expect([await pinIsRight('7395'), await pinIsRight('4826')]).toEqual([true, false])
      expect((await book.show(ada, because))?.credentials.map(({ cleared }) => cleared)).toEqual([null, null])
    })
  })

  describe('the end of an account', () => {
    const at = new Date('2026-11-23T09:00:00.000Z')
    const found = async (value: string, kind: 'phone_number' | 'sim_number') =>
      (await createTableSource(store.db).find({ brand: 'open', value, kinds: [kind] }, new Date(at.getTime() + 1))).kind

    it('ends its numbers and SIMs, and is told in its state and on record', async () => {
      expect([await found('491713920018', 'phone_number'), await found(SIM_A, 'sim_number')]).toEqual([
        'found',
        'found',
      ])
      expect(await book.end(ada, at, because, at)).toEqual({ changed: true })
      expect([await found('491713920018', 'phone_number'), await found(SIM_A, 'sim_number')]).toEqual([
        'unknown',
        'unknown',
      ])
      const { ended, contracts, identifiers } = (await book.show(ada, because)) ?? {}
      const to = at.toISOString()
      expect([ended, contracts]).toEqual([to, [{ number: '1000000011', product: null, from: null, to }]])
      expect(identifiers?.map((each) => [each.kind, each.to])).toEqual([
        ['customer_number', null],
        ['contract_number', to],
        ['phone_number', to],
        ['sim_number', to],
      ])
      expect((await acts())[0]).toEqual([
        'api/crm',
        'open',
        { act: 'account_end', at: to, changed: true, reason: because.reason },
      ])
    })

    it('never was more than a year ago: a year was misread, and nothing is changed', async () => {
      const fault = expect.objectContaining({ field: 'at', rule: 'long_over' })
      expect(await book.end(ada, new Date(at.getTime() - 367 * 86_400_000), because, at)).toEqual({ fault })
      expect((await book.show(ada, because))?.ended).toBeNull()
    })

    it('comes once: a later one changes nothing, and one before it moves it', async () => {
      const later = (ms: number) => new Date(at.getTime() + ms)
      expect(await book.end(ada, at, because, at)).toEqual({ changed: true })
      expect(await book.end(ada, later(1_000), because, at)).toEqual({ changed: false })
      expect(await book.end(ada, later(-1_000), because, at)).toEqual({ changed: true })
      expect((await book.show(ada, because))?.ended).toBe(later(-1_000).toISOString())
    })
  })
})
