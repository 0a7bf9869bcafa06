/**
 * How long a caller is on his way to being verified. It walks a call through the real core and times what is really
 * spoken and keyed, so that it cannot drift away from the flow. PURE, like all of `flow`.
 */
import { Secret } from '../auth/secret.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Answer, Question } from '../call/question.ts'
import type { Reply } from '../call/reply.ts'
import type { Input } from '../call/turn.ts'
import { advance, newCall } from './advance.ts'
import { everythingHeard } from './heard.ts'
import type { Hotline } from './hotline.ts'
import { sampleEntry, sampleSecret } from './sample-keys.ts'

/**
 * The model: seconds, and characters of speech per second. `thinking` is the pause between the end of a prompt and the
 * first key; `recognise` is how far a caller who knows the hotline listens before he interrupts a prompt.
 */
export const pace = {
  charactersPerSecond: 13,
  key: 0.9,
  turn: 1.2,
  thinking: { menu: 1.5, number: 3, secret: 3 },
  recognise: 1,
} as const

/** Seconds, but for `entries`. An entry is a menu key, a number or a PIN; the language key is told apart. */
export const limits = { typed: 60, ownLine: 45, interrupting: 25, entries: 3, prompt: 9, greeting: 4 } as const

/** Turns after which a walk has lost its way. */
const MOST_TURNS = 20

/** Anybody's number from the block that the German regulator keeps for films and books. */
const CALLER = '+491713920042'
const AT = '2026-01-01T12:00:00.000Z'
const CLAIM: Claim = { subject: 'budget', ref: 'budget', sim: null, by: 'entry', ticket: null, failuresBefore: 0 }

type Manner = 'typed' | 'own_line' | 'interrupting'

/** One way from the first word to the verified caller. `language` is the part of `seconds` that the language key took. */
interface Walk {
  seconds: number
  language: number
  entries: number
}

export interface Budget {
  brand: string
  language: string
  /** Seconds from the first word to the checked PIN, language key included. */
  typed: number
  /** The same for the line that the caller calls from; null where the brand does not offer it. */
  ownLine: number | null
  interrupting: number
  /** Seconds of the way by typing that went into choosing the language; 0 for the first language. */
  languageKey: number
  entries: number
  greeting: number
  /** The longest that any one step says in one go, whatever the caller does. */
  longest: { seconds: number; text: string }
  /** What breaks a limit, in words; empty when all is well. */
  broken: string[]
}

/** Seconds that a text takes to be spoken. */
export function spokenSeconds(text: string): number {
  return text.length / pace.charactersPerSecond
}

/** The budget of a hotline in each of its languages, on a calendar day (YYYY-MM-DD). Throws if nobody gets verified. */
export function budgetOf(hotline: Hotline, today: string): Budget[] {
  const heard = everythingHeard(hotline, today)
  return hotline.brand.languages.map(({ code }) => {
    const typed = walk(hotline, today, code, 'typed')
    const ownLine = hotline.brand.own_line ? walk(hotline, today, code, 'own_line') : null
    const interrupting = walk(hotline, today, code, 'interrupting')
    const texts = heard.filter(({ language }) => language === code).map(({ text }) => text)
    const text = texts.reduce((long, next) => (next.length > long.length ? next : long), '')
    const budget = {
      brand: hotline.brand.name,
      language: code,
      typed: typed.seconds,
      ownLine: ownLine?.seconds ?? null,
      interrupting: interrupting.seconds,
      languageKey: typed.language,
      entries: Math.max(typed.entries, ownLine?.entries ?? 0, interrupting.entries),
      greeting: Math.max(
        ...heard.filter(({ step }) => step === hotline.flow.start).map(({ text }) => spokenSeconds(text)),
      ),
      longest: { seconds: spokenSeconds(text), text },
    }
    return { ...budget, broken: brokenLimits(budget) }
  })
}

function brokenLimits(budget: Omit<Budget, 'broken'>): string[] {
  const over = (what: string, is: number, limit: number): string[] =>
    is > limit
      ? [`${budget.brand} ${budget.language}: ${what} ${Number.isInteger(is) ? is : is.toFixed(1)}, at most ${limit}`]
      : []
  return [
    ...over('seconds by typing', budget.typed, limits.typed),
    ...over('seconds by own line', budget.ownLine ?? 0, limits.ownLine),
    ...over('seconds for one who interrupts', budget.interrupting, limits.interrupting),
    ...over('entries', budget.entries, limits.entries),
    ...over('seconds of greeting', budget.greeting, limits.greeting),
    ...over(`seconds of "${budget.longest.text}"`, budget.longest.seconds, limits.prompt),
  ]
}

function walk(hotline: Hotline, today: string, language: string, manner: Manner): Walk {
  let call = newCall(hotline, { id: 'budget', callerNumber: CALLER, today, at: AT })
  let reply: Reply
  ;({ call, reply } = turnOf(hotline, call, { kind: 'ring', at: AT }))
  const way: Walk = { seconds: 0, language: 0, entries: 0 }
  for (let turns = 0; turns < MOST_TURNS && reply.next.kind === 'gather'; turns++) {
    const { digits, thinking, listens } = answerOf(hotline, call, reply, language, manner)
    const heard = spokenSeconds(listens)
    const before = manner === 'interrupting' ? Math.min(heard, pace.recognise) : heard + pace.thinking[thinking]
    const hashes = reply.next.numDigits === null ? 1 : 0
    const took = before + (digits.length + hashes) * pace.key + pace.turn
    way.seconds += took
    if (call.language !== language) way.language += took
    else way.entries += 1
    ;({ call, reply } = turnOf(hotline, call, { kind: 'digits', digits: new Secret(digits), at: AT }))
    if (call.assurance.level === 2) return way
  }
  throw new Error(`a caller of '${hotline.brand.name}' who does everything right is not verified`)
}

interface Keyed {
  digits: string
  thinking: keyof typeof pace.thinking
  /** What he hears before he is ready. */
  listens: string
}

/** What a caller who does everything right keys where the call waits. */
function answerOf({ brand, flow }: Hotline, call: Call, reply: Reply, language: string, manner: Manner): Keyed {
  const listens = reply.say.map(({ text }) => text).join(' ')
  const step = flow.steps.get(call.step)
  switch (step?.type) {
    case 'topic': {
      if (call.language !== language)
        return { digits: brand.language_key, thinking: 'menu', listens: offer(reply, language) }
      return { digits: brand.topics.find(({ needs }) => needs === 2)?.press ?? '', thinking: 'menu', listens }
    }
    case 'choose':
      return { digits: step.keys[0]?.press ?? '', thinking: 'menu', listens }
    case 'collect':
      return { digits: '4'.repeat(step.digits.max), thinking: 'number', listens }
    case 'identify':
      if (manner === 'own_line') return { digits: '1', thinking: 'menu', listens }
      return { digits: sampleEntry(brand), thinking: 'number', listens }
    case 'verify':
      return { digits: sampleSecret(brand), thinking: 'secret', listens }
    default:
      throw new Error(`a call of '${brand.name}' waits at step '${call.step}', which takes no keys`)
  }
}

/** A caller of the other language listens until he has heard the offer in his own. */
function offer(reply: Reply, language: string): string {
  const last = reply.say.findLastIndex((spoken) => spoken.language === language)
  return reply.say
    .slice(0, last + 1)
    .map(({ text }) => text)
    .join(' ')
}

/** One whole turn, the world answering that the caller is who he says. */
function turnOf(hotline: Hotline, before: Call, input: Input): { call: Call; reply: Reply } {
  let turn = advance(hotline, before, input)
  while ('ask' in turn) turn = advance(hotline, turn.call, { kind: 'answer', answer: allRight(turn.ask), at: AT })
  return turn
}

function allRight(question: Question): Answer {
  return question.kind === 'identify'
    ? { kind: 'identified', claim: CLAIM }
    : { kind: 'verified', credential: question.credential }
}
