/**
 * Where a caller is and what they have proved, as the call tells it: what callbacks say, and what the sweep looks for.
 */
import type { Call } from '../call/call.ts'
import { mayBeSeen } from '../context/contexts.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { Seen } from './assignment.ts'
import { roomOf } from './rooms.ts'

/** Whether the document that the call has now keeps it in the room of this assignment. */
export function isInRoom({ reply, talk }: Call, { id }: Assignment): boolean {
  return reply?.next.kind === 'room' && talk?.room === roomOf(id)
}

/** Whether another agent has this caller now, or is getting them. */
export async function isTakenOver(store: Pick<FloorStore, 'ofCall'>, { id, callId }: Assignment): Promise<boolean> {
  const taken = ['answering', 'talking', 'checking']
  return (await store.ofCall(callId)).some((other) => other.id !== id && taken.includes(other.state))
}

/** The account that agents are shown with this call, and what they are told of the proof. */
export function seenOf(hotlines: { byBrand: ReadonlyMap<string, Hotline> }, call: Call): Seen {
  const hotline = hotlines.byBrand.get(call.brand)
  const ref = hotline && mayBeSeen(hotline, call) ? (call.claim?.ref ?? null) : null
  return { ref, level: call.assurance.level, outcome: call.outcome }
}

/** How the check ended, in the words of the desk: a caller who gave up without a try had no PIN to hand. */
export function checkOf({ check }: Call): NonNullable<Assignment['check']> | null {
  return check === 'not_needed' ? 'no_pin' : check
}
