/** Which agents callers can count on. */
import type { Agent, Agents } from '../seams/agents.ts'
import type { Assignment, FloorStore, PresenceRow } from '../seams/floor.ts'

/** Many callers ask in the same moment, and it may be as old as this, ms. */
const SHARED_MS = 1_000

interface OnTheFloor {
  presences: ReadonlyMap<string, Pick<PresenceRow, 'presence'>>
  active: readonly Pick<Assignment, 'agent'>[]
}

/** Available, or at work with a call. */
export function isThere({ name, disabled }: Agent, { presences, active }: OnTheFloor): boolean {
  if (disabled) return false
  return presences.get(name)?.presence === 'available' || active.some(({ agent }) => agent === name)
}

/** Reads who is there, once for all who ask within a second. */
export function createThere(parts: {
  agents: Agents
  store: Pick<FloorStore, 'presences' | 'active'>
}): () => Promise<Agent[]> {
  const { agents, store } = parts
  let shared: { at: number; there: Promise<Agent[]> } | null = null

  async function read(): Promise<Agent[]> {
    const [all, presences, active] = await Promise.all([agents.list(), store.presences(), store.active()])
    const floor = { presences: new Map(presences.map((row) => [row.agent, row])), active }
    return all.filter((agent) => isThere(agent, floor))
  }

  return () => {
    const now = performance.now()
    if (shared === null || now - shared.at > SHARED_MS) shared = { at: now, there: read() }
    return shared.there
  }
}
