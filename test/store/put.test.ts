import { beforeAll, beforeEach, expect, it } from '@jest/globals'
import { customerColumns, documentedColumns } from '../../src/api/customer-form.ts'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import type { CustomerFile } from '../../src/seams/customer-file.ts'
import type { Database } from '../../src/store/database.ts'
import { createEventLog } from '../../src/store/events.ts'
import { columns } from '../../src/store/import/columns.ts'
import { createCustomerFile } from '../../src/store/import/put.ts'
import { brands, dump, empty, importLines, line, noting, refOf, SIM_A } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const place = { brand: 'open', customerNumber: '10000001' }
const by = { actor: 'api/crm', now: new Date('2026-11-23T09:00:00.000Z') }
const whole = line({
  contract_numbers: '1000000011',
  phone_numbers: '+491713920018@2024-05-01',
  sim_numbers: SIM_A,
  puks: '48260395',
  pin: '4826',
  email: 'ada@example.com',
})
const { brand: _brand, customer_number: _number, ...given } = whole

it('the document names the columns that the import has', () => {
  const named = columns.filter((column) => column !== 'brand' && column !== 'customer_number')
  expect(Object.keys(documentedColumns)).toEqual(named)
  expect(Object.keys(customerColumns().shape).sort()).toEqual([...named].sort())
})

describeStores('a customer who is put', (open) => {
  let store: Database
  let file: CustomerFile
  beforeAll(async () => {
    store = await open()
    file = createCustomerFile(store.db, brands, noting(), createHashingSlots(2))
  })
  beforeEach(() => empty(store.db))
  const put = (cells: Record<string, string>) => file.put(place, cells, by)
  const events = async () =>
    (await createEventLog(store.db).read({ limit: 1_000 }))
      .filter(({ kind, facts }) => kind === 'account' && facts.act === 'put')
      .map(({ actor, brand, ref, facts }) => ({ actor, brand, ref, is: facts.is }))

  it('is what the same line of a file makes, either way round', async () => {
    const before = (await events()).length
    expect(await put(given)).toEqual({ is: 'new', kept: [], disputed: null })
    expect((await importLines(store.db, [whole])).same).toBe(1)
    expect(await put(given)).toEqual({ is: 'same', kept: ['pin'], disputed: null })
    await empty(store.db)
    await importLines(store.db, [whole])
    const imported = await dump(store.db)
    expect(await put(given)).toMatchObject({ is: 'same' })
    expect(await dump(store.db)).toBe(imported)
    expect((await events()).length).toBe(before + 1)
  })

  it('keeps what nothing is said of, loses what is empty, and is on record with who said so', async () => {
    await put(given)
    const changed = await put({ name: 'Ada Neu', language: 'en', email: '', pin: '7395' })
    expect(changed).toEqual({
      is: 'changed',
      kept: [
        'birth_date',
        'contract_numbers',
        'products',
        'phone_numbers',
        'phone_contracts',
        'sim_numbers',
        'phone_sims',
        'puks',
        'mobile',
        'address_since',
        'reference',
        'pin',
      ],
      disputed: null,
    })
    const ref = await refOf(store.db, '10000001')
    expect((await events()).at(-1)).toEqual({ actor: 'api/crm', brand: 'open', ref, is: 'changed' })
    const stored = await dump(store.db)
    expect(stored).toContain('Ada Neu')
    expect(stored).toContain('491713920018')
  })

  it('has the reference of the operator that was given last, and none where it is taken away', async () => {
    const who = { name: 'Ada', language: 'de' }
    const held = async () =>
      (await store.db.selectFrom('account').select('reference').execute()).map((row) => row.reference)
    await put({ ...who, reference: 'P-7' })
    expect(await put(who)).toMatchObject({ is: 'same' })
    expect(await held()).toEqual(['P-7'])
    expect(await put({ ...who, reference: 'P-8' })).toMatchObject({ is: 'changed' })
    expect(await put({ ...who, reference: 'x'.repeat(65) })).toMatchObject({ fault: { field: 'reference' } })
    expect(await held()).toEqual(['P-8'])
    await put({ ...who, reference: '' })
    expect(await held()).toEqual([null])
  })

  it('tells that another customer claims a number, too', async () => {
    await importLines(store.db, [line({ customer_number: '10000002', phone_numbers: '+491713920018' })])
    expect(await put(given)).toMatchObject({ is: 'new', disputed: 'phone_number' })
  })

  it.each([
    [{ ...given, pin: '48' }, 'pin', 'must be 4 digits'],
    [{ ...given, language: 'fr' }, 'language', 'is none of de, en'],
    [{ ...given, phone_numbers: '12345' }, 'phone_numbers', 'no telephone number'],
    [{ ...given, sim_numbers: SIM_A.replace(/8$/, '9') }, 'sim_numbers', 'check digit'],
    [{ ...given, puks: '48260395|48260396' }, 'puks', 'one for each, in their order'],
    [{ ...given, name: '' }, 'name', 'is empty'],
    [{ ...given, email: 'ada' }, 'email', 'no e-mail address'],
  ])('is refused by field, rule and remedy, and nothing is changed: %#', async (cells, field, rule) => {
    const before = [await dump(store.db), (await events()).length]
    const refused = await put(cells)
    expect(refused).toEqual({
      fault: { field, rule: expect.stringContaining(rule), remedy: expect.stringMatching(/^Correct it: /) },
    })
    expect(JSON.stringify(refused)).not.toMatch(/48260|12345|89490/)
    expect([await dump(store.db), (await events()).length]).toEqual(before)
  })

  it('of a brand that there is not is nobody', async () => {
    expect(await file.put({ ...place, brand: 'x' }, given, by)).toBeNull()
    const refused = await file.put({ ...place, customerNumber: '1' }, given, by)
    expect(refused).toMatchObject({ fault: { field: 'customer_number' } })
  })
})
