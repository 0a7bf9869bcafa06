/**
 * A letter with a new PIN, ordered by the agent whose caller forgot it: at any level, for the number that was keyed in the call. What came of it no
 * agent is told; when the last was ordered, those alone who are shown the account.
 */
import type { Call } from '../call/call.ts'
import type { Hotline } from '../flow/hotline.ts'
import { ordersLetters } from '../flow/second-lock.ts'
import type { CallStore } from '../seams/calls.ts'
import type { Assignment, FloorStore } from '../seams/floor.ts'
import type { LastOrder, LetterOrders } from '../seams/letter-orders.ts'
import type { Assigning } from './assigning.ts'
import type { Done } from './floor.ts'
import type { AssignmentView } from './view.ts'

export interface LetterParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  store: Pick<FloorStore, 'assignment'>
  calls: Pick<CallStore, 'get'>
  letterOrders: Pick<LetterOrders, 'order'>
  assigning: Pick<Assigning, 'changed'>
}

export async function orderLetter(parts: LetterParts, agent: string, id: string): Promise<Done> {
  const assignment = await parts.store.assignment(id)
  if (assignment?.agent !== agent) return { refused: 'not_found' }
  const call = await parts.calls.get(assignment.callId)
  // Whose it is, is settled only as long as the two talk.
  const claim = isOffered(parts, assignment, call) ? call?.claim : undefined
  if (!claim) return { refused: 'too_late' }
  const { brand, callId } = assignment
  await parts.letterOrders.order({ brand, ref: claim.ref }, { actor: agent, callId })
  await parts.assigning.changed()
  return { done: true }
}

/** Null: none can be ordered here. `last`: of the account that is shown. */
export function letterOf(
  parts: Pick<LetterParts, 'hotlines'>,
  assignment: Assignment,
  { call, last }: { call: Call | null; last: LastOrder | null },
): AssignmentView['letter'] {
  if (!isOffered(parts, assignment, call)) return null
  return { last: last && { at: last.at.toISOString(), next: last.next.toISOString() } }
}

function isOffered(
  { hotlines }: Pick<LetterParts, 'hotlines'>,
  { brand, state }: Assignment,
  call: Call | null,
): boolean {
  const hotline = hotlines.byBrand.get(brand)
  if (hotline === undefined || !ordersLetters(hotline.brand, 'agents')) return false
  return (state === 'talking' || state === 'joined') && call !== null && call.claim !== null
}
