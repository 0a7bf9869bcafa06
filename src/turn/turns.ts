/**
 * What a telephone network may ask of us, and what it gets. `twilio/` speaks to this interface only; `take-turn.ts`
 * is behind it.
 */
import type { Secret } from '../auth/secret.ts'
import type { Call, Carried, WaitEnd } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import type { GivenBack } from '../call/turn.ts'
import type { Place } from '../seams/waiting.ts'

/**
 * Who rang which number: E.164 with its plus where the network gives it, else digits as somebody wrote them (national,
 * in full, or in full behind 00). `from` is null when it is withheld, no number, or not told. It proves nothing,
 * however it is written.
 */
export interface Leg {
  callId: string
  called: string
  from: string | null
  /** Told with the first webhook alone. */
  carried?: Carried | null
}

export type StepInput =
  | { kind: 'digits'; digits: Secret }
  | { kind: 'no_input' }
  | { kind: 'returned'; reason: GivenBack }

/**
 * `reply`: say `call.reply`; its next webhook must carry `token`. `over`: the call has ended, an empty document will do.
 * `sorry`: there is no call to answer with (its store does not work, or nobody has the called number): apologise, and
 * bring the caller to `queue` at level 0, or hang up where that is null. `hold_on`: the answer takes longer; say so, and ask for it
 * (`held`) with this token and round.
 */
export type Answered =
  | { kind: 'reply'; call: Call; token: string }
  | { kind: 'over' }
  | { kind: 'sorry'; queue: string | null }
  | { kind: 'hold_on'; brand: string; say: Spoken[]; token: string; round: number }

/**
 * `waits`: with this place. `over`: in no queue of ours any more, so nothing is to be done. `unknown`: nobody knows this
 * call, perhaps after a restart: it must leave the queue and start again.
 */
export type Waits = ({ kind: 'waits'; call: Call } & Place) | { kind: 'over' } | { kind: 'unknown' }

/**
 * Where an agent has a call go. `name` names the redirect: delivered twice it happens once. A queue of null is the one that
 * the caller waited in.
 */
export type Destination = { name: string } & (
  | { to: 'room' | 'check'; room: string }
  | { to: 'queue'; queue: string | null }
)

export interface Turns {
  /** The first webhook of a call. Delivered twice it gives the same reply. */
  ring(leg: Leg): Promise<Answered>
  /**
   * A later webhook, carrying the step token of the reply it follows. An unknown call starts again, its input dropped.
   */
  step(leg: Leg, token: string, input: StepInput): Promise<Answered>
  /** A caller who was asked to hold on comes back for the answer of that step, the `round`th time. */
  held(leg: Leg, token: string, round: number): Promise<Answered>
  /** The network could not reach or understand us: digits are dropped, any claim is revoked, hand-off at level 0. */
  fallback(leg: Leg): Promise<Answered>
  /** An agent has the call go elsewhere: whatever it was at is given up. */
  redirect(leg: Leg, to: Destination): Promise<Answered>
  /** The document that the call has now, once more: for a leg that asks for a document of another. */
  again(leg: Leg): Promise<Answered>
  /** The call ended (in any order, any number of times). */
  ended(callId: string): Promise<void>
  /** The caller waits in a queue and asks for the next piece of waiting. */
  wait(callId: string): Promise<Waits>
  /** Resolves when nothing goes on any more for callers who were asked to hold on. */
  settled(): Promise<unknown>
  /** This wait ends; then the network is to bring the caller out of the queue. False: it cannot be noted, so it goes on. */
  endWait(callId: string, why: WaitEnd): Promise<boolean>
}
