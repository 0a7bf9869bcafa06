import { z } from 'zod'
import { type Finding, FlowError } from './files/finding.ts'
import { collectFindings, parseBy, readSource, type Source } from './files/source.ts'
import type { StepType, StepTypes } from './step.ts'
import { target } from './steps/fields.ts'
import { type Step, stepTypes } from './steps/index.ts'

/** More steps than this are no flow that anybody can follow. */
const MOST_STEPS = 500

/** The step types that come with Rufpass. */
export const ownStepTypes = stepTypes as unknown as StepTypes

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

/** Parses one flow file. Throws `FlowError` with every finding: syntax, unknown fields, unknown targets. */
export function parseFlow(text: string, file: string, name: string, types: StepTypes = ownStepTypes): Flow {
  const source = readSource(text, file)
  const { start, steps: raw } = parseBy(envelope(types), source)
  const names = Object.keys(raw)
  if (names.length > MOST_STEPS) {
    throw new FlowError([source.finding('field', ['steps'], `a flow has at most ${MOST_STEPS} steps; split it`)])
  }
  const steps = new Map<string, Step>()
  const findings = collectFindings(
    Object.entries(raw).map(([name, fields]) => () => {
      if (!target.safeParse(name).success) {
        const message = `'${name}' is no step name; use small letters, digits and underscores`
        throw new FlowError([source.findingAtKey('field', ['steps', name], message)])
      }
      const type = types[fields.type] as StepType
      steps.set(name, parseBy(type.schema as unknown as z.ZodType<Step>, source, fields, ['steps', name]))
    }),
  )
  if (findings.length > 0) throw new FlowError(findings)
  const flow: Flow = { name, start, steps, types, source }
  const broken = unknownTargets(flow)
  if (broken.length > 0) throw new FlowError(broken)
  return flow
}

function envelope(types: StepTypes) {
  return z.strictObject({
    start: target,
    steps: z.record(z.string(), z.looseObject({ type: z.enum(Object.keys(types) as [string, ...string[]]) })),
  })
}

function unknownTargets(flow: Flow): Finding[] {
  const { start, steps, source } = flow
  const missing = (name: string): string => `there is no step '${name}'; name one of the steps of this flow or add it`
  return [
    ...(steps.has(start) ? [] : [source.finding('name', ['start'], missing(start))]),
    ...[...steps].flatMap(([name, step]) =>
      Object.entries(exitsOf(flow, step))
        .filter(([, target]) => !steps.has(target))
        .map(([exit, target]) => source.finding('name', placeOfExit(flow, name, exit), missing(target))),
    ),
  ]
}
