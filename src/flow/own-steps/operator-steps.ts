/**
 * The table of step types with an operator's own among them, each behind a guard. The guard shows a step what it may see,
 * frozen, and takes from it only moves of the right form: what the proof relies on holds at run time too, also for a type
 * that was written without TypeScript, and on a day that nobody tried.
 */
import { BrokenFlow } from '../broken-flow.ts'
import type { Moment, Move, OfBrand, PromptUse, Step, StepType, StepTypes } from '../step.ts'
import { present } from '../steps/fields.ts'
import { ownStepTypes } from '../steps/index.ts'
import { frozen, shown, shownKeys } from './call-view.ts'
import { defineStep, nameOf, type OperatorMoment, type OperatorStep, StepTypeError } from './define-step.ts'
import { checkMove } from './operator-move.ts'

/** Step types as an operator hands them over: a list, or a table by name. */
export type OperatorSteps = readonly OperatorStep[] | Readonly<Record<string, OperatorStep>>

/**
 * The step types of Rufpass with those of an operator. Without any it is the very table of Rufpass, for whose types the
 * proof vouches. Throws `StepTypeError` for a type that is not complete, and for a name that is taken.
 */
export function withOperatorSteps(given: OperatorSteps = []): StepTypes {
  const types = listed(given)
  if (types.length === 0) return ownStepTypes
  const table: Record<string, StepType> = { ...ownStepTypes }
  for (const type of types) {
    const name = nameOf(type)
    if (Object.hasOwn(ownStepTypes, name))
      throw new StepTypeError(`'${name}' is a step type of Rufpass; give yours another name.`)
    if (Object.hasOwn(table, name)) throw new StepTypeError(`There are two step types '${name}'; rename one of them.`)
    table[name] = guarded(name, type)
  }
  return Object.freeze(table)
}

function listed(given: OperatorSteps): OperatorStep[] {
  if (typeof given !== 'object' || given === null)
    throw new StepTypeError('Step types are a list of what defineStep gives, or a table of them by name.')
  // Defined once more: they may come from plain JavaScript, or from another copy of Rufpass.
  if (Array.isArray(given)) return given.map(defineStep)
  return Object.entries(given).map(([key, step]) => {
    const type = defineStep(step)
    if (nameOf(type) === key) return type
    throw new StepTypeError(`The step type '${nameOf(type)}' stands under '${key}' in the table; name both alike.`)
  })
}

type Act = (view: OperatorMoment<Step>, moment: Moment<Step>) => unknown

function guarded(name: string, type: OperatorStep): StepType {
  const { placeOfExit } = type
  const uses = (config: Step, hotline: OfBrand): (string | PromptUse)[] => {
    const named = type.prompts(frozen(config), hotline)
    if (!Array.isArray(named)) throw new TypeError('it gives no list')
    return named
  }
  const act = (moment: Moment<Record<string, unknown>>, of: Act): Move => {
    const at = moment as Moment<Step>
    const move = attempt(at, () => checkMove(of(shown(at), at), uses(at.config, at.hotline), at))
    return move.kind === 'end' && move.handOff
      ? { ...move, handOff: { ...move.handOff, at: moment.at } }
      : (move as Move)
  }
  const told = <T>(what: string, tell: () => T): T => {
    try {
      return tell()
    } catch (error) {
      throw new StepTypeError(`${what}() of step type '${name}' fails: ${String(error)}`, { cause: error })
    }
  }
  return {
    schema: type.schema,
    exits: (config) => told('exits', () => present(type.exits(frozen(config)))),
    prompts: (config, hotline) => told('prompts', () => uses(config as Step, hotline)),
    ...(placeOfExit && { placeOfExit: (config, exit) => placeOfExit(config, exit) }),
    ...(type.samples && {
      samples: (config, hotline) => told('samples', () => type.samples?.(frozen(config), hotline) ?? []),
    }),
    enter: (moment) => act(moment, (view) => type.enter(view)),
    ...(type.digits && {
      digits: (moment, keyed) => act(moment, (view, at) => type.digits?.(view, shownKeys(keyed, at))),
    }),
    ...(type.noInput && { noInput: (moment) => act(moment, (view) => type.noInput?.(view)) }),
    ...(type.returned && { returned: (moment, reason) => act(moment, (view) => type.returned?.(view, reason)) }),
  }
}

/** What a step throws is told with the step at which the call stands, and with where in the type it was thrown. */
function attempt<T>({ call: { step } }: Moment<Step>, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof BrokenFlow) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw Object.assign(new BrokenFlow('type', step, `step '${step}' throws "${why}"`), { cause })
  }
}
