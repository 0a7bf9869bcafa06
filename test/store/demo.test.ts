import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { Secret } from '../../src/auth/secret.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import { loadHotlines, rulesOf } from '../../src/hotlines.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { demoCustomers, hasDemo, loadDemo } from '../../src/store/demo.ts'
import type { Schema } from '../../src/store/schema.ts'
import { readVerifier } from '../../src/store/verifiers.ts'
import { dump, refOf } from '../support/customers.ts'
import { describeStores } from '../support/stores.ts'

const NAMES = ['rheinnetz', 'fuldanetz', 'sternmobil', 'korbmobil', 'kassemobil', 'alpenfunk']
const verifier = createVerifier({ current: 'test', byId: new Map([['test', Buffer.alloc(32, 7)]]) })
const brands = rulesOf(loadHotlines('flows'))
const text = readFileSync('flows/demo/customers.csv', 'utf8')
const lines = text.trim().split('\n').slice(1)

describeStores('the demo customers', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
    expect(await loadDemo(db, verifier, brands)).toBe(lines.length)
  }, 120_000)

  it('come once, into a new store', async () => {
    expect(await hasDemo(db)).toBe(true)
    const before = await dump(db)
    expect(await loadDemo(db, verifier, brands)).toBe(0)
    expect(await dump(db)).toBe(before)
  })

  it('can be called as they are printed: two of each brand, by number and by line, with their PIN', async () => {
    const source = createTableSource(db)
    const printed = demoCustomers()
    expect(printed.map(({ brand }) => brand)).toEqual(NAMES.flatMap((name) => [name, name]))
    for (const { brand, customerNumber, phone, pin } of printed) {
      const ref = await refOf(db, customerNumber, brand)
      const asked = { brand, value: phone.slice(1), kinds: ['phone_number'] } as const
      if (brands.get(brand)?.ownLine)
        expect(await source.find(asked, new Date())).toMatchObject({ kind: 'found', account: { ref } })
      const stored = await readVerifier(db, { brand, ref, credential: 'pin', sim: null })
      expect(await verifier.matches(new Secret(pin), ownerOf(brand, ref, null), 'pin', stored)).toBe(true)
    }
  })

  it('show the odd cases', async () => {
    const source = createTableSource(db)
    for (const name of NAMES)
      expect(lines.some((line) => line.startsWith(name) && line.split(',')[5] === '')).toBe(true)
    const recycled = { brand: 'alpenfunk', value: '491713920033', kinds: ['phone_number'] } as const
    const owner = async (day: string) => {
      const result = await source.find(recycled, new Date(day))
      return result.kind === 'found' ? source.context('alpenfunk', result.account.ref) : result.kind
    }
    expect(await owner('2025-09-30T12:00:00Z')).toMatchObject({ name: 'Lukas Berger' })
    expect(await owner('2025-10-01T12:00:00Z')).toMatchObject({ name: 'Anna Steiner' })
    const two = await source.find({ brand: 'alpenfunk', value: '53173052', kinds: ['customer_number'] }, new Date())
    expect(two.kind === 'found' && two.account.sims).toHaveLength(2)
    const ticket = await source.find({ brand: 'fuldanetz', value: '7100482935', kinds: ['ticket_number'] }, new Date())
    expect(ticket).toMatchObject({ kind: 'found', account: { ref: await refOf(db, '305719467', 'fuldanetz') } })
  })

  it('have only numbers reserved for media use, none of them a hotline', () => {
    const reserved = /^49(3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3}|17139200\d\d)$/
    const numbers = [...text.matchAll(/\+(49\d+)/g)].map(([, digits = '']) => digits)
    expect(numbers.length).toBeGreaterThan(lines.length)
    const hotlines = [...loadHotlines('flows').byNumber.keys()]
    for (const digits of numbers) {
      expect(digits).toMatch(reserved)
      expect(parsePhoneNumberFromString(`+${digits}`)?.isValid()).toBe(true)
      expect(hotlines).not.toContain(`+${digits}`)
    }
  })
})
