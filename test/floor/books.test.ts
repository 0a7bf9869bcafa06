/** A search tells an agent nothing that a call could not: by brand, topic, phase and proof, and every one is recorded. */
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type BookParts, createBooks } from '../../src/floor/books.ts'
import type { Brand } from '../../src/flow/brand.ts'
import type { AccountSource } from '../../src/seams/account-source.ts'
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
async function search(
  number: string,
  { me = agent(), shown = [] as string[], ended = null as string | null, tail = undefined as Brand['tail'] } = {},
) {
  const recorded: Omit<DurableEvent, 'callId' | 'kind'>[] = []
  const ownCalls = async () => shown.map((ref) => ({ ref }) as OwnCall)
  const { source, hotlines } = app.deps
  const found: AccountSource['find'] = async (...asked) => {
    const looked = await source.find(...asked)
    return looked.kind === 'found' ? { ...looked, account: { ...looked.account, ended } } : looked
  }
  const byBrand = new Map(
    [...hotlines.byBrand].map(([name, hotline]) => {
      const { tail: _, ...brand } = hotline.brand
      return [name, { ...hotline, brand: { ...brand, ...(tail && { tail }) } }]
    }),
  )
  const parts: BookParts = {
    ...app.deps,
    hotlines: { byBrand },
    source: { find: found, context: (...of) => source.context(...of) },
    agents: agentsOf([me]),
    notes: { ownCalls, withoutAccount: async () => [] },
    events: { append: async ({ callId: _callId, kind: _kind, ...event }) => void recorded.push(event) },
  }
  const given = await createBooks(parts).search('anna', number)
  return { customers: given?.customers, recorded }
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

it('finds customers whose last contract has ended only for those who work on what is left to do', async () => {
  const ref = await refOf(app.deps.database.db, FULDA.number, FULDA.brand)
  const ended = app.clock.now().toISOString()
  const hidden = { customers: [], recorded: read('fuldanetz', ref, false) }
  const tail = { days: 60, topics: ['outage'] }
  for (const number of [FULDA.number, FULDA.ticket]) {
    expect(await search(number, { ended })).toEqual(hidden)
    expect(await search(number, { ended: '2020-01-01T00:00:00.000Z', tail })).toEqual(hidden)
    expect(await search(number, { ended, tail, me: agent({ topics: ['bill'] }) })).toEqual(hidden)
    expect((await search(number, { ended, tail })).customers).toHaveLength(1)
    expect((await search(number, { ended, shown: [ref] })).customers).toHaveLength(1)
  }
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
