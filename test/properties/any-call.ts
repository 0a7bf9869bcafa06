/** Any caller on any shipped hotline: what they do, what the world answers, and the call that comes of it. */

import { Secret } from '../../src/auth/secret.ts'
import type { Call } from '../../src/call/call.ts'
import { type Answer, type Question, type QuestionKind, questions } from '../../src/call/question.ts'
import type { Claimant } from '../../src/call/question-row.ts'
import type { Reply } from '../../src/call/reply.ts'
import type { CallEvent, GivenBack, Input, Turn } from '../../src/call/turn.ts'
import { advance, apologise, newCall } from '../../src/flow/advance.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { entryWithBrokenCheckDigit, sampleEntry, sampleSecret } from '../../src/proof/sample-keys.ts'
import { shipped } from '../flow/shipped.ts'
import fc from '../support/by-chance.ts'
import { createWorld, customer, eachAnswer, nobody } from '../support/world.ts'

/**
 * `fitting` keys what the prompt asks for: a topic, the number, the secret. `broken` is what happens when the fallback is
 * asked: an apology instead of an answer.
 */
export type Act =
  | { kind: 'fitting'; afterMs: number }
  | { kind: 'keys'; keys: string; afterMs: number }
  | { kind: 'silence'; afterMs: number }
  | { kind: 'returned'; reason: GivenBack }
  | { kind: 'broken' }

/**
 * How the world answers: by kind of question the kinds of its answers, one after the other, and after the last one again
 * from the first; what is not named is answered well. `known`: the same of whether the number keyed is a customer's.
 */
export type World = { [Kind in QuestionKind]?: Answer<Kind>['kind'][] } & { known?: boolean[] }

export interface Scene {
  hotline: Hotline
  today: string
  callerNumber: string | null
  /** Changes the language first. */
  other: boolean
}

/** One exchange: the input, the questions with their answers, and what came of it. */
export interface Exchange {
  before: Call | null
  asked: { question: Question; answer: Answer }[]
  /** The call as a store gives it back: through JSON. */
  call: Call
  reply: Reply
  events: CallEvent[]
  /** Whatever is stored or recorded of this turn, as text. */
  stored: string
}

export const CALLER = '+491713920042'
const BEGAN = Date.parse('2026-01-01T00:00:00.000Z')

/** The day before everything, and each day on which something changes for callers of a brand, with the one before. */
function daysOf({ brand }: Hotline): string[] {
  const dates = [brand.roll_out.announced, brand.roll_out.mandatory, brand.pin_shown_from]
  const changes = dates.filter((date) => date !== undefined)
  const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
  return ['2020-01-01', ...changes, ...changes.map(dayBefore)]
}

export const scenes: fc.Arbitrary<Scene> = fc.constantFrom(...shipped.values()).chain((hotline) =>
  fc.record({
    hotline: fc.constant(hotline),
    today: fc.constantFrom(...daysOf(hotline)),
    callerNumber: fc.constantFrom(CALLER, null),
    other: fc.boolean(),
  }),
)

const anyKeys = fc.string({ unit: fc.constantFrom(...'0123456789*#'), minLength: 1, maxLength: 24 })
const longDigits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 20 })
const afterMs = fc.constantFrom(300, 999, 1000, 5000, 13_000)

/** Keys that mean something more often than chance would have it. */
function keysFor({ brand }: Hotline): fc.Arbitrary<string> {
  const right = [sampleEntry(brand), sampleSecret(brand), '48150936', entryWithBrokenCheckDigit(brand) ?? '4711']
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...brand.topics.map(({ press }) => press), '1', '2', '9', '0', '*') },
    { weight: 6, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: longDigits },
    { weight: 1, arbitrary: anyKeys },
  )
}

/** What a caller does who goes on as long as they are asked. */
export function keying(hotline: Hotline, least: number, most: number): fc.Arbitrary<Act[]> {
  const keys = fc.record({ kind: fc.constant('keys' as const), keys: keysFor(hotline), afterMs })
  // What comes sooner than the time to key is over is the hash key.
  const silence = fc.record({ kind: fc.constant('silence' as const), afterMs: fc.constantFrom(1000, 25_000, 25_000) })
  const fitting = fc.record({ kind: fc.constant('fitting' as const), afterMs })
  const acts = fc.oneof(
    { weight: 7, arbitrary: fitting },
    { weight: 2, arbitrary: keys },
    { weight: 1, arbitrary: silence },
  )
  const going: fc.Arbitrary<Act[]> = fc.array(acts, { minLength: least, maxLength: most })
  // Three times nothing ends a call, which chance alone would seldom try.
  const quiet = Array.from({ length: 3 }, (): Act => ({ kind: 'silence', afterMs: 25_000 }))
  const falling = fc.tuple(going, fc.nat(4)).map(([keyed, place]) => keyed.toSpliced(place, 0, ...quiet))
  return fc.oneof({ weight: 6, arbitrary: going }, { weight: 1, arbitrary: falling })
}

/** The same, with what networks and queues do. */
export function doing(hotline: Hotline): fc.Arbitrary<Act[]> {
  const returned = fc.record({
    kind: fc.constant('returned' as const),
    reason: fc.constantFrom<GivenBack>('done', 'failed', 'broken', 'gone'),
  })
  const broken = fc.record({ kind: fc.constant('broken' as const) })
  const rest = fc.oneof({ weight: 6, arbitrary: returned }, { weight: 1, arbitrary: broken })
  return fc
    .tuple(keying(hotline, 0, 20), fc.array(fc.tuple(fc.nat(20), rest), { maxLength: 2 }))
    .map(([acts, others]) => others.reduce<Act[]>((all, [place, act]) => all.toSpliced(place, 0, act), acts))
}

/** Every kind of answer to every kind of question, the good ones as often as all others. */
export const worlds: fc.Arbitrary<World> = fc.record({
  known: fc.array(fc.constantFrom(true, true, false), { minLength: 1, maxLength: 4 }),
  ...Object.fromEntries(
    Object.entries(questions).map(([kind, { samples, good, tellsOfAccounts }]) => {
      // What is asked of every caller at the ring would end most calls there.
      const usual = { weight: tellsOfAccounts ? 1 : 3, arbitrary: fc.constant(good) }
      const ways = fc.oneof(usual, { weight: 1, arbitrary: fc.constantFrom(...Object.keys(samples)) })
      return [kind, fc.array(ways, { minLength: 1, maxLength: 4 })]
    }),
  ),
})

/**
 * The whole call, turn by turn. A caller whose act does not fit what they hear does nothing: keys are for a Gather, a
 * return for a queue. With `misfits` everything arrives, and a core that throws is answered by the apology, as in `turn/`.
 */
export function runCall(scene: Scene, acts: readonly Act[], world: World, misfits = false): Exchange[] {
  const { hotline, today, callerNumber, other } = scene
  const exchanges: Exchange[] = []
  let now = BEGAN
  const at = (): string => new Date(now).toISOString()

  const answerTo = worldOf(world)

  function take(before: Call, input: Input | null): void {
    const asked: Exchange['asked'] = []
    let turn: Turn
    try {
      turn = input === null ? apologise(hotline, before, at()) : advance(hotline, before, input)
      while ('ask' in turn) {
        const answer = answerTo(turn.ask)
        asked.push({ question: turn.ask, answer })
        turn = advance(hotline, frozen(turn.call), { kind: 'answer', answer, at: at() })
      }
    } catch (error) {
      if (!misfits) throw error
      turn = apologise(hotline, before, at())
    }
    const { reply, events } = turn
    const stored = JSON.stringify({ call: turn.call, reply, events, asked })
    const call: Call = { ...(JSON.parse(JSON.stringify(turn.call)) as Call), repliedAt: at() }
    exchanges.push({ before: input?.kind === 'ring' ? null : before, asked, call: frozen(call), reply, events, stored })
  }

  take(newCall(hotline, { id: 'CA', callerNumber, today, at: at() }), { kind: 'ring', at: at() })
  const language: Act[] = other ? [{ kind: 'keys', keys: hotline.brand.language_key, afterMs: 5000 }] : []
  for (const act of [...language, ...acts]) {
    const before = exchanges.at(-1)?.call
    if (!before?.reply || before.reply.next.kind === 'hang_up') break
    if (!misfits && !fits(act, before.reply)) continue
    now += 'afterMs' in act ? act.afterMs : 5000
    take(before, inputOf(act, at(), hotline, before))
  }
  return exchanges
}

function worldOf({ known = [true], ...ways }: World): (question: Question) => Answer {
  let named = 0
  const asked = new Map<QuestionKind, number>()
  const whose: Claimant = (by) => {
    const isKnown = known[named++ % known.length]
    return isKnown ? customer(named, by) : nobody(named, by)
  }
  const inTurn = (question: Question): Answer | null => {
    const kinds = ways[question.kind] ?? []
    const count = asked.get(question.kind) ?? 0
    asked.set(question.kind, count + 1)
    const kind = kinds[count % kinds.length]
    return eachAnswer(question, whose).find((answer) => answer.kind === kind) ?? null
  }
  return createWorld(Object.fromEntries(Object.keys(questions).map((kind) => [kind, inTurn])), whose)
}

function fits(act: Act, { next }: Reply): boolean {
  if (act.kind === 'broken') return true
  return (act.kind === 'returned') === (next.kind !== 'gather')
}

function inputOf(act: Act, at: string, hotline: Hotline, call: Call): Input | null {
  switch (act.kind) {
    case 'fitting':
      return { kind: 'digits', digits: new Secret(fittingKeys(hotline, call)), at }
    case 'keys':
      return { kind: 'digits', digits: new Secret(act.keys), at }
    case 'silence':
      return { kind: 'no_input', at }
    case 'returned':
      return { kind: 'returned', reason: act.reason, at }
    case 'broken':
      return null
  }
}

function fittingKeys({ brand, flow }: Hotline, { step, visit }: Call): string {
  const type = flow.steps.get(step)?.type
  if (type === 'topic') return '1'
  if (visit.help) return '1'
  return type === 'verify' ? sampleSecret(brand) : sampleEntry(brand)
}

/** The core must not change what it is given. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret)) {
    for (const part of Object.values(value)) frozen(part)
    Object.freeze(value)
  }
  return value
}
