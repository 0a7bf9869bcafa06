/** Which agents callers can count on. */
import type { Agent, Agents } from '../seams/agents.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { PresenceRow } from '../seams/presence.ts'
import type { Kind } from '../seams/waiting.ts'

/** Many callers ask in the same moment, and it may be as old as this, ms. */
const SHARED_MS = 1_000

interface OnTheFloor {
  presences: ReadonlyMap<string, Pick<PresenceRow, 'presence' | 'since'>>
  active: readonly Pick<Assignment, 'agent' | 'state' | 'since'>[]
}

/**
 * Available, or at work with a call that they took although they were away.
 * An agent who went away in mid-talk takes nobody after it.
 */
export function isThere({ name, disabled }: Agent, { presences, active }: OnTheFloor): boolean {
  if (disabled) return false
  const row = presences.get(name)
  if (row?.presence === 'available') return true
  return active.some(
    ({ agent, state, since }) => agent === name && state !== 'wrap_up' && (row === undefined || row.since < since),
  )
}

/** Whether anybody is signed in for such callers, or has a call: asked for each kind once for all who ask within a second. */
export function createHasAgents({ store }: { store: Pick<FloorStore, 'hasAgents'> }): (kind: Kind) => Promise<boolean> {
  const ofKind = new Map<string, () => Promise<boolean>>()
  return ({ brand, queue, language }) => {
    const key = [brand, queue, language].join(' ')
    const has = ofKind.get(key) ?? shared(() => store.hasAgents({ brand, queue, language }))
    ofKind.set(key, has)
    return has()
  }
}

/** Reads who is there, once for all who ask within a second. */
export function createThere(parts: {
  agents: Agents
  store: Pick<FloorStore, 'presences' | 'active'>
}): () => Promise<Agent[]> {
  const { agents, store } = parts
  async function read(): Promise<Agent[]> {
    const [all, presences, active] = await Promise.all([agents.list(), store.presences(), store.active()])
    const floor = { presences: new Map(presences.map((row) => [row.agent, row])), active }
    return all.filter((agent) => isThere(agent, floor))
  }

  return shared(read)
}

/** The same answer for all who ask within a second. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | null = null
  return () => {
    const now = performance.now()
    if (last === null || now - last.at > SHARED_MS) last = { at: now, answer: read() }
    return last.answer
  }
}
