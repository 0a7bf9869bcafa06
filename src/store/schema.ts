/** The tables as kysely sees them, one interface each. Every table is made in `migrations/`. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { IdentifierKind } from '../auth/identifiers.ts'
import type { StoredVerifier } from '../auth/verifier.ts'
import type { WaitEnd } from '../call/call.ts'
import type { Agent } from '../seams/agents.ts'
import type { DurableEvent } from '../seams/events.ts'
import type { Assignment, JournalLine } from '../seams/floor.ts'
import type { Incident } from '../seams/incidents.ts'
import type { NoteGoal } from '../seams/notes.ts'
import type { Notice } from '../seams/notices.ts'
import type { PresenceRow } from '../seams/presence.ts'
import type { SpecialHours } from '../seams/special-hours.ts'
import type { Waiting } from '../seams/waiting.ts'

/** A timestamptz set by the database. */
type SetByDatabase = Generated<Date>

export interface PinStateTable {
  subject: string
  tries: Generated<number>
  consecutive: Generated<number>
  failures: Generated<Date[]>
  locked_until: Date | null
  hard_locked: Generated<boolean>
  tried_at: SetByDatabase
  /** Since when an operator has locked the account; only an operator lifts that. */
  operator_locked: Generated<Date | null>
}

export interface PinAttemptTable {
  token: string
  subject: string
  own_subject: string | null
  credential: string
  at: SetByDatabase
  reserved: boolean
  serial: number | null
  own_serial: number | null
  outcome: 'right' | 'wrong' | null
}

export interface VerifierTable {
  brand: string
  ref: string
  credential: string
  /** The SIM for a credential of a SIM, '' for one of the account. */
  sim: string
  stored: JSONColumnType<StoredVerifier>
  set_at: SetByDatabase
  /** Since when it is worth nothing: its tag is none any more. */
  cleared: Generated<Date | null>
}

export interface PinKeyTable {
  kid: string
  check_value: Buffer
  /** When it was first opened with. */
  seen: SetByDatabase
}

export interface EventTable {
  id: Generated<number>
  at: ColumnType<Date, never, never>
  kind: DurableEvent['kind']
  call_id: string
  brand: string
  ref: string | null
  actor: string
  facts: JSONColumnType<DurableEvent['facts']>
}

export interface AccountTable {
  ref: string
  brand: string
  customer_number: string
  name: string
  /** `YYYY-MM-DD`. Read it as `birth_date::text`: the driver would make a local midnight of it. */
  birth_date: string | null
  language: string
  /** From when on the customer has no contract; null: has one, or needs none. */
  ends: Generated<Date | null>
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
  at: SetByDatabase
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

export interface QueuePlaceTable {
  call_id: string
  brand: string
  queue: string
  topic: string | null
  language: string
  level: 0 | 1 | 2
  since: Date
  place: Date
  reason: Waiting['reason']
  ticket: string | null
  /** The account that was proved; null where there is no matter of it. */
  ref: string | null
  /** The line of the journal that told of the arrival: breaks ties. */
  arrival: number
  seen: Date
  told_at: Date | null
  told_position: number | null
  /** Why this wait ends; null while it goes on. */
  ends: WaitEnd | null
}

export interface QueueJournalTable {
  id: Generated<number>
  at: Date
  kind: JournalLine['kind']
  call_id: string
  queue: string
  facts: JSONColumnType<JournalLine['facts']>
}

/** `move`: its redirect. */
export interface AssignmentFacts
  extends Omit<Assignment, 'id' | 'callId' | 'agent' | 'state' | 'version' | 'redirect'> {
  move: Assignment['redirect']
}

export interface AssignmentTable {
  id: string
  call_id: string
  agent: string
  state: Assignment['state']
  version: number
  /** When it was made. */
  at: Date
  facts: JSONColumnType<AssignmentFacts>
}

export interface PresenceTable {
  agent: string
  presence: PresenceRow['presence']
  because: PresenceRow['because']
  since: Date
  /** When the page was heard last, by the database's clock; null: signed out. */
  beat: Date | null
}

export interface PresenceWatchTable {
  one: true
  since: Date
  seen: Date
}

export interface NoteTable {
  id: Generated<number>
  at: Date
  /** Null for those written before notes were kept with their call. */
  call_id: string | null
  brand: string
  topic: string | null
  /** Null: no account was shown to the agent. */
  ref: string | null
  ticket: string | null
  /** The name that the agent signs in with; null as `call_id`. */
  author: string | null
  /** The name that others read. */
  agent: string
  text: string
}

export interface NoteDraftTable {
  assignment: string
  at: Date
  text: string
  goes_to: NoteGoal | null
  closes: boolean
}

export interface NoticeTable {
  id: Generated<number>
  at: Date
  brand: string
  topic: string | null
  /** Null: switched off. */
  texts: Notice['texts'] | null
  until: Date | null
  actor: string
}

export interface SpecialHoursTable {
  id: Generated<number>
  at: Date
  brand: string
  /** `YYYY-MM-DD`. Read it as `day::text`. */
  day: string
  /** Null: as on any such day again. */
  hours: readonly string[] | null
  texts: SpecialHours['texts']
  actor: string
}

export interface IncidentTable {
  brand: string
  name: string
  /** `YYYY-MM-DD`. Read it as `day::text`, as a birth date. */
  day: string
  texts: JSONColumnType<Incident['texts']>
  opened: Date
  closed: Date | null
}

export interface IncidentAccountTable {
  brand: string
  name: string
  ref: string
  marked: Date
}

export interface AgentTable {
  name: string
  display_name: string
  role: Agent['role']
  brands: readonly string[]
  topics: readonly string[]
  languages: readonly string[]
  phone: string
  /** argon2id in PHC form. */
  password: string
  disabled: Generated<boolean>
}

export interface AgentSessionTable {
  /** SHA-256 of the token. */
  hash: Buffer
  agent: string
  opened: Date
  seen: Date
}

export interface DeskReferenceTable {
  /** SHA-256 of the reference. */
  hash: Buffer
  agent: string
  call_id: string
  expires: Date
}

export interface ApiTokenTable {
  name: string
  /** SHA-256 of the secret; null for the one in the settings, as what it may do. */
  hash: Buffer | null
  brands: readonly string[] | null
  acts: readonly string[] | null
  per_hour: number | null
  per_day: number | null
  created: SetByDatabase
  created_by: string
  last_used: Date | null
  revoked: Date | null
  revoked_by: string | null
  hour_began: SetByDatabase
  hour_spent: Generated<number>
  day_began: SetByDatabase
  day_spent: Generated<number>
}

export interface Schema {
  account: AccountTable
  contract: ContractTable
  contact: ContactTable
  sim: SimTable
  identifier: IdentifierTable
  import_line: ImportLineTable
  ticket: TicketTable
  ticket_report: TicketReportTable
  ticket_change: TicketChangeTable
  name_match: NameMatchTable
  pin_state: PinStateTable
  pin_attempt: PinAttemptTable
  verifier: VerifierTable
  pin_key: PinKeyTable
  event: EventTable
  queue_place: QueuePlaceTable
  queue_journal: QueueJournalTable
  assignment: AssignmentTable
  presence: PresenceTable
  presence_watch: PresenceWatchTable
  note: NoteTable
  note_draft: NoteDraftTable
  agent: AgentTable
  agent_session: AgentSessionTable
  desk_reference: DeskReferenceTable
  notice: NoticeTable
  special_hours: SpecialHoursTable
  incident: IncidentTable
  incident_account: IncidentAccountTable
  api_token: ApiTokenTable
}
