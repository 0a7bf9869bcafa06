/**
 * An attack that guesses a little at each of many accounts (docs/security.md#spray): no lock of an account and no limit of a line sees it, so
 * the failures of all callers together are held against what is usual. The numbers are here and nowhere else. PURE.
 */
import { hmac, lengthPrefixed } from './keyed-hash.ts'
import { TRIES_PER_CALL } from './lockout.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export const sprayRule = {
  /** Failures are counted in any span of so long, ms. */
  windowMs: 10 * MINUTE,
  /** So many times what is usual, on at least so many accounts, is an attack. */
  times: 3,
  accounts: 50,
  /** It goes on while both figures are at least these: lower ones, so that it does not come and go. */
  still: { times: 2, accounts: 25 },
  /** It is over when the figures have been below those for so long, ms. */
  calmMs: 20 * MINUTE,
  /** Where a person has ended it, figures alone do not begin it again for so long, ms, and count as usual meanwhile. */
  restMs: HOUR,
  /** The longest that a person can order at a time, ms. */
  longestMs: 24 * HOUR,
  /** Secrets that one call may try while it is on. */
  tries: 1,
  /** Usual is the median of the same hour of the same day of the week, of so many weeks, once there are so many of them. */
  weeks: { looked: 4, needed: 2 },
  /**
   * Before that one failure in ten minutes for so many customers. An estimate: of 10,000 customers with a call a year each, 4 call in ten minutes of
   * the busiest hours (three times the mean of 2,500 hours), and every fourth fails once. A large hotline meets it, a small one the 50 accounts.
   */
  accountsPerFailure: 10_000,
} as const

/** What failed within the window: tries, and the different accounts on which they were made, somebody's or nobody's. */
export interface Failing {
  failures: number
  accounts: number
}

/**
 * What the baseline of a brand is made of: the most failures in any ten minutes of that hour, a figure for each week that has one, and
 * its customers; null: not counted, for the weeks suffice.
 */
export interface Usual {
  customers: number | null
  peaks: readonly number[]
}

/** The failures in ten minutes that are usual. Of an even number of weeks the lower of the two in the middle: an attack of last week is not usual. */
export function baselineOf({ customers, peaks }: Usual): number {
  const { needed } = sprayRule.weeks
  if (peaks.length < needed) return Math.ceil((customers ?? 0) / sprayRule.accountsPerFailure)
  const sorted = [...peaks].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] as number
}

/**
 * The failures of a look that may count as usual: of an account no more than one call has tries. Else many on a few accounts, which no alarm is made of, would teach a
 * hotline that as many on many accounts are nothing.
 */
export function usualIn({ failures, accounts }: Failing): number {
  return Math.min(failures, accounts * TRIES_PER_CALL)
}

export function isSpray({ failures, accounts }: Failing, baseline: number): boolean {
  return accounts >= sprayRule.accounts && failures >= sprayRule.times * baseline
}

/** Whether one that was noticed has not ended yet. */
export function isStillOne({ failures, accounts }: Failing, baseline: number): boolean {
  const { still } = sprayRule
  return accounts >= still.accounts && failures >= still.times * baseline
}

/** `until`: of one that is on, when it ends if nothing prolongs it, ms; null: none is on. `isResting`: a person has ended one, so that figures begin none. */
export interface SprayState {
  until: number | null
  isResting: boolean
}

export type SprayMove = { kind: 'none' } | { kind: 'end' } | { kind: 'begin' | 'prolong'; until: number }

/** An end that would move by less is left as it is, so that not every look is written. */
const WORTH_WRITING_MS = MINUTE

/** What a look at the figures comes to. What is on has an end always: it is moved by high figures alone, and nobody has to look for it to come. */
export function sprayMove({ until, isResting }: SprayState, failing: Failing, baseline: number, at: number): SprayMove {
  const next = at + sprayRule.calmMs
  if (until === null) return !isResting && isSpray(failing, baseline) ? { kind: 'begin', until: next } : NONE
  if (until <= at) return { kind: 'end' }
  return next - until >= WORTH_WRITING_MS && isStillOne(failing, baseline) ? { kind: 'prolong', until: next } : NONE
}
const NONE: SprayMove = { kind: 'none' }

/** What follows from an alarm in a brand: calls have one try, or nothing but that people are told. */
export const sprayFollows = ['one_try', 'alarm'] as const
export type SprayFollows = (typeof sprayFollows)[number]

/** One that is on. `brand` null: of the whole service. `isOrdered`: a person wants it, whatever the brand lets follow from figures. */
export interface SprayOn {
  brand: string | null
  isOrdered: boolean
}

/** Whether calls of a brand have one try. It follows from the service alone, never from an account or a caller. */
export function hasOneTry(brand: { name: string; spray: { follows: SprayFollows } }, on: readonly SprayOn[]): boolean {
  return on.some(
    (each) =>
      (each.brand === null || each.brand === brand.name) && (each.isOrdered || brand.spray.follows === 'one_try'),
  )
}

/**
 * The name under which the failures of an account are counted: it leads back to none.
 * @param key of this purpose alone.
 */
export function failingAccount(key: Buffer, brand: string, subject: string): string {
  return hmac(key, lengthPrefixed([brand, subject])).toString('base64url')
}
