/** What may happen to an assignment, and what is ordered then: the words of `react`. */
import type { Assignment, PassedOn, Redirect } from '../seams/floor.ts'
import type { Written } from '../seams/notes.ts'
import type { AwayBecause } from '../seams/presence.ts'

type Check = NonNullable<Assignment['check']>
/** What an agent is shown of a caller: the account, what was proved, and how. */
export type Seen = Pick<Assignment, 'ref' | 'level' | 'outcome'>
/** Why nobody took a call: the agent, or (`network`) nobody's fault. */
export type Unreached =
  | Extract<AwayBecause, 'no_answer' | 'declined' | 'voicemail' | 'wrong_key' | 'unreachable'>
  | 'network'

/** How a leg ended, in the network's word. */
export type LegEnd = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled'

export type AssignmentEvent =
  /** The network has named the agent's leg. */
  | { kind: 'rung'; legId: string }
  /** The agent hears the whisper, and has time to press the key. */
  | { kind: 'picked_up' }
  | { kind: 'accepted' }
  /** Somebody who is not the caller has joined the room. `nonce` names the redirect that brings the caller in. */
  | { kind: 'agent_in'; legId: string; conference: string; nonce: string }
  /** The same, where the network has not told it. */
  | { kind: 'agent_waits'; nonce: string }
  /** `seen`: what the agent is shown of this caller. */
  | { kind: 'caller_in'; conference: string | null; check: Check | null; seen: Seen }
  /** By a call code that was told to the agent; `seen` is what this agent is shown now. */
  | { kind: 'proved'; seen: Seen }
  /** What the caller had proved holds no more; `seen` is what the agent is shown now. */
  | { kind: 'proof_lost'; seen: Seen }
  /** The agent's phone was not answered, or nobody could be brought in. */
  | { kind: 'unreached'; why: Unreached; nonce: string }
  | { kind: 'leg_over'; how: LegEnd; nonce: string }
  | { kind: 'caller_gone' }
  /** The call has ended, and nothing of ours has seen it. */
  | { kind: 'call_unseen' }
  | { kind: 'hold'; on: boolean }
  /** The network has not done it: the caller hears the same as before. */
  | { kind: 'hold_failed'; on: boolean }
  /** The redirect that was ordered last has not been made. */
  | { kind: 'order_again' }
  | { kind: 'check'; nonce: string }
  /** The agent has the caller come back out of the PIN check. */
  | { kind: 'fetch_back'; nonce: string }
  | { kind: 'finish'; nonce: string }
  /** The agent leaves a caller, and the phone of a colleague rings for that caller. */
  | { kind: 'leave'; nonce: string }
  /** The agent passes the caller on to a queue. `said`: to whichever agent takes the caller there. */
  | { kind: 'send'; queue: string; nonce: string; said: PassedOn }
  /** The colleague who gave the call does something else with it, or has lost it. */
  | { kind: 'called_off' }
  /** A colleague has taken the caller over. */
  | { kind: 'handed_over' }
  /** A colleague, who gets the call that is passed on, comes into the talk; and the agent who has it is joined by them. */
  | { kind: 'joins'; room: string; conference: string; seen: Seen }
  | { kind: 'is_joined' }
  /** The agent who had the call has left, and the colleague who had joined has it now. */
  | { kind: 'takes_over'; held: boolean; heldSince: string | null }
  /** The caller was brought from the check to a queue, because something of ours did not work. */
  | { kind: 'taken_away' }
  /** The caller has come into a room whose agent is gone. */
  | { kind: 'stranded'; nonce: string }
  /** `written`: null where the agent did not end it, and what is drafted is kept. */
  | { kind: 'wrapped'; written: Written | null }

export type Order =
  | { order: 'redirect'; redirect: Redirect }
  | { order: 'hang_up'; legId: string }
  | { order: 'end_room'; conference: string }
  | { order: 'hold'; conference: string; on: boolean }

export interface Reaction {
  next: Assignment
  orders: Order[]
  /** The phone of the colleague who was asked to take the caller rings on. */
  ringsOn?: true
  /** Set where the agent is to be away from now on: why. */
  away?: Exclude<Unreached, 'network'>
}
