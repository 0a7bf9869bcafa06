/** A customer's account under attack: a PIN, and the lock as calls would count it, played on the transition of `auth/lockout.ts` alone. */
import { isOpen, type Lock, type LockPolicy, type Origin, spent, takenBack, untried } from '../auth/lockout.ts'
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

export function accountsOf(count: number, population: Population, chance: Chance): Account[] {
  return Array.from({ length: count }, () => ({
    pin: drawn(population, chance),
    lock: untried,
    guesses: 0,
    opened: false,
  }))
}

/** The attacker keys the next guess. `locked`: it was not compared. */
export function guess(account: Account, policy: LockPolicy, at: number): 'right' | 'wrong' | 'locked' {
  const isRight = account.guesses === account.pin
  const end = keyed(account, policy, at, isRight)
  if (end !== 'locked') account.guesses++
  if (end === 'right') account.opened = true
  return end
}

/** Somebody keys a PIN: the owner the right one, a vandal one that is wrong. */
export function keyed(
  account: Account,
  policy: LockPolicy,
  at: number,
  isRight: boolean,
  origin: Origin = 'stranger',
): 'right' | 'wrong' | 'locked' {
  if (!isOpen(account.lock, policy, origin, at)) return 'locked'
  const next = spent(account.lock, policy, origin, at)
  account.lock = isRight ? takenBack(next.lock, policy, next.spent) : next.lock
  return isRight ? 'right' : 'wrong'
}

/** What the closed forms know of the lock: for how long the so manieth wrong try in a row of strangers locks them out, ms. */
export function lockedAfter(policy: LockPolicy, inARow: number): number {
  if (inARow >= strangersMost(policy).inARow) return Number.POSITIVE_INFINITY
  return policy.softLocks.find(({ after }) => after === inARow)?.forMs ?? 0
}

/** So many tries strangers have in a row, and in the window. */
export function strangersMost({ hardLockAfter, totalLimit, strangers }: LockPolicy): LockPolicy['strangers'] {
  return { inARow: Math.min(strangers.inARow, hardLockAfter), total: Math.min(strangers.total, totalLimit) }
}
