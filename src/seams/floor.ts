/** Agents and calls: durable, because nobody may be lost. */
import type { Outcome } from '../call/call.ts'
import type { Leaving } from './matters.ts'
import type { AwayBecause, PresenceBook } from './presence.ts'
import type { WaitingList } from './waiting.ts'

/** What an agent takes. */
export interface Skills {
  agent: string
  brands: readonly string[]
  /** Names of topics, and `general` for the queue without customer data. */
  topics: readonly string[]
  languages: readonly string[]
}

/**
 * An order to the network to have the caller's call go on with another document: into the room, to the PIN check, or back
 * into `queue`. `nonce` names it.
 */
export interface Redirect {
  kind: 'join' | 'check' | 'queue'
  nonce: string
  queue: string
}

/** Who passed a call on, about what, and their note to those who get it. */
export interface PassedOn {
  agent: string
  topic: string | null
  note: string | null
}

/** One agent and one call, from the first ring to the end of the wrap-up. Moments are ISO 8601. */
export interface Assignment {
  id: string
  /** Rises with every change: a change is saved only over the version that it was made from. */
  version: number
  callId: string
  agent: string
  brand: string
  queue: string
  topic: string | null
  state: 'ringing' | 'answering' | 'talking' | 'checking' | 'joined' | 'wrap_up' | 'over'
  /** When this state began. */
  since: string
  /** When ringing or wrap-up ends by itself. */
  until: string | null
  held: boolean
  /** Since when, while it is so. */
  heldSince: string | null
  /** The assignment that the room is named after: its own, or that of the agent who passed the call on and was joined. */
  room: string
  /** The agent's leg and the room, once known. */
  legId: string | null
  conference: string | null
  /** The last redirect of the caller that was ordered; a document is given for this one alone. */
  redirect: Redirect | null
  /** The colleague who passed the call on to this agent; null where it came out of a queue. */
  from: PassedOn | null
  /** What was said by the agent who sent the caller to the queue that this agent has them from. */
  brought: PassedOn | null
  /** What this agent said when the caller was sent to a queue. */
  said: PassedOn | null
  /** `called_off`: the agent has the caller fetched back before the check came to its end. */
  check: 'running' | 'verified' | 'refused' | 'no_pin' | 'silent' | 'unavailable' | 'limited' | 'called_off' | null
  /**
   * Why the agent did not take it, as with `presence`. `network`: the network did not do what it was asked for.
   * `unseen`: the call ended while nobody looked, as at a restart that forgot it.
   */
  endedBy:
    | 'caller'
    | 'agent'
    | 'transfer'
    | Extract<AwayBecause, 'no_answer' | 'declined' | 'voicemail' | 'wrong_key' | 'unreachable'>
    | 'network'
    | 'unseen'
    | null
  /** Whether the two have talked. */
  talked: boolean
  /** The account that this agent was shown; null where there was none to show. */
  ref: string | null
  /** What the caller had proved when the two came together last, and how; null before that. */
  level: 0 | 1 | 2 | null
  outcome: Outcome | null
}

/** One line of the append-only journal of the queue. */
export interface JournalLine {
  id: number
  at: string
  kind: 'joined' | 'left' | 'offered' | 'passed'
  callId: string
  queue: string
  facts: Record<string, unknown>
}

export interface FloorStore extends WaitingList, PresenceBook {
  /**
   * Offers the longest waiting caller who fits, or the one named, to an agent: keeps what `make` makes of the place and
   * writes the journal in one step. `busy`: the agent has a call. `taken`: the one named is another's already. `none`:
   * nobody waits who fits.
   */
  offer(
    skills: Skills,
    callId: string | null,
    make: (place: Pick<Assignment, 'callId' | 'brand' | 'queue' | 'topic' | 'brought'>) => Assignment,
    at: Date,
  ): Promise<Assignment | 'busy' | 'taken' | 'none'>
  /**
   * An assignment that is not from the queue: a colleague, whose own assignment is `giver`, passes the call on. That makes
   * another version of it, so that nothing is saved over it by who does not know. `too_late`: the colleague talks no more.
   * `busy`: the agent has a call, or it rings somewhere already.
   */
  pass(assignment: Assignment, giver: string): Promise<Assignment | 'too_late' | 'busy'>
  assignment(id: string): Promise<Assignment | null>
  /** All of a call that are not over. */
  ofCall(callId: string): Promise<Assignment[]>
  /** The newest of a call, over or not. */
  lastOfCall(callId: string): Promise<Assignment | null>
  /** The newest of a call by which its caller was sent anywhere, over or not. */
  lastRedirected(callId: string): Promise<Assignment | null>
  active(): Promise<Assignment[]>
  /** Those that have been over for less than 10 minutes, and that an agent talked in or sent the caller from. */
  lately(at: Date): Promise<Assignment[]>
  /** Those that have been over for less than a minute, and in which nobody talked. */
  justMissed(at: Date): Promise<Assignment[]>
  /**
   * Saves changed assignments and what goes along with them in one step; false, and nothing is saved, when one was changed
   * meanwhile. An agent whose wrap-up ends has been free since then.
   */
  save(changed: readonly Assignment[], along?: Along): Promise<boolean>
  journal(filter: { after: number; limit: number }): Promise<JournalLine[]>
}

/** What is saved together with an assignment, or not at all. */
export interface Along {
  /** Who is to be away from then on. */
  away?: { agent: string; because: AwayBecause } | undefined
  leaving?: Leaving | undefined
}

/** How the day goes, never by agent: that would need the works council's consent. */
export interface DayFigures {
  queues(
    from: Date,
    to: Date,
  ): Promise<
    {
      queue: string
      taken: number
      abandoned: number
      /** Seconds. */
      medianWait: number | null
      longestWait: number | null
    }[]
  >
  brand(
    brand: string,
    from: Date,
    to: Date,
  ): Promise<{
    calls: number
    handedOff: number
    /** Calls about a topic that needs a proof, and those of them that gave it. */
    needed: number
    verified: number
    /** PIN checks in mid-call, and those that were passed. */
    checks: number
    checksPassed: number
    /** Calls sent away because too many waited, and because it was closed. */
    turnedAway: number
    outOfHours: number
    /** Calls whose wait ended without an agent, by a limit of the brand or by the key. */
    unserved: number
    outcomes: Record<string, number>
    locks: number
  }>
}

/** The agents' rooms, as far as calls look into them. */
export interface AgentRooms {
  /** Whether the agent of this room is still there for the caller. */
  agentWaits(room: string): Promise<boolean>
}
