/** The form of what an operator's step gives back, looked at in every turn: see `operator-steps.ts`. */
import { z } from 'zod'
import { outcomes } from '../../call/call.ts'
import { BrokenFlow } from '../broken-flow.ts'
import type { Line, Moment, PromptUse, Step } from '../step.ts'
import type { OperatorMove } from './define-step.ts'

const lines = z.array(
  z.strictObject({
    key: z.string(),
    vars: z
      .record(z.string(), z.union([z.string(), z.number(), z.strictObject({ prompt: z.string() })]))
      .exactOptional(),
    language: z.string().exactOptional(),
  }),
)
const changes = z
  .strictObject({
    language: z.string(),
    topic: z.string().nullable(),
    fields: z.record(z.string(), z.string()),
    visit: z.strictObject({ help: z.boolean(), silences: z.int().min(0), misses: z.int().min(0) }),
    outcome: z.enum(outcomes).exclude(['verified']),
  })
  .partial()
/** More keys, or a longer wait (seconds), than any prompt of a hotline asks for. */
const gather = z.strictObject({
  kind: z.literal('gather'),
  numDigits: z.int().min(1).max(32).nullable(),
  timeout: z.int().min(1).max(60),
})
const handOff = z.strictObject({
  to: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('queue'), queue: z.string() }),
    z.strictObject({ kind: z.literal('number'), number: z.string() }),
  ]),
  level: z.union([z.literal(0), z.literal(1), z.literal(2)]),
})
const moves = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('go'), exit: z.string(), say: lines.optional(), set: changes.optional() }),
  z.strictObject({ kind: z.literal('wait'), gather, say: lines, set: changes.optional() }),
  z.strictObject({ kind: z.literal('end'), say: lines, handOff: handOff.nullable() }),
])
type Made = z.infer<typeof moves>

/**
 * A copy of a move that may be carried out. Throws `BrokenFlow`, which the proof reports: of fault `level` for a step that
 * changes what is not its own to change, of fault `type` for anything that is no move.
 */
export function checkMove(given: unknown, uses: readonly (string | PromptUse)[], moment: Moment<Step>): OperatorMove {
  const made = moves.safeParse(given)
  if (!made.success) throw complaint(made.error.issues[0], given, moment.call.step)
  const move = made.data
  const wrong = unknownName(move, moment) ?? (move.say ?? []).map((line) => wrongWords(line, uses)).find(Boolean)
  if (wrong) throw new BrokenFlow('type', moment.call.step, `step '${moment.call.step}' ${wrong}`)
  return move as OperatorMove
}

function complaint(issue: z.core.$ZodIssue | undefined, given: unknown, step: string): BrokenFlow {
  const path = issue?.path ?? []
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys : []
  const [part, field = keys[0]] = path
  const isVerdict = field === 'outcome' && (given as { set: { outcome: unknown } }).set.outcome === 'verified'
  if (part === 'set' && field !== undefined && ((keys.length > 0 && path.length === 1) || isVerdict)) {
    const what = isVerdict ? "the outcome 'verified'" : `'${String(field)}'`
    const remedy = 'leave who the caller is and has proved to identify and verify steps'
    return new BrokenFlow(
      'level',
      step,
      `step '${step}' sets ${what}, which is not for step types like this; ${remedy}`,
    )
  }
  if (given instanceof Promise) return new BrokenFlow('type', step, `step '${step}' is asynchronous; steps never wait`)
  const where = path.length + keys.length > 0 ? ` at '${[...path, ...keys].join('.')}'` : ''
  return new BrokenFlow('type', step, `step '${step}' gives back what is no move${where} (${issue?.message})`)
}

function unknownName(move: Made, { call, hotline: { brand } }: Moment<Step>): string | null {
  const { language, topic = null } = ('set' in move && move.set) || {}
  const spokenIn = [language, ...(move.say ?? []).map((line) => line.language)]
  const foreign = spokenIn.find((code) => code !== undefined && !brand.languages.some((each) => each.code === code))
  if (foreign !== undefined) return `speaks '${foreign}', which is no language of '${call.brand}'`
  if (topic === null || brand.topics.some(({ name }) => name === topic)) return null
  return `chooses '${topic}', which is no topic of '${call.brand}'`
}

/** A prompt that is missing, or lacks a variable, would break the call when it is spoken; the proof speaks no words. */
function wrongWords({ key, vars = {} }: Line, uses: readonly (string | PromptUse)[]): string | null {
  const named = new Map(uses.map((use) => (typeof use === 'string' ? [use, {}] : [use.key, use.vars])))
  const parts = Object.values(vars).flatMap((value) => (typeof value === 'object' ? [value.prompt] : []))
  const unnamed = [key, ...parts].find((each) => !named.has(each))
  if (unnamed !== undefined) return `speaks '${unnamed}', which its prompts() do not name`
  const missing = Object.keys(named.get(key) ?? {}).find((name) => !Object.hasOwn(vars, name))
  return missing === undefined ? null : `speaks '${key}' without its variable '${missing}'`
}
