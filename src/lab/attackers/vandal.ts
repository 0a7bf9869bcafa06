/**
 * Wants no account, but owners kept out: keys wrong PINs at the accounts of others, again whenever a lock may have ended. Owners who call then are
 * sent to a person without a proof.
 */
import { isOpen, isShut } from '../../auth/lockout.ts'
import { accountsOf, keyed, lockedAfter } from '../account.ts'
import { type Attacker, DAY, MINUTE, type Row, type Setting } from '../attacker.ts'
import { CALL_MS } from '../calls.ts'
import type { Chance } from '../random.ts'
import { shareRow } from '../shares.ts'

/** Calls at the one victim. */
const PAUSE = 15 * MINUTE
const SPANS = [1, 30]

export const vandal: Attacker = {
  name: 'vandal',
  about: 'keys wrong PINs at one account every 15 minutes, or at one account after the other',
  blind: true,
  play: (setting, chance) => [...SPANS.map((days) => besieged(setting, days, chance)), ravaged(setting)],
}

/** Each victim calls once, at any moment of the span. */
function besieged(setting: Setting, days: number, chance: Chance): Row {
  const { lock, triesPerCall, population, accounts } = setting
  let keptOut = 0
  for (const victim of accountsOf(accounts, population, chance)) {
    const calls = chance() * days * DAY
    for (let at = 0; at < calls && !isShut(victim.lock, lock, 'stranger', at); at += PAUSE)
      for (let tries = 0; tries < triesPerCall; tries++) keyed(victim, lock, at, false)
    if (!isOpen(victim.lock, lock, 'stranger', calls)) keptOut++
  }
  const closed = lockedFor(setting, days * DAY) / (days * DAY)
  return shareRow(`${days === 1 ? 'a day' : `${days} days`}`, 'owners kept out', closed, keptOut, accounts)
}

/** How long in all an account is locked within the span, ms: from each visit that locks to the end of the lock. */
function lockedFor({ lock, triesPerCall }: Setting, span: number): number {
  let [wrong, at, locked] = [0, 0, 0]
  while (at < span) {
    let lasts = 0
    for (let tries = 0; tries < triesPerCall && lasts === 0; tries++) lasts = lockedAfter(lock, ++wrong)
    locked += Math.min(lasts, span - at)
    at = Math.max(at + PAUSE, Math.ceil((at + lasts) / PAUSE) * PAUSE)
  }
  return locked
}

/** One line, one account a call, for a day: how many are locked by it. */
function ravaged({ lock, triesPerCall, population }: Setting): Row {
  const calls = Math.floor(DAY / CALL_MS)
  const victims = accountsOf(calls, population, () => 0)
  for (const [call, victim] of victims.entries())
    for (let tries = 0; tries < triesPerCall; tries++) keyed(victim, lock, call * CALL_MS, false)
  const locked = victims.filter(
    (victim) => !isOpen(victim.lock, lock, 'stranger', victim.lock.failures.at(-1) ?? 0),
  ).length
  const locks = Array.from({ length: triesPerCall }, (_, before) => lockedAfter(lock, before + 1)).some((ms) => ms > 0)
  return { how: 'a line, a day', figure: 'accounts locked', closed: locks ? calls : 0, simulated: locked, error: 0 }
}
