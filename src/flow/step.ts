/**
 * What a step type is. A step type is one file in `steps/` with up to five small functions, each returning one of four
 * moves: **go** through an exit, **wait** for keys, **ask** the world, **end** the flow's part of the call.
 */
import type { z } from 'zod'
import type { Secret } from '../auth/secret.ts'
import type { Call, HandOff, Visit, WaitEnd } from '../call/call.ts'
import type { Answer, Question } from '../call/question.ts'
import type { Gather, Spoken } from '../call/reply.ts'
import type { ReturnReason, TurnedAway } from '../call/turn.ts'
import type { Brand } from './brand.ts'

/** One prompt by key. A variable may itself be a prompt. `language` only where it differs from the call's. */
export interface Line {
  key: string
  vars?: Record<string, string | number | { prompt: string }>
  language?: string
}

/** What a step may change of the call. Only `identify` and `verify` set claim and assurance. */
export type Changes = Partial<
  Pick<
    Call,
    | 'language'
    | 'languageSettled'
    | 'topic'
    | 'open'
    | 'claim'
    | 'assurance'
    | 'outcome'
    | 'entries'
    | 'tries'
    | 'changes'
    | 'letters'
    | 'fields'
    | 'visit'
  >
>

export type Move =
  /** `say` may have words that are no prompt, spoken as they are. */
  | { kind: 'go'; exit: string; say?: (Line | Spoken)[]; set?: Changes }
  | { kind: 'wait'; gather: Gather; say: Line[]; set?: Changes }
  | { kind: 'ask'; question: Question; set?: Changes }
  | { kind: 'end'; say: Line[]; handOff: HandOff | null }
  /** Back to the agent who sent the caller. */
  | { kind: 'rejoin'; say: Line[] }

/** A prompt by its key, and samples of the variables that the step fills in besides the brand's words. */
export interface PromptUse {
  key: string
  vars: Record<string, string | number>
}

/** A step as its flow file configures it: its type, and the fields that the schema of this type has read. */
export interface Step {
  readonly type: string
  readonly [field: string]: unknown
}

/** What a step knows of its hotline. Flow and words are for the core to follow and to speak. */
export interface OfBrand {
  brand: Brand
}

/** A step at work: its configuration, the call as it stands, and the moment of the request (ISO 8601). */
export interface Moment<Config> {
  config: Config
  call: Call
  hotline: OfBrand
  at: string
}

export interface StepType<Schema extends z.ZodObject = z.ZodObject> {
  /** What the flow file may say in a step of this type; descriptions reach the author's editor. */
  schema: Schema
  /** Exit name → step name, for every way out of this step. */
  exits(config: z.infer<Schema>): Record<string, string>
  /** Where the target of an exit stands in the step's fields; the field of the exit's name unless told. */
  placeOfExit?(config: z.infer<Schema>, exit: string): PropertyKey[]
  /** All prompts it may speak. */
  prompts(config: z.infer<Schema>, hotline: OfBrand): (string | PromptUse)[]
  /** Exits by which a caller is sent away unserved, where the call ends with them, and why: the figures count it. */
  turnsAway?: Readonly<Record<string, TurnedAway>>
  /** Those of them that tell one thing and are over, before the step or the next one speaks on: each is a prompt by itself. */
  tells?(config: z.infer<Schema>, hotline: OfBrand): string[]
  /**
   * Single keys that mean something to it while a visit stands as given, for the proof: all others do the same. Without
   * it every key is tried.
   */
  keys?(config: z.infer<Schema>, hotline: OfBrand, visit: Visit): readonly string[]
  /**
   * Entries that mean something to it, besides single keys and what has the form of the brand's numbers and secrets. The
   * proof keys them; an entry that the step tells apart and does not name here stays untried.
   */
  samples?(config: z.infer<Schema>, hotline: OfBrand): string[]
  enter(moment: Moment<z.infer<Schema>>): Move
  /** Keys were pressed, at least one. A hash alone comes as `#`, but for the first of two in a row, which never comes. */
  digits?(moment: Moment<z.infer<Schema>>, digits: Secret): Move
  /** Silence. */
  noInput?(moment: Moment<z.infer<Schema>>): Move
  answer?(moment: Moment<z.infer<Schema>>, answer: Answer): Move
  /** On, and to a person where there is one, for callers who have keyed for longer than the brand leaves them alone with it. */
  outOfTime?(moment: Moment<z.infer<Schema>>): Move & { kind: 'go' }
  /** An agent's queue or a dialled number gave the call back. */
  returned?(moment: Moment<z.infer<Schema>>, reason: ReturnReason): Move
  /** A wait has ended without an agent, by the limits of the brand. Null: this step has no way on, so no wait in it ends. */
  unserved?(moment: Moment<z.infer<Schema>>, why: WaitEnd): (Move & { kind: 'go' }) | null
}

/** Step types by the name that stands in `type`. */
export type StepTypes = Readonly<Record<string, StepType>>

/** Keeps the schema's type while the functions are written. */
export function stepType<Schema extends z.ZodObject>(type: StepType<Schema>): StepType<Schema> {
  return type
}

/**
 * Seconds of patience. Twilio has one timer for the first key and for those after it, so they are generous, and every
 * retry gets 3 s more.
 */
export const PATIENCE = { menu: 7, secret: 8, number: 10, retry: 3 } as const

export function patience(kind: 'menu' | 'secret' | 'number', retries: number): number {
  return PATIENCE[kind] + PATIENCE.retry * retries
}

/** Nonsense entries in one visit of a step after which a person takes over. */
export const MISSES_PER_VISIT = 3
/** Prompts in a row to which nothing is keyed: then nobody is there (decision I). Callers who key anything are. */
export const SILENCES_PER_VISIT = 3
