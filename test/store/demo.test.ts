import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { Kysely } from 'kysely'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { createHashingSlots } from '../../src/auth/hashing-slots.ts'
import { Secret } from '../../src/auth/secret.ts'
import { accountSubject } from '../../src/auth/subjects.ts'
import { createVerifier, ownerOf } from '../../src/auth/verifier.ts'
import { loadHotlines, rulesOf } from '../../src/hotlines/hotlines.ts'
import { createTableSource } from '../../src/store/accounts.ts'
import { createAgents, createPasswordSignIn } from '../../src/store/agents.ts'
import { createAttempts } from '../../src/store/attempts.ts'
import { hasDemo, loadDemo, loadDemoAgents } from '../../src/store/demo.ts'
import { demoAgents, demoCustomers, demoShows } from '../../src/store/demo-cast.ts'
import { createOwnSecrets, opensWithPublished } from '../../src/store/demo-secrets.ts'
import { createIncidents } from '../../src/store/incidents.ts'
import type { Schema } from '../../src/store/schema.ts'
import { readVerifier } from '../../src/store/verifiers.ts'
import { openAnyStore } from '../support/any-store.ts'
import { cheapMaker } from '../support/cheap-verifiers.ts'
import { dump, refOf } from '../support/customers.ts'
import { WAITED_MS } from '../support/hanging.ts'
import { describeStores } from '../support/stores.ts'

const NAMES = ['rheinnetz', 'fuldanetz', 'sternmobil', 'korbmobil', 'kassemobil', 'alpenfunk']
const keys = { current: 'test', byId: new Map([['test', Buffer.alloc(32, 7)]]) }
/** Makes rows that cost little, and compares as the server does. */
const verifier = { ...createVerifier(keys), ...cheapMaker(keys) }
const brands = rulesOf(loadHotlines('flows'))
const text = readFileSync('flows/demo/customers.csv', 'utf8')
const lines = text.trim().split('\n').slice(1)

describeStores('the demo customers', (open) => {
  let db: Kysely<Schema>
  beforeAll(async () => {
    db = (await open()).db
    expect(await loadDemo(db, verifier, brands)).toBe(lines.length)
  })

  it('come once, into a new store', async () => {
    expect(await hasDemo(db)).toBe(true)
    const before = await dump(db)
    expect(await loadDemo(db, verifier, brands)).toBe(0)
    expect(await dump(db)).toBe(before)
  })

  it('are all told, with the line and the PIN that they have, grouped by what they show', async () => {
    const source = createTableSource(db)
    const told = demoCustomers()
    expect(told.map(({ brand, customerNumber }) => `${brand},${customerNumber}`).sort()).toEqual(
      lines.map((line) => line.split(',').slice(0, 2).join(',')).sort(),
    )
    expect([...new Set(told.map(({ shows }) => shows))]).toEqual(demoShows)
    for (const { brand, customerNumber, phone, pin } of told) {
      const ref = await refOf(db, customerNumber, brand)
      const asked = { brand, value: phone.slice(1), kinds: ['phone_number'] } as const
      const passedOn = customerNumber === '53395274'
      if (brands.get(brand)?.ownLine && !passedOn)
        expect(await source.find(asked, new Date())).toMatchObject({ kind: 'found', account: { ref } })
      const stored = await readVerifier(db, { brand, ref, credential: 'pin', sim: null })
      if (pin === null) expect(stored).toBe(null)
      else expect(await verifier.matches(new Secret(pin), ownerOf(brand, ref, null), 'pin', stored)).toBe(true)
    }
  })

  it('show what their group says', async () => {
    const attempts = createAttempts(db)
    const source = createTableSource(db)
    const incidents = createIncidents(db)
    for (const { brand, customerNumber, shows } of demoCustomers()) {
      const ref = await refOf(db, customerNumber, brand)
      const { hardLocked } = await attempts.lockState(accountSubject(brand, ref))
      const found = await source.find({ brand, value: customerNumber, kinds: ['customer_number'] }, new Date())
      const sims = found.kind === 'found' ? found.account.sims.length : 0
      expect([customerNumber, hardLocked, sims > 1, (await incidents.of(brand, ref)).length > 0]).toEqual([
        customerNumber,
        shows === 'locked',
        shows === 'two_sims',
        shows === 'incident',
      ])
    }
  })

  it('show the odd cases', async () => {
    const source = createTableSource(db)
    for (const name of NAMES)
      expect(lines.some((line) => line.startsWith(name) && line.split(',')[5] === '')).toBe(true)
    const recycled = { brand: 'alpenfunk', value: '491713920033', kinds: ['phone_number'] } as const
    const owner = async (day: string) => {
      const result = await source.find(recycled, new Date(day))
      return result.kind === 'found' ? source.context('alpenfunk', result.account.ref, new Date()) : result.kind
    }
    expect(await owner('2025-09-30T12:00:00Z')).toMatchObject({ name: 'Lukas Berger' })
    expect(await owner('2025-10-01T12:00:00Z')).toMatchObject({ name: 'Anna Steiner' })
    const two = await source.find({ brand: 'alpenfunk', value: '53173052', kinds: ['customer_number'] }, new Date())
    expect(two.kind === 'found' && two.account.sims).toHaveLength(2)
    const ticket = await source.find({ brand: 'fuldanetz', value: '7100482935', kinds: ['ticket_number'] }, new Date())
    expect(ticket).toMatchObject({ kind: 'found', account: { ref: await refOf(db, '305719467', 'fuldanetz') } })
  })
})

it('the demo customers have only numbers reserved for media use, none of them a hotline', () => {
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

/** What can be asked of that store. */
function doorsOf(db: Kysely<Schema>) {
  const signIn = createPasswordSignIn(db, createHashingSlots(2), WAITED_MS)
  return { db, verifier, agents: createAgents(db), signIn }
}

const served = { brands: NAMES, topics: ['bill', 'general'] }

// Passwords cost their time to hash, and what the stores do here is shown on both sides by others.
describe('what everybody may know', () => {
  it('opens a store that has the demo, by a PIN or by a password, and no other', async () => {
    const { db, close } = await openAnyStore()
    const doors = doorsOf(db)
    expect(await opensWithPublished(doors)).toBe(false)
    const [anna] = await loadDemoAgents(doors.agents, served)
    expect(await opensWithPublished(doors)).toBe(true)
    for (const { name } of demoAgents()) await doors.agents.setPassword(name, 'a password of their own')
    expect(anna).toMatchObject({ name: 'anna', password: 'anna-demo-desk' })
    expect(await opensWithPublished(doors)).toBe(false)
    await loadDemo(db, verifier, brands)
    expect(await opensWithPublished(doors)).toBe(true)
    await close()
  })
})

describe('a demo with secrets of its own', () => {
  it('opens with what it tells, and with nothing that everybody may know', async () => {
    const { db, close } = await openAnyStore()
    const doors = doorsOf(db)
    const own = createOwnSecrets(verifier)
    expect(await loadDemo(db, own.verifier, brands)).toBe(lines.length)
    const agents = await loadDemoAgents(doors.agents, served, own.password)
    expect(await opensWithPublished(doors)).toBe(false)
    const customers = await own.customers(db)
    expect(customers.map(({ customerNumber }) => customerNumber)).toEqual(
      demoCustomers().map(({ customerNumber }) => customerNumber),
    )
    for (const { brand, customerNumber, pin } of customers) {
      const ref = await refOf(db, customerNumber, brand)
      const stored = await readVerifier(db, { brand, ref, credential: 'pin', sim: null })
      const opens = pin !== null && (await verifier.matches(new Secret(pin), ownerOf(brand, ref, null), 'pin', stored))
      expect([customerNumber, opens]).toEqual([customerNumber, pin !== null])
    }
    expect(agents.map(({ name }) => name)).toEqual(demoAgents().map(({ name }) => name))
    for (const { name, password } of agents) expect(await doors.signIn.verify(name, password)).toBe(name)
    expect(await dump(db)).not.toContain(agents[0]?.password)
    await close()
  })
})

it('a demo with secrets of its own has none of the PINs that people try first', async () => {
  const own = createOwnSecrets({ make: async (secret) => ({ secret }) as never })
  const made = await Promise.all(
    Array.from({ length: 3_000 }, (_, n) => own.verifier.make(new Secret('0000'), `brand/${n}`, 'pin')),
  )
  const pins = (made as unknown as { secret: Secret }[]).map(({ secret }) => secret.reveal())
  for (const pin of pins) expect(pin).toMatch(/^(?!19|20|(.)\1{3}$)[0-9]{4}$/)
  expect(pins.filter((pin) => '0123456789 9876543210'.includes(pin))).toEqual([])
  expect(new Set(pins).size).toBeGreaterThan(2_000)
})
