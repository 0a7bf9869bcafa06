/**
 * Every call that a hotline can have: `advance` itself is run on one entry of each kind that a step can tell apart, and
 * on every answer that the world can give, until no new state comes. Breadth first, so that the way to a state is a
 * shortest one.
 *
 * What is abstracted, and why the result still holds (docs/proof.md says it for operators):
 * - *Entries* are stood for by those of `entries.ts`. Steps see keys through `Secret` and their form; two secrets of one
 *   form are compared in every state (`invariants/secret.ts`), so a step that tells them apart is found.
 * - *Accounts* are stood for by one; in every state the same turn is taken with a number that nobody has, and must come
 *   out the same (`invariants/account.ts`), so more accounts would add nothing.
 * - *Days* are stood for by one of each kind (`days.ts`), of the calendar and of the account. A state keeps every kind that its way allows.
 * - *States* are folded when they agree in all that `advance` can read, but for words already spoken, moments, and the
 *   digits of identifiers: none of these decides anything. What `collect` saved is read by step types of operators alone.
 * - *The person outside*, where a queue that fails again may lead (`sendOutside`), is no state of its own: the step that
 *   handed the call off goes on from there as it does from its queue.
 * - *Hanging up* ends a call anywhere and needs no turn. The fallback, which apologises, may come at any time.
 */
import type { AnsweredQuestion } from '../call/admitted.ts'
import type { Call, Claim } from '../call/call.ts'
import { type Answer, answersTo } from '../call/question.ts'
import type { Input, Passage, Turn } from '../call/turn.ts'
import { advance, afterTime, apologise } from '../flow/advance.ts'
import type { Hotline } from '../flow/hotline.ts'
import { ownStepTypes } from '../flow/steps/index.ts'
import { createActions } from './actions.ts'
import type { DayKind } from './days.ts'
import { secretPairs } from './entries.ts'
import { AT, claimOn, inputOf, momentOf, provedBy, somebody } from './environment.ts'
import type { Action, Again, Evidence, Exploration, State, Successor, Transition, Watcher } from './exploration.ts'
import { fold, lastSteps, sameAnswer, sameAnswers, sameOutcome } from './fold.ts'
import { ringing, sentByAgent } from './initial-states.ts'
import { mute } from './mute.ts'

/** What a turn is taken under. `claims` makes the claims that the world answers with, `at` is the moment. */
interface Circumstances {
  day: number
  call: Call
  claims?: (claim: Claim) => Claim
  at?: string
  /** Where the answers are given: those of the turn that is taken again. Others need not be tried. */
  like?: readonly AnsweredQuestion[]
}

type Made = { turn: Turn } | { broke: unknown }

/** More states than any flow that people can follow has; beyond them the exploration gives up, and that is a finding. */
const MOST_STATES = 60_000

/**
 * Explores a hotline on the given kinds of days (at most 30). `watcher` sees every turn; `isEnough` sees every transition as it is kept, and
 * by true ends the exploration, for those who look for something.
 */
export function explore(
  original: Hotline,
  kinds: readonly DayKind[],
  watcher: Watcher | null = null,
  { inTalk = false, isEnough }: { inTalk?: boolean; isEnough?: (transition: Transition) => boolean } = {},
): Exploration {
  const silent = mute(original)
  const { hotline } = silent
  const isForeign = hotline.flow.types !== ownStepTypes
  const isOfAccounts = kinds.some(({ account }) => account !== 'runs')
  // Freezing shows steps that change the call they are given; it also makes copies ten times as slow.
  const kept = isForeign ? frozen : (call: Call): Call => call
  const isLast = lastSteps(hotline.flow)
  const known = new Map<string, State>()
  const open: State[] = []
  let isOver = false
  const secrets = secretPairs(hotline.brand, JSON.stringify([hotline.brand, [...hotline.flow.steps]]))
  const actionsAt = createActions(hotline, secrets, isLast)

  /**
   * All turns that an act can come to on one kind of day: one for each way in which the world can answer, or those alone in which it
   * answers as it did in `like`.
   */
  function turns(
    from: State,
    act: Action,
    { day, call, claims = same, at = momentOf(act), like }: Circumstances,
  ): Successor[] {
    const done: Successor[] = []
    const go = (made: Made, asked: AnsweredQuestion[], proved: Evidence, passed: readonly Passage[]): void => {
      const own = 'broke' in made ? wayOf(made.broke) : made.turn.way
      const way = passed.length === 0 ? own : [...passed, ...own]
      if ('broke' in made) done.push({ from, act, day, asked, way, result: null, broke: made.broke, proved })
      else if ('reply' in made.turn) done.push({ from, act, day, asked, way, result: made.turn, broke: null, proved })
      else {
        const { ask, call } = made.turn
        const whose = (by: Claim['by']): Claim => claims(somebody(`subject-${proved.named + 1}`, by))
        if (ask.kind === 'identify' && isOfAccounts) silent.looked = true
        const wanted = like?.[asked.length]
        if (like && wanted?.question.kind !== ask.kind) return
        for (const given of answersTo(ask, whose, wanted?.answer.kind)) {
          const answer = onDay(given, day, call.topic)
          if (answer === null || (wanted && !sameAnswer(answer, wanted.answer))) continue
          const exchange = { question: ask, answer }
          const input: Input = { kind: 'answer', answer, at }
          go(
            attempt(() => advance(hotline, call, input)),
            [...asked, exchange],
            provedBy(proved, exchange),
            way,
          )
        }
      }
    }
    const first = attempt(() => {
      if (act.kind === 'fallback') return apologise(hotline, call, at)
      return act.kind === 'late' ? afterTime(hotline, call, at) : advance(hotline, call, inputOf(act, at))
    })
    go(first, NOTHING_ASKED, from.proved, NO_WAY)
    return done
  }

  /** Null: it is not given on such a day. */
  function onDay(given: Answer, day: number, topic: string | null): Answer | null {
    const kind = kinds[day]
    if (given.kind !== 'identified' || !kind) return given
    const claim = claimOn(kind, original.brand, given.claim, topic)
    return claim && { ...given, claim }
  }

  function on(kind: number, call: Call): Call {
    const dates = kinds[kind]
    if (!dates) throw new Error(`there is no kind of day ${kind}`)
    silent.dates = dates
    return call.today === dates.day ? call : { ...call, today: dates.day }
  }

  const again: Again = (taken, { call = taken.from.call, keys, ...circumstances }) => {
    const act: Action = keys === undefined ? taken.act : { kind: 'keys', keys }
    const { day } = taken
    const others = turns(taken.from, act, { ...circumstances, day, call: on(day, call), like: taken.asked })
    return others.find((other) => sameAnswers(other, taken)) ?? null
  }

  function follow(from: State, act: Action): void {
    let outcomes: { taken: Successor; days: number }[] = []
    for (let day = 0; day < kinds.length; day++) {
      if ((from.days & (1 << day)) === 0) continue
      const isFirst = outcomes.length === 0
      silent.looked = false
      const taken = turns(from, act, { day, call: on(day, from.call) })
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

  /**
   * A hash alone, which counts as nothing, leaves the call where it was: all but a second one goes on as from there, and is not
   * tried again.
   */
  function actsFrom(state: State): Action[] {
    const twin = state.call.hashed && state.by?.act.kind === 'hash' ? state.by.from : null
    if (!twin) return actionsAt(state.call)
    for (const transition of twin.on) if (transition.act.kind !== 'hash') state.on.push({ ...transition, from: state })
    return [{ kind: 'hash' }]
  }

  function arrive({ from, act, asked, way, result, broke, proved }: Successor, days: number): void {
    const { step, language } = result?.call ?? from.call
    const reply = result?.reply ?? null
    const transition: Transition = {
      from,
      act,
      asked,
      way,
      days,
      reply,
      to: null,
      step,
      language,
      level: proved.level,
      broke,
    }
    from.on.push(transition)
    if (isEnough?.(transition)) isOver = true
    if (!result) return
    const { call } = result
    const key = `${fold(call, proved, { isLast, readsFields: isForeign })}|${days}`
    let state = known.get(key)
    if (!state) {
      state = { call: kept({ ...call, repliedAt: AT }), proved, days, by: transition, on: [] }
      known.set(key, state)
      open.push(state)
    }
    transition.to = state
  }

  const everyDay = (1 << kinds.length) - 1
  const initial = (inTalk ? sentByAgent : ringing)(hotline, kinds[0]?.day ?? '', everyDay)
  for (const root of initial) {
    follow(root, { kind: 'ring', from: root.call.callerNumber })
    follow(root, { kind: 'fallback' })
  }
  let next = 0
  const goesOn = (): boolean => known.size <= MOST_STATES && !isOver
  for (let state = open[next++]; state !== undefined && goesOn(); state = open[next++]) {
    for (const act of actsFrom(state)) follow(state, act)
  }
  return { hotline: original, mute: silent, kinds, initial, states: open, secrets, tooMany: known.size > MOST_STATES }
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
/** Most turns ask nothing and many leave no step: they share these. */
const NOTHING_ASKED: AnsweredQuestion[] = []
const NO_WAY: readonly Passage[] = []
