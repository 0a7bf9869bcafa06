/** What an exploration is made of: actions, states, their successors, the transitions that are kept, and the whole. */
import type { Level } from '../auth/assurance.ts'
import type { ChangeableKind, CredentialKind } from '../auth/credentials.ts'
import type { AnsweredQuestion } from '../call/admitted.ts'
import type { Call, Claim, Open, WaitEnd } from '../call/call.ts'
import type { Reply } from '../call/reply.ts'
import type { GivenBack, Passage, Replied } from '../call/turn.ts'
import type { Hotline } from '../flow/hotline.ts'
import type { DayKind } from './days.ts'
import type { SecretPair } from './entries.ts'
import type { Mute } from './mute.ts'

/** What the caller or the network does. `hash`: that key alone. `late`: nothing more before the time to key is over. */
export type Action =
  | { kind: 'ring'; from: string | null }
  | { kind: 'keys'; keys: string }
  | { kind: 'silence' }
  | { kind: 'hash' }
  | { kind: 'late' }
  | { kind: 'returned'; reason: GivenBack }
  | { kind: 'unserved'; why: WaitEnd }
  | { kind: 'fallback' }

/** What the caller has proved and whether the world has said that it is open, counted by the explorer for itself and not read from the call. */
export interface Evidence {
  level: Level
  /** The kind of secret that proved it; null below level 2. */
  by: CredentialKind | null
  /** The kind of a code for first use that was right for the subject, and was not replaced yet. */
  replaces: ChangeableKind | null
  /** The subject that was named last; null before any number. */
  subject: string | null
  /** How many were named. */
  named: number
  /** What the world said last of whether it is open. */
  open: Open
}

/** A call as it stands between two webhooks. */
export interface State {
  call: Call
  proved: Evidence
  /** The kinds of days on which a call can stand here: bit n for kind n. */
  days: number
  /** A shortest way here; null for the call that has not rung. */
  by: Transition | null
  /** Where it can go from here, in the order tried. */
  on: Transition[]
}

/** A successor as it is kept: what was done, what the world answered, and what came of it: a state, or a break. */
export interface Transition {
  from: State
  act: Action
  asked: readonly AnsweredQuestion[]
  way: readonly Passage[]
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

/** What an action came to: the turn as it was really taken, before its state is folded. */
export interface Successor {
  from: State
  act: Action
  asked: readonly AnsweredQuestion[]
  way: readonly Passage[]
  result: Replied | null
  broke: unknown
  proved: Evidence
  /** The kind of day it was taken on. */
  day: number
}

/**
 * Takes a turn again for those who watch: with other keys, for a caller whose number nobody has, or at another moment. The
 * answers are those of the first time; null if other questions were asked.
 */
export type Again = (
  taken: Successor,
  change: { call?: Call; keys?: string; claims?: (claim: Claim) => Claim; at?: string },
) => Successor | null

export interface Watcher {
  /** Called for every turn, before its state is folded. `secrets`: what the exploration keys as secrets. */
  turn(taken: Successor, again: Again, secrets: readonly SecretPair[]): void
}

export interface Exploration {
  hotline: Hotline
  mute: Mute
  kinds: readonly DayKind[]
  /** Where calls begin: with a number and withheld; for a check in mid-call as agents send them. */
  initial: State[]
  states: State[]
  secrets: SecretPair[]
  /** Whether it was given up because there were too many states. */
  tooMany: boolean
}

/** Every exchange of an exploration. */
export function* transitionsOf({ initial, states }: Exploration): Generator<Transition> {
  for (const state of initial) yield* state.on
  for (const state of states) yield* state.on
}

/** The exchanges of a shortest call that ends with this one. */
export function wayTo(transition: Transition): Transition[] {
  const way: Transition[] = []
  for (let at: Transition | null = transition; at !== null; at = at.from.by) way.unshift(at)
  return way
}
