/**
 * The lock-out (docs/security.md#the-lock, decision G): its numbers, which are here and nowhere else, and what tries do to it, as a pure
 * transition. Calls are counted by the SQL of `store/try-statements.ts`, which a test plays against this move by move; the attack
 * lab plays years of calls on this alone. An operator's lock, and the tries of a posted PIN while the account is locked, stand apart.
 */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Wrong tries in a row that set a temporary lock, and for how long (milliseconds). */
export const softLocks = [
  { after: 3, forMs: 15 * MINUTE },
  { after: 6, forMs: 24 * HOUR },
] as const

/** Wrong tries in a row after which only a new PIN helps. */
export const HARD_LOCK_AFTER = 10

/** Wrong tries since the last new PIN, within the window, after which a new PIN is forced even with successes between. */
export const TOTAL_LIMIT = 20
export const TOTAL_WINDOW_MS = 365 * DAY

/** Rows of numbers that belong to nobody are forgotten after this time. */
export const UNKNOWN_SUBJECT_TTL_MS = 24 * HOUR

/** PIN tries in one call, and well-formed identifier entries in one call. Nothing in a call resets them. */
export const TRIES_PER_CALL = 3
export const ENTRIES_PER_CALL = 3
/** How often a new secret may be keyed in one call, twice each time, until it is taken. */
export const CHANGES_PER_CALL = 3

/** What tries of a subject are counted by. */
export interface LockPolicy {
  /** After so many wrong in a row none is compared for so long, ms. */
  softLocks: readonly { after: number; forMs: number }[]
  /** So many wrong in a row lock until there is a new PIN. */
  hardLockAfter: number
  /** So many wrong within the window do as well, with right ones between. */
  totalLimit: number
  totalWindowMs: number
}

/** That of every account. */
export const lockPolicy: LockPolicy = {
  softLocks,
  hardLockAfter: HARD_LOCK_AFTER,
  totalLimit: TOTAL_LIMIT,
  totalWindowMs: TOTAL_WINDOW_MS,
}

/** How a subject stands: a row of `pin_state`. Times are ms of one clock. */
export interface Lock {
  /** Tries that were ever counted, so the number of the newest one: nothing takes any of it back. */
  tries: number
  /** Wrong ones in a row, and those that have not ended. */
  consecutive: number
  /** When each was spent, oldest first, but for right ones; those that had left the window at the last try are gone. */
  failures: readonly number[]
  lockedUntil: number | null
  hardLocked: boolean
}

/** Of a subject that was never tried. */
export const untried: Lock = { tries: 0, consecutive: 0, failures: [], lockedUntil: null, hardLocked: false }

/** A try that was counted: by what its end finds it again. */
export interface SpentTry {
  serial: number
  at: number
}

/** Whether a try at that moment would be compared. One that would not is not counted either, and prolongs nothing. */
export function isOpen({ hardLocked, lockedUntil }: Lock, at: number): boolean {
  return !hardLocked && (lockedUntil === null || lockedUntil <= at)
}

/** Spends a try of an open subject, before anything is compared. A wrong one leaves it at that: its end changes nothing. */
export function spent(lock: Lock, policy: LockPolicy, at: number): { lock: Lock; spent: SpentTry } {
  const tries = lock.tries + 1
  const consecutive = lock.consecutive + 1
  const failures = [...failuresAt(lock, policy, at), at]
  const soft = policy.softLocks.find(({ after }) => after === consecutive)
  const lockedUntil = soft === undefined ? lock.lockedUntil : at + soft.forMs
  const next = { tries, consecutive, failures, lockedUntil, hardLocked: isHard(consecutive, failures, policy) }
  return { lock: next, spent: { serial: tries, at } }
}

/** The spent try was right: it and those before it no longer count in a row, and it was no failure. Later ones stay counted. */
export function takenBack(lock: Lock, policy: LockPolicy, { serial, at }: SpentTry): Lock {
  const consecutive = Math.min(lock.consecutive, lock.tries - serial)
  const place = lock.failures.indexOf(at)
  const failures = place < 0 ? lock.failures : lock.failures.toSpliced(place, 1)
  return { ...lock, consecutive, failures, lockedUntil: null, hardLocked: isHard(consecutive, failures, policy) }
}

/** There is a new PIN that its customer did not choose: what was guessed at is gone. Tries that are under way then take nothing back. */
export function renewed({ tries }: Lock): Lock {
  return { ...untried, tries }
}

/** Failures within the window that ends at that moment. */
export function failuresAt({ failures }: Lock, { totalWindowMs }: LockPolicy, at: number): readonly number[] {
  return failures.filter((failure) => failure > at - totalWindowMs)
}

function isHard(consecutive: number, failures: readonly number[], policy: LockPolicy): boolean {
  return consecutive >= policy.hardLockAfter || failures.length >= policy.totalLimit
}
