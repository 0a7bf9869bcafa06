/** Who waits, who is there to take calls, and what becomes of them. */
import type { Generated, JSONColumnType } from 'kysely'
import type { WaitEnd } from '../../call/call.ts'
import type { Assignment, JournalLine } from '../../seams/floor.ts'
import type { NoteGoal } from '../../seams/notes.ts'
import type { PresenceRow } from '../../seams/presence.ts'
import type { Waiting } from '../../seams/waiting.ts'

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
  /** Where those who are told of a place count this one, if not in `queue`. */
  chosen: string | null
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
