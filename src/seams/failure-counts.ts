/** Which tries failed lately, of all callers of a brand together: counters that expire, kept with the live calls. */
import type { Failing } from '../auth/spray.ts'

/** One try that failed, at whatever door. `token` names it: what comes again under it is counted once. `account` leads back to none. */
export interface FailedTry {
  brand: string
  token: string
  account: string
}

/** `counted`: `here` where the counters of all instances could not be reached, so that it is what this one has seen. */
export type CountedFailures = Failing & { counted: 'everywhere' | 'here' }

export interface FailureCounts {
  note(failed: FailedTry): Promise<void>
  /** @param withinMs at most `windowMs` of `sprayRule`. */
  read(brand: string, withinMs: number): Promise<CountedFailures>
}
