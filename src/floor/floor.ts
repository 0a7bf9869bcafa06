/**
 * The floor: the agents, the queue before them, and who talks with which caller. Two doors stand on it: the desk, where
 * agents act, and the network, which tells what their phones and the callers' do. Imports `turn` and what is below it,
 * and the seams.
 *
 * - assignment: one agent and one call, from the first ring to the end of the wrap-up; its states and what leads from one to
 *   the other are in `assignment.ts`.
 * - place: where a caller waits in a queue (`seams/waiting.ts`). Offer: the place becomes an assignment, and the phone rings.
 * - take: an agent asks to be offered a caller. Pass on, transfer: to another queue, or to a colleague whose phone rings.
 * - whisper: what the agent hears alone, with the phone picked up and the caller not there yet.
 * - room: where the two talk, a conference named after the assignment. `conference` is the network's own id of it.
 * - redirect: an order to the network to have the caller's call go on with another document: into the room, to the PIN
 *   check, or back into a queue. Its nonce names it, and the call keeps the nonce of the last one that was made (`moved`).
 * - join: the colleague who gets a call that is passed on comes into the room, and both talk with the caller until one leaves.
 * - check: the PIN check in mid-call, during which the agent waits in the room.
 * - sweep: the regular look for what no callback told.
 */
import type { Secret } from '../auth/secret.ts'
import type { Spoken } from '../call/reply.ts'
import type { Redirect } from '../seams/floor.ts'
import type { NoteGoal } from '../seams/notes.ts'
import type { Answered, Leg } from '../turn/turns.ts'
import type { LegEnd } from './assignment-event.ts'
import type { DeskView, Presence, TicketWish, TransferTo } from './view.ts'
import type { WaitEnds } from './wait-end.ts'
import type { WaitWords } from './wait-words.ts'

/**
 * Why nothing was done. `not_found`: no such call or assignment of this agent's. `too_late`: it went on meanwhile, or the
 * same was asked twice. `not_passed_on`: the colleague whose phone rang does not take the call, which is still here.
 * `busy`: the agent has a call already. `colleague_busy`: the colleague cannot be asked now. `nobody_waits`. `not_allowed`: not this agent's topic, brand or role. `level`: the
 * queue, or the act, asks for more than the caller has proved. `entries_used`, `codes_used`, `line_used`: as many numbers and codes were named in the call, worthless codes typed
 * by the agent, or secrets tried in vain from the caller's line, as may be. `matter_open`: another ticket of this matter is open. `unreachable`: the network or a store does not answer.
 */
export const refusals = [
  'not_found',
  'too_late',
  'not_passed_on',
  'busy',
  'colleague_busy',
  'nobody_waits',
  'not_allowed',
  'level',
  'entries_used',
  'codes_used',
  'line_used',
  'matter_open',
  'unreachable',
] as const
export type Refusal = (typeof refusals)[number]
export type Done = { done: true } | { refused: Refusal }

/** What an agent wrote, and what is to become of the ticket. Without `goesTo` the note goes to the matter of the call. */
export interface Wrap {
  note: string
  ticket: 'keep' | 'close'
  goesTo?: NoteGoal | null | undefined
}

/** What agents do. `agent` is the name signed in with; nothing is done for a name that is not an agent's. */
export interface DeskSide {
  view(agent: string): Promise<DeskView | null>
  /** Calls back whenever something on the floor has changed, however often that is. Returns how to stop it. */
  changes(listener: () => void): () => void
  setPresence(agent: string, presence: Presence): Promise<Done>
  /** The agent's page is there. No use of the session. */
  beat(agent: string): Promise<void>
  /** No session of the agent holds any more: away, and the page is not to be heard. */
  signedOut(agent: string): Promise<void>
  /**
   * Makes another agent away, not out of a call: by a supervisor who takes a brand that this agent takes, or by another
   * system of the operator, which is likewise for some brands (null: all). `too_late`: the agent is not available.
   */
  setAway(
    by: { supervisor: string } | { system: string; brands: readonly string[] | null },
    agent: string,
  ): Promise<Done>
  /** Rings the agent for the next caller who fits, or (supervisors) for the one named. */
  take(agent: string, callId: string | null): Promise<Done>
  decline(agent: string, assignment: string): Promise<Done>
  hold(agent: string, assignment: string): Promise<Done>
  resume(agent: string, assignment: string): Promise<Done>
  /** Sends the caller to the PIN check and back. */
  check(agent: string, assignment: string): Promise<Done>
  /** A call code that the caller has told: whether it was right, and nothing more of one that was not. A right one proves level 2. */
  code(agent: string, assignment: string, code: Secret): Promise<{ isRight: boolean } | { refused: Refusal }>
  /** `note`: what the agent who gets the call reads before taking it, a colleague or the next one of a queue. */
  transfer(agent: string, assignment: string, to: TransferTo, note?: string | null): Promise<Done>
  /** The phone of a colleague stops ringing, a colleague who has joined is let go, or the caller comes back out of the PIN check. */
  fetchBack(agent: string, assignment: string): Promise<Done>
  /** Ends the call; while the phone of a colleague rings for the caller it only leaves it, as `leave` does. */
  finish(agent: string, assignment: string): Promise<Done>
  /**
   * Out of a call for which the phone of a colleague rings: the caller waits for it at the old place. Or out of one with two
   * agents: the other goes on.
   */
  leave(agent: string, assignment: string): Promise<Done>
  /** Keeps what the agent has written so far; the next draft takes its place, and the end of the wrap-up makes it a note. */
  draft(agent: string, assignment: string, wrap: Wrap): Promise<Done>
  /** Opens the ticket of a matter of the customer who is shown, or closes, merges or reopens one of theirs. */
  ticket(agent: string, assignment: string, act: TicketWish): Promise<Done>
  /** Notes whether the caller's name is that of the account (R13), or takes that back. No proof: nobody has another level by it. */
  confirmName(agent: string, assignment: string, matches: boolean): Promise<Done>
  /** Orders a letter with a new PIN for the number that was keyed in the call. What came of it is not told. */
  orderLetter(agent: string, assignment: string): Promise<Done>
  /** Ends the wrap-up, and keeps the note: `Leaving` says where. */
  wrapUp(agent: string, assignment: string, wrap: Wrap): Promise<Done>
}

/** What an agent hears alone, before the caller comes. `key`: whether a key must be pressed, so that no voicemail takes the call. */
export interface Whisper {
  brand: string
  say: Spoken[]
  /** Null: nobody is there any more. */
  room: string | null
  key: boolean
}

/** What happened in a room, as the network tells it: late, twice or never. */
export interface RoomEvent {
  assignment: string
  conference: string
  callId: string
  kind: 'join' | 'leave' | 'end'
}

/** The caller's next document on the floor, by the redirect that brings it. */
export const redirects: readonly Redirect['kind'][] = ['join', 'check', 'queue']

/** How an agent's leg ended: `completed` after it was picked up, anything else where it was not. */
export type AgentLegEnd = LegEnd

/** What the telephone network tells and asks. A leg that is not the one of its assignment does nothing and hears nothing. */
export interface NetworkSide {
  /** The agent's phone was picked up. Null for an assignment that never was. */
  agentAnswers(assignment: string, legId: string): Promise<Whisper | null>
  /** The agent pressed the key, or need not. Null: the caller is gone. */
  agentAccepts(assignment: string, legId: string): Promise<{ room: string } | null>
  /** The key was wrong for the second time: the phone is put down, and the call is not taken. */
  agentMiskeyed(assignment: string, legId: string): Promise<void>
  agentLegEnded(assignment: string, legId: string, how: AgentLegEnd): Promise<void>
  roomChanged(event: RoomEvent): Promise<void>
  /** The caller's leg asks for the document of a redirect. */
  callerRedirected(leg: Leg, assignment: string, kind: Redirect['kind'], nonce: string): Promise<Answered>
  /** Whether the caller has just been sent elsewhere, so that what the old document asks for must not be run. */
  isBeingRedirected(callId: string): Promise<boolean>
  callerEnded(callId: string): Promise<void>
  /** The caller has hung up in a queue or a room; that the call is over is told apart from it, and may come late. */
  callerLeft(callId: string): Promise<void>
}

export interface Floor extends DeskSide, NetworkSide, WaitEnds {
  /** What a waiting caller hears now; nothing where it is no news. */
  waitWords: WaitWords
  /** Looks after what no callback told: phones that ring too long, wrap-ups that are over, callers left behind. */
  sweep(): Promise<void>
  /** Whether the last sweep found nothing to look after, and no instance has told of a change since. */
  isQuiet(): boolean
  /** Before a network that stops with us is closed: talks that end from now on have not been ended by anybody. */
  stops(): void
  /** Waits for what is under way. */
  close(): Promise<void>
}
