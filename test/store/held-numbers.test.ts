import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Kysely, sql } from 'kysely'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import type { Verifier } from '../../src/auth/verifier.ts'
import { createAccountChanges } from '../../src/store/accounts/told-changes.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createCustomerFile } from '../../src/store/import/put.ts'
import type { Schema } from '../../src/store/schema.ts'
import { brands, empty, importLines, line, noting } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const because = { actor: 'api/network', reason: 'Told by the network' }
const NUMBER = '491713920001'
const [known, other] = ['10000001', '10000002']

describeStores('a number that comes to several customers at the same moment', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
  })
  beforeEach(async () => {
    await empty(db)
    await importLines(
      db,
      [known, other].map((customer_number) => line({ customer_number })),
    )
  })

  const portIn = (customerNumber: string) =>
    createAccountChanges(db, brands).tell(
      { brand: 'open', customerNumber },
      { kind: 'port_in', phone_number: '0171 3920001', at: '2026-05-01T00:00:00Z' },
      because,
      NOW,
    )
  /** Does it while the first secret is hashed: what is to be written is planned by then. */
  const meanwhile = (act: () => Promise<unknown>): Pick<Verifier, 'make'> => {
    let done: Promise<unknown> | null = null
    return {
      async make(...given) {
        done ??= act()
        expect(await done).toEqual({ changed: true })
        return noting().make(...given)
      },
    }
  }
  const owners = async () =>
    (await db.selectFrom('identifier').select('disputed').where('value', '=', NUMBER).execute()).map(
      ({ disputed }) => disputed !== null,
    )
  const found = async () =>
    (await createTableSource(db).find({ brand: 'open', value: NUMBER, kinds: ['phone_number'] }, NOW)).kind

  it('identifies nobody, where a file gives it to two and an event to a third while the file is hashed', async () => {
    const told = await importLines(
      db,
      ['20000001', '20000002'].map((customer_number) =>
        line({ customer_number, phone_numbers: '0171 3920001', pin: '4826' }),
      ),
      { now: () => NOW, verifier: meanwhile(() => portIn(known)) },
    )
    expect(told).toMatchObject({ new: 2, bad: 0, disputed: 2 })
    expect(await owners()).toEqual([true, true, true])
    expect(await found()).toBe('unknown')
  })

  it('identifies nobody, where two events come while a third customer with it is put, who is to be sent again', async () => {
    const both = async () => {
      await portIn(known)
      return portIn(other)
    }
    const given = { name: 'Ada Beispiel', language: 'de', phone_numbers: '0171 3920001', pin: '4826' }
    const put = (verifier: Pick<Verifier, 'make'>) =>
      createCustomerFile(db, brands, verifier, createHashingSlots(2)).put(
        { brand: 'open', customerNumber: '20000001' },
        given,
        { actor: 'api/crm', now: NOW },
      )
    expect(await put(meanwhile(both))).toBe('raced')
    expect(await owners()).toEqual([true, true])
    expect(await put(noting())).toMatchObject({ is: 'new', disputed: 'phone_number' })
    expect(await found()).toBe('unknown')
  })

  it('identifies nobody, whatever the order in which files and events of many numbers meet', async () => {
    const numbers = Array.from({ length: 100 }, (_, n) => `0301${String(n).padStart(7, '0')}`)
    const lines = ['20000001', '20000002'].map((customer_number) =>
      line({ customer_number, phone_numbers: [...numbers, '0171 3920001'].join('|') }),
    )
    for (let round = 0; round < 4; round++) {
      await Promise.all([
        ...lines.map((each) => importLines(db, [each], { now: () => NOW })),
        portIn(known),
        portIn(other),
      ])
      expect(await owners()).toEqual([true, true, true, true])
      const { rows } = await sql<{ alone: number }>`
        select count(*)::integer as alone from identifier where kind = 'phone_number' and disputed is null`.execute(db)
      expect(rows).toEqual([{ alone: 0 }])
      await empty(db)
      await importLines(
        db,
        [known, other].map((customer_number) => line({ customer_number })),
      )
    }
  })
})
