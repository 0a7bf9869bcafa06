/**
 * What becomes of the rows of each table with time: one row for every table there is, so that a new one that is not thought of here
 * does not compile. docs/data.md says the same for people, and a test compares them with the schema.
 */
import { type RawBuilder, sql } from 'kysely'
import { type KeepDays, type KeepingName, TRIES_DAYS } from '../../seams/retention.ts'
import type { Schema } from '../schema.ts'

/**
 * `days`: goes by its age, daily. `unless`: what keeps a row longer, in SQL over `t`. `since`: a moment of `t` from which its days are counted;
 * null for rows that nothing has ended yet. `inOrder`: by its id, the oldest first; its rows have ended in about that order, so no more than the first
 * are looked at.
 */
interface ByAge {
  days: KeepingName | number
  since: string
  unless?: string
  inOrder?: true
}

/**
 * `with`: goes with something else, which the words name; `hourly`: the round of every hour takes it away; `stays`: leads to no person, or is what an
 * operator has set and takes back.
 */
type Fate = ByAge | { with: string } | { hourly: string } | { stays: string }

/** In the order in which they are taken away: what points to another row before that one. */
export const fates: { [Table in keyof Schema]: Fate } = {
  queue_journal: {
    days: 'record',
    since: 'at',
    // A call whole or not at all: a check of the journal finds nobody who left and never came.
    unless: 'EXISTS (SELECT FROM queue_journal AS y WHERE y.call_id = t.call_id AND y.at >= :before)',
    inOrder: true,
  },
  assignment: { days: 'record', since: `CASE state WHEN 'over' THEN (facts ->> 'since')::timestamptz END` },
  // After what is found by its calls.
  event: { days: 'record', since: 'at', inOrder: true },
  note_draft: { with: 'the assignment' },
  name_match: { hourly: 'after 7 days' },
  queue_place: { with: 'the wait' },
  presence: { stays: 'one row of an agent, the present' },
  presence_watch: { stays: 'one row, of no person' },

  note: {
    days: 'notes',
    since: 'at',
    unless: `EXISTS (SELECT FROM ticket AS x LEFT JOIN ticket AS head ON head.brand = x.brand AND head.number = x.merged_into
      WHERE x.brand = t.brand AND x.number = t.ticket AND (x.open OR head.open))`,
  },
  ticket_change: { days: 'notes', since: 'at', unless: openMatter('t.ticket') },
  ticket_report: { days: 'notes', since: 'received', unless: openMatter('t.ticket') },
  ticket: {
    days: 'notes',
    since: 'CASE WHEN NOT open THEN reported_at END',
    unless: `${openMatter('t.number')}
      OR EXISTS (SELECT FROM note AS x WHERE x.brand = t.brand AND x.ticket = t.number)
      OR EXISTS (SELECT FROM ticket_report AS x WHERE x.brand = t.brand AND x.ticket = t.number)
      OR EXISTS (SELECT FROM ticket_change AS x WHERE x.brand = t.brand AND t.number IN (x.ticket, x.into_ticket))
      OR EXISTS (SELECT FROM ticket AS x WHERE x.brand = t.brand AND x.merged_into = t.number)`,
  },
  retired_ticket: { stays: 'a number that is never used again, and leads to nobody' },

  message: { days: 'messages', since: 'CASE WHEN quiet_until < now() THEN done END', inOrder: true },
  letter_order: { days: 'messages', since: 'CASE WHEN quiet_until < now() THEN at END' },
  letter: {
    days: 'messages',
    since: 'handed_over',
    unless: `EXISTS (SELECT FROM pending_verifier AS x WHERE x.letter = t.id)
      OR EXISTS (SELECT FROM verifier AS x WHERE x.letter = t.id AND x.cleared IS NULL)`,
  },
  pending_verifier: { days: 1, since: 'ends' },
  call_code: { days: 1, since: 'expires' },

  pin_attempt: { days: TRIES_DAYS, since: 'at' },
  // What counts for no lock any more. Tries in a row know no time, so they stay.
  pin_state: {
    days: TRIES_DAYS,
    since: `CASE WHEN consecutive = 0 AND letter_tries = 0 AND NOT hard_locked AND operator_locked IS NULL
      AND (locked_until IS NULL OR locked_until <= now())
      AND (trusted_locked_until IS NULL OR trusted_locked_until <= now()) THEN tried_at END`,
  },
  verifier: { with: 'the account' },
  past_secret: { with: 'the account, and the fourth before' },
  pin_copy: { with: 'the secret' },
  pin_key: { stays: 'the name of a key, of no person' },

  identifier: {
    days: 'ended',
    since: 'valid_to',
    // That a number changed hands, or is nobody's any more, keeps messages and callers off: the trace stays while somebody has it.
    unless: `disputed IS NOT NULL OR kind = 'customer_number'
      OR EXISTS (SELECT FROM account AS x WHERE x.ref = t.ref AND x.ends = t.valid_to AND t.kind = 'contract_number')
      OR EXISTS (SELECT FROM identifier AS x WHERE x.brand = t.brand AND x.value = t.value AND x.kind = t.kind
        AND (x.valid_to IS NULL OR x.valid_to >= :before))
      OR EXISTS (SELECT FROM contact AS x WHERE ltrim(x.value, '+') = t.value AND x.kind = 'mobile'
        AND (x.valid_to IS NULL OR x.valid_to >= :before))`,
  },
  // With the number, which is gone by then.
  proved_line: {
    days: 'ended',
    since: 'last_right',
    unless: 'EXISTS (SELECT FROM identifier AS x WHERE x.ref = t.ref AND x.value = t.number)',
  },
  contact: { days: 'ended', since: 'valid_to' },
  sim: {
    days: 'ended',
    // Nothing says when a SIM ended but its numbers, which are gone by then.
    since: `'-infinity'::timestamptz`,
    unless: `EXISTS (SELECT FROM identifier AS x WHERE x.sim_id = t.id)
      OR EXISTS (SELECT FROM verifier AS x WHERE x.ref = t.ref AND x.sim = t.id)`,
  },
  contract: {
    days: 'ended',
    since: 'ends',
    unless: `EXISTS (SELECT FROM identifier AS x WHERE x.contract = t.id) OR EXISTS (SELECT FROM contact AS x WHERE x.contract = t.id)
      OR EXISTS (SELECT FROM account AS x WHERE x.ref = t.ref AND x.ends = t.ends)`,
  },
  account: { stays: 'until it is erased, as its customer or the operator asks' },
  erasure: { with: 'the account' },
  erased_count: { stays: 'how many rows there were, of no person' },
  import_line: { with: 'the import' },

  incident_account: {
    days: 'incidents',
    since: '(SELECT closed FROM incident AS x WHERE x.brand = t.brand AND x.name = t.name)',
  },
  incident: {
    days: 'incidents',
    since: 'closed',
    unless: 'EXISTS (SELECT FROM incident_account AS x WHERE x.brand = t.brand AND x.name = t.name)',
  },

  notice: {
    days: 'operation',
    since: 'at',
    // The last of a place says what holds.
    unless: `NOT EXISTS (SELECT FROM notice AS x WHERE x.brand = t.brand AND x.topic IS NOT DISTINCT FROM t.topic AND x.id > t.id)`,
  },
  special_hours: { days: 'operation', since: 'day::timestamptz' },
  spray: { days: 'operation', since: 'ended' },
  failure_peak: { hourly: 'after five weeks' },
  api_token: { days: 'operation', since: 'revoked' },
  account_audit: { days: 'operation', since: 'day::timestamptz' },
  retention_run: { days: 'operation', since: 'day::timestamptz' },

  agent: { stays: 'until the operator disables and renames them' },
  agent_session: {
    days: 1,
    since: 'seen',
    unless: `EXISTS (SELECT FROM assignment AS x WHERE x.agent = t.agent AND x.state <> 'over')`,
  },
  desk_reference: { days: 1, since: 'expires' },
  sign_in_count: { days: 1, since: 'until' },
  agent_network: { days: 1, since: 'until' },
  portal_token: { hourly: 'an hour after it ended' },
  portal_budget: { hourly: 'after a day' },
}

/** Whether the ticket, or the one that it was merged into, is open. */
function openMatter(number: string): string {
  return `EXISTS (SELECT FROM ticket AS x LEFT JOIN ticket AS head ON head.brand = x.brand AND head.number = x.merged_into
    WHERE x.brand = t.brand AND x.number = ${number} AND (x.open OR head.open))`
}

/** A table whose rows go by their age. */
export interface AgingTable {
  table: keyof Schema
  days: number
  /** Whether a row `t` is to go, in SQL. */
  isOver: RawBuilder<boolean>
  /** From when its days are counted, in SQL over `t`. */
  since: RawBuilder<Date>
  inOrder: boolean
}

/** @param to the id up to which events may be taken away; null: however many. */
export function agingTables(keep: KeepDays, to: number | null): AgingTable[] {
  return Object.entries(fates).flatMap(([name, fate]): AgingTable[] => {
    if (!('days' in fate)) return []
    const table = name as keyof Schema
    const days = typeof fate.days === 'number' ? fate.days : keep[fate.days]
    const before = `(now() - ${days} * interval '1 day')`
    const unless = fate.unless === undefined ? '' : ` AND NOT coalesce(${fate.unless}, false)`
    const behind = table === 'event' && to !== null ? sql<boolean>` AND id <= ${to}::bigint` : sql``
    return [
      {
        table,
        days,
        isOver: sql<boolean>`(${sql.raw(`(${fate.since}) < ${before}${unless}`.replaceAll(':before', before))}${behind})`,
        since: sql<Date>`${sql.raw(fate.since)}`,
        inOrder: fate.inOrder ?? false,
      },
    ]
  })
}

/** After how many days rows of the table go by their age; null: they do not. */
export function daysOf(table: keyof Schema, keep: KeepDays): number | null {
  const fate = fates[table]
  if (!('days' in fate)) return null
  return typeof fate.days === 'number' ? fate.days : keep[fate.days]
}
