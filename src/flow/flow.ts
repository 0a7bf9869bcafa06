import { z } from 'zod'
import { unsafePaths } from './check.ts'
import { type Finding, FlowError } from './finding.ts'
import { collectFindings, parseBy, readSource, type Source } from './source.ts'
import { target } from './steps/fields.ts'
import { exitsOf, type Step, stepTypes } from './steps/index.ts'

/** More steps than this are no flow that anybody can follow. */
const MOST_STEPS = 500

const stepName = target
const envelope = z.strictObject({
  start: stepName.describe('The step that every call begins with.'),
  steps: z.record(z.string(), z.looseObject({ type: z.enum(Object.keys(stepTypes) as [keyof typeof stepTypes]) })),
})

/** A flow that may be served: every target exists, every step is reached. */
export interface Flow {
  name: string
  start: string
  steps: ReadonlyMap<string, Step>
  source: Source
}

/** Parses one flow file. Throws `FlowError` with every finding: syntax, unknown fields, unknown targets, unreached steps, unsafe paths. */
export function parseFlow(text: string, file: string, name: string): Flow {
  const source = readSource(text, file)
  const { start, steps: raw } = parseBy(envelope, source)
  const names = Object.keys(raw)
  if (names.length > MOST_STEPS)
    throw new FlowError([source.finding(['steps'], `a flow has at most ${MOST_STEPS} steps; split it`)])

  const steps = new Map<string, Step>()
  const findings = collectFindings(
    Object.entries(raw).map(([name, fields]) => () => {
      if (!stepName.safeParse(name).success) {
        throw new FlowError([
          source.findingAtKey(['steps', name], `'${name}' is no step name; use small letters, digits and underscores`),
        ])
      }
      steps.set(name, parseBy(stepTypes[fields.type].schema as z.ZodType<Step>, source, fields, ['steps', name]))
    }),
  )
  if (findings.length > 0) throw new FlowError(findings)
  const flow: Flow = { name, start, steps, source }
  const broken = [...unknownTargets(flow), ...unreached(flow), ...unsafePaths(flow)]
  if (broken.length > 0) throw new FlowError(broken)
  return flow
}

function unknownTargets({ start, steps, source }: Flow): Finding[] {
  const known = (name: string): boolean => steps.has(name)
  const missing = (name: string): string => `there is no step '${name}'; name one of the steps of this flow or add it`
  return [
    ...(known(start) ? [] : [source.finding(['start'], missing(start))]),
    ...[...steps].flatMap(([name, step]) =>
      Object.entries(exitsOf(step))
        .filter(([, target]) => !known(target))
        .map(([exit, target]) => source.finding(placeOfExit(name, step, exit), missing(target))),
    ),
  ]
}

function placeOfExit(name: string, step: Step, exit: string): PropertyKey[] {
  if (step.type !== 'choose' || !exit.startsWith('key_')) return ['steps', name, exit]
  return ['steps', name, 'keys', step.keys.findIndex((choice) => `key_${choice.press}` === exit), 'go']
}

function unreached({ start, steps, source }: Flow): Finding[] {
  const reached = new Set([start])
  for (const name of reached) {
    const step = steps.get(name)
    if (step) for (const target of Object.values(exitsOf(step))) reached.add(target)
  }
  return [...steps.keys()]
    .filter((name) => !reached.has(name))
    .map((name) => source.findingAtKey(['steps', name], `no step leads to '${name}'; lead to it or remove it`))
}
