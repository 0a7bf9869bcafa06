import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import type { ToldChange } from '../../src/seams/account-changes.ts'
import { createAccountChanges } from '../../src/store/accounts/told-changes.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import type { Schema } from '../../src/store/schema.ts'
import { brands, empty, importLines, line } from '../support/customers.ts'
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
    const numbers = ['10000001', '10000002', '10000003', '10000004']
    await importLines(
      db,
      numbers.map((customer_number) => line({ customer_number })),
    )
    const changes = createAccountChanges(db, brands)
    const ported: ToldChange = { kind: 'port_in', phone_number: '0171 392 0001', at: '2026-05-01T00:00:00Z' }
    const told = numbers.map((customerNumber) => changes.tell({ brand: 'open', customerNumber }, ported, because, NOW))
    expect(await Promise.all(told)).toEqual(numbers.map(() => ({ changed: true })))
    const rows = await db.selectFrom('identifier').select('disputed').where('value', '=', '491713920001').execute()
    expect(rows).toEqual(numbers.map(() => ({ disputed: NOW })))
    const lookup = { brand: 'open', value: '491713920001', kinds: ['phone_number'] } as const
    expect((await createTableSource(db).find({ ...lookup, kinds: [...lookup.kinds] }, NOW)).kind).toBe('unknown')
  })
})
