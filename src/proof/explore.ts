/**
 * Every call that a hotline can have: `advance` itself is run on one entry of each kind that a step can tell apart, and
 * on every answer that the world can give, until no new state comes. Breadth first, so that the way to a state is a
 * shortest one.
 *
 * What is abstracted, and why the result still holds (README.md, "The proof", says it for operators):
 * - *Entries* are stood for by those of `entries.ts`. Steps see keys through `Secret` and their form; two secrets of one
 *   form are compared in every state (`watch.ts`), so a step that tells them apart is found.
 * - *Accounts* are stood for by one; in every state the same turn is taken with a number that nobody has, and must come
 *   out the same (`watch.ts`), so more accounts would add nothing.
 * - *Days* are stood for by one of each kind (`days.ts`). A state keeps every kind that its way allows.
 * - *States* are folded when they agree in all that `advance` can read, but for words already spoken, moments, and the
 *   digits of identifiers: none of these decides anything.
 * - *Hanging up* ends a call anywhere and needs no turn. The fallback, which apologises, may come at any time.
 */
import type { Level } from '../auth/assurance.ts'
import { credentials } from '../auth/credentials.ts'
import { Secret } from '../auth/secret.ts'
import type { Call, Claim } from '../call/call.ts'
import type { Answer, Question } from '../call/question.ts'
import type { Gather, Reply } from '../call/reply.ts'
import type { Input, Passage, Replied, ReturnReason, Turn } from '../call/turn.ts'
import { advance, apologise, newCall } from '../flow/advance.ts'
import { ownStepTypes, typeOf } from '../flow/flow.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { DayKind } from './days.ts'
import { entriesFor, type SecretPair, secretPairs } from './entries.ts'
import { type Mute, mute } from './mute.ts'

/** What the caller or the network does. `quick` silence is a hash key within a second of an entry. */
export type Act =
  | { kind: 'ring'; from: string | null }
  | { kind: 'keys'; keys: string }
  | { kind: 'silence'; quick: boolean }
  | { kind: 'returned'; reason: ReturnReason }
  | { kind: 'fallback' }

/** What the caller has proved, counted by the explorer for itself and not read from the call. */
export interface Proved {
  level: Level
  /** The subject that was named last; null before any number. */
  subject: string | null
  /** How many were named. */
  named: number
}

/** A call as it stands between two webhooks. */
export interface State {
  call: Call
  proved: Proved
  /** The kinds of days on which a call can stand here: bit n for kind n. */
  days: number
  /** A shortest way here; null for the call that has not rung. */
  by: Arc | null
  /** Where it can go from here, in the order tried. */
  on: Arc[]
}

/** One exchange: what was done, what the world answered, and what came of it: a state, or a break. */
export interface Arc {
  from: State
  act: Act
  asked: Exchange[]
  way: Passage[]
  days: number
  /** Null where the call broke. */
  reply: Reply | null
  to: State | null
  /** Where the call stands then: its step, its language, and what the caller has proved. */
  step: string
  language: string
  level: Level
  /** What was thrown; the shell would have apologised. */
  broke: unknown
}

export interface Exchange {
  question: Question
  answer: Answer
}

/** A turn as it was really taken, for whoever watches the exploration. */
export interface Taken {
  from: State
  act: Act
  asked: Exchange[]
  way: Passage[]
  result: Replied | null
  broke: unknown
  proved: Proved
  /** The kind of day it was taken on. */
  day: number
}

/**
 * Takes a turn again for those who watch: with other keys, or for a caller whose number nobody has. The answers are those
 * of the first time; null if other questions were asked.
 */
export type Again = (
  taken: Taken,
  change: { call?: Call; keys?: string; claims?: (claim: Claim) => Claim },
) => Taken | null

export interface Watcher {
  /** Called for every turn, before its state is folded. `secrets`: what the exploration keys as secrets. */
  turn(taken: Taken, again: Again, secrets: readonly SecretPair[]): void
}

export interface Exploration {
  hotline: Hotline
  mute: Mute
  kinds: readonly DayKind[]
  /** Calls that ring: withheld, and with a number. */
  roots: State[]
  states: State[]
  secrets: SecretPair[]
  /** Whether it was given up because there were too many states. */
  tooMany: boolean
}

type Made = { turn: Turn } | { broke: unknown }

export const AT = '2026-01-01T12:00:00.000Z'
const LATER = '2026-01-01T12:00:05.000Z'
const AT_ONCE = '2026-01-01T12:00:00.500Z'
/** Anybody's number from the block that the German regulator keeps for films and books. */
export const CALLER = '+491713920042'

/** The account of everybody who has one. Every field differs from `nobody`, so that a turn that looks at one is found. */
const somebody = (subject: string, by: Claim['by']): Claim => {
  return {
    subject,
    ref: 'ref-of-somebody',
    sim: 'sim-of-somebody',
    by,
    failuresBefore: 0,
    ticket: 'ticket-of-somebody',
  }
}
export const nobody = (claim: Claim): Claim => {
  return { ...claim, ref: null, sim: null, failuresBefore: 7, ticket: null }
}
/** What of an account could be spoken. */
export const ACCOUNT_MARKS = ['ref-of-somebody', 'sim-of-somebody', 'ticket-of-somebody', 'subject-'] as const

/** More states than any flow that people can follow has; beyond them the exploration gives up, and that is a finding. */
const MOST_STATES = 60_000

/** Explores a hotline on the given kinds of days (at most 30). `watcher` sees every turn. */
export function explore(original: Hotline, kinds: readonly DayKind[], watcher: Watcher | null = null): Exploration {
  const silent = mute(original)
  const { hotline } = silent
  const isForeign = hotline.flow.types !== ownStepTypes
  // Freezing shows steps that change the call they are given; it also makes copies ten times as slow.
  const kept = isForeign ? frozen : (call: Call): Call => call
  const known = new Map<string, State>()
  const open: State[] = []
  const secrets = secretPairs(hotline.brand, JSON.stringify([hotline.brand, [...hotline.flow.steps]]))
  const entries = new Map<string, string[]>()

  function actsAt({ call }: State): Act[] {
    const next = call.reply?.next
    if (!next) return []
    switch (next.kind) {
      case 'hang_up':
        return []
      case 'gather': {
        const quick: Act[] = call.fixedEntry ? [{ kind: 'silence', quick: true }] : []
        const keyed = entriesAt(call, next.numDigits).map((keys): Act => ({ kind: 'keys', keys }))
        return [...keyed, { kind: 'silence', quick: false }, ...quick, { kind: 'fallback' }]
      }
      default: {
        const reasons = (['done', 'failed', 'left'] as const).map((reason): Act => ({ kind: 'returned', reason }))
        // Asked again after an apology the fallback gives the same answer.
        return isApology(call) ? reasons : [...reasons, { kind: 'fallback' }]
      }
    }
  }

  function entriesAt({ step, visit }: Call, numDigits: number | null): string[] {
    const key = `${step} ${numDigits} ${visit.help}`
    let found = entries.get(key)
    if (!found) {
      const config = hotline.flow.steps.get(step)
      found = config ? entriesFor(hotline, { step: config, visit, numDigits }, secrets) : []
      entries.set(key, found)
    }
    return found
  }

  /** All turns that an act can come to on one kind of day: one for each way in which the world can answer. */
  function turns(from: State, act: Act, day: number, call: Call, claims: (claim: Claim) => Claim): Taken[] {
    const done: Taken[] = []
    const go = (made: Made, asked: Exchange[], proved: Proved, before: Passage[]): void => {
      const own = 'broke' in made ? wayOf(made.broke) : made.turn.way
      const way = before.length === 0 ? [...own] : [...before, ...own]
      if ('broke' in made) done.push({ from, act, day, asked, way, result: null, broke: made.broke, proved })
      else if ('reply' in made.turn) done.push({ from, act, day, asked, way, result: made.turn, broke: null, proved })
      else {
        const { ask, call } = made.turn
        for (const answer of answersTo(ask, proved, claims)) {
          const exchange = { question: ask, answer }
          const input: Input = { kind: 'answer', answer, at: LATER }
          go(
            attempt(() => advance(hotline, call, input)),
            [...asked, exchange],
            provedBy(proved, exchange),
            way,
          )
        }
      }
    }
    const first = attempt(() =>
      act.kind === 'fallback' ? apologise(hotline, call, LATER) : advance(hotline, call, inputOf(act)),
    )
    go(first, [], from.proved, [])
    return done
  }

  function on(kind: number, call: Call): Call {
    const dates = kinds[kind]
    if (!dates) throw new Error(`there is no kind of day ${kind}`)
    silent.dates = dates
    return call.today === dates.day ? call : { ...call, today: dates.day }
  }

  const again: Again = (taken, { call = taken.from.call, keys, claims = same }) => {
    const act: Act = keys === undefined ? taken.act : { kind: 'keys', keys }
    const others = turns(taken.from, act, taken.day, on(taken.day, call), claims)
    return others.find((other) => sameAnswers(other, taken)) ?? null
  }

  function follow(from: State, act: Act): void {
    let outcomes: { taken: Taken; days: number }[] = []
    for (let day = 0; day < kinds.length; day++) {
      if ((from.days & (1 << day)) === 0) continue
      const isFirst = outcomes.length === 0
      silent.looked = false
      const taken = turns(from, act, day, on(day, from.call), same)
      // Nothing asked for a date, so on every other kind of day the turn is this one.
      if (isFirst && !silent.looked) {
        outcomes = taken.map((taken) => ({ taken, days: from.days }))
        break
      }
      for (const one of taken) {
        const kept = outcomes.find((other) => sameOutcome(other.taken, one))
        if (kept) kept.days |= 1 << day
        else outcomes.push({ taken: one, days: 1 << day })
      }
    }
    for (const { taken, days } of outcomes) {
      watcher?.turn(taken, again, secrets)
      arrive(taken, days)
    }
  }

  function arrive({ from, act, asked, way, result, broke, proved }: Taken, days: number): void {
    const { step, language } = result?.call ?? from.call
    const reply = result?.reply ?? null
    const arc: Arc = { from, act, asked, way, days, reply, to: null, step, language, level: proved.level, broke }
    from.on.push(arc)
    if (!result) return
    const { call } = result
    const key = `${fold(hotline, call, proved)}|${days}`
    let state = known.get(key)
    if (!state) {
      state = { call: kept({ ...call, repliedAt: AT }), proved, days, by: arc, on: [] }
      known.set(key, state)
      open.push(state)
    }
    arc.to = state
  }

  const everyDay = (1 << kinds.length) - 1
  // A number that is not withheld matters where the line one calls from is offered, and to types that may look at it.
  const numbers = hotline.brand.own_line || isForeign ? [CALLER, null] : [CALLER]
  const roots = numbers.map((from): State => {
    const today = kinds[0]?.day ?? ''
    const call = newCall(hotline, { id: 'CA', callerNumber: from, today, at: AT })
    return { call, proved: { level: 0, subject: null, named: 0 }, days: everyDay, by: null, on: [] }
  })
  for (const root of roots) follow(root, { kind: 'ring', from: root.call.callerNumber })
  let next = 0
  for (let state = open[next++]; state !== undefined && known.size <= MOST_STATES; state = open[next++]) {
    for (const act of actsAt(state)) follow(state, act)
  }
  return { hotline: original, mute: silent, kinds, roots, states: open, secrets, tooMany: known.size > MOST_STATES }
}

/** Every exchange of an exploration. */
export function* arcsOf({ roots, states }: Exploration): Generator<Arc> {
  for (const state of roots) yield* state.on
  for (const state of states) yield* state.on
}

/** The exchanges of a shortest call that ends with this one. */
export function wayTo(arc: Arc): Arc[] {
  const way: Arc[] = []
  for (let at: Arc | null = arc; at !== null; at = at.from.by) way.unshift(at)
  return way
}

/**
 * All that decides how a call goes on, as far as the call itself tells. Without `proved` also whose account it is and
 * what is known of it are left out.
 */
function traits(call: Call, proved: Proved | null): (string | number | boolean | null | undefined)[] {
  const { visit, claim, assurance, handOff, reply, fields } = call
  const next = reply?.next
  const counts = proved !== null || assurance.level === 2
  return [
    call.step,
    visit.help,
    visit.silences,
    visit.misses,
    call.topic,
    call.language,
    call.callerNumber === null,
    call.entries,
    call.tries,
    call.outcome,
    // A stray hash can follow only where the call waits for keys.
    next?.kind === 'gather' && call.fixedEntry,
    next?.kind,
    next?.kind === 'gather' ? next.numDigits : null,
    claim?.by,
    proved?.level,
    proved && claim?.subject === proved.subject,
    counts ? assurance.level : null,
    counts ? assurance.method : null,
    handOff?.to.kind === 'queue' ? handOff.to.queue : handOff?.to.number,
    handOff?.level,
    Object.keys(fields).length === 0 ? null : JSON.stringify(fields),
  ]
}

/** The key under which states are folded: after a hand-off to which its step never listens, nothing counts any more. */
function fold(hotline: Hotline, call: Call, proved: Proved): string {
  const { handOff, reply } = call
  if (reply && reply.next.kind !== 'gather' && !comesBack(hotline, call)) {
    return `over ${JSON.stringify([reply.next, handOff?.level])}`
  }
  return traits(call, proved).join('|')
}

/** Whether two turns came to the same: answers, exits, words, and all that decides. `whose: false`: whoever's it is. */
export function sameOutcome(one: Taken, other: Taken, { whose } = { whose: true }): boolean {
  if (!sameAnswers(one, other) || !sameWay(one.way, other.way)) return false
  if (!one.result || !other.result) return one.result === other.result && String(one.broke) === String(other.broke)
  const [reply, otherReply] = [one.result.reply, other.result.reply]
  const traitsOf = ({ result, proved }: Taken) => (result ? traits(result.call, whose ? proved : null) : [])
  const others = traitsOf(other)
  return sameReply(reply, otherReply) && traitsOf(one).every((trait, index) => trait === others[index])
}

function sameAnswers({ asked }: Taken, other: Taken): boolean {
  return (
    asked.length === other.asked.length &&
    asked.every(({ answer }, index) => answer.kind === other.asked[index]?.answer.kind)
  )
}

function sameWay(way: readonly Passage[], other: readonly Passage[]): boolean {
  return (
    way.length === other.length &&
    way.every(({ step, exit }, index) => step === other[index]?.step && exit === other[index]?.exit)
  )
}

function sameReply(one: Reply, other: Reply): boolean {
  if (one === other) return true
  if (
    one.next.kind === 'gather'
      ? other.next.kind !== 'gather' || !sameGather(one.next, other.next)
      : one.next.kind !== other.next.kind
  ) {
    return false
  }
  return (
    one.say.length === other.say.length &&
    one.say.every(({ text, language }, index) => {
      const said = other.say[index]
      return text === said?.text && language === said.language
    })
  )
}

function comesBack({ flow }: Hotline, { step }: Call): boolean {
  const config = flow.steps.get(step)
  return config !== undefined && typeOf(flow, config).returned !== undefined
}

function sameGather(one: Gather, other: Gather): boolean {
  return one.numDigits === other.numDigits && one.timeout === other.timeout
}

function isApology({ outcome, claim, reply, assurance }: Call): boolean {
  return outcome === 'unavailable' && claim === null && assurance.level === 0 && reply?.next.kind === 'enqueue'
}

function inputOf(act: Exclude<Act, { kind: 'fallback' }>): Input {
  switch (act.kind) {
    case 'ring':
      return { kind: 'ring', at: AT }
    case 'keys':
      return { kind: 'digits', digits: new Secret(act.keys), at: LATER }
    case 'silence':
      return { kind: 'no_input', at: act.quick ? AT_ONCE : LATER }
    case 'returned':
      return { kind: 'returned', reason: act.reason, at: LATER }
  }
}

/** Every answer that the world can give; the everyday ones first, so that the calls that people are shown have those. */
function answersTo(question: Question, { named }: Proved, claims: (claim: Claim) => Claim): Answer[] {
  if (question.kind === 'identify') {
    const claim = claims(somebody(`subject-${named + 1}`, question.by.kind))
    return [{ kind: 'identified', claim }, { kind: 'unavailable' }]
  }
  return [
    { kind: 'failed' },
    { kind: 'verified', credential: question.credential },
    { kind: 'unchecked' },
    { kind: 'unavailable' },
  ]
}

/** A new number drops what was proved of the one before; a secret proves the account that it was checked for. */
export function provedBy(before: Proved, { question, answer }: Exchange): Proved {
  if (answer.kind === 'identified') return { level: 1, subject: answer.claim.subject, named: before.named + 1 }
  if (answer.kind !== 'verified' || question.kind !== 'verify') return before
  if (question.claim.subject !== before.subject) return before
  return { ...before, level: credentials[answer.credential].gives }
}

function attempt<T>(make: () => T): { turn: T } | { broke: unknown } {
  try {
    return { turn: make() }
  } catch (broke) {
    return { broke }
  }
}

function wayOf(broke: unknown): readonly Passage[] {
  return broke instanceof Error && 'way' in broke ? (broke.way as readonly Passage[]) : []
}

function frozen(call: Call): Call {
  for (const part of [call.visit, call.fields, call.claim, call.assurance, call.reply]) {
    if (part !== null) Object.freeze(part)
  }
  return Object.freeze(call)
}

const same = (claim: Claim): Claim => claim
