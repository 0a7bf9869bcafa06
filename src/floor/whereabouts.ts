/**
 * Where a caller is and what they have proved, as the call tells it: what callbacks say, and what the sweep looks for.
 */
import type { Call } from '../call/call.ts'
import { accountShown } from '../context/contexts.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Agent, Agents } from '../seams/agents.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import { hasCaller } from './assignment.ts'
import type { Seen } from './assignment-event.ts'
import { roomOf } from './rooms.ts'

/** Whether the document that the call has now keeps it in the room of this assignment. */
export function isInRoom({ reply, talk }: Call, { room }: Assignment): boolean {
  return reply?.next.kind === 'room' && talk?.room === roomOf(room)
}

/** Whether another agent has this caller now, or is getting them. */
export async function isTakenOver(store: Pick<FloorStore, 'ofCall'>, { id, callId }: Assignment): Promise<boolean> {
  return (await store.ofCall(callId)).some((other) => other.id !== id && hasCaller(other))
}

/** Of a caller whose call is not known. */
export const NOTHING_SEEN: Seen = { ref: null, level: null, outcome: null }

/** The account that the agent of an assignment is shown with this call, and what the agent is told of the proof. */
export async function seenOf(
  { hotlines, agents }: { hotlines: { byBrand: ReadonlyMap<string, Hotline> }; agents: Pick<Agents, 'find'> },
  call: Call,
  assignment: Pick<Assignment, 'agent'>,
): Promise<Seen> {
  return seenBy({ hotlines }, call, await agents.find(assignment.agent))
}

/** The same, of an agent who is known: nothing is read. */
export function seenBy(
  { hotlines }: { hotlines: { byBrand: ReadonlyMap<string, Hotline> } },
  call: Call,
  agent: Pick<Agent, 'brands' | 'topics'> | null,
): Seen {
  const hotline = hotlines.byBrand.get(call.brand)
  const ref = hotline && agent ? accountShown(hotline, call, agent) : null
  return { ref, level: call.assurance.level, outcome: call.outcome }
}

/** How the check ended, in the words of the desk: a caller who gave up without a try had no PIN to hand. */
export function checkOf({ check }: Call): NonNullable<Assignment['check']> | null {
  return check === 'not_needed' ? 'no_pin' : check
}
