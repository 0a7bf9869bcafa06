/** A customer's account under attack: a PIN, and the lock as calls would count it, played on the transition of `auth/lockout.ts` alone. */
import { isOpen, isShut, type Lock, type LockPolicy, type Origin, spent, takenBack, untried } from '../auth/lockout.ts'
import { drawn, type Population } from './populations.ts'
import type { Chance } from './random.ts'

export interface Account {
  /** Its place in the guesser's order, from 0. */
  pin: number
  lock: Lock
  /** Guesses that were compared: each is the next of the guesser's order. */
  guesses: number
  opened: boolean
}

export function accountOf(population: Population, chance: Chance): Account {
  return { pin: drawn(population, chance), lock: untried, guesses: 0, opened: false }
}

export function accountsOf(count: number, population: Population, chance: Chance): Account[] {
  return Array.from({ length: count }, () => accountOf(population, chance))
}

/** The attacker keys the next guess. `locked`: it was not compared. */
export function guess(account: Account, policy: LockPolicy, origin: Origin, at: number): Keyed {
  const isRight = account.guesses === account.pin
  const end = keyed(account, policy, origin, at, isRight)
  if (end !== 'locked') account.guesses++
  if (end === 'right') account.opened = true
  return end
}

type Keyed = 'right' | 'wrong' | 'locked'

/** Somebody keys a PIN: the owner the right one, a vandal one that is wrong. */
export function keyed(account: Account, policy: LockPolicy, origin: Origin, at: number, isRight: boolean): Keyed {
  if (!isOpen(account.lock, policy, origin, at)) return 'locked'
  const next = spent(account.lock, policy, origin, at)
  account.lock = isRight ? takenBack(next.lock, policy, next.spent) : next.lock
  return isRight ? 'right' : 'wrong'
}

/** When a try of that origin is next compared, ms, from that moment on; infinite where no wait helps. */
export function opensAt({ lock }: Account, policy: LockPolicy, origin: Origin, at: number): number {
  if (isShut(lock, policy, origin, at)) return Number.POSITIVE_INFINITY
  return Math.max(at, lock.lockedUntil[origin] ?? at)
}

/** What the closed forms know of the lock: for how long the so manieth wrong try in a row of strangers locks them out, ms. */
export function lockedAfter(policy: LockPolicy, inARow: number): number {
  if (inARow >= mostOf(policy, 'stranger').inARow) return Number.POSITIVE_INFINITY
  return policy.softLocks.find(({ after }) => after === inARow)?.forMs ?? 0
}

/** So many tries may come from there in a row, and in the window, if none comes from elsewhere. */
export function mostOf({ hardLockAfter, totalLimit, strangers }: LockPolicy, origin: Origin): LockPolicy['strangers'] {
  if (origin === 'trusted') return { inARow: hardLockAfter, total: totalLimit }
  return { inARow: Math.min(strangers.inARow, hardLockAfter), total: Math.min(strangers.total, totalLimit) }
}

/** The lock were no line trusted: everybody is a stranger, and has the whole of the limits. */
export function withoutTrustedLines(lock: LockPolicy): LockPolicy {
  return { ...lock, strangers: { inARow: lock.hardLockAfter, total: lock.totalLimit } }
}
