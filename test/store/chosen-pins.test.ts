/** 20,000 customers are taken over with PINs as people choose them: as often as four digits stand in Pwned Passwords. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { leaked } from '../../src/lab/pin-counts.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { type AnyStore, anyStore, PATIENT } from '../support/any-store.ts'
import { customers, dump, importLines } from '../support/customers.ts'

const COUNT = 20_000
const counts = leaked.map((count, pin) => ({ pin: String(pin).padStart(4, '0'), count }))

/** The PINs of so many customers, each as often as it is chosen: every nth of all that were counted, in their order. */
function chosen(): string[] {
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  const pins: string[] = []
  let passed = 0
  for (const { pin, count } of counts) {
    passed += count
    while (pins.length < Math.floor((passed / all) * COUNT)) pins.push(pin)
  }
  return pins
}

let store: Database
let place: AnyStore
beforeAll(async () => {
  place = await anyStore()
  store = await openDatabase(place.url, PATIENT)
})
afterAll(async () => {
  await store.close()
  await place.drop()
})

it('are in, and marked yes or no where today they would be refused', async () => {
  const pins = chosen()
  expect(pins).toHaveLength(COUNT)
  const lines = customers(COUNT, (n) => ({ pin: pins[n] ?? '', birth_date: '1968-11-02' }))
  const { new: added, bad, weak } = await importLines(store.db, lines)
  expect([added, bad]).toEqual([COUNT, 0])

  // Reckoned without the policy: the list from its file, and what is written out here.
  const common = readFileSync('src/auth/common-pins.ts', 'utf8').split('`')[1]?.match(/\d{4}/g) ?? []
  const rows = '7890 8901 9012 0987 1098 2109'.split(' ')
  const refused = new Set([...common, ...rows, ...'1968 0211 1102 0268 6802 1168 6811'.split(' ')])
  const isRefused = (pin: string, n: number): boolean => refused.has(pin) || String(10_000_000 + n).includes(pin)
  const expected = pins.filter(isRefused).length
  const { rows: marked } = await sql<{ customer_number: string }>`
    select customer_number from verifier join account using (ref) where weak`.execute(store.db)
  expect(marked).toHaveLength(expected)
  expect(
    marked.every(({ customer_number: number }) =>
      isRefused(pins[Number(number) - 10_000_000] ?? '', Number(number) - 10_000_000),
    ),
  ).toBe(true)
  expect(Object.values(weak).reduce((sum, count) => sum + count, 0)).toBe(expected)
  // More than one in three of what people choose.
  expect(expected).toBeGreaterThan(COUNT / 3)

  // What is kept is that it is so, and nothing of why.
  const kept = await dump(store.db)
  for (const rule of ['sequence', 'birth', 'common', 'own_number'])
    expect(kept.replaceAll('birth_date', '')).not.toContain(rule)
})
