/**
 * A spray within the limits of its lines, which count numbers more than tries: so each line keys a few numbers a day, and at each as many guesses as
 * come before a lock that lasts as long as the line remembers the number. Then there is room for the next one.
 */
import type { LineLimits } from '../auth/caller-limits.ts'
import type { LockPolicy } from '../auth/lockout.ts'
import { accountOf, guess, lockedAfter } from './account.ts'
import { DAY, type Setting } from './attacker.ts'
import { admitted, gaveBack, newLine } from './line.ts'
import { closedOf, type KeptOut, keptOutOf, lookAt, type Owned } from './owners.ts'
import { chanceWithin } from './populations.ts'
import type { Chance } from './random.ts'
import { DAYS, type SprayOutcome } from './spray.ts'

const SPAN = DAYS * DAY

/** A number that one line keys: when it guesses there, ms from the beginning of the spray, oldest first. */
type Visit = readonly number[]

/** All that a line visits within the span. Its numbers are spread over the day, so that few tries come within an hour. */
export function visitsOf(lock: LockPolicy, { accounts }: LineLimits): Visit[] {
  const guesses = [0]
  for (let wrong = 1; lockedAfter(lock, wrong) < accounts.withinMs; wrong++)
    guesses.push((guesses.at(-1) ?? 0) + lockedAfter(lock, wrong))
  const round = (guesses.at(-1) ?? 0) + accounts.withinMs
  const visits: Visit[] = []
  for (let place = 0; place < accounts.most; place++)
    for (let start = (place * accounts.withinMs) / accounts.most; start < SPAN; start += round)
      visits.push(guesses.map((after) => start + after).filter((at) => at < SPAN))
  return visits
}

/** Line after line, until as many accounts were visited as are to be played. What a line does not admit is not compared. */
export function playedRounds(
  { lock, population, accounts }: Setting,
  limits: LineLimits,
  chance: Chance,
): SprayOutcome {
  const visits = visitsOf(lock, limits)
  const tries = visits.flatMap((visit, place) => visit.map((at) => ({ at, place }))).sort((a, b) => a.at - b.at)
  const all: Owned[] = []
  while (all.length < accounts) {
    const line = newLine(limits)
    const visited = visits.map((): Owned => {
      return { ...accountOf(population, chance), calls: chance() * SPAN, isKeptOut: null }
    })
    for (const { at, place } of tries) {
      const target = visited[place]
      if (target === undefined) continue
      lookAt(target, lock, at)
      if (target.opened || !admitted(line, String(place), at)) continue
      if (guess(target, lock, 'stranger', at) === 'right') gaveBack(line)
    }
    for (const target of visited) lookAt(target, lock, SPAN)
    all.push(...visited)
  }
  const opened = all.filter((target) => target.opened).length
  return { opened, keptOut: keptOutOf(all), played: all.length }
}

/** Of the accounts that are visited. */
export function closedRounds(
  { lock, population }: Pick<Setting, 'lock' | 'population'>,
  limits: LineLimits,
): { opened: number; keptOut: KeptOut } {
  const visits = visitsOf(lock, limits)
  let [opened, keptOut] = [0, 0]
  for (const visit of visits) {
    opened += chanceWithin(population, visit.length)
    for (const [before, at] of visit.entries()) {
      const closed = 1 - chanceWithin(population, before + 1)
      keptOut += closed * (Math.min(lockedAfter(lock, before + 1), SPAN - at) / SPAN)
    }
  }
  return { opened: opened / visits.length, keptOut: closedOf(lock, keptOut / visits.length) }
}
