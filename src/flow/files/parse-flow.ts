import { z } from 'zod'
import { exitsOf, type Flow, placeOfExit } from '../flow.ts'
import type { Step, StepType, StepTypes } from '../step.ts'
import { target } from '../steps/fields.ts'
import { ownStepTypes } from '../steps/index.ts'
import { type Finding, FlowError } from './finding.ts'
import { collectFindings, parseBy, readSource } from './source.ts'

/** More steps than this are no flow that anybody can follow. */
const MOST_STEPS = 500

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
