/** Live calls: what expires. */
import type { Call } from '../call/call.ts'
import type { Deadline } from './deadline.ts'

/**
 * `proceed`: this delivery alone may run the step.
 * `answered`: the step was run; here is its reply again. `stale`: an older step; the current reply, unchanged.
 * `busy`: another delivery is at it. `unknown`: no such call. `ended`: the call is over.
 */
export type Claimed =
  | { kind: 'proceed'; call: Call | null; claim: string }
  | { kind: 'answered' | 'stale'; call: Call; token: string }
  | { kind: 'busy' }
  | { kind: 'unknown' }
  | { kind: 'ended' }

/** `as` names the claim, and is a fresh name by default. `by`: until when the answer is waited for. */
export interface Taking {
  create: boolean
  leaseMs: number
  as?: string
  by?: Deadline | undefined
}

/**
 * An operation whose answer got lost may be repeated: under the same name (a save: the same claim and next token) it gives
 * the answer that the first would have given, and does nothing a second time.
 */
export interface CallStore {
  /**
   * Claims the step `token` of a call, atomically, for `leaseMs`; again under the same name, it only lengthens the lease. With `create` an unknown call is created, waiting at
   * exactly this token, and claimed at once. A claim whose lease ran out may be taken by the next delivery.
   */
  claim(callId: string, token: string, options: Taking): Promise<Claimed>
  /** Takes the call whatever its step, and revokes any claim on it: a save under the old claim then fails. */
  seize(callId: string, options: Taking): Promise<Claimed>
  /** Compare-and-set: saves the call and the next token only while `claim` holds; false means nothing was written. */
  save(callId: string, claim: string, call: Call, nextToken: string, by?: Deadline): Promise<boolean>
  /**
   * Compare-and-set between two steps, for what is learnt of a caller who is at none of them: the step and its token stay as they are. False:
   * the call is not `before` any more, is over, or a delivery is at it; nothing was written.
   * @param as names this change.
   */
  amend(callId: string, before: Call, after: Call, as?: string): Promise<boolean>
  /**
   * Marks the call as over and revokes claims. The first end gets `first: true`; remembered for a day.
   * @param as names this end.
   */
  end(callId: string, as?: string): Promise<{ first: boolean; call: Call | null }>
  get(callId: string, by?: Deadline): Promise<Call | null>
}

/** The word between all instances that something on the floor has changed: a hint to look, not a fact. It may get lost. */
export interface Signals {
  send(): Promise<void>
  /** Returns how to stop hearing. */
  hear(listener: () => void): () => void
}
