import type { AgentRooms, FloorStore } from '../seams/floor.ts'

/** A room is named after its assignment: the name says nothing of a person, and no two talks share one. */
const PREFIX = 'talk-'

export function roomOf(assignment: string): string {
  return PREFIX + assignment
}

/** The assignment of a room; null for a name that is none of ours. */
export function assignmentOf(room: string): string | null {
  return room.startsWith(PREFIX) ? room.slice(PREFIX.length) : null
}

/** Looks into the rooms for callers who are on their way back. */
export function createAgentRooms(store: Pick<FloorStore, 'assignment' | 'ofCall'>): AgentRooms {
  return {
    async agentWaits(room) {
      const id = assignmentOf(room)
      const assignment = id === null ? null : await store.assignment(id)
      if (assignment === null) return false
      // Also a colleague who has taken over in this room.
      const having = [assignment, ...(await store.ofCall(assignment.callId))].filter(
        ({ room }) => room === assignment.room,
      )
      return having.some(({ state }) => state === 'checking' || state === 'talking')
    },
  }
}
