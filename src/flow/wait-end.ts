import type { Call } from '../call/call.ts'
import { isApology } from './advance.ts'
import { typeOf } from './flow.ts'
import type { Hotline } from './hotline.ts'

/**
 * Whether the flow has a way on where this call waits. After an apology it stands at a step that never handed it off: such a wait
 * ends with the call. A step that hands off to a number alone, or an operator's own, is where it stood when something broke.
 */
export function canEnd({ flow }: Pick<Hotline, 'flow'>, call: Call): boolean {
  const config = flow.steps.get(call.step)
  if (!config) return false
  const type = typeOf(flow, config)
  return type.unserved ? config.unserved !== undefined : type.returned === undefined || isApology(call)
}
