/** What customers are told is written with the act, claimed once, and forgotten with the account. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { STRANGERS_IN_A_ROW, STRANGERS_TOTAL } from '../../src/auth/lockout.ts'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import { type TellingKind, tellings } from '../../src/auth/tellings.ts'
import type { Attempts, Try } from '../../src/seams/attempts.ts'
import type { DurableEvent } from '../../src/seams/events.ts'
import type { Outbox } from '../../src/seams/outbox.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { changeAccount, endAccount } from '../../src/store/accounts/changes.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createOutbox, LEASE_MS, tellCustomer } from '../../src/store/outbox.ts'
import type { Schema } from '../../src/store/schema.ts'
import { saveVerifiers } from '../../src/store/verifiers.ts'
import { empty, importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { pass, pinTry, pukTry, take } from '../support/tries.ts'

const ADA = { brand: 'open', customerNumber: '10000001' }
const because = { actor: 'crm', reason: 'told', now: new Date() }
const LONG_AGO = new Date('2025-01-01T00:00:00Z')

describeStores('the outbox', (open) => {
  let db: Kysely<Schema>
  let outbox: Outbox
  let attempts: Attempts
  let ref: string
  beforeAll(async () => {
    db = (await open()).db
    outbox = createOutbox(db)
    attempts = createAttempts(db)
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [line({ email: 'ada@example.org', mobile: '+491713920001' })], { now: () => LONG_AGO })
    ref = await refOf(db, ADA.customerNumber)
  })

  const place = () => ({ brand: ADA.brand, ref })
  const kinds = async (): Promise<string[]> =>
    (await db.selectFrom('message').select('kind').orderBy('id').execute()).map(({ kind }) => kind)
  const event = (of: string | null = ref): DurableEvent => {
    return { kind: 'verify', callId: 'CA1', brand: ADA.brand, ref: of, actor: 'caller', facts: {} }
  }
  /** A whole try, with the event that names the account. */
  const tried = async (outcome: 'right' | 'wrong', attempt: Try = pinTry(accountSubject(ADA.brand, ref))) => {
    const reservation = await attempts.reserve(attempt)
    await attempts.settle(attempt, reservation, outcome, event())
    return reservation.kind
  }
  const wrong = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n++) {
      await tried('wrong')
      await pass(db, 25, accountSubject(ADA.brand, ref))
    }
  }
  /** Lets time pass for messages, as `pass` does for locks. */
  const later = async (ms: number): Promise<void> => {
    const span = sql`${ms}::float8 * interval '1 millisecond'`
    await sql`UPDATE message SET at = at - ${span}, quiet_until = quiet_until - ${span},
      worth_until = worth_until - ${span}, due = due - ${span}, done = done - ${span}`.execute(db)
  }
  const confirmed = (contact: 'email' | 'mobile', value: string, at = LONG_AGO) =>
    changeAccount(db, ADA, { kind: 'contact_confirmed', contact, value, at }, because)
  const claim = () => outbox.claim(10, ['open', 'other'])

  it('gets a message with the try that locks the account, and none before', async () => {
    await tried('wrong')
    await tried('wrong')
    expect(await kinds()).toEqual([])
    await tried('wrong')
    expect(await kinds()).toEqual(['soft_lock'])
    // Not compared, and nothing new.
    expect(await tried('wrong')).toBe('locked')
    expect(await kinds()).toEqual(['soft_lock'])
  })

  it('gets the same of the same try only once, however often it is delivered', async () => {
    const attempt = pinTry(accountSubject(ADA.brand, ref))
    await wrong(2)
    const reservation = await attempts.reserve(attempt)
    await Promise.all([1, 2, 3].map(() => attempts.settle(attempt, reservation, 'wrong', event())))
    await db.deleteFrom('message').execute()
    await attempts.settle(attempt, reservation, 'wrong', event())
    expect(await kinds()).toEqual([])
  })

  it('is told before only a new PIN helps, and then', async () => {
    await wrong(STRANGERS_IN_A_ROW - 2)
    expect(await kinds()).not.toContain('nearly_locked')
    await wrong(1)
    expect((await kinds()).at(-1)).toBe('nearly_locked')
    await wrong(1)
    expect((await kinds()).at(-1)).toBe('hard_lock')
  })

  it('is told before only a new PIN helps on the trusted line, and that strangers lock no more than for a while', async () => {
    const number = '491713920042'
    await sql`INSERT INTO identifier (brand, ref, kind, value) VALUES (${ADA.brand}, ${ref}, 'phone_number', ${number})`.execute(
      db,
    )
    await db
      .insertInto('proved_line')
      .values({ ...place(), number })
      .execute()
    await wrong(STRANGERS_IN_A_ROW - 1)
    await db.deleteFrom('message').execute()
    await wrong(1)
    expect(await kinds()).toEqual(['soft_lock'])
    const mistyped = async () => {
      await db.deleteFrom('message').execute()
      const owner = { ...ADA, ref, sims: null }
      await tried('wrong', { ...pinTry(accountSubject(ADA.brand, ref)), owner, line: `+${number}` })
      return kinds()
    }
    expect([await mistyped(), await mistyped(), await mistyped()]).toEqual([[], ['nearly_locked'], ['hard_lock']])
  })

  it('is told before the tries of a year are spent, though right ones lie between', async () => {
    for (let n = 0; n < STRANGERS_TOTAL - 1; n++) {
      await tried('wrong')
      await sql`UPDATE pin_state SET consecutive = 0, stranger_consecutive = 0, locked_until = NULL`.execute(db)
    }
    expect(await kinds()).toEqual(['nearly_locked'])
    await tried('wrong')
    expect(await kinds()).toEqual(['nearly_locked', 'hard_lock'])
  })

  it('is told of a right PIN after three wrong ones, and of none after two', async () => {
    await wrong(2)
    await tried('right')
    expect(await kinds()).toEqual([])
    await wrong(3)
    await tried('right')
    expect(await kinds()).toEqual(['soft_lock', 'right_after_failures'])
  })

  it('is told of each day on which a PUK was right', async () => {
    const subject = accountSubject(ADA.brand, ref)
    const puk = () => pukTry(subject, simsSubject(subject, 'puk'))
    await tried('right', puk())
    await tried('right', puk())
    expect(await kinds()).toEqual(['puk_used'])
    await later(tellings.puk_used.quietMs)
    await tried('right', puk())
    expect(await kinds()).toEqual(['puk_used', 'puk_used'])
  })

  it('holds a thousand tries of a stranger to one message a kind (threat 51)', async () => {
    for (let n = 0; n < 40; n++) {
      await Promise.all(Array.from({ length: 25 }, () => tried('wrong')))
      await sql`UPDATE pin_state SET locked_until = NULL`.execute(db)
    }
    const told = await kinds()
    expect(told).toEqual([...new Set(told)])
    expect(told.length).toBeLessThanOrEqual(3)
  })

  it('holds all who write one kind at the same moment to one message', async () => {
    await Promise.all(Array.from({ length: 20 }, () => tellCustomer(db, 'soft_lock', place())))
    expect(await kinds()).toEqual(['soft_lock'])
    await later(tellings.soft_lock.quietMs - 60_000)
    await tellCustomer(db, 'soft_lock', place())
    expect(await kinds()).toHaveLength(1)
    await later(60_000)
    await tellCustomer(db, 'soft_lock', place())
    expect(await kinds()).toHaveLength(2)
  })

  it('gets nothing of numbers and accounts that nobody has', async () => {
    const unknown = pinTry('unknown:abc')
    for (let n = 0; n < 3; n++) await take(attempts, { ...unknown, token: `t${n}` }, 'wrong')
    const nobody = { ...unknown, token: 't4' }
    await attempts.settle(nobody, await attempts.reserve(nobody), 'wrong', event('nobody'))
    await tellCustomer(db, 'soft_lock', { brand: 'open', ref: 'nobody' })
    await tellCustomer(db, 'soft_lock', { brand: 'other', ref })
    expect(await kinds()).toEqual([])
  })

  it('is told of cleared PINs, other SIMs and other addresses, with the act or not at all', async () => {
    await importLines(db, [line({ pin: '4711', sim_numbers: SIM_A })], { now: () => LONG_AGO })
    expect(await kinds()).toEqual([])
    const book = createAccountBook(db)
    await book.clearPins(ADA, because)
    await book.clearPins(ADA, because)
    expect(await kinds()).toEqual(['pin_cleared'])
    const sim = { kind: 'sim_change', from: SIM_A, to: SIM_B, number: null, at: new Date() } as const
    expect(await changeAccount(db, ADA, sim, because)).toBe('changed')
    expect(await changeAccount(db, ADA, sim, because)).toBe('same')
    await confirmed('email', 'ada@example.com', new Date())
    expect(await kinds()).toEqual(['pin_cleared', 'sim_changed', 'contact_changed'])
    await db
      .transaction()
      .execute(async (trx) => {
        await tellCustomer(trx, 'hard_lock', place())
        throw new Error('rolled back')
      })
      .catch(() => {})
    expect(await kinds()).toHaveLength(3)
  })

  it('is told of a PIN over another one, and of a first one where there is a confirmed contact', async () => {
    const again = { now: () => new Date(), replacePins: true }
    await importLines(db, [line({ pin: '4711' })], again)
    expect(await kinds()).toEqual([])
    await importLines(db, [line({ pin: '4712' })], again)
    expect(await kinds()).toEqual(['pin_set'])
    await importLines(db, [line({ pin: '4713' })], again)
    expect(await kinds()).toEqual(['pin_set', 'pin_set'])
    await importLines(db, [line({ pin: '4714' })], { ...again, replacePins: false })
    expect(await kinds()).toHaveLength(2)
    await db.deleteFrom('message').execute()
    await db.deleteFrom('verifier').execute()
    await confirmed('email', 'ada@example.org')
    await db.deleteFrom('message').execute()
    await importLines(db, [line({ pin: '4711' })], again)
    expect(await kinds()).toEqual(['pin_set'])
    // What comes by post is not there yet.
    const { stored } = await db.selectFrom('verifier').select('stored').executeTakeFirstOrThrow()
    const posted = { ...place(), credential: 'pin' as const, sim: null, stored, letter: 'a-letter-of-the-test' }
    await saveVerifiers(db, [posted], { replace: true })
    expect(await kinds()).toEqual(['pin_set', 'pin_posted'])
  })

  it('gives each message to one server, and to the next only when that one died', async () => {
    await tellCustomer(db, 'pin_set', place())
    await tellCustomer(db, 'pin_set', place())
    const claims = await Promise.all(Array.from({ length: 6 }, () => outbox.claim(1, ['open'])))
    const ids = claims.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(2)
    await later(LEASE_MS - 1000)
    expect(await claim()).toEqual([])
    await later(1000)
    expect((await claim()).map(({ id, tries }) => [id, tries])).toEqual(ids.sort().map((id) => [id, 1]))
  })

  it('gives out again what is to be tried again, when that time has come, and never what is done', async () => {
    for (const kind of ['pin_set', 'pin_cleared', 'sim_changed'] as const) await tellCustomer(db, kind, place())
    const [one, other, third] = await claim()
    await outbox.again(one?.id ?? 0, 30_000)
    await outbox.drop(other?.id ?? 0, 'refused')
    await outbox.sent(third?.id ?? 0, { contact: third?.contacts[0]?.id ?? 0, channel: 'email', source: '1' })
    // What became of it is written once: a server whose lease is over changes nothing of it.
    await outbox.drop(third?.id ?? 0, 'gave_up')
    expect(await claim()).toEqual([])
    await later(30_000)
    expect((await claim()).map(({ id }) => id)).toEqual([one?.id])
    await later(LEASE_MS * 10)
    expect((await claim()).map(({ id }) => id)).toEqual([one?.id])
    const rows = await db.selectFrom('message').select(['state', 'reason', 'channel']).orderBy('id').execute()
    expect(rows).toEqual([
      { state: 'waiting', reason: null, channel: null },
      { state: 'dropped', reason: 'refused', channel: null },
      { state: 'sent', reason: null, channel: 'email' },
    ])
  })

  it('says when a message has waited for longer than it is worth', async () => {
    await tellCustomer(db, 'soft_lock', place())
    await later(tellings.soft_lock.worthMs - 60_000)
    expect(await claim()).toMatchObject([{ isLate: false }])
    await later(LEASE_MS)
    expect(await claim()).toMatchObject([{ isLate: true }])
  })

  it('says how many wait and since when, until they are sent or dropped', async () => {
    expect(await outbox.standing()).toEqual({ waiting: 0, oldestMs: null })
    await tellCustomer(db, 'pin_set', place())
    await later(60_000)
    await tellCustomer(db, 'sim_changed', place())
    const { waiting, oldestMs } = await outbox.standing()
    expect(waiting).toBe(2)
    expect(oldestMs).toBeGreaterThanOrEqual(60_000)
    for (const { id } of await claim()) await outbox.drop(id, 'no_contact')
    expect(await outbox.standing()).toEqual({ waiting: 0, oldestMs: null })
  })

  it('gives the contacts as they are when it is claimed, and says when none may be used', async () => {
    await confirmed('email', 'ada@example.org')
    await db.deleteFrom('message').execute()
    await tellCustomer(db, 'pin_set', place())
    const [now] = await claim()
    const contactOf = (kind: string) => now?.contacts.find((contact) => contact.kind === kind)
    expect(contactOf('email')).toMatchObject({ value: 'ada@example.org', confirmed: LONG_AGO, to: null, runs: true })
    expect(contactOf('email')).toMatchObject({ source: ADA.customerNumber })
    expect(contactOf('mobile')).toMatchObject({ value: '+491713920001', confirmed: null, marks: [] })
    await endAccount(db, ADA, new Date(), because)
    await later(LEASE_MS)
    const [then] = await claim()
    expect(then?.contacts.map(({ runs }) => runs)).toEqual([false, false])
  })

  const PHONE = '491713920001'
  const marksOf = async (): Promise<unknown> => {
    await db.deleteFrom('message').execute()
    await tellCustomer(db, 'pin_set', place())
    return (await claim())[0]?.contacts.find(({ kind }) => kind === 'mobile')?.marks
  }
  const other = (cells: Parameters<typeof line>[0], now = LONG_AGO) =>
    importLines(db, [line({ customer_number: '10000002', ...cells })], { now: () => now })
  const own = (cells: Parameters<typeof line>[0], now = LONG_AGO) =>
    importLines(db, [line({ mobile: '+491713920001', ...cells })], { now: () => now })

  it('knows a number that is theirs, and has been for long', async () => {
    await own({ phone_numbers: `+${PHONE}`, sim_numbers: SIM_A })
    expect(await marksOf()).toEqual([])
  })

  it('marks a number that is new to its owner, or has a new SIM', async () => {
    await own({ phone_numbers: `+${PHONE}` }, new Date())
    expect(await marksOf()).toEqual(['rest'])
    await sql`UPDATE identifier SET valid_from = NULL`.execute(db)
    expect(await marksOf()).toEqual([])
    const swap = { kind: 'sim_change', from: null, to: SIM_B, number: PHONE, at: new Date() } as const
    await changeAccount(db, ADA, swap, because)
    expect(await marksOf()).toEqual(['rest'])
  })

  it('marks a number that another customer has, had, or claims too', async () => {
    await other({ phone_numbers: `+${PHONE}` })
    expect(await marksOf()).toEqual(['changed_hands'])
    await own({ phone_numbers: `+${PHONE}` })
    expect(await marksOf()).toEqual(['disputed', 'changed_hands'])
  })

  it('marks a number that has changed hands in another brand, and not one that the customer has there', async () => {
    await other({ brand: 'other', phone_numbers: `+${PHONE}` })
    expect(await marksOf()).toEqual([])
    const left = { kind: 'port_out', number: PHONE, at: new Date('2026-01-01') } as const
    await changeAccount(db, { brand: 'other', customerNumber: '10000002' }, left, because)
    expect(await marksOf()).toEqual(['gone'])
    await importLines(db, [line({ brand: 'other', customer_number: '10000003', phone_numbers: `+${PHONE}` })])
    expect(await marksOf()).toEqual(expect.arrayContaining(['changed_hands']))
  })

  it('marks a number that the customer has taken elsewhere', async () => {
    await own({ phone_numbers: `+${PHONE}` })
    await changeAccount(db, ADA, { kind: 'port_out', number: PHONE, at: new Date('2026-01-01') }, because)
    expect(await marksOf()).toEqual(['gone'])
  })

  it('is forgotten with the account', async () => {
    for (const kind of ['pin_set', 'pin_cleared'] satisfies TellingKind[]) await tellCustomer(db, kind, place())
    const [one] = await claim()
    await outbox.drop(one?.id ?? 0, 'no_contact')
    for (const table of ['contact', 'identifier', 'sim', 'contract', 'account'] as const)
      await db.deleteFrom(table).where('ref', '=', ref).execute()
    expect(await kinds()).toEqual([])
  })
})
