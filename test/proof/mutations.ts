/**
 * Every small mistake that the author of a flow can make: one exit that leads elsewhere, a field with another value, a
 * step left out, two steps taken for each other. Mutants are data, as a flow file holds them.
 *
 * Left out: other texts (a prompt decides nothing, and how long it takes is measured elsewhere), other step names, and
 * two mistakes at once.
 */
import { FlowError } from '../../src/flow/files/finding.ts'
import { parseFlow } from '../../src/flow/files/parse-flow.ts'
import { exitsOf, type Flow } from '../../src/flow/flow.ts'
import { stepTypes } from '../../src/flow/steps/index.ts'

type Fields = Record<string, unknown> & { type: string }
export interface FlowData {
  start: string
  steps: Record<string, Fields>
}

export const kinds = [
  'redirected',
  'exits exchanged',
  'steps exchanged',
  'step removed',
  'exit removed',
  'exit added',
  'field changed',
  'type changed',
] as const
export type Kind = (typeof kinds)[number]

export interface Mutant {
  kind: Kind
  what: string
  data: FlowData
}

/** Which fields of a step hold the targets of its exits; the shipped flow has no others. */
const NOT_EXITS = new Set([
  'type',
  'prompt',
  'again',
  'otherwise',
  'level',
  'queue',
  'on',
  'about',
  'field',
  'digits',
  'keys',
  'to',
  'credential',
])

/** Exits that a step of these types need not have. */
const OPTIONAL_EXITS: Record<string, readonly string[]> = {
  identify: ['refused'],
  verify: ['recheck', 'refused', 'replace'],
  set_pin: ['unproved'],
  hours: ['some'],
  enqueue: ['unserved'],
}

/** Values that a field can have besides the one it has. */
const VALUES: Record<string, readonly unknown[]> = {
  level: [0, 1, 2],
  queue: ['topic', 'general'],
  about: ['brand', 'topic'],
}

const FACTS: Record<string, readonly string[]> = {
  needs: ['needs_0', 'needs_1', 'needs_2'],
  phase: ['voluntary', 'announced', 'mandatory'],
  pin_shown: ['yes', 'no'],
  written: ['yes', 'no'],
  sets: ['yes', 'no'],
  unserved: ['call_later', 'ticket', 'transfer'],
}

/** All mutants of a flow, always in the same order. */
export function* mutantsOf(data: FlowData): Generator<Mutant> {
  yield* redirected(data)
  yield* exitsExchanged(data)
  yield* stepsExchanged(data)
  yield* stepsRemoved(data)
  yield* exitsRemoved(data)
  yield* exitsAdded(data)
  yield* fieldsChanged(data)
  yield* typesChanged(data)
}

/** A flow, or null when it is refused by reading. */
export function flowOf(data: FlowData): Flow | null {
  try {
    // JSON is YAML too. A line for each field gives findings their places.
    return parseFlow(JSON.stringify(data, null, 1), 'mutant.yaml', 'hotline')
  } catch (error) {
    if (error instanceof FlowError) return null
    throw error
  }
}

function exitsIn(fields: Fields): [exit: string, target: string][] {
  return Object.entries(fields).filter((field): field is [string, string] => !NOT_EXITS.has(field[0]))
}

function changed(data: FlowData, step: string, change: Record<string, unknown>): FlowData {
  const fields: Record<string, unknown> = { ...data.steps[step], ...change }
  for (const [field, value] of Object.entries(change)) if (value === undefined) delete fields[field]
  return { ...data, steps: { ...data.steps, [step]: fields as Fields } }
}

/** Every exit to every step that it does not lead to, and the start to every other step. */
function* redirected(data: FlowData): Generator<Mutant> {
  for (const target of Object.keys(data.steps)) {
    if (target === data.start) continue
    yield { kind: 'redirected', what: `start: ${target}`, data: { ...data, start: target } }
  }
  for (const [step, fields] of Object.entries(data.steps)) {
    for (const [exit, target] of exitsIn(fields)) {
      for (const other of Object.keys(data.steps)) {
        if (other === target) continue
        yield { kind: 'redirected', what: `${step}.${exit}: ${other}`, data: changed(data, step, { [exit]: other }) }
      }
    }
  }
}

function* exitsExchanged(data: FlowData): Generator<Mutant> {
  for (const [step, fields] of Object.entries(data.steps)) {
    for (const [[one, other], [target, otherTarget]] of pairs(exitsIn(fields)).map(transposed)) {
      if (target === otherTarget) continue
      const what = `${step}.${one} and .${other}`
      yield { kind: 'exits exchanged', what, data: changed(data, step, { [one]: otherTarget, [other]: target }) }
    }
  }
}

/** All that leads to one leads to the other, and the other way round. */
function* stepsExchanged(data: FlowData): Generator<Mutant> {
  for (const [one, other] of pairs(Object.keys(data.steps))) {
    const swap = (target: string): string => (target === one ? other : target === other ? one : target)
    yield { kind: 'steps exchanged', what: `${one} and ${other}`, data: retargeted(data, swap) }
  }
}

/** What led to it leads to where it went by its first exit. */
function* stepsRemoved(data: FlowData): Generator<Mutant> {
  for (const [step, fields] of Object.entries(data.steps)) {
    const [, target] = exitsIn(fields)[0] ?? []
    const { [step]: _, ...steps } = data.steps
    const rest = { ...data, steps }
    const shorter = target === undefined ? rest : retargeted(rest, (to) => (to === step ? target : to))
    yield { kind: 'step removed', what: step, data: shorter }
  }
}

function* exitsRemoved(data: FlowData): Generator<Mutant> {
  for (const [step, fields] of Object.entries(data.steps)) {
    for (const [exit] of exitsIn(fields)) {
      yield { kind: 'exit removed', what: `${step}.${exit}`, data: changed(data, step, { [exit]: undefined }) }
    }
  }
}

function* exitsAdded(data: FlowData): Generator<Mutant> {
  for (const [step, fields] of Object.entries(data.steps)) {
    for (const exit of OPTIONAL_EXITS[fields.type] ?? []) {
      if (exit in fields) continue
      for (const target of Object.keys(data.steps)) {
        yield { kind: 'exit added', what: `${step}.${exit}: ${target}`, data: changed(data, step, { [exit]: target }) }
      }
    }
  }
}

function* fieldsChanged(data: FlowData): Generator<Mutant> {
  for (const [step, fields] of Object.entries(data.steps)) {
    for (const [field, values] of Object.entries(VALUES)) {
      if (!(field in fields)) continue
      for (const value of values) {
        if (value === fields[field]) continue
        yield {
          kind: 'field changed',
          what: `${step}.${field}: ${value}`,
          data: changed(data, step, { [field]: value }),
        }
      }
    }
    for (const field of ['prompt', 'again', 'otherwise']) {
      if (!(field in fields)) continue
      yield {
        kind: 'field changed',
        what: `${step} without ${field}`,
        data: changed(data, step, { [field]: undefined }),
      }
    }
    if (fields.type !== 'branch') continue
    const targets = exitsIn(fields).map(([, target]) => target)
    for (const [fact, exits] of Object.entries(FACTS)) {
      if (fact === fields.on) continue
      const gone = Object.fromEntries(exitsIn(fields).map(([exit]) => [exit, undefined]))
      // One answer more than before goes where the last one went.
      const now = Object.fromEntries(exits.map((exit, index) => [exit, targets[index] ?? targets.at(-1)]))
      yield {
        kind: 'field changed',
        what: `${step}.on: ${fact}`,
        data: changed(data, step, { ...gone, on: fact, ...now }),
      }
    }
  }
}

function* typesChanged(data: FlowData): Generator<Mutant> {
  for (const [step, fields] of Object.entries(data.steps)) {
    for (const type of Object.keys(stepTypes)) {
      if (type === fields.type) continue
      yield { kind: 'type changed', what: `${step}.type: ${type}`, data: changed(data, step, { type }) }
    }
  }
}

function retargeted(data: FlowData, to: (target: string) => string): FlowData {
  const steps = Object.entries(data.steps).map(([step, fields]): [string, Fields] => [
    step,
    { ...fields, ...Object.fromEntries(exitsIn(fields).map(([exit, target]) => [exit, to(target)])) },
  ])
  return { start: to(data.start), steps: Object.fromEntries(steps) }
}

function pairs<T>(all: readonly T[]): [T, T][] {
  return all.flatMap((one, index) => all.slice(index + 1).map((other): [T, T] => [one, other]))
}

function transposed<A, B>([[a, b], [c, d]]: [[A, B], [A, B]]): [[A, A], [B, B]] {
  return [
    [a, c],
    [b, d],
  ]
}

/**
 * In what two flows differ: steps that are there in one only or do something else, as `step`, and exits that lead
 * elsewhere, as `step.exit`.
 */
export function differences(one: Flow, other: Flow): Set<string> {
  const differs = new Set<string>()
  for (const name of new Set([...one.steps.keys(), ...other.steps.keys()])) {
    const [before, after] = [one.steps.get(name), other.steps.get(name)]
    if (!before || !after) {
      differs.add(name)
      continue
    }
    const [exits, exitsAfter] = [exitsOf(one, before), exitsOf(other, after)]
    const rest = (step: object, exits: object): string =>
      JSON.stringify(
        Object.entries(step)
          .map(([field, value]) => [field, field in exits ? null : value])
          .sort(),
      )
    if (rest(before, exits) !== rest(after, exitsAfter)) differs.add(name)
    for (const exit of Object.keys(exits)) if (exits[exit] !== exitsAfter[exit]) differs.add(`${name}.${exit}`)
  }
  return differs
}
