/** The standing check of accounts (R49), once a day by one of all servers. */

import type { AccountAudit } from '../seams/account-audit.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { hourly } from './hourly.ts'

/** After a start calls come first. */
const FIRST_MS = 60_000

/** Looks every hour whether the day has had its check. Returns how to stop it. */
export function startDailyAudit(parts: AuditParts): () => void {
  return hourly(() => auditDaily(parts), FIRST_MS)
}

export interface AuditParts {
  accountAudit: Pick<AccountAudit, 'daily'>
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
}

/** Never throws. */
export async function auditDaily({ accountAudit, clock, log }: AuditParts): Promise<void> {
  try {
    const run = await accountAudit.daily(clock.now())
    if (run === null) return
    const ms = Date.parse(run.ended) - Date.parse(run.began)
    log.info(
      { count: run.counts.reduce((sum, { count }) => sum + count, 0), ms },
      'accounts checked: accounts audit --last',
    )
    for (const { brand, kind, count } of run.counts)
      if (kind === 'ended') log.warn({ brand, count }, 'numbers or contacts outlived their contracts: accounts audit')
  } catch (err) {
    log.error({ err }, 'the daily check of accounts failed')
  }
}
