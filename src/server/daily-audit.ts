/** The standing check of accounts (R49), once a day by one of all servers. */

import type { AccountAudit } from '../seams/account-audit.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'

/** After a start calls come first; how often it is then looked whether the day has had its check. */
const FIRST_MS = 60_000
const EVERY_MS = 3_600_000

/** Returns how to stop it. */
export function startDailyAudit(parts: AuditParts): () => void {
  const first = setTimeout(() => void auditDaily(parts), FIRST_MS).unref()
  const every = setInterval(() => void auditDaily(parts), EVERY_MS).unref()
  return () => {
    clearTimeout(first)
    clearInterval(every)
  }
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
