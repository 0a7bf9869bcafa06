/** What memory and Redis know of a call: one string, which they keep and compare and cannot read (`sealed-calls.ts`). */

import type { Taking } from '../seams/calls.ts'
import type { Deadline } from '../seams/deadline.ts'

/** As `Claimed` of `seams/calls.ts`, before anybody has looked at what was kept. */
export type KeptClaim =
  | { kind: 'proceed'; kept: string | null; claim: string }
  | { kind: 'answered' | 'stale'; kept: string; token: string }
  | { kind: 'busy' | 'unknown' | 'ended' }

/** The operations of `CallStore`, with its rules, and one more. */
export interface KeptCalls {
  claim(callId: string, token: string, options: Taking): Promise<KeptClaim>
  seize(callId: string, options: Taking): Promise<KeptClaim>
  save(callId: string, claim: string, kept: string, nextToken: string, by?: Deadline): Promise<boolean>
  amend(callId: string, before: string, after: string, as?: string): Promise<boolean>
  end(callId: string, as?: string): Promise<{ first: boolean; kept: string | null }>
  get(callId: string, by?: Deadline): Promise<string | null>
  /** The call is as one that never was, claims too, while exactly this is kept of it. That it has ended is not forgotten. */
  forget(callId: string, kept: string, by?: Deadline): Promise<void>
}
