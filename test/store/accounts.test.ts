import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import type { AccountSource, Lookup } from '../../src/seams/account-source.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import type { Schema } from '../../src/store/schema.ts'
import { addTickets } from '../../src/store/tickets.ts'
import { countingStatements } from '../support/counting.ts'
import { empty, importLines, line, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const PHONE = '491713920001'
const NOON = (day: string): Date => new Date(`${day}T12:00:00+02:00`)
const TODAY = NOON('2026-06-01')

function entry(value: string, ...kinds: Lookup['kinds']): Lookup {
  return {
    brand: 'open',
    value,
    kinds: kinds.length > 0 ? kinds : ['customer_number', 'contract_number', 'phone_number', 'sim_number'],
  }
}

describeStores('the table account source', (open) => {
  let db: Kysely<Schema>
  let source: AccountSource
  beforeAll(async () => {
    db = (await open()).db
    source = createTableSource(db)
  })
  beforeEach(() => empty(db))

  const owner = async (lookup: Lookup, asOf = TODAY): Promise<string> => {
    const result = await source.find(lookup, asOf)
    return result.kind === 'found' ? result.account.ref : result.kind
  }

  it('finds one account by every kind of its identifiers, and by none of another kind', async () => {
    await importLines(db, [
      line({ contract_numbers: '2000000001|2000000002', phone_numbers: '0171 3920001', sim_numbers: SIM_A }),
    ])
    const ref = await refOf(db, '10000001')
    for (const value of ['10000001', '2000000001', '2000000002', PHONE, SIM_A])
      expect([value, await owner(entry(value))]).toEqual([value, ref])
    expect(await owner(entry(PHONE, 'customer_number', 'contract_number'))).toBe('unknown')
    expect(await owner(entry(PHONE, 'phone_number'))).toBe(ref)
    expect(await owner({ ...entry(PHONE), kinds: [] })).toBe('unknown')
    expect(await owner(entry('10000002'))).toBe('unknown')
  })

  it('gives the account of the moment for a number that passed on', async () => {
    await importLines(db, [
      line({ phone_numbers: '+491713920001@2019-03-01/2026-03-31' }),
      line({ customer_number: '10000002', phone_numbers: '+491713920001@2026-04-01' }),
    ])
    const [former, present] = [await refOf(db, '10000001'), await refOf(db, '10000002')]
    expect(await owner(entry(PHONE), NOON('2019-02-28'))).toBe('unknown')
    expect(await owner(entry(PHONE), NOON('2026-03-31'))).toBe(former)
    expect(await owner(entry(PHONE), new Date('2026-03-31T23:59:59.999+02:00'))).toBe(former)
    expect(await owner(entry(PHONE), new Date('2026-04-01T00:00:00.000+02:00'))).toBe(present)
    expect(await owner(entry(PHONE))).toBe(present)
    // The agent is told that a stranger may still ring with it.
    const onFile = (asOf: Date) => source.onFile('open', '+491713920001', asOf)
    expect(await onFile(TODAY)).toEqual({ now: true, changedHands: true })
    expect(await onFile(NOON('2019-02-28'))).toMatchObject({ now: false })
  })

  describe('an account whose last contract has ended', () => {
    const MAY = NOON('2026-05-01')
    const ended = async (value: string, ...kinds: Lookup['kinds']) => {
      const result = await source.find(entry(value, ...kinds), TODAY)
      return result.kind === 'found' ? [result.account.ended, result.account.sims.length] : result.kind
    }
    const ADA = {
      contract_numbers: '2000000001',
      phone_numbers: '0171 3920001',
      sim_numbers: SIM_A,
      email: 'a@b.example',
    }

    it('is found by the customer number and by that contract, and says when that was; by no other number', async () => {
      await importLines(db, [line(ADA)], { now: () => NOON('2026-01-01') })
      // Also where the file still has the numbers.
      await importLines(db, [line({ ...ADA, contract_numbers: '' })], { now: () => MAY })
      expect(await owner(entry('2000000001'), NOON('2026-04-30'))).toBe(await refOf(db, '10000001'))
      for (const value of ['10000001', '2000000001']) expect(await ended(value)).toEqual([MAY.toISOString(), 0])
      for (const value of [PHONE, SIM_A]) expect([value, await ended(value)]).toEqual([value, 'unknown'])
      expect(await source.onFile('open', PHONE, TODAY)).toEqual({ now: false, changedHands: false })
      const { contacts } = (await source.context('open', await refOf(db, '10000001'), TODAY)) ?? {}
      expect(contacts?.map(({ kind, source: from, validTo }) => [kind, from, validTo])).toEqual([
        ['phone_number', '2000000001', MAY.toISOString()],
        ['email', '2000000001', MAY.toISOString()],
      ])
      expect(await importLines(db, [line({ ...ADA, contract_numbers: '' })])).toMatchObject({ same: 1 })
    })

    it('has no number of a contract that finds it, whatever its row says', async () => {
      await importLines(db, [line(ADA)], { now: () => NOON('2026-01-01') })
      await db.updateTable('account').set({ ends: MAY }).execute()
      expect(await ended('10000001')).toEqual([MAY.toISOString(), 0])
      for (const value of [PHONE, SIM_A]) expect([value, await ended(value)]).toEqual([value, 'unknown'])
    })

    it('may end on a day that the file names, and is as it was until then', async () => {
      const days = { ...ADA, contract_numbers: '2000000001@2020-01-01/2026-05-31' }
      await importLines(db, [line(days)], { now: () => MAY })
      expect(await owner(entry(PHONE), NOON('2026-05-31'))).toBe(await refOf(db, '10000001'))
      expect(await ended(PHONE)).toBe('unknown')
      expect(await ended('10000001')).toEqual(['2026-05-31T22:00:00.000Z', 0])
      expect(await importLines(db, [line(days)], { now: () => MAY })).toMatchObject({ same: 1 })
    })

    it('leaves its contract number to the next holder', async () => {
      await importLines(db, [line(ADA)], { now: () => NOON('2026-01-01') })
      const heir = line({ customer_number: '10000002', contract_numbers: '2000000001' })
      await importLines(db, [line(), heir], { now: () => MAY })
      expect(await owner(entry('2000000001'))).toBe(await refOf(db, '10000002'))
      expect(await ended('2000000001')).toEqual([null, 0])
    })

    it('is a customer again with a new contract', async () => {
      await importLines(db, [line(ADA)], { now: () => NOON('2026-01-01') })
      await importLines(db, [line()], { now: () => MAY })
      await importLines(db, [line({ ...ADA, contract_numbers: '2000000002' })], { now: () => NOON('2026-05-20') })
      expect(await ended('10000001')).toEqual([null, 1])
      expect(await ended('2000000001')).toBe('unknown')
      expect(await owner(entry(PHONE))).toBe(await refOf(db, '10000001'))
    })
  })

  it('keeps brands apart, even where numbers are the same', async () => {
    await importLines(db, [
      line({ phone_numbers: '+491713920001' }),
      line({ brand: 'other', name: 'Bo Beispiel', phone_numbers: '+491713920001' }),
      line({ brand: 'other', customer_number: '10000003', name: 'Cy Beispiel' }),
    ])
    expect(await owner(entry(PHONE))).toBe(await refOf(db, '10000001', 'open'))
    expect(await owner({ ...entry(PHONE), brand: 'other' })).toBe(await refOf(db, '10000001', 'other'))
    expect(await owner(entry('10000003'))).toBe('unknown')
    const ref = await refOf(db, '10000003', 'other')
    expect(await source.context('open', ref, TODAY)).toBeNull()
    expect(await source.context('other', ref, TODAY)).toMatchObject({
      ref,
      customerNumber: '10000003',
      name: 'Cy Beispiel',
    })
    expect(await source.onFile('strict', '+491713920001', TODAY)).toMatchObject({ now: false })
    expect(await source.onFile('open', '+491713920001', TODAY)).toMatchObject({ now: true })
  })

  it('names the SIMs of the account and the one that was keyed', async () => {
    await importLines(db, [line({ sim_numbers: `${SIM_A}|${SIM_B}`, puks: '11112222|33334444' })])
    const byNumber = await source.find(entry('10000001'), TODAY)
    if (byNumber.kind !== 'found') throw new Error(byNumber.kind)
    expect(byNumber.account.sims).toHaveLength(2)
    expect(byNumber.account.sims.map((sim) => sim.since)).toEqual([null, null])
    expect(byNumber.account.keyedSim).toBeNull()
    const bySim = await source.find(entry(SIM_B), TODAY)
    if (bySim.kind !== 'found') throw new Error(bySim.kind)
    expect(bySim.account.sims).toEqual(byNumber.account.sims)
    expect(bySim.account.keyedSim).toBe(byNumber.account.sims[1]?.id)

    await importLines(db, [line({ sim_numbers: SIM_A })], { now: () => NOON('2026-05-01') })
    const later = await source.find(entry('10000001'), TODAY)
    expect(later.kind === 'found' && later.account.sims).toEqual(byNumber.account.sims.slice(0, 1))
  })

  describe('since when a SIM is of its account', () => {
    const [MAY, JUNE, JULY] = [NOON('2026-05-01'), NOON('2026-06-01'), NOON('2026-07-01')]
    const ada = (sims: string, more = {}) => line({ sim_numbers: sims, ...more })
    const bo = (sims: string) => line({ customer_number: '10000002', name: 'Bo Beispiel', sim_numbers: sims })
    const at = (moment: Date) => ({ now: () => moment })
    /** Days of the SIMs, in the order of their rows. */
    const since = async (customerNumber = '10000001', asOf = JULY) => {
      const result = await source.find(entry(customerNumber), asOf)
      return result.kind === 'found' ? result.account.sims.map((sim) => sim.since && new Date(sim.since)) : result.kind
    }

    it('is told of none that came with the first import of the account', async () => {
      await importLines(db, [ada(`${SIM_A}|${SIM_B}`)], at(MAY))
      expect(await since()).toEqual([null, null])
    })

    it.each([
      ['had another', SIM_A],
      ['had none', ''],
    ])('is the import that brings it to a known account that %s', async (_had, before) => {
      await importLines(db, [ada(before)], at(MAY))
      await importLines(db, [ada(SIM_B)], at(JUNE))
      expect(await since()).toEqual([JUNE])
    })

    it('is told of the new one alone when another stays', async () => {
      await importLines(db, [ada(SIM_A)], at(MAY))
      await importLines(db, [ada(`${SIM_A}|${SIM_B}`)], at(JUNE))
      expect(await since()).toEqual([null, JUNE])
    })

    it('stays when the file comes again, also with another name or PUK', async () => {
      await importLines(db, [ada(SIM_A)], at(MAY))
      await importLines(db, [ada(`${SIM_A}|${SIM_B}`)], at(JUNE))
      const again = { puks: '11112222|33334444', name: 'Ada Anders' }
      await importLines(db, [ada(`${SIM_A}|${SIM_B}`, again)], { ...at(JULY), replacePins: true })
      expect(await since()).toEqual([null, JUNE])
    })

    it('is the import that brings it back after it was gone', async () => {
      await importLines(db, [ada(SIM_A)], at(MAY))
      await importLines(db, [ada('')], at(JUNE))
      await importLines(db, [ada(SIM_A)], at(JULY))
      expect(await since()).toEqual([JULY])
    })

    it.each([
      ['known', true],
      ['new', false],
    ])(
      'is the change when it passes to another account, which is %s, in either order of the lines',
      async (_is, known) => {
        for (const lines of [
          [ada(''), bo(SIM_A)],
          [bo(SIM_A), ada('')],
        ]) {
          await empty(db)
          await importLines(db, known ? [ada(SIM_A), bo('')] : [ada(SIM_A)], at(MAY))
          await importLines(db, lines, at(JUNE))
          expect([await since('10000001'), await since('10000002')]).toEqual([[], [JUNE]])
        }
      },
    )

    it('does not depend on how often an import was interrupted and run again', async () => {
      const first = [ada(SIM_A), bo(SIM_B)]
      await importLines(db, first.slice(0, 1), at(MAY))
      await importLines(db, first, at(JUNE))
      expect([await since('10000001'), await since('10000002')]).toEqual([[null], [null]])
      const third = { customer_number: '10000003', name: 'Cy Beispiel' }
      const second = [ada(''), bo(''), line({ ...third, sim_numbers: SIM_A })]
      await importLines(db, second.slice(0, 1), at(JUNE))
      await importLines(db, second, at(JULY))
      await importLines(db, second, at(NOON('2026-07-02')))
      expect(await since('10000003')).toEqual([JUNE])
    })

    it('cannot be changed by a second line of the account in the same file', async () => {
      expect(await importLines(db, [ada(SIM_A), ada(`${SIM_A}|${SIM_B}`)], at(MAY))).toMatchObject({ new: 1, bad: 1 })
      expect(await since()).toEqual([null])
    })
  })

  it('says of each contact what to beware of, and when it was confirmed', async () => {
    const marks = async (asOf: Date) => {
      const found = await source.context('open', await refOf(db, '10000002'), asOf)
      return found?.contacts.map(({ kind, marks, confirmed }) => [kind, ...marks, confirmed])
    }
    const bo = { customer_number: '10000002', email: 'b@b.example' }
    const phone = { phone_numbers: '0171 3920001' }
    await importLines(db, [line(phone), line(bo)], { now: () => NOON('2026-01-01') })
    await db
      .updateTable('contact')
      .set({ confirmed: NOON('2026-02-01') })
      .execute()
    const email = ['email', NOON('2026-02-01').toISOString()]
    await importLines(db, [line(), line({ ...bo, ...phone })], { now: () => NOON('2026-05-01') })
    expect(await marks(NOON('2026-05-02'))).toEqual([['phone_number', 'rest', 'changed_hands', null], email])
    expect(await marks(NOON('2026-05-05'))).toEqual([['phone_number', 'changed_hands', null], email])
    await importLines(db, [line(phone)], { now: () => NOON('2026-05-10') })
    expect(await marks(NOON('2026-05-10'))).toEqual([['phone_number', 'disputed', null], email])
  })

  it('finds an account by its ticket', async () => {
    await importLines(db, [line(), line({ brand: 'other', customer_number: '10000001' })])
    const ticket = { brand: 'open', number: '7000000001', customerNumber: '10000001', topic: 'fault', open: true }
    await addTickets(db, [{ ...ticket, reportedAt: new Date('2026-05-02T08:00:00Z') }])
    const found = await source.find(entry('7000000001', 'ticket_number', 'customer_number'), TODAY)
    expect(found).toMatchObject({ kind: 'found', account: { ticket: '7000000001', keyedSim: null } })
    expect(await owner({ ...entry('7000000001', 'ticket_number'), brand: 'other' })).toBe('unknown')
    await expect(addTickets(db, [{ ...ticket, reportedAt: TODAY }])).rejects.toThrow(/duplicate|unique/)
    await expect(addTickets(db, [{ ...ticket, number: '0171', reportedAt: TODAY }])).rejects.toThrow(/begin with 0/)
    await expect(addTickets(db, [{ ...ticket, number: '71', customerNumber: '1', reportedAt: TODAY }])).rejects.toThrow(
      /not in the store/,
    )
    // The next import says nothing about tickets, so it ends none.
    await importLines(db, [line()])
    expect(await owner(entry('7000000001', 'ticket_number'))).toBe(await refOf(db, '10000001'))
  })

  it('cannot hold two owners of one value at one time, whatever the kinds', async () => {
    await importLines(db, [
      line({ phone_numbers: '+491713920001@2026-04-01' }),
      line({ customer_number: '10000002' }),
      line({ brand: 'other', customer_number: '10000003' }),
    ])
    const rival = { value: PHONE, sim_id: null, brand: 'open', ref: await refOf(db, '10000002') }
    const insert = (row: object) =>
      db
        .insertInto('identifier')
        .values({ ...rival, kind: 'contract_number', valid_from: null, valid_to: null, ...row })
        .execute()
    await expect(insert({})).rejects.toMatchObject({ code: '23P01', constraint: 'identifier_has_one_owner' })
    await expect(insert({ kind: 'phone_number', valid_from: TODAY })).rejects.toMatchObject({ code: '23P01' })
    await expect(insert({ valid_to: NOON('2026-04-01') })).rejects.toMatchObject({ code: '23P01' })
    // Before, in another brand, and the same account again: these are no two owners.
    await insert({ valid_to: new Date('2026-04-01T00:00:00+02:00') })
    await insert({ brand: 'other', ref: await refOf(db, '10000003', 'other') })
    await insert({ ref: await refOf(db, '10000001'), valid_from: TODAY })
    // An account cannot be reached through another brand than its own.
    await expect(insert({ value: '5', brand: 'other' })).rejects.toMatchObject({ code: '23503' })
  })

  it('finds nobody rather than the wrong one where there were two owners', async () => {
    await importLines(db, [line(), line({ customer_number: '10000002' })])
    const refs = [await refOf(db, '10000001'), await refOf(db, '10000002')]
    await db
      .transaction()
      .execute(async (trx) => {
        await sql`alter table identifier drop constraint identifier_has_one_owner`.execute(trx)
        for (const ref of refs)
          await sql`insert into identifier (brand, value, kind, ref) values ('open', '555', 'phone_number', ${ref})`.execute(
            trx,
          )
        expect(await createTableSource(trx).find(entry('555'), TODAY)).toEqual({ kind: 'ambiguous' })
        throw new Error('roll back')
      })
      .catch((error: Error) => expect(error.message).toBe('roll back'))
  })

  it('does one statement whether somebody is found or nobody', async () => {
    await importLines(db, [line({ sim_numbers: SIM_A })])
    const counting = countingStatements(db)
    const counted = createTableSource(counting.db)
    expect((await counted.find(entry('10000001'), TODAY)).kind).toBe('found')
    expect(counting.statements()).toBe(1)
    expect((await counted.find(entry('10000009'), TODAY)).kind).toBe('unknown')
    expect(counting.statements()).toBe(2)
  })

  it('says unavailable when the database does not answer, never unknown', async () => {
    const broken = await open()
    await broken.ping()
    await broken.db.destroy()
    expect(await createTableSource(broken.db).find(entry('10000001'), TODAY)).toEqual({ kind: 'unavailable' })
    await expect(createTableSource(broken.db).context('open', 'x', TODAY)).rejects.toThrow()
  })
})
