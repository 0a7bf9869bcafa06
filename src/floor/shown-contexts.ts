/**
 * What of a caller the desk shows an agent. Looking at a customer is an event: one for each customer and level in a call, however often the page asks and
 * whatever else of the call or its tickets changes meanwhile.
 */
import type { Call } from '../call/call.ts'
import type { CallContext } from '../context/call-context.ts'
import type { Contexts, Reading } from '../context/contexts.ts'
import type { Hotline } from '../flow/hotline.ts'
import { ordersLetters } from '../flow/second-lock.ts'
import type { Agent } from '../seams/agents.ts'
import type { Assignment } from '../seams/floor.ts'
import type { LastOrder, LetterOrders } from '../seams/letter-orders.ts'
import type { MatterBook } from '../seams/matters.ts'
import { isPassedOn } from './assignment.ts'

export interface ShownContextParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  matters: Pick<MatterBook, 'version'>
  contexts: Contexts
  letterOrders: Pick<LetterOrders, 'last'>
}

/** `letter`: the last that was ordered for the account that is shown. */
export interface Shown {
  context: CallContext | null
  letter: LastOrder | null
}

const NOTHING: Shown = { context: null, letter: null }

export interface ShownContexts {
  /** In the wrap-up it is what was seen last: a caller who was passed on proves who they are to somebody else now. */
  of(assignment: Assignment, call: Call | null, me: Agent): Promise<Shown>
  /** The agent has no call any more. */
  forget(agent: string): void
}

export function createShownContexts({ hotlines, matters, contexts, letterOrders }: ShownContextParts): ShownContexts {
  const seen = new Map<string, Shown & { id: string; key: string }>()
  const readings = new Map<string, { id: string; reading: Reading }>()
  function readingOf({ agent, id }: Assignment): Reading {
    const begun = readings.get(agent)
    if (begun?.id === id) return begun.reading
    const reading: Reading = new Map()
    readings.set(agent, { id, reading })
    return reading
  }
  return {
    async of(assignment, call, me) {
      // Only those who take the call see whose it is: a colleague may decline.
      if (isPassedOn(assignment)) return NOTHING
      if (assignment.state === 'wrap_up') {
        const last = seen.get(assignment.agent)
        if (last?.id === assignment.id) return last
        if (assignment.endedBy !== 'caller' && assignment.endedBy !== 'unseen') return NOTHING
      }
      const { id, brand, ref, state } = assignment
      // Tickets, notes and letters of the account may change at any desk, also by this agent's doing.
      const version = ref === null ? null : await matters.version(brand, ref)
      // All that decides what is shown, as it is: no two that differ are taken for the same.
      const key = JSON.stringify([id, state === 'checking', call, me.brands, me.topics, version])
      const known = seen.get(assignment.agent)
      if (known?.key === key) return known
      const context = await contexts.of(assignment.callId, { name: me.name, of: me }, readingOf(assignment))
      const account = context?.account ?? null
      const hotline = hotlines.byBrand.get(brand)
      const isTold = account !== null && hotline !== undefined && ordersLetters(hotline.brand, 'agents')
      const letter = isTold ? await letterOrders.last({ brand, ref: account.id }) : null
      const shown = { id, key, context, letter }
      seen.set(assignment.agent, shown)
      return shown
    },
    forget(agent) {
      seen.delete(agent)
      readings.delete(agent)
    },
  }
}
