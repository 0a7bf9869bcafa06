/**
 * How long a caller is on the way to being verified. The way is one of those that the exploration found, timed by what
 * is really spoken and keyed on it, so that it cannot drift away from the flow. PURE.
 */
import type { AnsweredQuestion } from '../call/admitted.ts'
import { DIGIT_SECONDS, secondsOfAll, USUAL_LETTERS_A_SECOND } from '../call/pace.ts'
import { isGood } from '../call/question.ts'
import { MOST_LANGUAGES } from '../flow/brand.ts'
import type { Hotline } from '../flow/hotline.ts'
import { OWN_LINE_OFFER } from '../flow/steps/identify.ts'
import { kindOf } from './days.ts'
import { CALLER } from './environment.ts'
import type { Exploration, State, Transition } from './exploration.ts'
import { explore } from './explore.ts'
import { type Heard, heardIn } from './heard.ts'

/**
 * The model: seconds, and characters of speech per second (`call/pace.ts`). `thinking` is the pause between the end of a prompt and the
 * first key; `recognise` is how far a caller who knows the hotline listens before they interrupt a prompt.
 */
export const pace = {
  charactersPerSecond: USUAL_LETTERS_A_SECOND,
  digit: DIGIT_SECONDS,
  key: 0.9,
  turn: 1.2,
  thinking: { menu: 1.5, number: 3, secret: 3 },
  recognise: 1,
} as const

const GREETING = 4
/** Offering a language takes about two seconds, in some a little more. The last of as many as a brand may have comes after the greeting and all others. */
const CHOOSING = Math.ceil(GREETING + 2.2 * MOST_LANGUAGES + pace.thinking.menu + pace.key + pace.turn)

/**
 * Seconds, but for `entries`. An entry is a menu key, a number or a PIN; choosing the language is told apart. `prompt`: what a
 * step says before the call goes on by itself; `menu`: what it says while callers may key, for each word of it is an offer that
 * they can take. Whole sentences take longer than telegrams, so who listens to all of them has more than who interrupts.
 */
export const limits = {
  typed: 65,
  ownLine: 50,
  interrupting: 25,
  language: CHOOSING,
  entries: 3,
  prompt: 9,
  menu: 12,
  greeting: GREETING,
} as const

type Manner = 'typed' | 'own_line' | 'interrupting'

/**
 * One way from the first word to the verified caller. `language` is what the language took: of a menu that offers another
 * one a part of `seconds`; of a `language` step, which asks everybody, the time beside them.
 */
interface Walk {
  seconds: number
  language: number
  entries: number
}

export interface Longest {
  seconds: number
  text: string
  step: string
}

export interface Budget {
  brand: string
  language: string
  /**
   * Seconds from the first word to the checked PIN, the menu's language key included, a `language` step not; null where
   * nothing needs a proof.
   */
  typed: number | null
  /** The same for the line that the caller calls from; null where the brand does not offer it. */
  ownLine: number | null
  interrupting: number | null
  /** Seconds that went into choosing the language on the way by typing; 0 where the first needs no key. */
  languageKey: number
  entries: number
  greeting: number
  /** The longest that any one step says in one go, whatever the caller does: before it goes on, and while it waits for keys. */
  longest: Longest
  longestMenu: Longest
  /** What breaks a limit, in words; empty when all is well. */
  broken: string[]
}

/** The budget of a hotline in each of its languages, on a calendar day (YYYY-MM-DD). Throws if nobody gets verified. */
export function budgetOf(hotline: Hotline, today: string): Budget[] {
  return budgetIn(explore(hotline, [kindOf(hotline.brand, today)]), 0)
}

/** The same of an exploration, on its nth kind of day. A hotline without a topic that needs a proof has no way to time. */
export function budgetIn(exploration: Exploration, kind: number, heard: Heard[] = heardIn(exploration)): Budget[] {
  const { hotline } = exploration
  const { brand } = hotline
  const asksForProof = brand.topics.some(({ needs }) => needs === 2)
  return brand.languages.map(({ code }) => {
    const walkBy = (manner: Manner): Walk | null => (asksForProof ? walk(exploration, kind, code, manner) : null)
    const typed = walkBy('typed')
    const ownLine = brand.own_line ? walkBy('own_line') : null
    const interrupting = walkBy('interrupting')
    const parts = heard.filter(({ language }) => language === code)
    const greetings = heard.filter(({ step }) => step === hotline.flow.start)
    const budget = {
      brand: brand.name,
      language: code,
      typed: typed?.seconds ?? null,
      ownLine: ownLine?.seconds ?? null,
      interrupting: interrupting?.seconds ?? null,
      languageKey: typed?.language ?? 0,
      entries: Math.max(typed?.entries ?? 0, ownLine?.entries ?? 0, interrupting?.entries ?? 0),
      greeting: Math.max(0, ...greetings.map(({ spoken }) => secondsOfAll(spoken))),
      longest: longestOf(parts.filter(({ takesKeys }) => !takesKeys)),
      longestMenu: longestOf(parts.filter(({ takesKeys }) => takesKeys)),
    }
    return { ...budget, broken: brokenLimits(budget) }
  })
}

function longestOf(parts: readonly Heard[]): Longest {
  return parts.reduce<Longest>(
    (long, { spoken, text, step }) => {
      const seconds = secondsOfAll(spoken)
      return seconds > long.seconds ? { seconds, text, step } : long
    },
    { seconds: 0, text: '', step: '' },
  )
}

function brokenLimits(budget: Omit<Budget, 'broken'>): string[] {
  const over = (what: string, is: number, limit: number): string[] =>
    is > limit
      ? [`${budget.brand} ${budget.language}: ${what} ${Number.isInteger(is) ? is : is.toFixed(1)}, at most ${limit}`]
      : []
  return [
    ...over('seconds by typing', budget.typed ?? 0, limits.typed),
    ...over('seconds by own line', budget.ownLine ?? 0, limits.ownLine),
    ...over('seconds for callers who interrupt', budget.interrupting ?? 0, limits.interrupting),
    ...over('seconds for the language', budget.languageKey, limits.language),
    ...over('entries', budget.entries, limits.entries),
    ...over('seconds of greeting', budget.greeting, limits.greeting),
    ...over(`seconds of "${budget.longest.text}"`, budget.longest.seconds, limits.prompt),
    ...over(`seconds of "${budget.longestMenu.text}"`, budget.longestMenu.seconds, limits.menu),
  ]
}

/** There is no right way to time. */
export class NobodyVerified extends Error {}

/** The shortest way on which a caller of the language does everything right, timed. */
function walk(exploration: Exploration, kind: number, language: string, manner: Manner): Walk {
  const { hotline } = exploration
  const way: Walk = { seconds: 0, language: 0, entries: 0 }
  for (const { from, act, asked } of rightWay(exploration, kind, language, manner)) {
    const next = from.call.reply?.next
    if (act.kind !== 'keys' || next?.kind !== 'gather') continue
    const said = from.by?.reply?.say ?? []
    const spoken = said.map(exploration.mute.aloud)
    const isAsked = hotline.flow.steps.get(from.call.step)?.type === 'language'
    const isChoice = isAsked || from.call.language !== language
    // Callers listen until the offer that they take was heard: that of their own language, that of the line they call from.
    const takesLine = asked.some(({ question }) => question.kind === 'identify' && question.by.kind === 'own_line')
    const offer = isChoice
      ? spoken.findLastIndex((line) => line.language === language)
      : takesLine
        ? said.findIndex((line) => exploration.mute.keyOf(line) === OWN_LINE_OFFER)
        : -1
    const until = offer < 0 ? spoken.length : offer + 1
    const listens = secondsOfAll(spoken.slice(0, until))
    const isOneKey = next.numDigits === 1 || act.keys.length === 1
    const thinking = isOneKey ? 'menu' : asked.some(({ question }) => question.kind === 'verify') ? 'secret' : 'number'
    const before = manner === 'interrupting' ? Math.min(listens, pace.recognise) : listens + pace.thinking[thinking]
    const hashes = next.numDigits === null ? 1 : 0
    const took = before + (act.keys.length + hashes) * pace.key + pace.turn
    if (!isAsked) way.seconds += took
    if (isChoice) way.language += took
    else way.entries += 1
  }
  return way
}

function rightWay(
  { hotline, initial, kinds }: Exploration,
  kind: number,
  language: string,
  manner: Manner,
): Transition[] {
  const byOwnLine = manner === 'own_line'
  const isRight = ({ act, asked, days }: Transition): boolean =>
    (act.kind === 'keys' || act.kind === 'ring') &&
    (days & (1 << kind)) !== 0 &&
    asked.every((exchange) => isOfRightWay(exchange, byOwnLine))
  const came = new Map<State, Transition | null>()
  const open = initial.filter(({ call }) => call.callerNumber === CALLER)
  for (const root of open) came.set(root, null)
  for (const state of open) {
    for (const transition of state.on) {
      if (!transition.to || !isRight(transition)) continue
      if (transition.level === 2 && transition.language === language) return backFrom(transition, came)
      if (came.has(transition.to)) continue
      came.set(transition.to, transition)
      open.push(transition.to)
    }
  }
  const day = kinds[kind]?.day
  throw new NobodyVerified(
    `a caller of '${hotline.brand.name}' who does everything right is not verified (${language}, ${day})`,
  )
}

function isOfRightWay({ question, answer }: AnsweredQuestion, byOwnLine: boolean): boolean {
  const isOfManner = question.kind !== 'identify' || (question.by.kind === 'own_line') === byOwnLine
  return isOfManner && isGood(question, answer)
}

function backFrom(last: Transition, came: ReadonlyMap<State, Transition | null>): Transition[] {
  const way: Transition[] = []
  for (let transition: Transition | null = last; transition !== null; transition = came.get(transition.from) ?? null)
    way.unshift(transition)
  return way
}
