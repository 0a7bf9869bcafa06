/**
 * Step types of an operator's own. What such a step is shown and what it may change is narrower than what the types of
 * Rufpass have: it sees what the proof varies and nothing else (no clock, no day, no account), so that it cannot decide by
 * anything that was not tried; and it changes nothing of who the caller is or has proved. `operator-steps.ts` holds it to
 * that in every turn.
 */
import type { z } from 'zod'
import type { Level } from '../../auth/assurance.ts'
import type { Secret } from '../../auth/secret.ts'
import type { Call, Claim, HandOff, Outcome } from '../../call/call.ts'
import type { Gather } from '../../call/reply.ts'
import type { ReturnReason } from '../../call/turn.ts'
import type { Line, OfBrand, PromptUse } from '../step.ts'

/** What an operator's step may change of the call. */
export type OperatorChanges = Partial<Pick<Call, 'language' | 'topic' | 'fields' | 'visit'>> & {
  /** How identification ended, for the agent; that it succeeded is for `verify` alone to say. */
  outcome?: Exclude<Outcome, 'verified'>
  // Named, so that not even a variable can bring them along: who the caller is, and how often they tried.
  claim?: never
  assurance?: never
  entries?: never
  tries?: never
}

/** **go** through an exit, **wait** for keys, or **end** the flow's part of the call: hand it over, or hang up (null). */
export type OperatorMove =
  | { kind: 'go'; exit: string; say?: Line[]; set?: OperatorChanges }
  | { kind: 'wait'; gather: Gather; say: Line[]; set?: OperatorChanges }
  | { kind: 'end'; say: Line[]; handOff: Omit<HandOff, 'at'> | null }

/** The call as an operator's step sees it: nothing that the proof does not vary, and nothing of an account. */
export interface CallView
  extends Readonly<Pick<Call, 'language' | 'topic' | 'visit' | 'fields' | 'outcome' | 'entries' | 'tries'>> {
  /** Whether the caller's number is withheld. The number itself proves nothing, and no step decides by it. */
  readonly withheld: boolean
  /** That a number was keyed, or that it is about the line called from. Whether anybody has it shows nowhere. */
  readonly claim: Readonly<Pick<Claim, 'by'>> | null
  /** What the caller has reached, as queues ask for it: 2 a right secret, 1 a keyed number, 0 neither. */
  readonly level: Level
}

/** An operator's step at work. All of it is frozen: what is to change goes into `set`. */
export interface OperatorMoment<Config> {
  /** The step as the flow file has it. */
  config: Config
  call: CallView
  hotline: OfBrand
}

/** A step type of an operator's: see `defineStep`. */
export interface OperatorStep<Schema extends z.ZodObject = z.ZodObject> {
  /** What the flow file may say; `type: z.literal('…')` names the type, descriptions reach the author's editor. */
  schema: Schema
  /** Exit name → step name, for every way out. An exit without a target is one that this step does not have. */
  exits(config: z.infer<Schema>): Record<string, string | undefined>
  /** Where the target of an exit stands in the step's fields; the field of the exit's name unless told. */
  placeOfExit?(config: z.infer<Schema>, exit: string): PropertyKey[]
  /** All prompts that it may speak, with samples of the variables that it fills in itself. */
  prompts(config: z.infer<Schema>, hotline: OfBrand): (string | PromptUse)[]
  /**
   * Entries that mean something to it, for the proof. Single keys, what has the form of the brand's numbers and secrets,
   * silence, the star and what is too long are always tried.
   */
  samples?(config: z.infer<Schema>, hotline: OfBrand): string[]
  /** The call comes to the step. */
  enter(moment: OperatorMoment<z.infer<Schema>>): OperatorMove
  /**
   * Keys were pressed, at least one. They may be a secret, keyed at the wrong prompt: of an entry as long as one of the
   * brand's secrets, or cut off by `numDigits` before it is, only the length is told, and neither `reveal` nor `is` tells
   * more. A single key is told by `is`. Needed where the step waits.
   */
  digits?(moment: OperatorMoment<z.infer<Schema>>, digits: Secret): OperatorMove
  /** Silence. Needed where the step waits. */
  noInput?(moment: OperatorMoment<z.infer<Schema>>): OperatorMove
  /** An agent's queue or a dialled number gave the call back. */
  returned?(moment: OperatorMoment<z.infer<Schema>>, reason: ReturnReason): OperatorMove
}

/** A step type that cannot be used. The message names it, and says what to correct. */
export class StepTypeError extends Error {
  override readonly name = 'StepTypeError'
}

const needed = ['exits', 'prompts', 'enter'] as const
const optional = ['placeOfExit', 'samples', 'digits', 'noInput', 'returned'] as const
const TYPE_NAME = /^[a-z][a-z0-9_]{0,63}$/

/**
 * Defines a step type: its fields in the flow file, its exits, its prompts, and what it does. A flow that uses it is
 * proved like any other: what the step could do wrong is a finding with the shortest call that shows it, and a server
 * does not start with it.
 *
 * ```js
 * import { defineStep, promptKey, target, z } from 'rufpass'
 *
 * // Speaks to callers about one topic, and to nobody else: a known outage, the last day for orders.
 * export const noticeFor = defineStep({
 *   schema: z.strictObject({
 *     type: z.literal('notice_for'),
 *     topic: z.string().describe('Callers about this topic hear it.'),
 *     prompt: promptKey.describe('What they hear.'),
 *     next: target,
 *   }),
 *   exits: ({ next }) => ({ next }),
 *   prompts: ({ prompt }) => [prompt],
 *   enter: ({ config, call }) => ({
 *     kind: 'go',
 *     exit: 'next',
 *     say: call.topic === config.topic ? [{ key: config.prompt }] : [],
 *   }),
 * })
 * ```
 *
 * Steps decide by the moment that they are given, and by nothing else: no clock, no random, nothing kept between calls.
 * @throws StepTypeError when the definition is not complete.
 */
export function defineStep<Schema extends z.ZodObject>(type: OperatorStep<Schema>): OperatorStep<Schema> {
  if (typeof type !== 'object' || type === null) throw new StepTypeError('A step type is an object; see defineStep.')
  const { schema } = type
  const name = nameIn(schema)
  const known: readonly string[] = ['schema', ...needed, ...optional]
  const odd = Object.keys(type).find((key) => !known.includes(key))
  if (odd !== undefined) throw new StepTypeError(`Step type '${name}' has no '${odd}'; it has: ${known.join(', ')}.`)
  for (const key of [...needed, ...optional]) {
    const isMissing = type[key] === undefined && optional.some((each) => each === key)
    if (!isMissing && typeof type[key] !== 'function')
      throw new StepTypeError(`Step type '${name}' needs ${key}() as a function.`)
  }
  // A field that nobody knows is a misspelling, so it is a finding and not passed over.
  return Object.freeze({ ...type, schema: schema.strict() as unknown as Schema })
}

/** The name that stands in `type`. */
export function nameOf({ schema }: OperatorStep): string {
  return nameIn(schema)
}

/** Asks for the kind and not for the class: the schema may come from another copy of zod. */
function nameIn(schema: z.ZodObject | undefined): string {
  const remedy = "begin it with z.strictObject({ type: z.literal('my_step'), … })"
  if (schema?._zod?.def?.type !== 'object' || typeof schema.strict !== 'function')
    throw new StepTypeError(`The schema of a step type is an object of zod, version 4, without a transform; ${remedy}.`)
  const { type } = schema.shape as Record<string, z.core.$ZodType | undefined>
  const literal = type?._zod?.def as z.core.$ZodLiteralDef<z.core.util.Literal> | undefined
  const [name, ...others] = literal?.type === 'literal' ? literal.values : []
  if (typeof name !== 'string' || others.length > 0)
    throw new StepTypeError(`The schema of a step type says its name in 'type'; ${remedy}.`)
  if (!TYPE_NAME.test(name))
    throw new StepTypeError(`'${name}' is no name of a step type; use small letters, digits and underscores.`)
  return name
}
