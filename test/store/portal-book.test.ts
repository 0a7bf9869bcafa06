/** The customer's own side of the store: tokens that are spent once, the PUK of a SIM that proves nothing any more. */
import { beforeAll, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { accountSubject, simsSubject } from '../../src/auth/subjects.ts'
import type { PortalBook } from '../../src/seams/portal.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { createPortalBook } from '../../src/store/portal/portal-book.ts'
import type { Schema } from '../../src/store/schema.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'
import { pukTry } from '../support/tries.ts'

const keys = { current: 'test', byId: new Map([['test', Buffer.alloc(32, 'a key')]]) }
const ada = { brand: 'open', customerNumber: '10000001' }
const bert = { brand: 'open', customerNumber: '10000002' }
const because = { actor: 'portal', reason: 'By the customer, in the portal' }

describeStores('what customers do of their own', (open) => {
  let db: Kysely<Schema>
  let book: PortalBook
  const adaLine = line({ pin: '4826', sim_numbers: SIM_A, puks: '48260395', phone_numbers: '+491713920018' })
  beforeAll(async () => {
    db = (await open()).db
    book = createPortalBook(db)
    const bertLine = line({ customer_number: '10000002', name: 'Bert', sim_numbers: SIM_B, puks: '59371406' })
    await importLines(db, [adaLine, bertLine], { verifier: cheapMaker(keys) })
  })

  it('is done once with a token, by any number of requests at once, and the token is forgotten an hour after its end', async () => {
    const until = new Date('2026-11-30T10:05:00Z')
    const spent = await Promise.all(Array.from({ length: 6 }, () => book.spend('one token', until)))
    expect(spent.filter(Boolean)).toHaveLength(1)
    expect(await book.spend('another token', until)).toBe(true)
    expect(await book.prune(new Date('2026-11-30T11:04:59Z'))).toBe(0)
    expect(await book.prune(new Date('2026-11-30T11:05:01Z'))).toBe(2)
  })

  it('is remembered for the day in which it counts, and no longer', async () => {
    expect(await book.budget(ada, 'change')).toBe(0)
    expect(await book.prune(new Date(0))).toBe(0)
    const rows = async () => (await db.selectFrom('portal_budget').select('kind').execute()).length
    expect(await rows()).toBe(1)
    await sql`UPDATE portal_budget SET spent = ARRAY[now() - interval '24 hours']`.execute(db)
    expect(await book.prune(new Date(0))).toBe(1)
    expect(await rows()).toBe(0)
  })

  it('switches a PUK off, which is then not even compared, on again, and tells each; that of another is none', async () => {
    const sim = async () => (await book.view(ada))?.sims[0]
    const { id = '' } = (await sim()) ?? {}
    expect(await sim()).toEqual({ id, simNumber: SIM_A, phoneNumbers: expect.any(Array), puk: 'on' })
    const ref = await refOf(db, '10000001')
    const subject = accountSubject('open', ref)
    const compared = async () => {
      const attempt = { ...pukTry(subject, simsSubject(subject, 'puk')), owner: { brand: 'open', ref, sims: [id] } }
      const reservation = await createAttempts(db).reserve(attempt)
      await createAttempts(db).settle(attempt, reservation, 'right', null)
      return reservation.kind === 'reserved' ? reservation.stored.length : reservation.kind
    }
    expect(await compared()).toBe(1)
    expect(await book.switchPuk(bert, id, 'off', because)).toBe('no_puk')
    expect(await book.switchPuk(ada, '', 'off', because)).toBe('no_puk')
    expect(await compared()).toBe(1)
    expect(await book.switchPuk(ada, id, 'off', because)).toEqual({ changed: true })
    expect(await book.switchPuk(ada, id, 'off', because)).toEqual({ changed: false })
    expect([await compared(), (await sim())?.puk]).toEqual([0, 'off'])
    // A file that replaces what is stored does not switch it on.
    await importLines(db, [{ ...adaLine, puks: '70615824' }], { verifier: cheapMaker(keys), replacePins: true })
    expect([await compared(), (await sim())?.puk]).toEqual([0, 'off'])
    expect(await book.switchPuk(ada, id, 'on', because)).toEqual({ changed: true })
    expect(await compared()).toBe(1)
    const told = await db.selectFrom('message').select('kind').where('ref', '=', ref).orderBy('id').execute()
    expect(told.map(({ kind }) => kind).filter((kind) => /^puk_o/.test(kind))).toEqual(['puk_off', 'puk_on'])
  })

  it('is null for a customer that there is not', async () => {
    const nobody = { brand: 'open', customerNumber: '99999999' }
    expect([
      await book.view(nobody),
      await book.unlock(nobody, because),
      await book.switchPuk(nobody, 'any', 'off', because),
      await book.logIns(nobody),
      await book.data(nobody, because),
    ]).toEqual([null, null, null, null, null])
  })
})
