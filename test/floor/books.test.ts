/** A search tells an agent nothing that a call could not: by brand, topic, phase and proof, and every one is recorded. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type BookParts, createBooks } from '../../src/floor/books.ts'
import type { Agent } from '../../src/seams/agents.ts'
import type { DurableEvent } from '../../src/seams/events.ts'
import type { OwnCall } from '../../src/seams/notes.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { refOf } from '../support/customers.ts'
import { agentsOf } from '../support/floor.ts'

/** Of Fuldanetz, where the PIN is voluntary, with a ticket on an outage; and of Rheinnetz, where it is mandatory. */
const FULDA = { number: '305719467', ticket: '7100482935', brand: 'fuldanetz' }
const HANNA = { number: '407182632', brand: 'rheinnetz' }

let app: TestApp
beforeAll(async () => {
  app = await openApp({ customers: 'cheap' })
})
afterAll(() => app.close())

const agent = (other: Partial<Agent> = {}): Agent => ({
  name: 'anna',
  displayName: 'Anna',
  role: 'agent',
  brands: ['rheinnetz', 'fuldanetz'],
  topics: ['bill', 'outage', 'general'],
  languages: ['de'],
  phone: 'client:anna',
  disabled: false,
  ...other,
})

/** What a search gives, and what it leaves in the record. */
async function search(number: string, { me = agent(), shown = [] as string[] } = {}) {
  const recorded: Omit<DurableEvent, 'callId' | 'kind'>[] = []
  const ownCalls = async () => shown.map((ref) => ({ ref }) as OwnCall)
  const parts: BookParts = {
    ...app.deps,
    agents: agentsOf([me]),
    notes: { ownCalls, withoutAccount: async () => [] },
    events: { append: async ({ callId: _callId, kind: _kind, ...event }) => void recorded.push(event) },
  }
  const found = await createBooks(parts).search('anna', number)
  return { customers: found?.customers, recorded }
}
const read = (brand: string, ref: string | null, account: boolean) => [
  { brand, ref, actor: 'anna', facts: { by: 'search', account } },
]

it.each([FULDA.number, FULDA.ticket])('finds a customer by %s where no proof is demanded', async (number) => {
  const { customers, recorded } = await search(number)
  expect(customers).toMatchObject([
    { brand: 'fuldanetz', customerNumber: FULDA.number, tickets: [{ number: FULDA.ticket, topic: 'outage' }] },
  ])
  expect(recorded).toEqual(read('fuldanetz', await refOf(app.deps.database.db, FULDA.number, FULDA.brand), true))
})

it('finds a customer of a brand that demands proof only if this agent was shown them today', async () => {
  const ref = await refOf(app.deps.database.db, HANNA.number, HANNA.brand)
  const hidden = await search(HANNA.number)
  expect(hidden).toEqual({ customers: [], recorded: read('rheinnetz', ref, false) })
  const { customers, recorded } = await search(HANNA.number, { shown: [ref] })
  expect(customers).toMatchObject([{ customerNumber: HANNA.number, name: 'Hanna Reuter' }])
  expect(recorded).toEqual(read('rheinnetz', ref, true))
})

it('answers for a number that nobody has as for one that may not be shown', async () => {
  expect(await search('999999999')).toEqual({ customers: [], recorded: read('-', null, false) })
})

it('is bound to the brands and topics of the agent, supervisors too', async () => {
  for (const role of ['agent', 'supervisor'] as const)
    expect((await search(FULDA.number, { me: agent({ role, brands: ['rheinnetz'] }) })).customers).toEqual([])
  const bills = agent({ topics: ['bill'] })
  expect((await search(FULDA.ticket, { me: bills })).customers).toEqual([])
  expect((await search(FULDA.number, { me: bills })).customers).toMatchObject([{ tickets: [] }])
})

it('gives nothing where the desk is closed to the agent', async () => {
  expect((await search(FULDA.number, { me: agent({ disabled: true }) })).customers).toBeUndefined()
  expect((await search(FULDA.number, { me: agent({ name: 'ben' }) })).customers).toBeUndefined()
})
