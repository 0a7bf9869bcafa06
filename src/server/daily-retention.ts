/** Takes away what is older than it may be, once a day by one of all servers (docs/data.md). */
import type { Log } from '../seams/log.ts'
import type { Retention } from '../seams/retention.ts'
import { hourly } from './hourly.ts'

/** After a start calls come first, and the check of accounts. */
const FIRST_MS = 300_000
/** A line of the log for so many rows. */
const PROGRESS = 10_000

export interface RetentionParts {
  retention: Pick<Retention, 'run'>
  log: Pick<Log, 'info' | 'error'>
}

/** Looks every hour whether the day has had its turn. Returns how to stop it. */
export function startDailyRetention(parts: RetentionParts): () => void {
  return hourly(() => retainDaily(parts), FIRST_MS)
}

/** Never throws. */
export async function retainDaily({ retention, log }: RetentionParts): Promise<void> {
  let count = 0
  let told = 0
  try {
    const run = await retention.run({
      told({ removed }) {
        count += removed
        if (count - told < PROGRESS) return
        told = count
        log.info({ count }, 'rows that are too old are being removed')
      },
    })
    if (run?.ended == null) return
    const ms = Date.parse(run.ended) - Date.parse(run.began)
    log.info({ count, ms }, 'what was too old is removed: rufpass retention')
  } catch (error) {
    const causes = error instanceof AggregateError ? error.errors : [error]
    for (const err of causes)
      log.error({ err, count }, 'what is too old could not all be removed; the next hour tries again')
  }
}
