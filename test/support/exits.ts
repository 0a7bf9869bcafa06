/**
 * Which exits calls take, and of what steps, seen without touching the core. Every flow is replaced by its line graph: a
 * step stands there once for each exit that leads to it, under the name of that exit, and does what it did. Looking up
 * `pin.refused` then means that the exit `refused` of the step `pin` was taken.
 */
import { exitsOf, type Flow } from '../../src/flow/flow.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import type { Step } from '../../src/flow/step.ts'
import { isOf } from '../../src/flow/steps/index.ts'
import type { Hotlines } from '../../src/hotlines/hotlines.ts'

export interface Observed {
  /** They behave like the hotlines given; only `call.step` has other names. */
  hotlines: Hotlines
  /** `flow: step.exit` of every exit that some call has taken. */
  taken: ReadonlySet<string>
}

export function observeExits(hotlines: Hotlines): Observed {
  const taken = new Set<string>()
  const flows = new Map<Flow, Flow>()
  const observed = new Map<Hotline, Hotline>()
  for (const hotline of hotlines.byBrand.values()) {
    const flow = flows.get(hotline.flow) ?? lineGraph(hotline.flow, taken)
    flows.set(hotline.flow, flow)
    observed.set(hotline, { ...hotline, flow })
  }
  const replaced = <Key>(map: ReadonlyMap<Key, Hotline>): ReadonlyMap<Key, Hotline> =>
    new Map([...map].map(([key, hotline]) => [key, observed.get(hotline) ?? hotline]))
  const { byNumber, byBrand, drafts, checks } = hotlines
  return { hotlines: { byNumber: replaced(byNumber), byBrand: replaced(byBrand), drafts, checks }, taken }
}

/** `flow: step.exit` of all exits there are. */
export function allExits(hotlines: Hotlines): Set<string> {
  const flows = new Set([...hotlines.byBrand.values()].map(({ flow }) => flow))
  return new Set([...flows].flatMap((flow) => edgesOf(flow).map(({ name }) => `${flow.name}: ${name}`)))
}

function edgesOf(flow: Flow): { name: string; target: string }[] {
  return [...flow.steps].flatMap(([step, config]) =>
    Object.entries(exitsOf(flow, config)).map(([exit, target]) => ({ name: `${step}.${exit}`, target })),
  )
}

function lineGraph(flow: Flow, taken: Set<string>): Flow {
  const edges = new Map(edgesOf(flow).map(({ name, target }) => [name, target]))
  class Steps extends Map<string, Step> {
    override get(name: string): Step | undefined {
      if (edges.has(name)) taken.add(`${flow.name}: ${name}`)
      return super.get(name)
    }
  }
  const steps = new Steps()
  for (const [name, step] of [[flow.start, flow.start] as const, ...edges]) {
    const config = flow.steps.get(step)
    if (config)
      steps.set(
        name,
        leadingTo(flow, config, (exit) => `${step}.${exit}`),
      )
  }
  return { ...flow, steps }
}

/** The step with other targets. Throws if a step type writes its exits in a way that is not known here. */
function leadingTo(flow: Flow, step: Step, rename: (exit: string) => string): Step {
  const targets = Object.fromEntries(Object.keys(exitsOf(flow, step)).map((exit) => [exit, rename(exit)]))
  const changed = isOf('choose', step)
    ? { ...step, ...targets, keys: step.keys.map((key) => ({ ...key, go: rename(`key_${key.press}`) })) }
    : { ...step, ...targets }
  const now = exitsOf(flow, changed as Step)
  for (const [exit, target] of Object.entries(targets)) {
    if (now[exit] !== target) throw new Error(`the exit '${exit}' of a '${step.type}' step cannot be observed`)
  }
  return changed as Step
}
