import type { Source } from './files/source.ts'
import type { Step, StepType, StepTypes } from './step.ts'

/** A flow whose every target exists. Whether it may be served is for the proof to say. */
export interface Flow {
  name: string
  start: string
  steps: ReadonlyMap<string, Step>
  /** The types of its steps, by name. */
  types: StepTypes
  source: Source
}

/** The type of one of its steps. */
export function typeOf({ types }: Pick<Flow, 'types'>, { type }: Step): StepType {
  const found = Object.hasOwn(types, type) ? types[type] : undefined
  if (!found) throw new Error(`there is no step type '${type}'`)
  return found
}

/** Exit name → target of a step, whatever its type. */
export function exitsOf(flow: Pick<Flow, 'types'>, step: Step): Record<string, string> {
  const known = exits.get(step)
  if (known) return known
  const found = typeOf(flow, step).exits(step)
  exits.set(step, found)
  return found
}

/** Steps never change, and every turn asks for their exits. */
const exits = new WeakMap<Step, Record<string, string>>()

/** The path of an exit's target in the flow file. */
export function placeOfExit(flow: Flow, name: string, exit: string): PropertyKey[] {
  const step = flow.steps.get(name)
  const place = step && typeOf(flow, step).placeOfExit?.(step, exit)
  return ['steps', name, ...(place ?? [exit])]
}
