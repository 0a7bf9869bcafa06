import type { Secret } from '../auth/secret.ts'
import type { Call, HandOff, WaitEnd } from './call.ts'
import type { Answer, Question } from './question.ts'
import type { Reply } from './reply.ts'

/**
 * Why an agent's queue or a dialled number gave the call back. `left`: we had them leave a queue, because their call was
 * unknown for a moment; `gone`: another document has the call, or the caller hung up.
 */
export type ReturnReason = 'done' | 'failed' | 'left' | 'gone'

/** `broken`: the queue itself failed, and threw out somebody who waited. The core answers that; no step hears of it. */
export type GivenBack = ReturnReason | 'broken'

/**
 * What happened outside. `at` is the moment of the request (ISO 8601): the core has no clock. `unserved`: a wait has ended without an
 * agent, and the caller is out of the queue.
 */
export type Input = { at: string } & (
  | { kind: 'ring' }
  | { kind: 'digits'; digits: Secret }
  | { kind: 'no_input' }
  | { kind: 'returned'; reason: GivenBack }
  | { kind: 'unserved'; why: WaitEnd }
  | { kind: 'answer'; answer: Answer }
)

/** Why a caller was sent away unserved: out of hours, because too many wait, or because their own wait had an end. */
export type TurnedAway = 'closed' | 'full' | 'waited'

/** A durable fact of the core's making; `turn/take-turn.ts` records it after the call was saved. */
export type CallEvent =
  | { kind: 'handed_off'; handOff: HandOff }
  | { kind: 'turned_away'; why: TurnedAway }
  | { kind: 'unserved'; why: WaitEnd }

/** A step that the call has left, and by which of its exits. */
export interface Passage {
  step: string
  exit: string
}

/** A turn that stopped at a question. `way`: the exits taken since the input, in their order. */
export interface Asked {
  call: Call
  way: Passage[]
  ask: Question
}

/** A turn that is over. `way`: the exits taken since the input, or since the last answer, in their order. */
export interface Replied {
  call: Call
  way: Passage[]
  reply: Reply
  events: CallEvent[]
  /** A first hand-off that was not made, because it is closed: the caller was told so in its place. */
  kept?: HandOff
}

/** Either a reply, or one question that must be answered before the turn goes on. */
export type Turn = Asked | Replied
