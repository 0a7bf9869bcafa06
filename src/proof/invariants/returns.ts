import { exitsOf } from '../../flow/flow.ts'
import { type Complaint, type Invariant, lastStep } from './invariant.ts'

/**
 * Out of a PIN check in mid-call there is one way, back to the agent who asked for it; only where the world says that they
 * are gone, it leads to a queue.
 */
export const returns: Invariant = (taken, { hotline: { flow } }): Complaint[] => {
  const { from, asked, way, result } = taken
  if (from.call.talk === null || !result) return []
  const { kind } = result.reply.next
  if (kind === 'gather' || kind === 'room') return []
  if (asked.some(({ answer }) => answer.kind === 'agent_gone')) return []
  const step = lastStep(taken)
  // The call itself stands where it was handed off already.
  const last = way.at(-1)
  const config = last && flow.steps.get(last.step)
  const at = (last && config && exitsOf(flow, config)[last.exit]) ?? from.call.step
  const message = `'${at}' takes the caller away from the agent who waits for them; lead to a rejoin step`
  return [{ code: 'return', path: ['steps', step], message }]
}
