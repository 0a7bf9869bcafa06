/** Which line is trusted as the customer's own (docs/security.md#the-trusted-line), as the statement that spends a try reads it. */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { STRANGERS_IN_A_ROW } from '../../src/auth/lockout.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { Try } from '../../src/seams/attempts.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { mergeAccounts } from '../../src/store/accounts/merge.ts'
import { type AttemptStore, createAttempts } from '../../src/store/attempts.ts'
import { createPortalBook } from '../../src/store/portal/portal-book.ts'
import type { Schema } from '../../src/store/schema.ts'
import { empty, importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { pass, pinTry, take } from '../support/tries.ts'

const [ADA, BERT] = ['10000001', '10000002'] as const
const LINE = '+491713920018'
const because = { actor: 'cli', reason: 'test' }

describeStores('a trusted line', (openStore) => {
  let db: Kysely<Schema>
  let attempts: AttemptStore
  let ref: string
  let subject: string
  beforeAll(async () => {
    db = (await openStore()).db
    attempts = createAttempts(db)
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [
      line({ customer_number: ADA, pin: '4826', phone_numbers: LINE, sim_numbers: SIM_A }),
      line({ customer_number: BERT, pin: '7395', phone_numbers: '+491713920022', sim_numbers: SIM_B }),
    ])
    ref = await refOf(db, ADA)
    subject = accountSubject('open', ref)
    await sql`UPDATE identifier SET valid_from = NULL`.execute(db)
  })

  const from = (number: string | null, whose = ref): Try => ({
    ...pinTry(accountSubject('open', whose)),
    owner: { brand: 'open', ref: whose, sims: null },
    line: number,
  })
  /** What a try from there counts as; that it was one is forgotten. */
  const originOf = async (number: string | null): Promise<string> => {
    const attempt = from(number)
    const reservation = await attempts.reserve(attempt)
    await attempts.settle(attempt, reservation, 'wrong', null)
    await db.deleteFrom('pin_state').execute()
    return reservation.kind === 'reserved' ? reservation.origin : reservation.kind
  }
  const wasRight = (number: string | null) => take(attempts, from(number), 'right')
  const set = (column: 'valid_from' | 'valid_to' | 'disputed', daysAgo: number, kind = 'phone_number') =>
    sql`UPDATE identifier SET ${sql.ref(column)} = now() - ${daysAgo}::integer * interval '1 day'
      WHERE ref = ${ref} AND kind = ${kind}`.execute(db)
  const rightDaysAgo = (days: number) =>
    sql`UPDATE proved_line SET last_right = now() - ${days}::integer * interval '1 day'`.execute(db)
  /** The number has that SIM, which the file did not say. */
  const joined = () =>
    sql`UPDATE identifier SET sim_id = (SELECT id FROM sim WHERE ref = ${ref}) WHERE ref = ${ref} AND kind = 'phone_number'`.execute(
      db,
    )

  it('is one on file, once a secret from it was right; no other line and no withheld number is', async () => {
    expect(await originOf(LINE)).toBe('stranger')
    await wasRight(LINE)
    await wasRight('+491713920099')
    await wasRight(null)
    expect(await db.selectFrom('proved_line').select(['ref', 'number']).execute()).toEqual([
      { ref, number: LINE.slice(1) },
    ])
    expect(await originOf(LINE)).toBe('trusted')
    for (const other of ['+491713920099', '+491713920022', null]) expect(await originOf(other)).toBe('stranger')
  })

  it('is not one from which only wrong ones came, nor that of another customer', async () => {
    await take(attempts, from(LINE), 'wrong')
    await take(attempts, from(LINE, await refOf(db, BERT)), 'right')
    expect(await db.selectFrom('proved_line').selectAll().execute()).toEqual([])
    expect(await originOf(LINE)).toBe('stranger')
  })

  it.each([
    ['on file for 29 days', 'stranger', [() => set('valid_from', 29)]],
    ['on file for 31 days', 'trusted', [() => set('valid_from', 31)]],
    ['on file for 31 days, and right only before', 'stranger', [() => rightDaysAgo(32), () => set('valid_from', 31)]],
    ['that ended', 'stranger', [() => set('valid_to', 0)]],
    ['that another customer claims', 'stranger', [() => set('disputed', 40)]],
    ['with a SIM of 29 days', 'stranger', [joined, () => set('valid_from', 29, 'sim_number')]],
    ['with a SIM of 31 days', 'trusted', [joined, () => set('valid_from', 31, 'sim_number')]],
    [
      'with a SIM from which none was right',
      'stranger',
      [() => rightDaysAgo(32), () => set('valid_from', 31, 'sim_number')],
    ],
    ['that has one of the SIMs, where one is of 29 days', 'stranger', [() => set('valid_from', 29, 'sim_number')]],
    ['with a SIM that ended lately', 'stranger', [joined, () => set('valid_to', 5, 'sim_number')]],
    ['with a SIM that ended long ago', 'trusted', [joined, () => set('valid_to', 40, 'sim_number')]],
    ['with a SIM that another claims', 'stranger', [joined, () => set('disputed', 40, 'sim_number')]],
  ])('%s is %s', async (_what, origin, changes) => {
    await wasRight(LINE)
    for (const change of changes) await change()
    expect(await originOf(LINE)).toBe(origin)
  })

  it('alone is compared where nothing is left for others, whose tries then count for no account', async () => {
    await wasRight(LINE)
    const reserve = (line: string | null) => attempts.reserve({ ...from(line), trustedOnly: true })
    for (const other of ['+491713920099', null]) expect(await reserve(other)).toEqual({ kind: 'locked' })
    expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 0, total: 0 })
    expect(await reserve(LINE)).toMatchObject({ kind: 'reserved', origin: 'trusted' })
  })

  describe('of an account that strangers have tried on as often as they may', () => {
    beforeEach(async () => {
      await wasRight(LINE)
      for (const hours of [1, 25, 25]) {
        for (let n = 0; n < 3; n++) await take(attempts, from(null), 'wrong')
        await pass(db, hours, subject)
      }
    })

    it('is compared, and a right one from it lets the others in again', async () => {
      expect(await attempts.lockState(subject)).toMatchObject({
        consecutive: STRANGERS_IN_A_ROW,
        lockedUntil: null,
        hardLocked: false,
        strangersShut: true,
      })
      expect(await take(attempts, from(null), 'right')).toBe('locked')
      expect(await take(attempts, from(LINE), 'right')).toBe('reserved')
      expect(await attempts.lockState(subject)).toMatchObject({ consecutive: 0, strangersShut: false })
      expect(await take(attempts, from(null), 'right')).toBe('reserved')
    })

    it('is told apart by those who look at the account, and no lock of a portal lifts it', async () => {
      const place = { brand: 'open', customerNumber: ADA }
      const book = createAccountBook(db)
      expect((await book.show(place, because))?.lock).toMatchObject({ needsNewPin: false, trustedLineOnly: true })
      expect(await book.unlock(place, because)).toEqual({ lifted: false, remains: { why: 'trusted_line_only' } })
      const portal = createPortalBook(db)
      expect((await portal.view(place))?.lock).toMatchObject({ needsNewPin: false, trustedLineOnly: true })
      expect(await portal.unlock(place, because)).toBe('needs_new_pin')
    })

    it('keeps what is counted when the account takes over another, and none of the other is trusted', async () => {
      await mergeAccounts(db, { brand: 'open', customerNumber: BERT }, ADA, new Date(), { ...because, now: new Date() })
      const bert = accountSubject('open', await refOf(db, BERT))
      expect(await attempts.lockState(bert)).toMatchObject({ consecutive: STRANGERS_IN_A_ROW, strangersShut: true })
      ref = await refOf(db, BERT)
      expect(await take(attempts, from(LINE), 'right')).toBe('locked')
    })
  })

  it('has soft locks of its own, and a lock that its owner lifts in the portal opens it too', async () => {
    await wasRight(LINE)
    for (let n = 0; n < 3; n++) await take(attempts, from(LINE), 'wrong')
    expect(await take(attempts, from(LINE), 'right')).toBe('locked')
    expect((await attempts.lockState(subject)).lockedUntil).not.toBeNull()
    expect(await createPortalBook(db).unlock({ brand: 'open', customerNumber: ADA }, because)).toBe('lifted')
    expect(await take(attempts, from(LINE), 'right')).toBe('reserved')
  })
})
