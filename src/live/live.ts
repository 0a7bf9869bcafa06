/**
 * What expires: the calls that are on now and the callers who wait, in this process's memory (`memory.ts`) or on Redis
 * (`redis.ts`), with one behaviour. Losing all of it loses no PIN try and no lock: those are durable facts of `store/`.
 * Imports `seams`, `call` and, for Redis, ioredis.
 */
import type { CallStore, Closable, WaitingList } from '../seams.ts'

export interface Live extends Closable {
  calls: CallStore
  waiting: WaitingList
}

/** How long a call is kept after the last write to it, in ms. Twilio ends every call after 24 hours at the latest. */
export const LIFE_MS = 24 * 60 * 60 * 1000

/** A caller whose `waitUrl` was not fetched for this long is gone, in ms: Twilio fetches it again whenever it ran out. */
export const UNSEEN_MS = 3 * 60 * 1000
