/** Which agents want calls, and whose page is there. */
import type { Kind } from './waiting.ts'

/**
 * Why the desk, and not the agent, made an agent away. `no_answer`: the phone rang and was not picked up. `declined`: the
 * agent did not want the call. `voicemail`: the phone was picked up and the key never pressed. `wrong_key`: another key was,
 * twice. `unreachable`: engaged, failed, or no such number. `signed_out`. `page_gone`: nothing was heard of the page for as
 * long as its lease. `supervisor`: a supervisor did it.
 */
export const awayBecause = [
  'no_answer',
  'declined',
  'voicemail',
  'wrong_key',
  'unreachable',
  'signed_out',
  'page_gone',
  'supervisor',
] as const
export type AwayBecause = (typeof awayBecause)[number]

export interface PresenceRow {
  agent: string
  /** `away` also where the lease has run out. */
  presence: 'available' | 'away'
  because: AwayBecause | null
  since: string
  /** Whether the page was heard within a lease: after an outage it takes some seconds until it is. */
  heard: boolean
}

export interface PresenceBook {
  presences(): Promise<PresenceRow[]>
  /** Available is a beat; signed out ends the lease. */
  setPresence(agent: string, presence: 'available' | 'away', because: AwayBecause | null, at: Date): Promise<void>
  /** The agent's page is there, whether the agent wants calls or not. */
  beat(agent: string, at: Date): Promise<void>
  /**
   * Makes those away whose lease has run out, once however many servers ask, and says who they are. Asking says too that
   * pages can be heard here: a server that drains does not ask.
   */
  lapse(at: Date): Promise<string[]>
  /** Forgets who has been away since that moment or longer, and why: their shift is over. No row is away. */
  forgetAway(since: Date): Promise<void>
  /**
   * Whether anybody who takes callers of this kind is signed in with a page, available or away for a moment, or has a call.
   * After an outage those count who were there before it, for as long as a lease.
   */
  hasAgents(kind: Kind): Promise<boolean>
}
