/** A hotline with one step of an operator's own in it, and what the proof says of it. */
import {
  defineStep,
  type OperatorMoment,
  type OperatorMove,
  type OperatorStep,
} from '../../src/flow/own-steps/define-step.ts'
import { withOperatorSteps } from '../../src/flow/own-steps/operator-steps.ts'
import { target } from '../../src/flow/steps/fields.ts'
import { z } from '../../src/index.ts'
import { prove } from '../../src/proof/check.ts'
import type { ProofFinding } from '../../src/proof/counter-example.ts'
import { smallHotline } from '../flow/small.ts'
import { FEWEST } from '../proof/proving.ts'

const person = 'no_pin: general, person: general, no_input: general, no_match: general, unavailable: general'

const FLOW = `start: welcome
steps:
  welcome: { type: say, prompt: hello, next: hours }
  hours: { type: hours, open: menu, closed: bye }
  menu: { type: topic, chosen: needs, person: general, no_input: general, no_match: general }
  needs: { type: branch, on: needs, needs_0: AT_FREE, needs_1: number_alone, needs_2: number }
  number_alone: { type: identify, prompt: ask, identified: known, ${person} }
  number: { type: identify, prompt: ask, identified: AT_NUMBER, ${person} }
  own: { type: own, FIELDS }
  pin: { type: verify, prompt: prove, verified: verified, refused: general, ${person} }
  free: { type: enqueue, level: 0, queue: topic, done: bye, failed: bye, unserved: bye }
  known: { type: enqueue, level: 1, queue: topic, done: bye, failed: bye, unserved: bye }
  verified: { type: enqueue, level: 2, queue: topic, done: bye, failed: bye, unserved: bye }
  general: { type: enqueue, level: 0, queue: general, done: bye, failed: bye, unserved: bye }
  bye: { type: hang_up, prompt: bye }
`

export const schema = z.strictObject({ type: z.literal('own'), next: target, other: target.optional() })
export type Config = z.infer<typeof schema>
type Own = OperatorStep<typeof schema>

/** A step type with the exits `next` and `other`; what a test is about comes on top. */
export function own(parts: Partial<Own> & Pick<Own, 'enter'>): Own {
  return defineStep({ schema, exits: ({ next, other }) => ({ next, other }), prompts: () => [], ...parts })
}

/**
 * Where the step stands: at `number` between the number and the PIN, leading on to the PIN by `next`; or at `free` before
 * the queue that asks for nothing. `other` leads to the general queue.
 */
export interface Place {
  at?: 'number' | 'free'
  /** Whether `other` has a target. */
  otherwise?: boolean
  texts?: Record<string, string>
  /** Two languages and the caller's own line too, which fewest steps have to do with. */
  wide?: boolean
}

export function provedWith(
  step: Own,
  { at = 'number', otherwise = true, texts = {}, wide }: Place = {},
): ProofFinding[] {
  const flow = FLOW.replace('AT_FREE', at === 'free' ? 'own' : 'free')
    .replace('AT_NUMBER', at === 'number' ? 'own' : 'pin')
    .replace('FIELDS', `next: ${at === 'free' ? 'free' : 'pin'}${otherwise ? ', other: general' : ''}`)
  return prove([smallHotline({ flow, texts, types: withOperatorSteps([step]), brand: wide ? {} : FEWEST })]).findings
}

/** What this flow lacks whatever the step does: it is small, and has neither hours nor an end of each wait. */
const LACKING = ['hours', 'wait']

/** The findings as `[code] message`, without what the flow around the step lacks. */
export function saidOf(step: Own, place?: Place): string[] {
  const ofTheStep = provedWith(step, place).filter(({ code }) => !LACKING.includes(code))
  return ofTheStep.map(({ code, message }) => `[${code}] ${message}`)
}

/** What a step does that TypeScript would not let it do. */
export function plainJavaScript(enter: (moment: OperatorMoment<Config>) => unknown): Own['enter'] {
  return enter as Own['enter']
}

export const next: OperatorMove = { kind: 'go', exit: 'next' }
export const other: OperatorMove = { kind: 'go', exit: 'other' }
export const wait = (numDigits: number | null): OperatorMove => {
  return { kind: 'wait', gather: { kind: 'gather', numDigits, timeout: 5 }, say: [] }
}
