/** The tables as kysely sees them, each an interface of `tables/`. Every table is made in `migrations/`. */

import type {
  AccountAuditTable,
  AccountTable,
  ContactTable,
  ContractTable,
  ErasedCountTable,
  ErasureTable,
  IdentifierTable,
  ImportLineTable,
  NameMatchTable,
  RetiredTicketTable,
  SimTable,
  TicketChangeTable,
  TicketReportTable,
  TicketTable,
} from './tables/accounts.ts'
import type {
  AssignmentTable,
  NoteDraftTable,
  NoteTable,
  PresenceTable,
  PresenceWatchTable,
  QueueJournalTable,
  QueuePlaceTable,
} from './tables/floor.ts'
import type { MessageTable } from './tables/messages.ts'
import type {
  AgentNetworkTable,
  AgentSessionTable,
  AgentTable,
  ApiTokenTable,
  DeskReferenceTable,
  EventTable,
  FailurePeakTable,
  IncidentAccountTable,
  IncidentTable,
  NoticeTable,
  RetentionRunTable,
  SignInCountTable,
  SpecialHoursTable,
  SprayTable,
} from './tables/operators.ts'
import type { PortalBudgetTable, PortalTokenTable } from './tables/portal.ts'
import type {
  CallCodeTable,
  LetterOrderTable,
  LetterTable,
  PastSecretTable,
  PendingVerifierTable,
  PinAttemptTable,
  PinCopyTable,
  PinKeyTable,
  PinStateTable,
  ProvedLineTable,
  VerifierTable,
} from './tables/secrets.ts'

export interface Schema {
  account: AccountTable
  account_audit: AccountAuditTable
  contract: ContractTable
  contact: ContactTable
  sim: SimTable
  identifier: IdentifierTable
  import_line: ImportLineTable
  ticket: TicketTable
  ticket_report: TicketReportTable
  ticket_change: TicketChangeTable
  name_match: NameMatchTable
  erasure: ErasureTable
  erased_count: ErasedCountTable
  retired_ticket: RetiredTicketTable
  pin_state: PinStateTable
  proved_line: ProvedLineTable
  pin_attempt: PinAttemptTable
  verifier: VerifierTable
  past_secret: PastSecretTable
  pin_copy: PinCopyTable
  pin_key: PinKeyTable
  letter: LetterTable
  call_code: CallCodeTable
  letter_order: LetterOrderTable
  pending_verifier: PendingVerifierTable
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
  agent_network: AgentNetworkTable
  sign_in_count: SignInCountTable
  desk_reference: DeskReferenceTable
  notice: NoticeTable
  special_hours: SpecialHoursTable
  spray: SprayTable
  failure_peak: FailurePeakTable
  incident: IncidentTable
  incident_account: IncidentAccountTable
  api_token: ApiTokenTable
  message: MessageTable
  portal_token: PortalTokenTable
  portal_budget: PortalBudgetTable
  retention_run: RetentionRunTable
}
