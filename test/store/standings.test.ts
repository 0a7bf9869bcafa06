/** What undoes a proof that was given before, and what does not. */
import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { Proof, Standings } from '../../src/seams/standings.ts'
import { createAccountBook } from '../../src/store/account-book.ts'
import { changeAccount } from '../../src/store/accounts/changes.ts'
import { mergeAccounts } from '../../src/store/accounts/merge.ts'
import type { AccountChange } from '../../src/store/accounts/plan-change.ts'
import { createPortalBook } from '../../src/store/portal/portal-book.ts'
import type { Schema } from '../../src/store/schema.ts'
import { createStandings } from '../../src/store/standings.ts'
import { empty, importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const PHONE = '491713920001'
const PROVED = new Date('2026-06-01T12:00:00.000Z')
const NOW = new Date('2026-06-01T12:05:00.000Z')
const because = { actor: 'crm', reason: 'told by the network', now: NOW }
const [ADA, BO] = [
  { brand: 'open', customerNumber: '10000001' },
  { brand: 'open', customerNumber: '10000002' },
]

describeStores('a proof given before', (open) => {
  let db: Kysely<Schema>
  let standings: Standings
  let pin: Proof
  let puk: Proof
  beforeAll(async () => {
    db = (await open()).db
    standings = createStandings(db)
  })
  beforeEach(async () => {
    await empty(db)
    const ada = { phone_numbers: `+${PHONE}`, sim_numbers: SIM_A, puks: '11112222', contract_numbers: '2000000001' }
    const lines = [line({ pin: '4826', ...ada }), line({ customer_number: '10000002', pin: '7395' })]
    await importLines(db, lines, { now: () => new Date('2026-01-01') })
    const ref = await refOf(db, '10000001')
    const sims = (await db.selectFrom('sim').select('id').where('ref', '=', ref).execute()).map(({ id }) => id)
    const at = PROVED.toISOString()
    pin = { brand: 'open', ref, subject: accountSubject('open', ref), method: 'pin', sims, at }
    puk = { ...pin, method: 'puk' }
  })

  const now = async (...proofs: Proof[]) => (await standings.of(proofs, NOW)).map(({ lost }) => lost)
  const tell = (change: AccountChange, place = ADA) => changeAccount(db, place, change, because)

  it('holds where nothing happened, and while strangers lock the account by wrong tries', async () => {
    await db
      .insertInto('pin_state')
      .values({ subject: pin.subject, hard_locked: true, locked_until: new Date('2099-01-01') })
      .execute()
    expect(await standings.of([pin, puk], NOW)).toEqual([
      { lost: null, ended: null },
      { lost: null, ended: null },
    ])
    expect(await standings.of([], NOW)).toEqual([])
  })

  it('holds no more when an operator locks the account, and again when that is lifted', async () => {
    const book = createAccountBook(db)
    await book.lock(ADA, because)
    expect(await now(pin, puk)).toEqual(['locked', 'locked'])
    await book.unlock(ADA, because)
    expect(await now(pin, puk)).toEqual([null, null])
  })

  it('holds no more when the customer switches off the PUK that it was given by, and a PIN does', async () => {
    const book = createPortalBook(db)
    await book.switchPuk(ADA, puk.sims[0] ?? '', 'off', because)
    expect(await now(pin, puk, { ...puk, sims: ['another'] })).toEqual([null, 'cleared', 'swapped'])
    // One that was off before was not the one.
    expect(await now({ ...puk, at: new Date(Date.now() + 60_000).toISOString() })).toEqual([null])
    await book.switchPuk(ADA, puk.sims[0] ?? '', 'on', because)
    expect(await now(puk)).toEqual([null])
  })

  it('holds no more when its secret is cleared, by itself or by a merge into another account, each for its own account', async () => {
    const ref = await refOf(db, '10000002')
    const other = { ...pin, ref, subject: accountSubject('open', ref) }
    await mergeAccounts(db, BO, '10000001', NOW, because)
    expect(await now(other, pin, other)).toEqual([null, 'cleared', null])
    await createAccountBook(db).clearPins(BO, because)
    expect(await now(other)).toEqual(['cleared'])
  })

  it('by a PUK holds no more when its SIM is swapped or disputed; a PIN is of no SIM', async () => {
    await tell({ kind: 'sim_change', from: SIM_A, to: SIM_B, number: PHONE, at: NOW })
    expect(await now(pin, puk)).toEqual([null, 'swapped'])
    // That of the new SIM rests.
    const sims = (await db.selectFrom('sim').select('id').where('ref', '=', pin.ref).execute()).map(({ id }) => id)
    const fresh = sims.filter((id) => !pin.sims.includes(id))
    expect(await now({ ...puk, sims: fresh })).toEqual(['swapped'])
  })

  it('holds no more when another customer claims a number of the account meanwhile', async () => {
    await tell({ kind: 'port_in', number: PHONE, contract: null, sim: null, at: NOW }, BO)
    expect(await now(pin)).toEqual(['disputed'])
    // Given while it was in dispute already, it was given by another number.
    expect(await now({ ...pin, at: '2026-06-01T12:06:00.000Z' })).toEqual([null])
  })

  it('is told the end of the account, from when on it is so', async () => {
    const soon = new Date('2026-06-02T00:00:00.000Z')
    await tell({ kind: 'account_end', at: soon })
    expect(await standings.of([pin], NOW)).toEqual([{ lost: null, ended: null }])
    expect(await standings.of([pin], soon)).toEqual([{ lost: null, ended: soon.toISOString() }])
  })
})
