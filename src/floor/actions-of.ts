/** What an agent may do with a call as it stands: the page shows these, and every act is checked again when it is done. */
import type { Assignment } from '../seams/floor.ts'
import type { DeskAction } from './view.ts'

/** `stepUp`: the brand has a PIN check in mid-call. `code`: a call code may be typed for the caller. `passing`: how the colleague stands who gets the call. */
export function actionsOf(
  { state, held, conference, check }: Assignment,
  { stepUp, code, passing }: { stepUp: boolean; code: boolean; passing: Assignment['state'] | undefined },
): DeskAction[] {
  switch (state) {
    case 'ringing':
      return ['decline']
    case 'talking':
      return [
        ...(conference === null ? [] : [held ? ('resume' as const) : ('hold' as const)]),
        ...(stepUp && passing !== 'joined' ? ['check' as const] : []),
        ...(code ? ['code' as const] : []),
        ...(passing ? ['fetch_back' as const, 'leave' as const] : ['transfer' as const, 'finish' as const]),
      ]
    case 'joined':
      return ['leave']
    case 'checking':
      return check === 'running' ? ['fetch_back', 'finish'] : ['finish']
    case 'wrap_up':
      return ['wrap_up']
    default:
      return []
  }
}
