import { typeOf } from '../../flow/flow.ts'
import type { Invariant } from './invariant.ts'

/** Where the call waits, its step type says what keys do and what silence does. Hanging up ends a call anywhere. */
export const waiting: Invariant = ({ result }, { hotline: { flow } }) => {
  if (result?.reply.next.kind !== 'gather') return []
  const { step } = result.call
  const config = flow.steps.get(step)
  if (!config) return []
  const type = typeOf(flow, config)
  const lacks = [...(type.digits ? [] : ['digits()']), ...(type.noInput ? [] : ['noInput()'])]
  if (lacks.length === 0) return []
  const message = `'${step}' waits for the caller, but its type '${config.type}' does not say what follows; write ${lacks.join(' and ')}`
  return [{ code: 'input', path: ['steps', step], message }]
}
