import type { Loss } from '../auth/assurance.ts'
import type { Call } from '../call/call.ts'
import { covers } from '../call/covers.ts'
import type { Brand } from './brand.ts'
import { aboutOf } from './hotline.ts'
import { topicsLeft } from './tail.ts'

/**
 * A call in which an account was proved, as that account stands now. A proof that holds no more is taken back: the caller has what a stranger
 * who keyed the number has, the agent can send them to the PIN check, and nobody is lost.
 * @param standing null: it could not be read, and nothing is taken for proved.
 */
export function withdrawn(
  call: Call,
  brand: Pick<Brand, 'tail'>,
  standing: { lost: Loss | null; ended: string | null } | null,
  now: Date,
): Call {
  const topics = standing && topicsLeft(brand, standing.ended, now)
  const claim = call.claim !== null && topics !== null ? { ...call.claim, topics } : call.claim
  const lost = standing === null ? 'unknown' : (standing.lost ?? (endedSince() ? 'ended' : null))
  if (lost === null) return { ...call, claim }
  const outcome = lost === 'unknown' ? 'unavailable' : 'refused'
  return { ...call, claim, assurance: { level: 1, method: null, at: null, lost }, outcome }

  /** What was over when the number was keyed is told by the claim, and looked at with every topic. */
  function endedSince(): boolean {
    return call.claim?.topics === undefined && !covers(claim, aboutOf(call))
  }
}
