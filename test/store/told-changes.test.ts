import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { accountSubject } from '../../src/auth/subjects.ts'
import type { ToldChange } from '../../src/seams/account-changes.ts'
import { createAccountChanges } from '../../src/store/accounts/told-changes.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import type { Schema } from '../../src/store/schema.ts'
import { brands, empty, importLines, line, refOf } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const because = { actor: 'api/network', reason: 'Told by the network' }

describeStores('events of accounts', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(() => empty(db))

  it('tell two customers of one number at the same moment, and neither is refused or found by it', async () => {
    const numbers = Array.from({ length: 8 }, (_, n) => String(10_000_001 + n))
    await importLines(
      db,
      numbers.map((customer_number) => line({ customer_number })),
    )
    const changes = createAccountChanges(db, brands)
    for (let round = 1; round <= 8; round++) {
      const ported: ToldChange = { kind: 'port_in', phone_number: `0171 392 000${round}`, at: '2026-05-01T00:00:00Z' }
      const told = numbers.map((customerNumber) =>
        changes.tell({ brand: 'open', customerNumber }, ported, because, NOW),
      )
      expect(await Promise.all(told)).toEqual(numbers.map(() => ({ changed: true })))
      const value = `49171392000${round}`
      const rows = await db.selectFrom('identifier').select('disputed').where('value', '=', value).execute()
      expect(rows).toEqual(numbers.map(() => ({ disputed: NOW })))
    }
    const lookup = { brand: 'open', value: '491713920001', kinds: ['phone_number'] } as const
    expect((await createTableSource(db).find({ ...lookup, kinds: [...lookup.kinds] }, NOW)).kind).toBe('unknown')
  })

  it('end nothing of more than a year ago, for what began since then would be lost', async () => {
    await importLines(db, [
      line({ customer_number: '10000001', contract_numbers: '2000000001' }),
      line({ customer_number: '10000002' }),
    ])
    const stored = () => db.selectFrom('identifier').selectAll().orderBy('id').execute()
    const before = await stored()
    const changes = createAccountChanges(db, brands)
    const place = { brand: 'open', customerNumber: '10000001' }
    const at = '2016-06-01T00:00:00Z'
    const ended = { fault: expect.objectContaining({ field: 'at', rule: 'long_over' }) }
    const tell = (event: ToldChange) => changes.tell(place, event, because, NOW)
    expect(await tell({ kind: 'contract_end', contract_number: '2000000001', at })).toEqual(ended)
    expect(await tell({ kind: 'port_out', phone_number: '0171 3920001', at })).toEqual(ended)
    expect(await changes.merge(place, { other_number: '10000002', at }, because, NOW)).toEqual(ended)
    expect(await stored()).toEqual(before)
    expect(await tell({ kind: 'port_in', phone_number: '0171 3920001', at })).toEqual({ changed: true })
  })

  it('merge two accounts into each other at the same moment: one of the two stays, and the other way is refused', async () => {
    const numbers = ['10000001', '10000002'] as const
    const contract = (customer_number: string) => `2${customer_number.slice(1).padStart(9, '0')}`
    await importLines(
      db,
      numbers.map((customer_number) => line({ customer_number, contract_numbers: contract(customer_number) })),
    )
    const [one, two] = await Promise.all(numbers.map((number) => refOf(db, number)))
    await sql`insert into pin_state (subject, tries, consecutive, failures, hard_locked)
      values (${accountSubject('open', one ?? '')}, 3, 3, '{}', false), (${accountSubject('open', two ?? '')}, 10, 10, array[now()], true)
      on conflict (subject) do nothing`.execute(db)
    const changes = createAccountChanges(db, brands)
    const at = '2026-05-01T00:00:00Z'
    const into = (customerNumber: string, other_number: string) =>
      changes.merge({ brand: 'open', customerNumber }, { at, other_number }, because, NOW)
    const done = await Promise.all([into(numbers[0], numbers[1]), into(numbers[1], numbers[0])])
    expect(done.map((each) => each && ('fault' in each ? each.fault.rule : each.changed)).sort()).toEqual([
      'over',
      true,
    ])
    const running = await db.selectFrom('account').select('ref').where('ends', 'is', null).execute()
    expect(running).toHaveLength(1)
    const ref = running[0]?.ref ?? ''
    for (const number of numbers) {
      const found = await createTableSource(db).find(
        { brand: 'open', value: contract(number), kinds: ['contract_number'] },
        NOW,
      )
      expect(found).toMatchObject({ kind: 'found', account: { ref } })
    }
    const subject = accountSubject('open', ref)
    const states = await db.selectFrom('pin_state').selectAll().where('subject', '=', subject).execute()
    expect(states).toMatchObject([{ consecutive: 10, hard_locked: true, failures: [expect.any(Date)] }])
    expect(
      await into(running[0]?.ref === one ? numbers[0] : numbers[1], running[0]?.ref === one ? numbers[1] : numbers[0]),
    ).toEqual({ changed: false })
  })
})
