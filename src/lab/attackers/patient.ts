/**
 * Guess at one account for a year, stop one short of what only a new PIN ends, and wait for the call of its owner, whose right PIN ends the row. The
 * total of the year is what stands against that. The one knows a customer number. The other knows the customer, and so the number of a trusted line,
 * which a caller ID can show that is forged: that draws on the whole of the limits.
 */
import type { Origin } from '../../auth/lockout.ts'
import { accountsOf, guess, keyed, mostOf, opensAt } from '../account.ts'
import { type Attacker, DAY, MINUTE, type Row, type Setting } from '../attacker.ts'
import { originOnFile } from '../owners.ts'
import { chanceWithin, populationOf } from '../populations.ts'
import type { Chance } from '../random.ts'
import { shareRow } from '../shares.ts'
import { BORN } from './born.ts'

const DAYS = 365
/** Owners call so often, days. */
const OWNER_CALLS = 30

export const patient: Attacker = {
  name: 'patient',
  about: 'guesses at one account for a year, and waits for the right PINs of its owner between',
  play: (setting, chance) => aYear(setting, 'stranger', chance),
}

export const exPartner: Attacker = {
  name: 'ex-partner',
  about: "does the same, knows when the owner was born, and forges the owner's caller ID",
  play(setting, chance) {
    const population = populationOf(setting.population.name, setting.policy, BORN)
    return aYear({ ...setting, population }, originOnFile(setting.lock), chance)
  },
}

function aYear({ lock, population, accounts }: Setting, origin: Origin, chance: Chance): Row[] {
  const most = mostOf(lock, origin)
  const targets = accountsOf(accounts, population, chance)
  for (const target of targets) {
    let inARow = 0
    let isShut = false
    for (let day = 0; day < DAYS && !target.opened && !target.lock.hardLocked; day++) {
      // A little later each day, so that a lock of a day has ended.
      const at = day * (DAY + MINUTE)
      if (day % OWNER_CALLS === OWNER_CALLS - 1) {
        if (keyed(target, lock, originOnFile(lock), at, true) === 'right') inARow = 0
        isShut = false
      }
      while (!isShut && !target.opened && inARow < most.inARow - 1) {
        if (guess(target, lock, origin, at) !== 'locked') inARow++
        else {
          // What no wait ends is looked at again when the owner has called.
          isShut = opensAt(target, lock, origin, at) === Number.POSITIVE_INFINITY
          break
        }
      }
    }
  }
  const rows = Math.floor((DAYS - 1) / OWNER_CALLS) + 1
  const guesses = Math.min(most.total, rows * (most.inARow - 1))
  const opened = targets.filter((target) => target.opened).length
  const compared = targets.reduce((sofar, target) => Math.max(sofar, target.guesses), 0)
  return [
    shareRow('a year', 'accounts opened', chanceWithin(population, guesses), opened, accounts),
    { how: 'a year', figure: 'most guesses', closed: guesses, simulated: compared, error: 0 },
  ]
}
