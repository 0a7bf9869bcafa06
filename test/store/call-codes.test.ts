/** Codes for one call: who gets one, and all the ways in which one is worth nothing. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { CALL_CODE_DIGITS, CALL_CODE_TTL_MS, callCodeOf, isCallCode } from '../../src/auth/call-code.ts'
import type { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { AccountBook } from '../../src/seams/account-book.ts'
import type { CallCodes } from '../../src/seams/call-codes.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { createCallCodes } from '../../src/store/call-codes.ts'
import { createEventLog } from '../../src/store/events.ts'
import type { Schema } from '../../src/store/schema.ts'
import { createStandings } from '../../src/store/standings.ts'
import { empty, importLines, line, refOf } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const subjectKey = Buffer.alloc(32, 'a key')
const because = { actor: 'api/portal', reason: 'asked for in the app' }
const [ADA, BO] = [
  { brand: 'open', customerNumber: '10000001' },
  { brand: 'open', customerNumber: '10000002' },
]
const call = { callId: 'CA1' }

describeStores('a call code', (open) => {
  let db: Kysely<Schema>
  let book: AccountBook
  let codes: CallCodes
  let ref: string
  /** Events are never deleted: those up to here are of other tests. */
  let known: number
  beforeAll(async () => {
    db = (await open()).db
    book = createAccountBook(db)
    codes = createCallCodes(db, { subjectKey, isTaken: () => true })
  })
  beforeEach(async () => {
    await empty(db)
    known = (await createEventLog(db).read({ limit: 10_000 })).at(-1)?.id ?? 0
    await importLines(db, [line({ pin: '4826', email: 'ada@example.org' }), line({ customer_number: '10000002' })], {
      now: () => new Date('2026-01-01'),
    })
    ref = await refOf(db, ADA.customerNumber)
  })

  async function make(place = ADA, of = codes): Promise<Secret> {
    const made = await of.make(place, because)
    if (made === null || 'refused' in made) throw new Error('no code was made')
    return made.code
  }
  const newEvents = async () =>
    (await createEventLog(db).read({ after: known, limit: 100 })).filter(({ actor }) => actor !== 'cli')
  const redeem = (code: Secret, brand = 'open') => codes.redeem(brand, code, call)
  const opens = async (code: Secret, brand?: string): Promise<boolean> => (await redeem(code, brand)) !== null
  const locks = (column: 'hard_locked' | 'operator_locked') =>
    db
      .insertInto('pin_state')
      .values({
        subject: accountSubject('open', ref),
        locked_until: null,
        [column]: column === 'hard_locked' ? true : new Date(),
      })
      .execute()

  it('that an agent types is recorded as that, and those that were worth nothing are counted by the agent for a day', async () => {
    const told = { callId: 'CA1', agent: 'anna' }
    const code = await make()
    expect(await codes.redeem('open', code, told)).toMatchObject({ ref })
    expect(await codes.worthlessOf('anna')).toBe(0)
    expect(await codes.redeem('open', code, told)).toBeNull()
    await redeem(code)
    expect([await codes.worthlessOf('anna'), await codes.worthlessOf('ben')]).toEqual([1, 0])
    expect(
      (await newEvents()).filter(({ kind }) => kind === 'verify').map(({ actor, facts }) => [actor, facts]),
    ).toEqual([
      ['anna', { credential: 'call_code', by: 'agent', result: 'right' }],
      ['anna', { credential: 'call_code', by: 'agent', result: 'unknown' }],
      ['caller', { credential: 'call_code', result: 'unknown' }],
    ])
    await sql`
      INSERT INTO event (at, kind, call_id, brand, actor, facts)
      VALUES (now() - interval '25 hours', 'verify', 'CA1', 'open', 'anna', '{"by": "agent", "result": "over"}')`.execute(
      db,
    )
    expect(await codes.worthlessOf('anna')).toBe(1)
  })

  it('opens its account once, for five minutes, and is recorded and told without a digit', async () => {
    const made = await codes.make(ADA, because)
    if (made === null || 'refused' in made) throw new Error('no code was made')
    expect(isCallCode(made.code.reveal())).toBe(true)
    const { rows } = await sql<{ left: number }>`
      SELECT extract(epoch FROM expires - made)::integer * 1000 AS left FROM call_code`.execute(db)
    expect(rows).toEqual([{ left: CALL_CODE_TTL_MS }])
    const stored = JSON.stringify(await db.selectFrom('call_code').selectAll().execute())
    expect(stored).not.toContain(made.code.reveal())

    expect(await redeem(made.code)).toEqual({ ref, subject: accountSubject('open', ref) })
    expect(await redeem(made.code)).toBeNull()
    const events = await newEvents()
    expect(events.map(({ kind, actor, ref: of, facts }) => [kind, actor, of, facts])).toEqual([
      ['account', 'api/portal', ref, { act: 'call_code', made: true, reason: because.reason }],
      ['verify', 'caller', ref, { credential: 'call_code', result: 'right' }],
      ['verify', 'caller', null, { credential: 'call_code', result: 'unknown' }],
    ])
    expect(JSON.stringify(events)).not.toContain(made.code.reveal())
    expect(await db.selectFrom('message').select(['ref', 'kind']).execute()).toEqual([{ ref, kind: 'call_code' }])
  })

  it('is won by one of many calls that key it at one moment', async () => {
    const code = await make()
    const won = await Promise.all(Array.from({ length: 8 }, () => opens(code)))
    expect(won.filter((each) => each)).toHaveLength(1)
  })

  it('is worth nothing for another brand, and stays what it was', async () => {
    const code = await make()
    expect(await opens(code, 'other')).toBe(false)
    expect(await opens(code)).toBe(true)
  })

  it('is over after its time, and found no second time when it was keyed then', async () => {
    const code = await make()
    await sql`UPDATE call_code SET expires = now()`.execute(db)
    expect(await opens(code)).toBe(false)
    expect(await db.selectFrom('call_code').selectAll().execute()).toEqual([])
    expect((await newEvents()).at(-1)).toMatchObject({ ref, facts: { result: 'over' } })
  })

  it('is over with the next one for the account', async () => {
    const [old, fresh] = [await make(), await make()]
    expect([await opens(old), await opens(fresh)]).toEqual([false, true])
  })

  it.each(['hard_locked', 'operator_locked'] as const)(
    'is dead once the account is %s, and none is made',
    async (lock) => {
      const code = await make()
      await locks(lock)
      expect(await opens(code)).toBe(false)
      expect(await codes.make(ADA, because)).toEqual({ refused: 'locked' })
    },
  )

  it('is not kept from the owner by strangers who lock the account for a while', async () => {
    await db
      .insertInto('pin_state')
      .values({ subject: accountSubject('open', ref), consecutive: 3, locked_until: new Date('2099-01-01') })
      .execute()
    expect(await opens(await make())).toBe(true)
    const { consecutive, locked_until } = await db.selectFrom('pin_state').selectAll().executeTakeFirstOrThrow()
    expect([consecutive, locked_until === null]).toEqual([3, false])
  })

  it('is dead once the PIN is another one, or worth nothing', async () => {
    const code = await make()
    await db.updateTable('verifier').set({ set_at: sql`now()` }).where('ref', '=', ref).execute()
    expect(await opens(code)).toBe(false)
    const next = await make()
    await book.clearPins(ADA, because)
    expect(await opens(next)).toBe(false)
  })

  it('is dead once the last contract is over, and none is made', async () => {
    const code = await make()
    await book.end(ADA, new Date(Date.now() - 60_000), because, new Date())
    expect(await opens(code)).toBe(false)
    expect(await codes.make(ADA, because)).toEqual({ refused: 'ended' })
  })

  it('goes with its account, and is made for nobody else', async () => {
    const code = await make()
    for (const table of ['identifier', 'verifier', 'contact', 'account'] as const)
      await db.deleteFrom(table).where('ref', '=', ref).execute()
    expect(await opens(code)).toBe(false)
    expect(await codes.make({ brand: 'open', customerNumber: '10009999' }, because)).toBeNull()
    expect(await codes.make({ brand: 'other', customerNumber: BO.customerNumber }, because)).toBeNull()
  })

  it('is made for no customer of a brand whose calls take none', async () => {
    const none = createCallCodes(db, { subjectKey, isTaken: (brand) => brand !== 'open' })
    expect(await none.make(ADA, because)).toEqual({ refused: 'not_taken' })
    expect(await db.selectFrom('call_code').selectAll().execute()).toEqual([])
  })

  it('is drawn again where another account has the same', async () => {
    const bodies = ['1'.repeat(15), '1'.repeat(15), '2'.repeat(15)]
    const alike = createCallCodes(db, { subjectKey, isTaken: () => true, draw: () => bodies.shift() ?? '' })
    const [one, other] = [await make(ADA, alike), await make(BO, alike)]
    expect([one.reveal(), other.reveal()]).toEqual(['1'.repeat(15), '2'.repeat(15)].map(callCodeOf))
    expect((await redeem(one))?.ref).toBe(ref)
    expect((await redeem(other))?.ref).toBe(await refOf(db, BO.customerNumber))
  })

  it('is hit by no guess: of 200 entries of its form each is another', async () => {
    await make()
    const drawn: string[] = []
    for (let n = 0; n < 200; n++) drawn.push((await make(BO)).reveal())
    expect(new Set(drawn).size).toBe(200)
    expect(drawn.every((code) => code.length === CALL_CODE_DIGITS)).toBe(true)
    // Every digit comes first, so the whole range is drawn from.
    expect(new Set(drawn.map(([first]) => first)).size).toBe(10)
  })

  it('proves until the account is locked by an operator, or cleared after it, also where there is no PIN', async () => {
    const bo = await refOf(db, BO.customerNumber)
    const at = new Date(Date.now() - 1_000).toISOString()
    const proof = (of: string) => {
      return { brand: 'open', ref: of, subject: accountSubject('open', of), method: 'call_code' as const, sims: [], at }
    }
    const lost = async () => (await createStandings(db).of([proof(ref), proof(bo)], new Date())).map(({ lost }) => lost)
    expect(await lost()).toEqual([null, null])
    await book.clearPins(ADA, because)
    expect(await lost()).toEqual(['cleared', null])
    await book.lock(BO, because)
    expect(await lost()).toEqual(['cleared', 'locked'])
  })
})
