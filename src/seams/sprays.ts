/** Attacks over many accounts (`auth/spray.ts`) that were noticed or declared: kept where nothing expires, with what is usual. */
import type { Failing, SprayOn, Usual } from '../auth/spray.ts'

/** One that is on. Moments are ISO 8601. */
export interface Spray extends SprayOn {
  since: string
  /** When it ends if nothing prolongs it. */
  until: string
  /** `server` where the figures began it, else as events have it. */
  actor: string
}

/** Why one begins: by what was counted, or because a person wants it, in their words. */
export type BeginsBecause = { failing: Failing; baseline: number } | { reason: string }

export interface SprayStore {
  /** All that are on at that moment. */
  current(at: Date): Promise<Spray[]>
  /** Where persons have ended one lately, so that figures begin none. Null: of the whole service. */
  resting(at: Date): Promise<{ brand: string | null }[]>
  /** False: one is on there, and stays as it is. An order takes its place: it has the end and the actor of the order. */
  begin(
    spray: { brand: string | null; until: Date },
    by: { actor: string; because: BeginsBecause },
    at: Date,
  ): Promise<boolean>
  /** Never makes it end earlier. */
  prolong(brand: string | null, until: Date): Promise<void>
  /** False: none is on. */
  end(brand: string | null, by: { actor: string; reason: string; restsUntil: Date }, at: Date): Promise<boolean>
  /** Records the end of those that were not prolonged: told to one of all servers. */
  lapse(at: Date): Promise<{ brand: string | null }[]>
  /** The most failures in any ten minutes of that hour so far, by the clock on the brand's wall. Lower figures change nothing. */
  notePeak(hour: HourOfDay, failures: number): Promise<void>
  /** `days`: those whose same hour is looked at. */
  usual(brand: string, hour: { days: readonly string[]; hour: number }): Promise<Usual>
  /** Forgets hours of days before that one. */
  prune(before: string): Promise<void>
}

/** `day`: YYYY-MM-DD, `hour`: 0 to 23. */
export interface HourOfDay {
  brand: string
  day: string
  hour: number
}
