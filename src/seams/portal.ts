/** What customers see and do of their own through the operator's portal. */
import type { Method } from '../auth/assurance.ts'
import type { CredentialKind } from '../auth/credentials.ts'
import type { PortalBudget } from '../auth/portal-limits.ts'
import type { Secret } from '../auth/secret.ts'
import type { AccountState, Because, CustomerPlace } from './account-book.ts'

/** How far back customers see who logged in as them, days. */
export const LOG_IN_DAYS = 90

/** Whether the PUK of a SIM proves its owner; `none`: there is none. */
export type PukSwitch = 'on' | 'off' | 'none'

/** Moments are ISO 8601. */
export interface PortalView {
  /** As the account source names it; it is told to nobody. */
  ref: string
  language: string
  /** Whether a contract runs, or none is needed. */
  runs: boolean
  /** Whether a PIN that was changed by phone can be undone. */
  undo: boolean
  /** When the customer last changed a secret in a way after which actions rest. */
  changed: string | null
  /** Of the account, which prove something; `weak`: the policy of today would refuse it. `replaceOnly`: it proves nothing, and is there to set another. */
  credentials: { kind: CredentialKind; set: string; weak: boolean; replaceOnly: boolean }[]
  lock: {
    byOperator: boolean
    /** Only a new PIN helps. */
    needsNewPin: boolean
    /** From a trusted line alone secrets are compared; a new PIN ends that. */
    trustedLineOnly: boolean
    /** Until when wrong tries lock it; null: not at present. */
    until: string | null
  }
  /** Those that are theirs now. */
  sims: { id: string; simNumber: string; phoneNumbers: string[]; puk: PukSwitch }[]
}

/** One check of a secret, or of a call code. */
export interface LogIn {
  at: string
  by: 'phone' | 'other_channel'
  kind: Method
  /** `locked`: nothing was compared. `none_set`: there was nothing to compare with. `over`: a call code that was worth nothing any more. */
  result: 'right' | 'wrong' | 'locked' | 'none_set' | 'over'
}

/** What is kept of a customer and is told to them. */
export interface OwnData {
  customerNumber: string
  name: string
  /** `YYYY-MM-DD`. */
  birthDate: string | null
  language: string
  /** The operator's name for the person. */
  reference: string | null
  contracts: AccountState['contracts']
  identifiers: Omit<AccountState['identifiers'][number], 'disputed'>[]
  contacts: {
    kind: 'mobile' | 'email'
    value: string
    from: string | null
    to: string | null
    confirmed: string | null
  }[]
  tickets: { number: string; topic: string; reportedAt: string; open: boolean }[]
  reports: { ticket: string; at: string; channel: string | null; text: string | null }[]
  messages: AccountState['messages']
  erasure: { requested: string; due: string } | null
}

/** `not_locked`: nothing was there to be lifted. `needs_new_pin`, `operator_locked`: a lock that the customer cannot lift. */
export type SoftUnlock = 'lifted' | 'not_locked' | 'needs_new_pin' | 'operator_locked'

/** Null everywhere: the brand has no such customer. */
export interface PortalBook {
  /** Spends a token. False: something was changed with it before. `until`: from when on it is refused in any case. */
  spend(jti: string, until: Date): Promise<boolean>
  /**
   * Counts an act of the account before it is done.
   * @returns 0: it may be done. Else there is none left, and one more in so many seconds.
   */
  budget(place: CustomerPlace, kind: PortalBudget): Promise<number | null>
  /** Forgets spent tokens that have been refused for an hour in any case, and what of a budget was spent over a day ago. Returns how many. */
  prune(now: Date): Promise<number>
  view(place: CustomerPlace): Promise<PortalView | null>
  /** Lifts a lock by wrong tries that would have ended by itself. They stay counted, so the next locks come as if nobody had lifted this one. */
  unlock(place: CustomerPlace, because: Because): Promise<SoftUnlock | null>
  /** Whether the PUK of a SIM proves anything from now on. `no_puk`: the customer has no such SIM, or it has none. */
  switchPuk(
    place: CustomerPlace,
    sim: string,
    to: 'on' | 'off',
    because: Because,
  ): Promise<{ changed: boolean } | 'no_puk' | null>
  /** Of `LOG_IN_DAYS`, the newest first; the newest 500. */
  logIns(place: CustomerPlace): Promise<LogIn[] | null>
  /** Reading it is an event, too. */
  data(place: CustomerPlace, because: Because): Promise<OwnData | null>
}

/** Only where the process has the private key, and a role of the database that may read the copies. */
export interface LookUp {
  /** Whether there is a copy that can be opened. */
  has(account: { brand: string; ref: string }, kind: CredentialKind): Promise<boolean>
  /**
   * What proves the account now. The customer is told, and it is an event, before it is opened. `no_copy`: none is kept, or none that can be opened.
   * Null: the brand has no such customer.
   */
  read(
    place: CustomerPlace,
    kind: CredentialKind,
    because: Because,
    now: Date,
  ): Promise<Secret | 'no_copy' | 'ended' | 'hard_locked' | 'operator_locked' | null>
}
