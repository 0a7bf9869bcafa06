/** The standing check of accounts (R49): what must not be, and what to know. Nothing is changed by it. */

/** What is found. `ended`: reaches a customer by a contract that is over, which must not be; all others are to know of. */
export const auditKinds = ['ended', 'changed_hands', 'disputed', 'rest', 'puks_apart', 'unreachable'] as const
export type AuditKind = (typeof auditKinds)[number]

export interface AuditRow {
  brand: string
  customerNumber: string
  /** What it is of the account: `phone_number`, `sim_number`, `email` …, or `puk`. */
  what: string
  /** Since when (ISO 8601), where that is known. */
  since: string | null
}

export interface AuditFinding {
  kind: AuditKind
  count: number
  /** The first, by brand and customer number. */
  rows: AuditRow[]
}

/** What a server's daily check has counted. Moments are ISO 8601, of the database. */
export interface AuditRun {
  began: string
  ended: string
  /** By brand and kind, in this order; nothing where nothing was found. */
  counts: { brand: string; kind: AuditKind; count: number }[]
}

export interface AccountAudit {
  /** Looks now. @param most rows of each kind. */
  find(now: Date, most: number): Promise<AuditFinding[]>
  /**
   * Counts, and keeps what was counted, once a day (UTC, by the database) for all servers. Null: another has done it or is at it; one
   * that began an hour ago and has not ended is taken to be gone.
   */
  daily(now: Date): Promise<AuditRun | null>
  /** The daily check that ended last, from one row however many customers there are; null before the first. */
  last(): Promise<AuditRun | null>
}
