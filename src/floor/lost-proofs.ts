/** What agents rely on and what holds no more: an account was locked, ended or changed while its caller talks with them. */
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { CallStore } from '../seams/calls.ts'
import type { EventLog } from '../seams/events.ts'
import type { Assignment } from '../seams/floor.ts'
import type { AsItStands } from '../turn/as-it-stands.ts'
import type { Assigning } from './assigning.ts'
import { isTogether } from './assignment.ts'
import { seenOf } from './whereabouts.ts'

export interface LostProofParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  agents: Pick<Agents, 'find'>
  calls: Pick<CallStore, 'get'>
  asItStands: AsItStands
  assigning: Pick<Assigning, 'act'>
  events: EventLog
}

/**
 * Looks at all who talk, in one statement. Desks are told and the event is written by the one instance that changes the assignment; what
 * could not be read changes nothing, and is looked at again.
 */
export function createLookForLostProofs(parts: LostProofParts): (active: readonly Assignment[]) => Promise<void> {
  const { calls, asItStands, assigning, events } = parts
  return async (active) => {
    const proved = active.filter((assignment) => isTogether(assignment) && assignment.level === 2)
    if (proved.length === 0) return
    const read = await Promise.all(
      proved.map(async (assignment) => ({ assignment, call: await calls.get(assignment.callId) })),
    )
    const known = read.flatMap(({ assignment, call }) => (call ? [{ assignment, call }] : []))
    const now = await asItStands(known.map(({ call }) => call))
    for (const [place, { assignment }] of known.entries()) {
      const call = now[place]
      const why = call?.assurance.lost
      if (!call || why === undefined || why === 'unknown') continue
      const { id, callId, brand, ref } = assignment
      const seen = await seenOf(parts, call, assignment)
      if ((await assigning.act(id, { kind: 'proof_lost', seen })) === null) continue
      await events.append({ kind: 'proof_lost', callId, brand, ref, actor: '-', facts: { why } })
    }
  }
}
