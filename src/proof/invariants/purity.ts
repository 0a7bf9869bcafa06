import { ownStepTypes } from '../../flow/steps/index.ts'
import { type Invariant, isSame } from './invariant.ts'

/** Some other moment at which the call stands as it does: in silence, and while there is time to key. */
const ANOTHER_MOMENT = '2026-01-01T12:04:21.000Z'

/**
 * Operators' step types are not ours to vouch for: the same turn must come out the same, also at another moment, for the
 * exploration has one clock. (What hangs on the day hangs on the dates of the brand.)
 */
export const purity: Invariant = (taken, { hotline, again }) => {
  if (hotline.flow.types === ownStepTypes || taken.act.kind === 'hash' || taken.act.kind === 'late') return []
  if (isSame(again(taken, { at: ANOTHER_MOMENT }), taken)) return []
  const message =
    'the same call went another way when it was tried again at another moment; decide by the call and what is keyed alone'
  return [{ code: 'break', path: ['steps', taken.from.call.step], message }]
}
