/** What operators and agents set, who they are, and the record. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { Agent } from '../../seams/agents.ts'
import type { DurableEvent } from '../../seams/events.ts'
import type { Incident } from '../../seams/incidents.ts'
import type { Notice } from '../../seams/notices.ts'
import type { RetentionRun } from '../../seams/retention.ts'
import type { SpecialHours } from '../../seams/special-hours.ts'

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

export interface SprayTable {
  id: Generated<number>
  /** Null: of the whole service. */
  brand: string | null
  since: Date
  until: Date
  actor: string
  is_ordered: boolean
  ended: Date | null
  /** Where a person has ended it: figures begin none before that. */
  rests_until: Date | null
}

export interface FailurePeakTable {
  brand: string
  /** `YYYY-MM-DD`. */
  day: string
  hour: number
  failures: number
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

export interface AgentNetworkTable {
  agent: string
  /** HMAC of agent and network. */
  hash: Buffer
  /** From when on it is no longer the agent's. */
  until: Date
}

export interface SignInCountTable {
  /** HMAC of what is counted: a name in a network, a name, or a network. */
  hash: Buffer
  /** Whose name was tried; null where nobody has it, and of a network. */
  agent: string | null
  spent: number
  until: Date
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
  created: Generated<Date>
  created_by: string
  last_used: Date | null
  revoked: Date | null
  revoked_by: string | null
  hour_began: Generated<Date>
  hour_spent: Generated<number>
  day_began: Generated<Date>
  day_spent: Generated<number>
}

/** What one day took away because of its age. */
export interface RetentionRunTable {
  /** `YYYY-MM-DD`, UTC. Read it as `day::text`. */
  day: string
  began: Date
  /** Its last step, which is its lease. */
  seen: Date
  /** Null while it runs. */
  ended: Date | null
  counts: Generated<RetentionRun['counts']>
}
