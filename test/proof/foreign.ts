/** Step types as an operator may bring them: what the proof knows nothing of. */
import { z } from 'zod'
import type { Call } from '../../src/call/call.ts'
import type { Moment, Move, StepType, StepTypes } from '../../src/flow/step.ts'
import { identify } from '../../src/flow/steps/identify.ts'
import { ownStepTypes } from '../../src/flow/steps/index.ts'
import { verify } from '../../src/flow/steps/verify.ts'

const passingSchema = z.strictObject({
  type: z.literal('mine'),
  next: z.string(),
  other: z.string().optional(),
})
type Passing = StepType<typeof passingSchema>

/** The step types of Rufpass, and others by their names. */
export function withTypes(others: Record<string, object>): StepTypes {
  return { ...ownStepTypes, ...(others as Record<string, StepType>) }
}

/** A type `mine` with the exits `next` and, where the flow gives it, `other`. */
export function passing(
  enter: (moment: Moment<unknown>) => Move,
  more: Partial<Pick<Passing, 'prompts' | 'samples' | 'digits' | 'noInput' | 'answer'>> = {},
): Passing {
  return {
    schema: passingSchema,
    exits: ({ next, other }) => (other === undefined ? { next } : { next, other }),
    prompts: () => [],
    enter,
    ...more,
  }
}

/** A type of that name which is one of Rufpass but for some of its functions. */
export function like<Schema extends z.ZodObject>(
  type: StepType<Schema>,
  changes: Partial<StepType<Schema>>,
  name = 'mine',
): object {
  return { ...type, schema: type.schema.extend({ type: z.literal(name) }), ...changes }
}

/** Waits for that many keys (null: until the hash key) and says nothing. */
export function waitFor(numDigits: number | null): Move {
  return { kind: 'wait', gather: { kind: 'gather', numDigits, timeout: 5 }, say: [] }
}

export const next: Move = { kind: 'go', exit: 'next' }
export const other: Move = { kind: 'go', exit: 'other' }

/** An identify step that leaves what was proved as it was. */
export const keepsLevel = like(identify, {
  answer(moment, answer) {
    const move = identify.answer?.(moment, answer) as Extract<Move, { kind: 'go' }>
    return answer.kind === 'identified' ? { ...move, set: { claim: answer.claim } } : move
  },
})

/** A verify step that has the secret checked for a claim which a step before had noted. */
export const checksNoted = like(
  verify,
  {
    digits: (moment, digits) => asNoted(moment, verify.digits?.(moment, digits) as Move),
    answer: (moment, answer) => asNoted(moment, verify.answer?.(moment, answer) as Move),
  },
  'checking',
)
function asNoted({ call }: { call: Call }, move: Move): Move {
  if (move.kind !== 'ask' || (move.question.kind !== 'admit' && move.question.kind !== 'verify')) return move
  const { claim } = move.question
  if (claim === null) return move
  return { ...move, question: { ...move.question, claim: { ...claim, subject: call.fields.first ?? '' } } }
}

/** Counts tries of its own, up to five. */
export const forgetsTries = like(verify, {
  enter: (moment) => verify.enter({ ...moment, call: { ...moment.call, tries: 0 } }),
  answer(moment, answer) {
    const tries = triesOf(moment.call)
    const move = verify.answer?.({ ...moment, call: { ...moment.call, tries: tries - 2 } }, answer) as Move
    return move.kind === 'ask' ? { ...move, set: { fields: { tries: `${tries + 1}` } } } : move
  },
})
const triesOf = ({ fields }: Call): number => Number(fields.tries ?? 0)

export const forgetsEntries = like(identify, {
  enter: (moment) => identify.enter({ ...moment, call: { ...moment.call, entries: 0 } }),
  digits(moment, digits) {
    const move = identify.digits?.(moment, digits) as Move
    return move.kind === 'ask' ? { ...move, set: {} } : move
  },
})
