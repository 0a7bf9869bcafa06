/** Customers, what is theirs and from when to when, and what they reported. */
import type { ColumnType, Generated } from 'kysely'
import type { IdentifierKind } from '../../auth/identifiers.ts'
import type { AuditRun } from '../../seams/account-audit.ts'

export interface AccountTable {
  ref: string
  brand: string
  customer_number: string
  name: string
  /** `YYYY-MM-DD`. Read it as `birth_date::text`: the driver would make a local midnight of it. */
  birth_date: string | null
  language: string
  /** `YYYY-MM-DD`: since when the postal address is the one of today; null: not known. */
  address_since: Generated<string | null>
  /** From when on the customer has no contract; null: has one, or needs none. */
  ends: Generated<Date | null>
  /** The operator's name for the person, the same in all brands (R43). */
  reference: Generated<string | null>
}

/** The standing check of one day. */
export interface AccountAuditTable {
  /** `YYYY-MM-DD`, UTC. Read it as `day::text`. */
  day: string
  began: Date
  /** Null while it runs. */
  ended: Date | null
  counts: AuditRun['counts'] | null
}

/** A contract of an account. What belongs to it ends with it (R42). */
export interface ContractTable {
  id: string
  brand: string
  ref: string
  /** Canonical digits, as in `IdentifierTable`. */
  number: string
  product: string | null
  /** Null: since ever. */
  begins: Date | null
  /** From here on it is over; null: it runs. */
  ends: Date | null
}

/** Where messages may go, besides the numbers of contracts. */
export interface ContactTable {
  id: Generated<number>
  brand: string
  ref: string
  kind: 'mobile' | 'email'
  value: string
  /** Null: of the customer, not of one contract. */
  contract: string | null
  valid_from: Date | null
  valid_to: Date | null
  /** When it was confirmed, as at the registration of a SIM; those count (R50). */
  confirmed: Date | null
  /** Since when it is known never to be reached. */
  unreachable: Generated<Date | null>
}

/** A SIM of an account. From when until when it is its own stands with its number, in `IdentifierTable`. */
export interface SimTable {
  id: string
  ref: string
}

export interface IdentifierTable {
  id: Generated<number>
  brand: string
  /** Canonical digits (`auth/identifiers.ts`). */
  value: string
  kind: IdentifierKind
  ref: string
  /** Of a SIM number its SIM, of a phone number the SIM that has it, where that is known. */
  sim_id: string | null
  contract: Generated<string | null>
  /** Since when another customer claims it too: it then identifies nobody. */
  disputed: Generated<Date | null>
  /** Owned from here (null: always) until before `valid_to` (null: still). */
  valid_from: Date | null
  valid_to: Date | null
}

/** A customer of a file that is being imported. */
export interface ImportLineTable {
  run: string
  brand: string
  customer_number: string
  line: number
  at: Generated<Date>
}

export interface TicketTable {
  brand: string
  number: string
  ref: string
  topic: string
  /** The earliest report of the matter. */
  reported_at: Date
  open: boolean
  /** The ticket that this number leads to, which is merged into none; null: it stands for itself. */
  merged_into: ColumnType<string | null, string | null | undefined>
}

export interface TicketReportTable {
  id: Generated<number>
  brand: string
  /** The number that it came to. */
  ticket: string
  ref: string
  topic: string
  at: Date
  received: Date
  /** Null: of before channels were kept. */
  channel: string | null
  /** What the channel calls it; null where nobody sends it twice. */
  external_id: string | null
  /** Whether the ticket was opened with it. */
  opened: boolean
  actor: string
  text: string | null
}

export interface TicketChangeTable {
  id: Generated<number>
  at: Date
  kind: 'merge' | 'reopen'
  brand: string
  ref: string
  ticket: string
  into_ticket: string | null
  /** Of the ticket, as it was before. */
  topic: string
  was_open: boolean
  actor: string
  call_id: string
  undone: Date | null
  undone_by: string | null
}

export interface NameMatchTable {
  call_id: string
  ref: string
  at: Date
  agent: string
  matches: boolean
}

/** An account that is to be erased from `due` on. */
export interface ErasureTable {
  ref: string
  brand: string
  requested: Date
  due: Date
  actor: string
  reason: string
}

/** How much there was of erased accounts, by day in UTC. `what` is a table, `kind` the kind of its rows. */
export interface ErasedCountTable {
  brand: string
  day: string
  what: string
  kind: string
  count: number
}

/** The number of a ticket that was erased. */
export interface RetiredTicketTable {
  brand: string
  number: string
}
