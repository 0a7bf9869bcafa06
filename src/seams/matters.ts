/** Customers' matters, and what agents leave of a call. */
import type { Written } from './notes.ts'

/** A matter of a customer (R33): an entry of exactly one customer on one topic, known by the number of its ticket. */
export interface Matter {
  brand: string
  ref: string
  topic: string
  /** Draws a number for a new ticket; asked again where somebody has it. */
  newNumber(): string
  at: Date
}

/** What an agent does with a ticket beside writing on it, for the record. */
export interface TicketAct {
  callId: string
  /** The agent's name to sign in with. */
  actor: string
}

/** A ticket of a customer, by its number. */
export interface TicketOf {
  brand: string
  ref: string
  number: string
}

/**
 * `not_found`: this customer has no such ticket, or not in this state. `matter_open`: another ticket of its topic is open, and a matter
 * has one. Nothing was changed then.
 */
export type Changed = 'done' | 'not_found' | 'matter_open'

export interface MatterBook {
  /** The number of the open ticket of a matter; one is opened where there is none. */
  open(matter: Matter, by?: TicketAct): Promise<string>
  /** False, and nothing is changed, where this customer has no such open ticket. */
  close(ticket: TicketOf, by: TicketAct): Promise<boolean>
  /**
   * Makes one ticket the number of another: what it had counts for that one, and the earliest report wins (R35). `into` is open; of
   * a merged one what it leads to.
   */
  merge(ticket: TicketOf & { into: string }, by: TicketAct, at: Date): Promise<Changed>
  /** Opens a closed ticket again, with its old time. */
  reopen(ticket: TicketOf, by: TicketAct, at: Date): Promise<Changed>
  /** Takes back the last merge or reopening of a ticket: it is as it was before, but for what was reported since. */
  undo(ticket: TicketOf, by: TicketAct, at: Date): Promise<Changed>
  /** Changes with every ticket and note of this account. */
  version(brand: string, ref: string): Promise<string>
}

/**
 * What an agent leaves of a call with the end of the wrap-up. With an account it goes on the ticket of a matter (R37), and
 * one is opened where there is none; without a matter it stays with the account, and without an account with the call.
 */
export interface Leaving {
  assignment: string
  callId: string
  brand: string
  topic: string | null
  /** The account that the agent was shown. */
  ref: string | null
  /** The name to sign in with, and the one that others read. */
  author: string
  agent: string
  /** Null: what the draft says, if there is one. */
  written: Written | null
  newNumber(): string
  at: Date
}
