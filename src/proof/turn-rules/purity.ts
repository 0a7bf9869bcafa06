import { ownStepTypes } from '../../flow/flow.ts'
import { isSame, type TurnRule } from './turn-rule.ts'

/** Operators' step types are not ours to vouch for: the same turn must come out the same. */
export const purity: TurnRule = (taken, { hotline, again }) => {
  if (hotline.flow.types === ownStepTypes || isSame(again(taken, {}), taken)) return []
  const message = 'the same call went another way when it was tried again; decide by the call and the input alone'
  return [{ code: 'break', path: ['steps', taken.from.call.step], message }]
}
