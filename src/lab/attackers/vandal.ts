/**
 * Wants no account, but owners kept out: keys wrong PINs at the accounts of others, again whenever a lock may have ended, or uses up what all withheld
 * numbers have together. Owners who call then are sent to a person without a proof.
 */
import { isOpen } from '../../auth/lockout.ts'
import { accountOf, accountsOf, keyed, lockedAfter, opensAt } from '../account.ts'
import { type Attacker, DAY, MINUTE, type Row, type Setting } from '../attacker.ts'
import { CALL_MS } from '../calls.ts'
import { admitted, gaveBack, type LineKind, newLine } from '../line.ts'
import { closedOf, keptOutOf, lookAt, type Owned, ownersRows } from '../owners.ts'
import type { Chance } from '../random.ts'
import { shareRow } from '../shares.ts'

/** Calls at the one victim. */
const PAUSE = 15 * MINUTE
const SPANS = [1, 30]

export const vandal: Attacker = {
  name: 'vandal',
  about: 'keys wrong PINs at one account every 15 minutes, or at one account after the other',
  blind: true,
  play: (setting, chance) => [
    ...SPANS.flatMap((days) => besieged(setting, days, chance)),
    ...usedUp(setting, chance),
    ravaged(setting, 'caller', 'one number, a day'),
    ravaged(setting, 'block', '1,000 numbers of one block, a day'),
    ravaged(setting, 'withheld', 'withheld, a day'),
  ],
}

/** One number at one account. Each victim calls once, at any moment of the span. */
function besieged(setting: Setting, days: number, chance: Chance): Row[] {
  const { lock, limits, triesPerCall, population, accounts } = setting
  const span = days * DAY
  const victims = accountsOf(accounts, population, chance).map(
    (account): Owned => ({ ...account, calls: chance() * span, isKeptOut: null }),
  )
  for (const victim of victims) {
    const line = newLine(limits?.caller ?? null)
    for (let at = 0; at < victim.calls; at = nextVisit(opensAt(victim, lock, 'stranger', at), at))
      for (let tries = 0; tries < triesPerCall; tries++)
        if (isOpen(victim.lock, lock, 'stranger', at) && admitted(line, 'the victim', at))
          keyed(victim, lock, 'stranger', at, false)
    lookAt(victim, lock, victim.calls)
  }
  const closed = closedOf(lock, lockedFor(setting, span) / span)
  return ownersRows(`one account, ${days === 1 ? 'a day' : `${days} days`}`, closed, keptOutOf(victims), accounts)
}

/** How long in all strangers are locked out within the span, ms: from each visit that locks to the end of the lock. */
function lockedFor({ lock, triesPerCall }: Setting, span: number): number {
  let [wrong, at, locked] = [0, 0, 0]
  while (at < span) {
    let lasts = 0
    for (let tries = 0; tries < triesPerCall && lasts === 0; tries++) lasts = lockedAfter(lock, ++wrong)
    locked += Math.min(lasts, span - at)
    at = nextVisit(at + lasts, at)
  }
  return locked
}

/** The first one from that moment on, and not the one that there was. */
function nextVisit(from: number, last: number): number {
  return Math.max(last + PAUSE, Math.ceil(from / PAUSE) * PAUSE)
}

/** Withheld calls for a day, each time that the pool has a try left: owners who withhold their number are not checked then. Each calls once. */
function usedUp({ limits, accounts }: Setting, chance: Chance): Row[] {
  if (limits === null) return []
  const line = newLine(limits.withheld)
  const owners = Array.from({ length: accounts }, () => chance() * DAY).sort((a, b) => a - b)
  let [keptOut, numbers, at] = [0, 0, 0]
  for (const calls of owners) {
    for (; at < calls; at += CALL_MS) while (admitted(line, String(numbers), at)) numbers++
    if (admitted(line, 'an owner', calls)) gaveBack(line)
    else keptOut++
  }
  return [shareRow('withheld, a day', 'withheld callers kept out', 1, keptOut, accounts)]
}

/** For a day, at one account until it is locked, then at the next: how many are. */
function ravaged({ lock, limits, triesPerCall, population }: Setting, kind: LineKind, how: string): Row {
  const calls = Math.floor(DAY / CALL_MS)
  const line = newLine(limits?.[kind] ?? null)
  let [victim, locked] = [accountOf(population, () => 0), 0]
  for (let call = 0; call < calls; call++)
    for (let tries = 0; tries < triesPerCall; tries++) {
      const at = call * CALL_MS
      if (!admitted(line, String(locked), at)) break
      keyed(victim, lock, 'stranger', at, false)
      if (isOpen(victim.lock, lock, 'stranger', at)) continue
      locked++
      victim = accountOf(population, () => 0)
    }
  return { how, figure: 'accounts locked', line: kind, closed: ravagedIn(), simulated: locked, error: 0 }

  /** The least that the calls, the numbers and the tries of a day let through. */
  function ravagedIn(): number {
    let toLock = 1
    while (lockedAfter(lock, toLock) === 0) toLock++
    const byCalls = Math.floor((calls * triesPerCall) / toLock)
    if (limits === null) return byCalls
    const { failures, accounts } = limits[kind]
    const perDay = failures.most * Math.floor(DAY / failures.withinMs)
    return Math.min(byCalls, accounts.most, Math.floor(perDay / toLock))
  }
}
