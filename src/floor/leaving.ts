/** What an agent leaves of a call, as the store is to keep it. */
import type { Hotline } from '../flow/hotline.ts'
import type { Agents } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { Assignment } from '../seams/floor.ts'
import type { Leaving } from '../seams/matters.ts'
import type { Written } from '../seams/notes.ts'
import { ticketNumbersOf } from '../turn/ticket-number.ts'

/** The customer of the note is the one the agent was shown, whatever the caller has proved to others since. */
export function createLeaving({
  hotlines,
  agents,
  clock,
}: {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  agents: Agents
  clock: Clock
}): (assignment: Assignment, written: Written | null) => Promise<Leaving> {
  return async ({ id, callId, brand, topic, ref, agent: author }, written) => {
    const agent = (await agents.find(author))?.displayName ?? author
    // Also of a brand that is not served any more: what was written is kept.
    const { identifiers } = hotlines.byBrand.get(brand)?.brand ?? { identifiers: [] }
    const newNumber = ticketNumbersOf({ identifiers })
    return { assignment: id, callId, brand, topic, ref, author, agent, written, newNumber, at: clock.now() }
  }
}
