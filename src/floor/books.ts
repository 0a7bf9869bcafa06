/** What agents look at between calls: their own day, notes without an account, and customers by a number. */
import { canonicalEntry } from '../auth/identifiers.ts'
import { phaseOn } from '../flow/brand.ts'
import { GENERAL, type Hotline } from '../flow/hotline.ts'
import { topicsLeft } from '../flow/tail.ts'
import type { AccountSource, Found } from '../seams/account-source.ts'
import type { Agent, Agents } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { EventLog } from '../seams/events.ts'
import type { NoteBook, OwnCall } from '../seams/notes.ts'
import type { Notices } from '../seams/notices.ts'
import { localDay, startOfDay } from '../turn/local-day.ts'
import type { FoundCustomers, LooseNotes, OwnDay } from './books-view.ts'

export interface BookParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  agents: Agents
  notes: Pick<NoteBook, 'ownCalls' | 'withoutAccount'>
  notices: Notices
  source: Pick<AccountSource, 'find' | 'context'>
  events: EventLog
  clock: Clock
}

/** Null for a name that is not an agent's. What is read of a customer is recorded before it is given. */
export interface DeskBooks {
  ownDay(agent: string): Promise<OwnDay | null>
  /** The agent's own; for supervisors all of their brands. */
  looseNotes(agent: string): Promise<LooseNotes | null>
  /**
   * By customer or ticket number. Nobody is on the line, so nothing is proved: where the PIN is mandatory only customers
   * are found that this agent was shown today, and customers without a contract only where this agent's topics are left to
   * them. All others look like a number that nobody has.
   */
  search(agent: string, number: string): Promise<FoundCustomers | null>
}

type Customer = FoundCustomers['customers'][number]

/** Where an agent has no brand any more. */
const ZONE = 'Europe/Berlin'

export function createBooks(parts: BookParts): DeskBooks {
  const { hotlines, agents, notes, notices, source, events, clock } = parts

  async function find(name: string): Promise<Agent | null> {
    const agent = await agents.find(name)
    return agent?.disabled ? null : agent
  }

  function ownCalls({ name, brands }: Agent): Promise<OwnCall[]> {
    const [zone = ZONE] = brands.flatMap((brand) => hotlines.byBrand.get(brand)?.brand.time_zone ?? [])
    return notes.ownCalls(name, startOfDay(clock.now(), zone))
  }

  async function record(actor: string, brand: string, ref: string | null, account: boolean): Promise<void> {
    await events.append({ kind: 'context_read', callId: '-', brand, ref, actor, facts: { by: 'search', account } })
  }

  async function customerOf(me: Agent, brand: string, ref: string): Promise<Customer[]> {
    const account = await source.context(brand, ref, clock.now())
    if (!account) return []
    const { customerNumber, name, tickets, notes: written } = account
    const isMine = ({ topic }: { topic: string | null }) => me.topics.includes(topic ?? GENERAL)
    return [{ brand, customerNumber, name, tickets: tickets.filter(isMine), notes: written.filter(isMine) }]
  }

  return {
    async ownDay(name) {
      const me = await find(name)
      if (!me) return null
      const [calls, current] = await Promise.all([ownCalls(me), notices.current(clock.now())])
      return {
        calls: calls.map(({ at, brand, topic, level, outcome, notes }) => ({
          at,
          brand,
          topic,
          level,
          outcome,
          notes: notes.map(({ text, keptWith, ticket }) => ({ text, keptWith, ticket })),
        })),
        notices: current.filter(({ brand }) => me.brands.includes(brand)),
      }
    },

    async looseNotes(name) {
      const me = await find(name)
      if (!me) return null
      const ofAll = me.role === 'supervisor'
      const found = await notes.withoutAccount({ author: ofAll ? null : name, brands: me.brands }, clock.now())
      const facts = { act: 'read', kept: 'call', count: found.length, all: ofAll }
      await events.append({ kind: 'note', callId: '-', brand: '-', ref: null, actor: name, facts })
      return { notes: found }
    },

    async search(name, number) {
      const me = await find(name)
      if (!me) return null
      const now = clock.now()
      const seen = new Set((await ownCalls(me)).map(({ ref }) => ref))
      const isShown = ({ brand }: Hotline, { ref, ticketTopic, ended }: Found): boolean =>
        (seen.has(ref) || (topicsLeft(brand, ended, now)?.some((topic) => me.topics.includes(topic)) ?? true)) &&
        (phaseOn(brand, localDay(now, brand.time_zone)) !== 'mandatory' || seen.has(ref)) &&
        (ticketTopic === null || me.topics.includes(ticketTopic))
      const customers: Customer[] = []
      let isAnyones = false
      for (const name of me.brands) {
        const hotline = hotlines.byBrand.get(name)
        if (!hotline) continue
        const value = canonicalEntry(number, hotline.brand.country_code)
        const looked = await source.find({ brand: name, value, kinds: ['customer_number', 'ticket_number'] }, now)
        if (looked.kind === 'unavailable') throw new Error('customers cannot be looked up')
        if (looked.kind !== 'found') continue
        const { account } = looked
        const shown = isShown(hotline, account)
        isAnyones = true
        await record(me.name, name, account.ref, shown)
        if (shown) customers.push(...(await customerOf(me, name, account.ref)))
      }
      if (!isAnyones) await record(me.name, '-', null, false)
      return { customers }
    },
  }
}
