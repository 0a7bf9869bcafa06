/** What counts lines, the portal and what is removed, as `counted.ts` does all else: by standing in for their seams. */
import type { CallerLimits } from '../seams/caller-limits.ts'
import type { PortalBook } from '../seams/portal.ts'
import type { Retention } from '../seams/retention.ts'
import { type Metrics, word } from './metrics.ts'

/** Limits of lines and of calls at once, by the layer that was full. Whose line it is stays out of it. */
export function countLines<Of extends CallerLimits>(lines: Of, { limits }: Metrics): Of {
  return {
    ...lines,
    async spend(attempt, by) {
      const spending = await lines.spend(attempt, by)
      if (spending.full !== null) limits.inc({ limit: `line_${spending.full}` })
      return spending
    },
  }
}

export function countPortal<Of extends PortalBook>(portal: Of, { portalActs, limits }: Metrics): Of {
  return {
    ...portal,
    async budget(place, kind) {
      const wait = await portal.budget(place, kind)
      const result = wait === null ? 'unknown' : wait === 0 ? 'spent' : 'over_limit'
      portalActs.inc({ kind, result })
      if (result === 'over_limit') limits.inc({ limit: 'portal' })
      return wait
    },
  }
}

export function countRetention<Of extends Retention>(retention: Of, { retained }: Metrics): Of {
  return {
    ...retention,
    run: ({ told, ...how } = {}) =>
      retention.run({
        ...how,
        told(step) {
          retained.inc({ table: word(step.table) }, step.removed)
          told?.(step)
        },
      }),
  }
}
