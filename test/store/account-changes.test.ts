import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import type { Lookup } from '../../src/seams/account-source.ts'
import { changeAccount, endAccount, endContract } from '../../src/store/accounts/changes.ts'
import type { AccountChange } from '../../src/store/accounts/plan-change.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createEventLog } from '../../src/store/events.ts'
import { createCustomerFile } from '../../src/store/import/put.ts'
import type { Schema } from '../../src/store/schema.ts'
import { brands, dump, empty, importLines, line, noting, refOf, SIM_A, SIM_B } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const PHONE = '491713920001'
const NOW = new Date('2026-06-01T12:00:00.000Z')
const at = (day: string): Date => new Date(`2026-${day}T00:00:00.000Z`)
const because = { actor: 'crm', reason: 'told by the network', now: NOW }
const [ADA, BO] = [
  { brand: 'open', customerNumber: '10000001' },
  { brand: 'open', customerNumber: '10000002' },
]
type Told = [typeof ADA, AccountChange]

const portIn = (place: typeof ADA, day: string, number = PHONE): Told => [
  place,
  { kind: 'port_in', number, contract: null, sim: null, at: at(day) },
]
const portOut = (place: typeof ADA, day: string, number = PHONE): Told => [
  place,
  { kind: 'port_out', number, at: at(day) },
]

function inEveryOrder<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]]
  return all.flatMap((one, n) => inEveryOrder(all.filter((_, m) => m !== n)).map((rest) => [one, ...rest]))
}

describeStores('changes of accounts', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(db, [line(), line({ customer_number: '10000002' })], { now: () => at('01-01') })
  })

  const tell = ([place, change]: Told) => changeAccount(db, place, change, because)
  const ownerOf = async (value: string, asOf: Date, kinds: Lookup['kinds'] = ['phone_number', 'sim_number']) => {
    const found = await createTableSource(db).find({ brand: 'open', value, kinds }, asOf)
    return found.kind === 'found' ? found.account.ref : found.kind
  }
  /** All that is so, without ids and the moments at which a dispute was seen. */
  const facts = async (names: Record<string, string>) =>
    Object.entries(names)
      .reduce((rows, [ref, name]) => rows.replaceAll(ref, name), await dump(db))
      .replace(/"id":\d+/g, '')
      .split('\n')
      .sort()
      .join('\n')

  it.each<[string, Told[]]>([
    ['comes, goes and comes back', [portIn(ADA, '02-01'), portOut(ADA, '03-01'), portIn(ADA, '04-01')]],
    ['passes on to another customer', [portIn(ADA, '02-01'), portOut(ADA, '03-01'), portIn(BO, '03-01')]],
    [
      'goes to another customer and back',
      [portIn(ADA, '02-01'), portOut(ADA, '03-01'), portIn(BO, '03-01'), portOut(BO, '04-01')],
    ],
  ])('gives the same when a number %s, in every order of the events, each told twice', async (_what, events) => {
    let first: string | null = null
    for (const order of inEveryOrder(events)) {
      await empty(db)
      await importLines(db, [line(), line({ customer_number: '10000002' })], { now: () => at('01-01') })
      const [ada, bo] = [await refOf(db, '10000001'), await refOf(db, '10000002')]
      for (const event of order) expect(await tell(event)).toBe('changed')
      for (const event of order) expect(await tell(event)).toBe('same')
      const after = await facts({ [ada]: 'ada', [bo]: 'bo' })
      first ??= after
      expect(after).toBe(first)
    }
    expect(await ownerOf(PHONE, new Date(at('02-01').getTime() - 1))).toBe('unknown')
    expect(await ownerOf(PHONE, at('02-15'))).toBe(await refOf(db, '10000001'))
  })

  it('lets a number that two customers have identify nobody, until one of them has given it up', async () => {
    await tell(portIn(ADA, '02-01'))
    await tell(portIn(BO, '03-01'))
    expect(await ownerOf(PHONE, NOW)).toBe('unknown')
    await tell(portOut(ADA, '03-01'))
    expect(await ownerOf(PHONE, NOW)).toBe(await refOf(db, '10000002'))
  })

  it('ends the SIM before when another is told, and links the phone number to the new one', async () => {
    await importLines(db, [line({ sim_numbers: SIM_A, phone_numbers: `+${PHONE}` })], { now: () => at('01-01') })
    const swap: Told = [ADA, { kind: 'sim_change', from: SIM_A, to: SIM_B, number: PHONE, at: at('05-30') }]
    expect([await tell(swap), await tell(swap)]).toEqual(['changed', 'same'])
    const found = await createTableSource(db).find({ brand: 'open', value: PHONE, kinds: ['phone_number'] }, NOW)
    const sims = [{ id: expect.any(String), since: at('05-30').toISOString() }]
    expect(found).toMatchObject({ kind: 'found', account: { sims, keyedSim: expect.any(String) } })
    expect(await ownerOf(SIM_A, NOW)).toBe('unknown')
  })

  describe('an account with two contracts', () => {
    const CONTRACTS = { contract_numbers: '2000000001|2000000002', phone_numbers: `+${PHONE}`, email: 'a@b.example' }
    beforeEach(() => importLines(db, [line(CONTRACTS)], { now: () => at('01-01') }))

    it('goes on when one has ended, and ends with the last; twice is once', async () => {
      expect(await endContract(db, ADA, '2000000001', at('02-01'), because)).toBe('changed')
      expect(await ownerOf('2000000001', NOW, ['contract_number'])).toBe('unknown')
      expect(await ownerOf(PHONE, NOW)).toBe(await refOf(db, '10000001'))
      for (const said of ['changed', 'same'])
        expect(await endContract(db, ADA, '2000000002', at('03-01'), because)).toBe(said)
      expect(await ownerOf(PHONE, new Date(at('03-01').getTime() - 1))).toBe(await refOf(db, '10000001'))
      expect(await ownerOf(PHONE, at('03-01'))).toBe('unknown')
      const account = await db.selectFrom('account').select('ends').where('customer_number', '=', '10000001').execute()
      expect(account).toEqual([{ ends: at('03-01') }])
      const contacts = await db.selectFrom('contact').select(['valid_to']).execute()
      expect(contacts).toEqual([{ valid_to: at('03-01') }])
    })

    it('ends with all of them at once', async () => {
      expect(await endAccount(db, ADA, at('02-01'), because)).toBe('changed')
      expect(await endAccount(db, ADA, at('02-01'), because)).toBe('same')
      expect(await ownerOf(PHONE, NOW)).toBe('unknown')
      const contracts = await db.selectFrom('contract').select(['ends']).execute()
      expect(contracts).toEqual([{ ends: at('02-01') }, { ends: at('02-01') }])
    })

    it('ends a number with the contract that it was told for', async () => {
      const number = '491713920002'
      const contract = '2000000001'
      await tell([ADA, { kind: 'port_in', number, contract, sim: null, at: at('02-01') }])
      await endContract(db, ADA, contract, at('03-01'), because)
      expect(await ownerOf(number, at('02-15'))).toBe(await refOf(db, '10000001'))
      expect(await ownerOf(number, at('03-01'))).toBe('unknown')
    })

    it('keeps the contact that was confirmed last, whatever a file says', async () => {
      const confirm = (value: string, day: string): Told => [
        ADA,
        { kind: 'contact_confirmed', contact: 'email', value, at: at(day) },
      ]
      for (const order of inEveryOrder([confirm('old@b.example', '02-01'), confirm('new@b.example', '03-01')])) {
        for (const event of order) await tell(event)
        await importLines(db, [line(CONTRACTS)], { now: () => at('04-01') })
        const rows = await db.selectFrom('contact').selectAll().where('confirmed', 'is not', null).execute()
        expect(rows.map((row) => [row.value, row.valid_to]).sort()).toEqual([
          ['new@b.example', null],
          ['old@b.example', at('03-01')],
        ])
      }
    })
  })

  it('refuses what it cannot know, and changes nothing then', async () => {
    const before = await dump(db)
    const nobody = { ...ADA, customerNumber: '10000009' }
    expect(await endAccount(db, nobody, at('02-01'), because)).toBe('no_customer')
    expect(await endContract(db, ADA, '2000000009', at('02-01'), because)).toBe('no_contract')
    const port = { kind: 'port_in', number: PHONE, contract: '2000000009', sim: null, at: at('02-01') } as const
    expect(await tell([ADA, port])).toBe('no_contract')
    expect(await tell([ADA, { ...port, contract: null, sim: SIM_A }])).toBe('no_sim')
    expect(await dump(db)).toBe(before)
  })

  it('is an event each time, with who told it and why', async () => {
    const log = createEventLog(db)
    const seen = (await log.read({ limit: 10_000 })).length
    for (const _ of [1, 2]) await tell(portIn(ADA, '02-01'))
    const told = (await log.read({ limit: 10_000 })).slice(seen)
    expect(told.map(({ kind, actor, facts: { act, changed, reason } }) => [kind, actor, act, changed, reason])).toEqual(
      [
        ['account', 'crm', 'port_in', true, because.reason],
        ['account', 'crm', 'port_in', false, because.reason],
      ],
    )
  })

  /** An import in whose midst, while it hashes, something else happens to accounts. */
  const during = (lines: Parameters<typeof importLines>[1], happens: () => Promise<unknown>, options = {}) => {
    const { make } = noting()
    let happened: Promise<unknown> | null = null
    const verifier = {
      async make(...what: Parameters<typeof make>) {
        happened ??= happens()
        await happened
        return make(...what)
      },
    }
    return importLines(db, lines, { now: () => at('02-01'), verifier, ...options })
  }
  const withContract = [
    line({ contract_numbers: '1000000011', phone_numbers: `+${PHONE}` }),
    line({ customer_number: '10000002' }),
  ]

  it('is not undone by an import that had read the account before', async () => {
    await importLines(db, withContract, { now: () => at('01-01') })
    const file = 'brand,customer_number,name,language,pin\nopen,10000001,Ada Neu,de,4826\nopen,10000002,Bo,de,7395'
    const imported = await during(file, () => endAccount(db, ADA, at('01-15'), because))
    expect(imported).toMatchObject({ changed: 2, bad: 0 })
    const { name, ends } = await db
      .selectFrom('account')
      .select(['name', 'ends'])
      .where('customer_number', '=', ADA.customerNumber)
      .executeTakeFirstOrThrow()
    expect({ name, ends }).toEqual({ name: 'Ada Neu', ends: at('01-15') })
  })

  it('is not undone where the import has the number for another customer', async () => {
    await importLines(db, withContract, { now: () => at('01-01') })
    const lines = [
      line({ customer_number: '10000002', phone_numbers: `+${PHONE}`, pin: '7395' }),
      line({ customer_number: '10000003' }),
    ]
    await during(lines, () => tell(portOut(ADA, '01-20')))
    const bo = await refOf(db, '10000002')
    expect(await ownerOf(PHONE, at('06-01'))).toBe(bo)
    const rows = await db.selectFrom('identifier').select(['valid_to', 'disputed']).where('value', '=', PHONE).execute()
    expect(rows).toHaveLength(2)
    expect(rows.map(({ disputed }) => disputed)).toEqual([null, null])
    expect(rows.flatMap(({ valid_to }) => valid_to ?? [])).toEqual([at('01-20')])
  })

  it('stands where one customer is put in that moment, who is told to come again', async () => {
    await importLines(db, withContract, { now: () => at('01-01') })
    const { make } = noting()
    const verifier = {
      async make(...what: Parameters<typeof make>) {
        await endAccount(db, ADA, at('01-15'), because)
        return make(...what)
      },
    }
    const file = createCustomerFile(db, brands, verifier, createHashingSlots(2))
    const put = (): ReturnType<typeof file.put> =>
      file.put(ADA, { name: 'Ada Neu', language: 'de', pin: '4826' }, { actor: 'api/crm', now: at('02-01') })
    expect(await put()).toBe('raced')
    expect(await put()).toMatchObject({ is: 'changed' })
    const { ends } = await db
      .selectFrom('account')
      .select('ends')
      .where('customer_number', '=', ADA.customerNumber)
      .executeTakeFirstOrThrow()
    expect(ends).toEqual(at('01-15'))
  })
})
