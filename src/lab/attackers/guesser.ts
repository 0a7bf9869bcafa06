/**
 * Guess at accounts whose owners do not call, the most likely PINs first, whenever the lock lets a guess through. A stranger goes on until strangers are
 * shut out. An agent who colludes copies numbers and birth dates from the screen, and the accomplice stops one short of that: no owner notices.
 */
import { accountsOf, guess, lockedAfter, mostOf, opensAt } from '../account.ts'
import { type Attacker, DAY, type Row, type Setting } from '../attacker.ts'
import { chanceWithin, populationOf } from '../populations.ts'
import type { Chance } from '../random.ts'
import { shareRow } from '../shares.ts'
import { BORN } from './born.ts'

const DAYS = 365

export const guesser: Attacker = {
  name: 'guesser',
  about: 'knows one customer number, and guesses whenever a guess is compared',
  play: (setting, chance) => guessed(setting, Number.POSITIVE_INFINITY, chance),
}

export const agent: Attacker = {
  name: 'agent',
  about: 'copies numbers and birth dates for an accomplice, who stops one short of the lock that only a new PIN ends',
  play(setting, chance) {
    const population = populationOf(setting.population.name, setting.policy, BORN)
    return guessed({ ...setting, population }, mostOf(setting.lock, 'stranger').inARow - 1, chance)
  },
}

/** From withheld numbers, or many: at one account no line comes to its limits. @param most guesses at one account. */
function guessed({ lock, population, accounts }: Setting, most: number, chance: Chance): Row[] {
  const targets = accountsOf(accounts, population, chance)
  for (const target of targets)
    for (
      let at = 0;
      at < DAYS * DAY && target.guesses < most && !target.opened;
      at = opensAt(target, lock, 'stranger', at)
    )
      if (guess(target, lock, 'stranger', at) === 'locked') throw new Error('A guess is keyed when the lock has ended.')
  const opened = targets.filter((target) => target.opened).length
  let [guesses, at] = [0, 0]
  while (at < DAYS * DAY && guesses < most) at += lockedAfter(lock, ++guesses)
  const closed = chanceWithin(population, Math.min(guesses, mostOf(lock, 'stranger').total))
  return [shareRow('a year', 'accounts opened', closed, opened, accounts)]
}
