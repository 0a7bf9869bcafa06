import type { Call } from '../call/call.ts'
import type { GivenBack } from '../call/turn.ts'
import { isApology } from '../flow/advance.ts'
import { typeOf } from '../flow/flow.ts'
import { type Hotline, queueName } from '../flow/hotline.ts'
import { canEnd } from '../flow/wait-end.ts'
import { endsOf } from '../flow/waits.ts'
import { entriesFor, type SecretPair } from './entries.ts'
import type { Action } from './exploration.ts'

/** All that can be done where a call stands. `isLast`: the steps after which only goodbyes follow. */
export function createActions(
  hotline: Hotline,
  secrets: readonly SecretPair[],
  isLast: (step: string) => boolean,
): (call: Call) => Action[] {
  const entries = new Map<string, string[]>()

  function entriesAt({ step, visit }: Call, numDigits: number | null): string[] {
    const key = `${step} ${numDigits} ${visit.help}`
    let found = entries.get(key)
    if (!found) {
      const config = hotline.flow.steps.get(step)
      found = config ? entriesFor(hotline, { step: config, visit, numDigits }, secrets) : []
      entries.set(key, found)
    }
    return found
  }

  return function actionsAt(call) {
    // Out of this flow, by a step that leads back to where the call came from.
    if (call.flow !== hotline.flow.name) return []
    const next = call.reply?.next
    if (!next) return []
    switch (next.kind) {
      case 'hang_up':
        return []
      case 'gather': {
        const keyed = entriesAt(call, next.numDigits).map((keys): Action => ({ kind: 'keys', keys }))
        const config = hotline.flow.steps.get(call.step)
        // A call that waits beyond the time to key is led on when it would wait again, which is the same as from here.
        const late: Action[] = config && typeOf(hotline.flow, config).outOfTime ? [{ kind: 'late' }] : []
        return [...keyed, { kind: 'silence' }, { kind: 'hash' }, ...late, { kind: 'fallback' }]
      }
      default: {
        const given: GivenBack[] = ['done', 'failed', 'left', ...(next.kind === 'enqueue' ? ['broken' as const] : [])]
        // Out of a queue of ours alone, where the brand lets waits end and the flow says how they go on.
        const ends = next.kind === 'enqueue' && canEnd(hotline, call) ? endsOf(hotline.brand.waits) : []
        const reasons = [
          ...given.map((reason): Action => ({ kind: 'returned', reason })),
          ...ends.map((why): Action => ({ kind: 'unserved', why })),
        ]
        // Asked again after an apology the fallback gives the same answer; and where nothing counts any more, it leads
        // from the general queue into the general queue.
        const isThere = isLast(call.step) && next.kind === 'enqueue' && next.queue === queueName(call.brand, null)
        return isApology(call) || isThere ? reasons : [...reasons, { kind: 'fallback' }]
      }
    }
  }
}
