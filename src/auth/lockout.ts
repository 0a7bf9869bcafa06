/**
 * The lock-out (docs/security.md#the-lock, decision G): its numbers, which are here and nowhere else, and what tries do to it, as a pure
 * transition. Calls are counted by the SQL of `store/try-statements.ts`, which a test plays against this move by move; the attack
 * lab plays years of calls on this alone. An operator's lock, and the tries of a posted PIN while the account is locked, stand apart.
 *
 * Both hard limits are shared: strangers may use a part of each, and the rest is kept for a trusted line. Each of the two
 * has soft locks of its own, so nobody shuts the customer out from elsewhere, and together they never get more than the limits.
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

/** Of the tries in a row and of those in the window so many may come from strangers. With the next one they are no longer compared. */
export const STRANGERS_IN_A_ROW = 7
export const STRANGERS_TOTAL = 14
/** A line is the customer's own when it has been on file for so long, and its SIM too, and a secret from it was right since. */
export const TRUSTED_LINE_AFTER_MS = 30 * DAY

/** Rows of numbers that belong to nobody are forgotten after this time. */
export const UNKNOWN_SUBJECT_TTL_MS = 24 * HOUR

/** PIN tries in one call, and well-formed identifier entries in one call. Nothing in a call resets them. */
export const TRIES_PER_CALL = 3
export const ENTRIES_PER_CALL = 3
/** How often a new secret may be keyed in one call, twice each time, until it is taken. */
export const CHANGES_PER_CALL = 3

/**
 * Where a try comes from. `trusted`: a line that is known as the customer's own. Caller ID proves nothing and can be forged: this decides which
 * part of the limits a try draws on, and nothing else.
 */
export type Origin = 'trusted' | 'stranger'

/** What tries of a subject are counted by. */
export interface LockPolicy {
  /** After so many wrong in a row of one origin none of it is compared for so long, ms. */
  softLocks: readonly { after: number; forMs: number }[]
  /** So many wrong in a row lock until there is a new PIN. */
  hardLockAfter: number
  /** So many wrong within the window do as well, with right ones between. */
  totalLimit: number
  totalWindowMs: number
  /** What strangers may use of the two limits. */
  strangers: { inARow: number; total: number }
}

/** That of every account. */
export const lockPolicy: LockPolicy = {
  softLocks,
  hardLockAfter: HARD_LOCK_AFTER,
  totalLimit: TOTAL_LIMIT,
  totalWindowMs: TOTAL_WINDOW_MS,
  strangers: { inARow: STRANGERS_IN_A_ROW, total: STRANGERS_TOTAL },
}

/** What is counted of tries, of all or of strangers' alone. Times are ms of one clock. */
export interface Counted {
  /** Tries that were ever counted, so the number of the newest one: nothing takes any of it back. */
  tries: number
  /** Wrong ones in a row, and those that have not ended. */
  consecutive: number
  /** When each was spent, oldest first, but for right ones; those that had left the window at the last try are gone. */
  failures: readonly number[]
}

/** How a subject stands: a row of `pin_state`. The counts are of tries from anywhere. */
export interface Lock extends Counted {
  /** Of these, the strangers'. */
  strangers: Counted
  lockedUntil: Readonly<Record<Origin, number | null>>
  hardLocked: boolean
}

const NOTHING: Counted = { tries: 0, consecutive: 0, failures: [] }
const UNLOCKED = { trusted: null, stranger: null }

/** Of a subject that was never tried. */
export const untried: Lock = { ...NOTHING, strangers: NOTHING, lockedUntil: UNLOCKED, hardLocked: false }

/** A try that was counted: by what its end finds it again. */
export interface SpentTry {
  serial: number
  /** The number of the newest try of strangers by then. */
  strangersSerial: number
  origin: Origin
  at: number
}

/** Whether a try at that moment would be compared. One that would not is not counted either, and prolongs nothing. */
export function isOpen(lock: Lock, policy: LockPolicy, origin: Origin, at: number): boolean {
  const until = lock.lockedUntil[origin]
  return !isShut(lock, policy, origin, at) && (until === null || until <= at)
}

/**
 * Whether no wait ends it: there has to be a new PIN. What shuts strangers out alone ends with a right one from a trusted line too, or
 * when failures leave the window.
 */
export function isShut({ hardLocked, strangers }: Lock, policy: LockPolicy, origin: Origin, at: number): boolean {
  if (hardLocked || origin === 'trusted') return hardLocked
  const { inARow, total } = policy.strangers
  return strangers.consecutive >= inARow || within(strangers.failures, policy, at).length >= total
}

/** Spends a try where it is open, before anything is compared. A wrong one leaves it at that: its end changes nothing. */
export function spent(lock: Lock, policy: LockPolicy, origin: Origin, at: number): { lock: Lock; spent: SpentTry } {
  const all = counted(lock, policy, at)
  const strangers = origin === 'stranger' ? counted(lock.strangers, policy, at) : lock.strangers
  const inARow = origin === 'stranger' ? strangers.consecutive : all.consecutive - strangers.consecutive
  const soft = policy.softLocks.find(({ after }) => after === inARow)
  const lockedUntil = soft === undefined ? lock.lockedUntil : { ...lock.lockedUntil, [origin]: at + soft.forMs }
  return {
    lock: { ...all, strangers, lockedUntil, hardLocked: isHard(all, policy) },
    spent: { serial: all.tries, strangersSerial: strangers.tries, origin, at },
  }
}

/**
 * The spent try was right: it and those before it no longer count in a row, wherever they came from, and it was no failure. Later ones stay
 * counted. Who keys the right one is the customer on any line, so it opens both.
 */
export function takenBack(lock: Lock, policy: LockPolicy, { serial, strangersSerial, origin, at }: SpentTry): Lock {
  const all = without(lock, serial, at)
  const strangers = without(lock.strangers, strangersSerial, origin === 'stranger' ? at : null)
  return { ...all, strangers, lockedUntil: UNLOCKED, hardLocked: isHard(all, policy) }
}

/** There is a new PIN that its customer did not choose: what was guessed at is gone. Tries that are under way then take nothing back. */
export function renewed({ tries, strangers }: Lock): Lock {
  return { ...untried, tries, strangers: { ...NOTHING, tries: strangers.tries } }
}

/** Failures within the window that ends at that moment, from anywhere. */
export function failuresAt({ failures }: Lock, policy: LockPolicy, at: number): readonly number[] {
  return within(failures, policy, at)
}

function within(failures: readonly number[], { totalWindowMs }: LockPolicy, at: number): readonly number[] {
  return failures.filter((failure) => failure > at - totalWindowMs)
}

function counted({ tries, consecutive, failures }: Counted, policy: LockPolicy, at: number): Counted {
  return { tries: tries + 1, consecutive: consecutive + 1, failures: [...within(failures, policy, at), at] }
}

function without({ tries, consecutive, failures }: Counted, serial: number, at: number | null): Counted {
  const place = at === null ? -1 : failures.indexOf(at)
  return {
    tries,
    consecutive: Math.min(consecutive, tries - serial),
    failures: place < 0 ? failures : failures.toSpliced(place, 1),
  }
}

function isHard({ consecutive, failures }: Counted, policy: LockPolicy): boolean {
  return consecutive >= policy.hardLockAfter || failures.length >= policy.totalLimit
}
