/**
 * What an agent may know of a call, put together from the call, the account source and the lock. Imports the core and the
 * seams.
 */
import type { Call } from '../call/call.ts'
import { covers } from '../call/covers.ts'
import { phaseOn } from '../flow/brand.ts'
import { aboutOf, type Hotline } from '../flow/hotline.ts'
import { rightsOf } from '../flow/rights.ts'
import type { AccountSource } from '../seams/account-source.ts'
import type { Agent } from '../seams/agents.ts'
import type { Attempts, LockState } from '../seams/attempts.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Clock } from '../seams/clock.ts'
import type { DurableEvent, EventLog } from '../seams/events.ts'
import type { Incidents } from '../seams/incidents.ts'
import type { WaitingList } from '../seams/waiting.ts'
import type { CallContext } from './call-context.ts'

export interface ContextParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  calls: CallStore
  waiting: WaitingList
  source: AccountSource
  incidents: Incidents
  attempts: Attempts
  events: EventLog
  clock: Clock
}

/** Who asks. An agent is shown accounts of their own brands and topics alone; a system of the operator's has the token for all. */
export interface Reader {
  name: string
  of: Pick<Agent, 'brands' | 'topics'> | 'everything'
  /** Calls of other brands are none that there are; not set: all brands. */
  within?: readonly string[]
}

/**
 * One reading that goes on: an agent who has a call looks at it again and again, and it is the same customer. What was recorded of it is
 * recorded once; what is seen beyond that, as another account or another level, is an event of its own. By what was seen: its event, as it is written.
 */
export type Reading = Map<string, Promise<void>>

/** Every reading of a context is an event, written before the context is given. */
export interface Contexts {
  /** All who wait, first come first. */
  waiting(reader: Reader): Promise<CallContext[]>
  /** A call that is known, in whatever state; null when it is not. Without `reading` it is one by itself. */
  of(callId: string, reader: Reader, reading?: Reading): Promise<CallContext | null>
}

const NOT_ON_FILE = { now: false, changedHands: false }

/** How many contexts are put together at once: no more than a pool has connections. */
const AT_ONCE = 8

export function createContexts(parts: ContextParts): Contexts {
  const { hotlines, calls, waiting, source, incidents, attempts, events, clock } = parts

  /** Who looks while the event is being written waits for that one; where it could not be written nothing is shown, and it is tried again. */
  async function record(event: DurableEvent, reading: Reading): Promise<void> {
    const seen = JSON.stringify([event.kind, event.callId, event.brand, event.ref, event.actor, event.facts])
    const written = reading.get(seen) ?? events.append(event)
    reading.set(seen, written)
    try {
      await written
    } catch (error) {
      if (reading.get(seen) === written) reading.delete(seen)
      throw error
    }
  }

  async function contextOf(
    call: Call,
    waitingSince: string | null,
    reader: Reader,
    reading: Reading,
  ): Promise<CallContext | null> {
    const hotline = hotlines.byBrand.get(call.brand)
    if (!hotline || reader.within?.includes(call.brand) === false) return null
    const ref = call.claim?.ref ?? null
    const visible = mayBeSeen(hotline, call) && isTheirs(call, reader.of)
    const [account, happened, onFile, lock] = await Promise.all([
      ref !== null && visible ? source.context(call.brand, ref, clock.now()) : null,
      ref !== null && visible ? incidents.of(call.brand, ref) : [],
      call.callerNumber === null ? NOT_ON_FILE : source.onFile(call.brand, call.callerNumber, clock.now()),
      call.claim === null ? null : attempts.lockState(call.claim.subject),
    ])
    const told = account ? happened : []
    const elsewhere = account && call.assurance.level === 2 ? await elsewhereOf(call, account.ref, reader, reading) : []
    // An account that could not be read may rest, and so it does.
    const until = account?.restUntil ?? null
    const { may, mayNot, resting } = rightsOf(
      hotline.brand,
      visible ? call.assurance.level : 0,
      account === null || until !== null,
    )
    const facts = { level: call.assurance.level, account: account !== null }
    await record({ kind: 'context_read', callId: call.id, brand: call.brand, ref, actor: reader.name, facts }, reading)
    return {
      version: 1,
      callSid: call.id,
      brand: call.brand,
      language: call.language,
      topic: call.topic,
      caller: { number: call.callerNumber, onFile: onFile.now },
      // Calls that an earlier version began have none.
      carried: call.carried ?? null,
      assurance: { level: call.assurance.level, method: call.assurance.method, at: call.assurance.at },
      outcome: call.outcome,
      account: account && { id: account.ref, customerNumber: account.customerNumber, name: account.name },
      may,
      mayNot,
      resting: until === null || resting.length === 0 ? null : { actions: resting, until },
      elsewhere,
      contacts: account?.contacts ?? [],
      tickets: account?.tickets ?? [],
      notes: account?.notes ?? [],
      incidents: told,
      ticket: call.claim?.ticket ?? null,
      waitingSince,
      failedTriesBefore: call.claim?.failuresBefore ?? 0,
      lockedUntil: lock?.lockedUntil ?? null,
      flags: [
        ...flagsOf(call, lock),
        ...(onFile.changedHands ? ['number_changed'] : []),
        ...(told.length > 0 ? ['incident'] : []),
        ...(account?.erasure ? ['to_be_erased'] : []),
      ],
    }
  }

  /** Accounts of the same person at other brands (R43), of those whose brands this reader may see; each is a reading of another customer's record. */
  async function elsewhereOf(
    call: Call,
    ref: string,
    { name, of, within }: Reader,
    reading: Reading,
  ): Promise<CallContext['elsewhere']> {
    const brands =
      of === 'everything' ? (within ?? 'all') : of.brands.filter((brand) => within?.includes(brand) ?? true)
    const others = await source.elsewhere(call.brand, ref, brands, clock.now())
    const facts = { by: 'reference', account: true }
    for (const { brand, ref } of others)
      await record({ kind: 'context_read', callId: '-', brand, ref, actor: name, facts }, reading)
    return others.map(({ brand, customerNumber }) => ({ brand, customerNumber }))
  }

  return {
    async waiting(reader) {
      const list = await waiting.list(clock.now())
      const contexts: (CallContext | null)[] = []
      for (let from = 0; from < list.length; from += AT_ONCE) {
        const some = list.slice(from, from + AT_ONCE).map(async ({ callId, since }) => {
          const call = await calls.get(callId)
          return call && contextOf(call, since, reader, new Map())
        })
        contexts.push(...(await Promise.all(some)))
      }
      return contexts.filter((context) => context !== null)
    },
    async of(callId, reader, reading = new Map()) {
      const call = await calls.get(callId)
      if (!call) return null
      const place = (await waiting.list(clock.now())).find((entry) => entry.callId === callId)
      return contextOf(call, place?.since ?? null, reader, reading)
    },
  }
}

/**
 * Whether the account may be shown: of those who proved it, and before the brand is mandatory also of others, but never
 * in a queue that asks for nothing: callers who were refused or wanted a person are told that no customer data is seen. After the
 * last contract it is shown to those alone who work on what is left to do.
 */
function mayBeSeen({ brand }: Hotline, call: Call): boolean {
  if (call.assurance.lost !== undefined || !covers(call.claim, aboutOf(call))) return false
  if (call.assurance.level === 2) return true
  // Callers who tried and could not prove it are told that no customer data is seen, also after a check in mid-call.
  if (call.handOff !== null && (call.outcome === 'refused' || call.tries > 0)) return false
  return phaseOn(brand, call.today) !== 'mandatory' && call.handOff?.level !== 0
}

/** Whether a call is of an agent's brands and topics. */
function isTheirs(call: Call, reader: Reader['of']): boolean {
  if (reader === 'everything') return true
  return reader.brands.includes(call.brand) && reader.topics.includes(aboutOf(call) ?? 'general')
}

/** The account that this agent is shown with a call; null: none. */
export function accountShown(hotline: Hotline, call: Call, agent: Pick<Agent, 'brands' | 'topics'>): string | null {
  return mayBeSeen(hotline, call) && isTheirs(call, agent) ? (call.claim?.ref ?? null) : null
}

function flagsOf(call: Call, lock: LockState | null): string[] {
  return [
    ...(call.callerNumber === null ? ['number_withheld'] : []),
    ...(call.claim?.by === 'own_line' ? ['own_line'] : []),
    ...(call.claim?.isOther === true ? ['other_account'] : []),
    ...(call.assurance.lost === undefined ? [] : [call.assurance.lost === 'unknown' ? 'proof_unknown' : 'proof_lost']),
    ...(lock?.lockedUntil ? ['locked'] : []),
    ...(lock?.hardLocked ? ['needs_new_pin'] : []),
    ...(lock?.strangersShut && !lock.hardLocked ? ['trusted_line_only'] : []),
    ...(lock?.operatorLocked ? ['locked_by_operator'] : []),
  ]
}
