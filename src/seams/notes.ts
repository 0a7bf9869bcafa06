/** What agents write about calls: drafts while they write, notes from then on. Moments are ISO 8601. */
import type { Outcome } from '../call/call.ts'

/** A note without an account is deleted after so long, ms: seven days, in which its matter is either settled or called about again. */
export const WITHOUT_ACCOUNT_MS = 7 * 24 * 3_600_000

/** Where a note goes that is not to go to the matter of its call: one of the customer's tickets, or another matter of theirs. */
export type NoteGoal = { ticket: string } | { topic: string }

/** What an agent wrote. */
export interface Written {
  /** May be empty. */
  text: string
  /** Null: to the matter of the call. */
  goesTo: NoteGoal | null
  /** Whether the ticket is closed with it. */
  closes: boolean
}

/** `ticket`: on a ticket. `account`: with the customer, without a ticket. `call`: no account was shown. */
export type KeptWith = 'ticket' | 'account' | 'call'

export interface Note {
  at: string
  /** The name that others read. */
  agent: string
  text: string
  keptWith: KeptWith
  ticket: string | null
}

/** A note among those of its call. */
export interface NoteOfCall extends Note {
  /** The account that the author was shown: the note is for those alone who are shown the same. */
  ref: string | null
}

/** What an agent is writing on an assignment that is not over. */
export interface Draft extends Written {
  assignment: string
  /** The agent's name to sign in with. */
  author: string
  at: string
  /** As of a note of the call. */
  ref: string | null
}

/** A note without an account, for its author and their supervisors. */
export interface LooseNote {
  at: string
  brand: string
  topic: string | null
  agent: string
  text: string
}

/** One call of an agent's day, as this agent alone is shown it. */
export interface OwnCall {
  callId: string
  /** When the phone rang for it. */
  at: string
  brand: string
  topic: string | null
  /** What the caller had proved when the two talked last; null: not known any more. */
  level: 0 | 1 | 2 | null
  outcome: Outcome | null
  /** The account that the agent was shown. */
  ref: string | null
  notes: Note[]
}

/** Whether the caller's name is that of the account, as an agent found it in a call (R13). It proves nothing. */
export interface NameMatch {
  ref: string
  /** The agent's name to sign in with. */
  agent: string
  at: string
  matches: boolean
}

export interface NoteBook {
  /** False, and nothing is kept, where this agent has no such assignment any more. */
  keepDraft(draft: Omit<Draft, 'at' | 'ref'>, at: Date): Promise<boolean>
  /** What was written during a call so far, oldest first, and the last word on the name for each account that was shown. */
  ofCall(callId: string): Promise<{ notes: NoteOfCall[]; drafts: Draft[]; names: NameMatch[] }>
  /** In place of what was said of this account in this call before; each time an event. */
  confirmName(match: Omit<NameMatch, 'at'> & { callId: string; brand: string }, at: Date): Promise<void>
  /** The newest first, at most 100. `author`: of this agent alone; null: of all agents in these brands. */
  withoutAccount(of: { author: string | null; brands: readonly string[] }, at: Date): Promise<LooseNote[]>
  /** Calls that this agent talked in since then, the newest first, at most 100. */
  ownCalls(agent: string, since: Date): Promise<OwnCall[]>
  /**
   * Deletes notes without an account, words on a name and notes that were passed on with a call, when they are seven days old, and drafts whose
   * assignment is over.
   */
  prune(at: Date): Promise<void>
}
