import type { Level } from '../../auth/assurance.ts'
import type { Passage } from '../../call/turn.ts'
import { exitsOf, type Flow, typeOf } from '../../flow/flow.ts'
import type { Step } from '../../flow/step.ts'
import { provedBy } from '../environment.ts'
import { type Exploration, type Transition, transitionsOf } from '../exploration.ts'

/** What explored calls tell of a flow's steps. */
export interface Facts {
  /** The least that callers have proved when they come to a step. Steps that no call comes to are missing. */
  least: ReadonlyMap<string, Level>
  /** What the hand-offs of a step ask for. */
  asks: ReadonlyMap<string, Level>
  /** The exits that calls take, as `step.exit`. */
  taken: ReadonlySet<string>
}

/** Reads the explorations of a flow. */
export function factsOf(flow: Flow, explorations: readonly Exploration[]): Facts {
  const least = new Map<string, Level>()
  const asks = new Map<string, Level>([...flow.steps].flatMap(([name, step]) => levelField(name, step)))
  const taken = new Set<string>()
  for (const exploration of explorations) {
    for (const transition of transitionsOf(exploration)) {
      for (const { step, exit } of transition.way) taken.add(`${step}.${exit}`)
      for (const { step, level } of arrivals(flow, transition)) {
        if (level < (least.get(step) ?? Number.POSITIVE_INFINITY)) least.set(step, level)
      }
      const level = levelOfHandOff(transition)
      if (level !== null && level > (asks.get(transition.step) ?? -1)) asks.set(transition.step, level)
    }
  }
  return { least, asks, taken }
}

/** The level that a step says of itself, whatever its type. */
function levelField(name: string, step: Step): [string, Level][] {
  const { level } = step as { level?: unknown }
  return level === 0 || level === 1 || level === 2 ? [[name, level]] : []
}

/** An apology hands off from wherever the call stood; that is the shell's doing and not the step's. */
function levelOfHandOff({ act, reply, to }: Transition): Level | null {
  const isHandOff = reply?.next.kind === 'enqueue' || reply?.next.kind === 'dial'
  return isHandOff && act.kind !== 'fallback' ? (to?.call.handOff?.level ?? null) : null
}

/**
 * The steps that an exchange comes to, with what the caller has proved by then. What the world was asked on the way was
 * asked by the first step that takes answers.
 */
function arrivals(flow: Flow, { from, act, asked, way }: Transition): { step: string; level: Level }[] {
  let { proved } = from
  let open = asked
  const pass = (name: string): void => {
    const step = flow.steps.get(name)
    if (open.length === 0 || !step || !typeOf(flow, step).answer) return
    proved = open.reduce(provedBy, proved)
    open = []
  }
  const steps = act.kind === 'ring' ? [{ step: from.call.step, level: proved.level }] : []
  pass(from.call.step)
  for (const passage of way) {
    const target = targetOf(flow, passage)
    if (target === null) break
    steps.push({ step: target, level: proved.level })
    pass(target)
  }
  return steps
}

/** Where a passage leads; null where its step has no such exit, at which the call broke. */
export function targetOf(flow: Flow, { step: name, exit }: Passage): string | null {
  const step = flow.steps.get(name)
  const exits = step ? exitsOf(flow, step) : {}
  return Object.hasOwn(exits, exit) ? (exits[exit] ?? null) : null
}
