/**
 * The operator's customers. This folder is one file for each thing that has several implementations, or a stand-in in
 * tests: interfaces and the numbers that belong to them. Imports `call` and `auth` for their types.
 */
import type { IdentifierKind } from '../auth/identifiers.ts'

/** A well-formed entry in its canonical form (`auth/identifiers.ts`), and the kinds its form allows. */
export interface Lookup {
  brand: string
  value: string
  kinds: readonly IdentifierKind[]
}

export interface Found {
  /** Opaque key of the account, unique within the source; at most 64 characters. */
  ref: string
  /** The running SIMs of the account, as opaque ids, with the moment (ISO 8601) from which each is its own; null: since ever. */
  sims: { id: string; since: string | null }[]
  /** The SIM that was keyed, when a SIM number was, or a phone number whose SIM is known. */
  keyedSim: string | null
  /** From when (ISO 8601) the number that was keyed is the account's, where it is a phone number; null: since ever, or none. */
  numberSince: string | null
  /** When (ISO 8601) the last contract ended; null: there is one, or none is needed. Numbers of contracts then find nobody. */
  ended: string | null
  /** The ticket number that was keyed, when one was, and the topic of that ticket. */
  ticket: string | null
  ticketTopic: string | null
}

/** `ambiguous` is treated like `unknown`; `unavailable` spends no try and is never taken for `unknown`. */
export type LookupResult =
  | { kind: 'found'; account: Found }
  | { kind: 'unknown' }
  | { kind: 'ambiguous' }
  | { kind: 'unavailable' }

/** What the agent sees, read at hand-off and later, never while the caller is still unknown. */
export interface AccountContext {
  ref: string
  customerNumber: string
  name: string
  contacts: Contact[]
  /** Open ones first, then the newest; at most ten. */
  tickets: Ticket[]
  /** What agents wrote on the account and on no ticket, oldest first; the newest hundred. */
  notes: AccountNote[]
  /** From when on (ISO 8601) it is erased; null or left out: nobody has asked for it. */
  erasure?: string | null
  /** Until when (ISO 8601) dangerous actions rest, for the customer has changed the secret; null: they do not. */
  restUntil: string | null
}

export interface AccountNote {
  at: string
  agent: string
  topic: string | null
  text: string
}

/** The account of another brand that is the same person's, as the operator says (R43). */
export interface Elsewhere {
  brand: string
  ref: string
  customerNumber: string
}

/** One way to reach a customer, with where it comes from and since when it is theirs (R48). Dates are ISO 8601. */
export interface Contact {
  kind: 'phone_number' | 'mobile' | 'email'
  value: string
  /** The number of the contract or customer that it belongs to. */
  source: string
  validFrom: string | null
  /** Null: still theirs. */
  validTo: string | null
  /** When it was confirmed, as at the registration of a SIM: that one counts (R50). */
  confirmed: string | null
  marks: ContactMark[]
  /** What customers were told there without asking, newest first; the newest three (R48). `about`: a kind of message. */
  sent: { at: string; about: string }[]
}

/**
 * What to beware of: `rest`: new to the account, and proves nothing yet; `changed_hands`: it was another customer's; `disputed`: another
 * customer has it too.
 */
export const contactMarks = ['rest', 'changed_hands', 'disputed'] as const
export type ContactMark = (typeof contactMarks)[number]

export interface Ticket {
  number: string
  topic: string
  reportedAt: string
  open: boolean
  notes: { at: string; agent: string; text: string }[]
  /** Reports of the matter by whatever channel (R37), oldest first; the newest twenty. `channel` null: not known. */
  reports: { at: string; channel: string | null; text: string | null }[]
  /** Tickets that were merged into this one, and what each was about before. Their numbers lead here. */
  merged: { number: string; topic: string }[]
  /** Whether it was closed and opened again by the last thing that was changed. */
  reopened: boolean
}

export interface AccountSource {
  /** Who owns this entry at that moment (R42-R45): ended contracts and former numbers never match. */
  find(lookup: Lookup, asOf: Date): Promise<LookupResult>
  context(brand: string, ref: string, asOf: Date): Promise<AccountContext | null>
  /**
   * Accounts of these brands that have the same reference of the operator's and a contract at that moment; at most ten. For the eyes of
   * agents who may see both: nothing that was proved for one counts for another.
   */
  elsewhere(brand: string, ref: string, brands: readonly string[] | 'all', asOf: Date): Promise<Elsewhere[]>
  /**
   * Whether this E.164 number belongs to any account of the brand now, and whether it was somebody else's before (R42).
   * For the agent's eyes only.
   */
  onFile(brand: string, number: string, asOf: Date): Promise<{ now: boolean; changedHands: boolean }>
}
