/**
 * Guesses at very many accounts, a guess or two at each, so that no lock is a hindrance: the most likely PIN at every account, then the second. Each of
 * its lines calls again and again, and keys a PIN at another number with each try of a call.
 */
import { isOpen, isShut } from '../../auth/lockout.ts'
import { type Account, accountsOf, guess, lockedAfter, strangersMost } from '../account.ts'
import { type Attacker, DAY, type Row, type Setting } from '../attacker.ts'
import { CALL_MS } from '../calls.ts'
import { chanceWithin } from '../populations.ts'
import type { Chance } from '../random.ts'
import { shareRow } from '../shares.ts'

/** Calls at once, each from a number of its own. */
export const LINES = [1, 10, 100, 1_000, 5_000]
export const DAYS = 30
/** Customers of the brand: what a line can do is spread over them. */
const CUSTOMERS = 1_000_000

export const sprayer: Attacker = {
  name: 'sprayer',
  about: `tries numbers of ${CUSTOMERS.toLocaleString('en')} customers without a list: one number in ten is somebody's`,
  play: (setting, chance) => LINES.flatMap((lines) => sprayed(setting, { lines, known: 0.1 }, chance)),
}

export const insider: Attacker = {
  name: 'insider',
  about: `has the list of all ${CUSTOMERS.toLocaleString('en')} customer numbers, and sprays over them`,
  play: (setting, chance) => LINES.flatMap((lines) => sprayed(setting, { lines, known: 1 }, chance)),
}

interface Means {
  lines: number
  /** The share of the numbers keyed that are somebody's. */
  known: number
}

/** So long all lines together need for one guess at each customer, ms. */
function passOf({ triesPerCall }: Setting, { lines, known }: Means): number {
  return (CALL_MS / triesPerCall / lines / known) * CUSTOMERS
}

function sprayed(setting: Setting, means: Means, chance: Chance): Row[] {
  const { accounts } = setting
  const { opened, keptOut } = simulated(setting, means, chance)
  const closed = closedForm(setting, means)
  const how = `${means.lines.toLocaleString('en')} ${means.lines === 1 ? 'line' : 'lines'}, ${DAYS} days`
  return [
    shareRow(how, 'accounts opened', closed.opened, opened, accounts),
    shareRow(how, 'owners kept out', closed.keptOut, keptOut, accounts),
  ]
}

/** Each owner calls once, at any moment of the span. */
interface Target extends Account {
  calls: number
  /** Null until the moment has come. */
  isKeptOut: boolean | null
}

function simulated(setting: Setting, means: Means, chance: Chance): { opened: number; keptOut: number } {
  const { lock, population, accounts } = setting
  const span = DAYS * DAY
  const step = passOf(setting, means) / accounts
  const targets: Target[] = accountsOf(accounts, population, chance).map((account) => ({
    ...account,
    calls: chance() * span,
    isKeptOut: null,
  }))
  const lookAt = (target: Target, now: number): void => {
    if (target.isKeptOut === null && target.calls <= now)
      target.isKeptOut = !isOpen(target.lock, lock, 'stranger', target.calls)
  }
  let at = 0
  for (let left = targets; left.length > 0 && at < span; ) {
    for (const target of left) {
      at = Math.max(at, target.lock.lockedUntil.stranger ?? at)
      if (at >= span) break
      lookAt(target, at)
      guess(target, lock, at)
      at += step
    }
    left = left.filter((target) => !target.opened && !isShut(target.lock, lock, 'stranger', at))
  }
  for (const target of targets) lookAt(target, span)
  return {
    opened: targets.filter((target) => target.opened).length,
    keptOut: targets.filter((target) => target.isKeptOut).length,
  }
}

/**
 * Pass after pass over the accounts that are still closed. One begins when the one before is through, or when its first account is free again; in that
 * case it goes at the pace of the one before. Both figures are sums over the passes.
 */
export function closedForm(setting: Setting, means: Means): { opened: number; keptOut: number } {
  const { lock, population } = setting
  const span = DAYS * DAY
  let [start, opened, keptOut] = [0, 0, 0]
  let slowest = 0
  for (let pass = 1; pass <= Math.min(...Object.values(strangersMost(lock))) && start < span; pass++) {
    const takes = Math.max(slowest, passOf(setting, means) * (1 - chanceWithin(population, pass - 1)))
    const done = Math.min(1, (span - start) / takes)
    opened += done * (chanceWithin(population, pass) - chanceWithin(population, pass - 1))
    const lasts = lockedAfter(lock, pass)
    const closed = 1 - chanceWithin(population, pass)
    keptOut += closed * (meanWithin(start, takes, Math.min(lasts, span), span) / span)
    slowest = lasts > takes ? takes : 0
    start += Math.max(takes, lasts)
  }
  return { opened, keptOut }
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
