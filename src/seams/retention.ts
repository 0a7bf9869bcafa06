/**
 * For how long things are kept (docs/data.md). What a setting may say begins where the longest rule ends that reads what it is about:
 * a rule whose window is longer than what is kept would count too little, and lock too late.
 */
import { WORTHLESS_WINDOW_MS } from '../auth/call-code.ts'
import { ORDER_EVERY_MS, ORDERS_WINDOW_MS, UNUSED_MS } from '../auth/letters.ts'
import { TOTAL_WINDOW_MS } from '../auth/lockout.ts'
import { PIN_REST_HOURS } from '../auth/pin-rest.ts'
import { tellings } from '../auth/tellings.ts'
import { LONGEST_OVER_DAYS } from './account-changes.ts'
import { LOG_IN_DAYS } from './portal.ts'

export const DAY_MS = 86_400_000

/** A rule that reads what is kept, and how far back, in days. */
interface Rule {
  what: string
  days: number
}

/** What one setting is about. Days, all of them. */
interface Keeping {
  /** What is kept for so long, for people. */
  what: string
  usual: number
  most: number
  rules: readonly Rule[]
}

const daysOf = (ms: number): number => Math.ceil(ms / DAY_MS)

/**
 * The settings, each `KEEP_…_DAYS`. Counted tries are none of them: they are kept for as long as the total is counted (`TRIES_DAYS`).
 */
export const keepings = {
  /** 180 at most is what a record of readings is worth (GDPR, article 5(1)(e)). */
  record: {
    what: 'the record of events, the journal of the queues, and which agent had which call',
    usual: 90,
    most: 180,
    rules: [
      { what: 'customers see in the portal who gave a PIN', days: LOG_IN_DAYS },
      { what: 'what is dangerous rests after a PIN was shown', days: Math.ceil(PIN_REST_HOURS / 24) },
      { what: 'letters that callers order are counted', days: daysOf(ORDERS_WINDOW_MS) },
      { what: 'worthless call codes that an agent types are counted', days: daysOf(WORTHLESS_WINDOW_MS) },
    ],
  },
  notes: {
    what: 'notes on customers, closed tickets and what was reported to them',
    usual: 365,
    most: 1_095,
    rules: [{ what: 'a note is read in the next call about the same matter', days: 30 }],
  },
  messages: {
    what: 'what customers were told, and letters',
    usual: 365,
    most: 1_095,
    rules: [
      { what: 'one letter is ordered at a time', days: daysOf(ORDER_EVERY_MS) },
      { what: 'a posted PIN waits for its first use', days: daysOf(UNUSED_MS) },
      {
        what: 'a message of a kind is written once in its quiet time',
        days: daysOf(Math.max(...Object.values(tellings).map(({ quietMs }) => quietMs))),
      },
      {
        what: 'a message is sent while it is worth something',
        days: daysOf(Math.max(...Object.values(tellings).map(({ worthMs }) => worthMs))),
      },
    ],
  },
  ended: {
    what: 'numbers, contacts, SIMs and contracts that have ended, and lines that proved a customer once',
    usual: 400,
    most: 1_095,
    rules: [{ what: 'the end of a contract may be told so late', days: LONGEST_OVER_DAYS }],
  },
  incidents: {
    what: 'incidents that are closed, and who was touched',
    usual: 1_095,
    most: 3_650,
    rules: [{ what: 'an authority may ask about a breach', days: 365 }],
  },
  operation: {
    what: 'notices, special hours, tokens, alarms of guesses and daily rounds that are over',
    usual: 400,
    most: 1_095,
    rules: [{ what: 'a name in the record of events is looked up', days: 180 }],
  },
} as const satisfies Record<string, Keeping>

export type KeepingName = keyof typeof keepings
/** Days, by the name of what is kept for so long. */
export type KeepDays = Record<KeepingName, number>

/** How long a counted try is kept. No setting: what the yearly count needs is never cut. */
export const TRIES_DAYS = daysOf(TOTAL_WINDOW_MS)

/** Where a setting begins: at the longest of its rules. */
export function leastOf(name: KeepingName): Rule {
  return keepings[name].rules.reduce<Rule>((longest, rule) => (rule.days > longest.days ? rule : longest), {
    what: '',
    days: 0,
  })
}

export function usualDays(): KeepDays {
  const rows = (Object.keys(keepings) as KeepingName[]).map((name) => [name, keepings[name].usual] as const)
  return Object.fromEntries(rows) as KeepDays
}

/** How one table stands. Moments are ISO 8601. */
export interface KeptTable {
  table: string
  /** After how many days its rows go; null: no row goes by its age alone. */
  days: number | null
  /** About, as the database reckons it: `pg_class.reltuples` is as old as the last ANALYZE. */
  rows: number
  bytes: number
  /** Of what goes by its age: the oldest; null: nothing is there. */
  oldest: string | null
  /** How many rows the next run takes away. */
  due: number
}

/** What one run took away. */
export interface RetentionRun {
  began: string
  /** Null: it is at it, or was lost on the way. */
  ended: string | null
  counts: { table: string; removed: number }[]
}

export interface Retention {
  status(): Promise<KeptTable[]>
  /** The run that ended last; null before the first. */
  last(): Promise<RetentionRun | null>
  /**
   * Takes away what is older than it may be, in steps that leave room for calls, once a day (UTC, by the database) for all servers.
   * Null: another is at it, or has done it and `again` was not asked for. One that has made no step for ten minutes is taken to be lost.
   * On the first day after a gap of more than seven it takes nothing, unless `again` is asked for: the database's clock may have jumped.
   */
  run(how?: {
    again?: boolean
    told?: (step: { table: string; removed: number }) => void
  }): Promise<RetentionRun | null>
}
