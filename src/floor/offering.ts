/** Who is offered to whom: agents who have been free longest first, each the longest waiting caller who fits. */
import { randomBytes } from 'node:crypto'
import type { Agent, Agents, Clock, FloorStore, Skills } from '../seams.ts'
import type { Log } from '../turn/log.ts'
import type { Assigning } from './assigning.ts'
import { newAssignment } from './assignment.ts'
import type { Done } from './floor.ts'

export interface Offering {
  /** Offers to every free agent who wants calls. Runs once at a time; asked meanwhile it runs once more. */
  offerAll(): Promise<void>
  /** To one agent, whatever his presence: the next caller, or the one named. */
  offerTo(agent: Agent, callId: string | null): Promise<Done>
  /** Waits for a round that is under way. */
  settled(): Promise<void>
}

export function createOffering(parts: {
  store: FloorStore
  agents: Agents
  assigning: Assigning
  clock: Clock
  log: Log
}): Offering {
  const { store, agents, assigning, clock, log } = parts
  let round: Promise<void> | null = null
  let again = false

  async function offerTo(agent: Agent, callId: string | null): Promise<Done> {
    const at = clock.now()
    const made = await store.offer(
      skillsOf(agent),
      callId,
      (place) => newAssignment({ ...place, id: newId(), agent: agent.name, from: null }, at.toISOString()),
      at,
    )
    if (made === 'busy') return { refused: 'busy' }
    if (made === 'taken') return { refused: 'too_late' }
    if (made === 'none') return { refused: callId === null ? 'nobody_waits' : 'not_found' }
    // The screen shows the context before the phone rings.
    await assigning.changed()
    await assigning.ring(made)
    return { done: true }
  }

  async function roundOfOffers(): Promise<void> {
    const [presences, active] = await Promise.all([store.presences(), store.active()])
    const busy = new Set(active.map(({ agent }) => agent))
    const free = presences
      .filter(({ agent, presence }) => presence === 'available' && !busy.has(agent))
      .sort((a, b) => (a.since < b.since ? -1 : 1))
    if (free.length === 0) return
    const offers: Promise<Done>[] = []
    for (const { agent: name } of free) {
      const agent = await agents.find(name)
      if (agent && !agent.disabled) offers.push(offerTo(agent, null))
    }
    await Promise.all(offers)
  }

  async function offerAll(): Promise<void> {
    again = true
    round ??= (async () => {
      try {
        while (again) {
          again = false
          await roundOfOffers()
        }
      } catch (err) {
        log.error({ err }, 'callers could not be offered to agents; the next sweep tries again')
      } finally {
        round = null
      }
    })()
    await round
  }

  return { offerAll, offerTo, settled: async () => void (await round) }
}

export function skillsOf({ name, brands, topics, languages }: Agent): Skills {
  return { agent: name, brands, topics, languages }
}

/** 128 bits, in the form of a name: it stands in addresses and names the room. */
export function newId(): string {
  return randomBytes(16).toString('hex')
}
