/**
 * What expires: the calls that are on now, what was tried from which line and what failed of all callers, in this process's memory (`memory.ts`) or on Redis (`redis.ts`), with one
 * behaviour; and the word between instances that something has changed. Losing all of it loses no PIN try, no lock and no
 * place in the queue: those are durable facts of `store/`. Imports `seams`, `call` and, for Redis, ioredis.
 */
import type { CallerLimits } from '../seams/caller-limits.ts'
import type { CallStore, Signals } from '../seams/calls.ts'
import type { Closable } from '../seams/closable.ts'
import type { FailureCounts } from '../seams/failure-counts.ts'

export interface Live extends Closable {
  calls: CallStore
  signals: Signals
  limits: CallerLimits
  failures: FailureCounts
}

/** How long a call is kept after the last write to it, in ms. Twilio ends every call after 24 hours at the latest. */
export const LIFE_MS = 24 * 60 * 60 * 1000
