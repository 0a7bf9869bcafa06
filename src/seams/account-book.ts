/** What an operator does to one customer by command or by a system of theirs: never an agent (decision G). */
import type { CredentialKind } from '../auth/credentials.ts'
import type { IdentifierKind } from '../auth/identifiers.ts'
import type { Erasure } from './hindrances.ts'
import type { Channel } from './outbox.ts'

export interface CustomerPlace {
  brand: string
  customerNumber: string
}

/** Goes into the event, which is written together with what is done or not at all. */
export interface Because {
  actor: string
  reason: string
}

/** All there is to an account but secrets, names and addresses. Moments are ISO 8601. */
export interface AccountState {
  brand: string
  customerNumber: string
  language: string
  lock: {
    /** Since when an operator has locked it; only an operator lifts that. */
    byOperator: string | null
    /** Until when wrong tries lock it; null: not at present. */
    until: string | null
    /** Wrong tries have locked it until there is a new PIN. */
    needsNewPin: boolean
    /** Strangers have used what they may: from a trusted line of the customer alone secrets are compared, or there has to be a new PIN. */
    trustedLineOnly: boolean
    wrongInARow: number
    wrongInAYear: number
    /** What was counted for credentials of SIMs alone. */
    ofSims: { wrongInARow: number; isDead: boolean }[]
  }
  /** What there is to prove it by. `cleared`: since when that is worth nothing. */
  credentials: { kind: CredentialKind; set: string; cleared: string | null }[]
  /** From when on there is no contract any more; null: there is one, or none is needed. */
  ended: string | null
  contracts: { number: string; product: string | null; from: string | null; to: string | null }[]
  /** From when (null: always) until before when (null: still) each is theirs; `disputed`: since when another customer claims it, too. */
  identifiers: {
    kind: IdentifierKind
    value: string
    from: string | null
    to: string | null
    disputed: string | null
  }[]
  openTickets: { number: string; topic: string; reportedAt: string }[]
  /** Null: nobody has asked for it. */
  erasure: Erasure | null
  /** What the customer was to be told without asking, newest first; the newest twenty. Where it went is named by channel and contract alone. */
  messages: {
    about: string
    at: string
    state: 'waiting' | 'sent' | 'dropped'
    /** When it was sent or dropped; null: it waits. */
    done: string | null
    /** Why it was dropped. */
    reason: string | null
    channel: Channel | null
    /** The number of the contract or customer that the contact belonged to. */
    source: string | null
  }[]
}

/** What is wrong with a column, the rule that it breaks, and what to send. Nothing of what was sent is quoted. */
export interface ColumnFault {
  field: string
  rule: string
  remedy: string
}

/** `changed` is false where it was known already; with a fault nothing was done. Null: the brand has no such customer, or there is no such brand. */
export type ChangeDone = { changed: boolean } | { fault: ColumnFault } | null

/** A lock by wrong tries: `needs_new_pin`, the same but for a trusted line, or one that ends by itself then. */
export type TriesLock = { why: 'needs_new_pin' | 'trusted_line_only' } | { why: 'temporary'; until: string }

/** Whether an operator's lock was there to be lifted, and what locks the account besides. */
export interface Unlocked {
  lifted: boolean
  remains: TriesLock | null
}

/** Null everywhere: the brand has no such customer. */
export interface AccountBook {
  /** Reading it is an event, too. */
  show(place: CustomerPlace, because: Because): Promise<AccountState | null>
  /** Nothing verifies the customer until `unlock`, at any door. False: it was locked by an operator already. */
  lock(place: CustomerPlace, because: Because): Promise<boolean | null>
  /** Lifts an operator's lock and no other. */
  unlock(place: CustomerPlace, because: Because): Promise<Unlocked | null>
  /**
   * Makes every PIN and PUK of the customer worth nothing, until another is issued over it. What is cleared is not missing, so the
   * next customer file does not bring the old one back. Resolves with how many were cleared.
   */
  clearPins(place: CustomerPlace, because: Because): Promise<number | null>
  /**
   * Ends all contracts at that moment, and with them what belongs to them: numbers, SIMs, contacts. What the brand names for after the
   * end (`tail`) goes on for so long. Not changed: it had ended by then. A fault: nobody can have ended then.
   */
  end(place: CustomerPlace, at: Date, because: Because, now: Date): Promise<ChangeDone>
}
