/**
 * A spray that nothing counts by line: the most likely PIN at every account, then the second, so that no lock is a hindrance. All lines together go over
 * all customers, pass after pass.
 */
import { type Account, accountOf, guess, lockedAfter, mostOf, opensAt } from './account.ts'
import { DAY, type Setting } from './attacker.ts'
import { CALL_MS } from './calls.ts'
import { closedOf, type KeptOut, keptOutOf, lookAt, type Owned } from './owners.ts'
import { chanceWithin } from './populations.ts'
import type { Chance } from './random.ts'
import { CUSTOMERS, DAYS, type Means, type SprayOutcome } from './spray.ts'

const SPAN = DAYS * DAY

/** So long all lines together need for one guess at each customer, ms. */
function passOf({ triesPerCall }: Setting, { lines, known }: Means): number {
  return (CALL_MS / triesPerCall / lines / known) * CUSTOMERS
}

export function playedPasses(setting: Setting, means: Means, chance: Chance): SprayOutcome {
  const { lock, population, accounts } = setting
  const step = passOf(setting, means) / accounts
  const targets: Owned[] = Array.from({ length: accounts }, () => ({
    ...accountOf(population, chance),
    calls: chance() * SPAN,
    isKeptOut: null,
  }))
  const isLeft = (target: Account): boolean =>
    !target.opened && opensAt(target, lock, 'stranger', 0) !== Number.POSITIVE_INFINITY
  let at = 0
  for (let left = targets; left.length > 0 && at < SPAN; left = left.filter(isLeft)) {
    for (const target of left) {
      at = opensAt(target, lock, 'stranger', at)
      if (at >= SPAN) break
      lookAt(target, lock, at)
      guess(target, lock, 'stranger', at)
      at += step
    }
  }
  for (const target of targets) lookAt(target, lock, SPAN)
  const opened = targets.filter((target) => target.opened).length
  return { opened, keptOut: keptOutOf(targets), played: accounts }
}

/**
 * Pass after pass over the accounts that are still closed. One begins when the one before is through, or when its first account is free again; in that
 * case it goes at the pace of the one before. Both figures are sums over the passes.
 */
export function closedPasses(setting: Setting, means: Means): { opened: number; keptOut: KeptOut } {
  const { lock, population } = setting
  let [start, opened, keptOut] = [0, 0, 0]
  let slowest = 0
  const { inARow, total } = mostOf(lock, 'stranger')
  for (let pass = 1; pass <= Math.min(inARow, total) && start < SPAN; pass++) {
    const takes = Math.max(slowest, passOf(setting, means) * (1 - chanceWithin(population, pass - 1)))
    const done = Math.min(1, (SPAN - start) / takes)
    opened += done * (chanceWithin(population, pass) - chanceWithin(population, pass - 1))
    const lasts = lockedAfter(lock, pass)
    const closed = 1 - chanceWithin(population, pass)
    keptOut += closed * (meanWithin(start, takes, Math.min(lasts, SPAN), SPAN) / SPAN)
    slowest = lasts > takes ? takes : 0
    start += Math.max(takes, lasts)
  }
  return { opened, keptOut: closedOf(lock, keptOut) }
}

/** How much of something of that length, which begins at any moment of `takes` after the start, lies before the end. */
function meanWithin(start: number, takes: number, lasts: number, end: number): number {
  /** The integral, from 0, of what lies before the end where so much time is left. */
  const integral = (left: number): number => {
    if (left <= 0) return 0
    return left < lasts ? left ** 2 / 2 : lasts ** 2 / 2 + lasts * (left - lasts)
  }
  return (integral(end - start) - integral(end - start - takes)) / takes
}
