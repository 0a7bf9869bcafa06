/** What attackers win: under the policy of the shipped brands, under the rules for PINs that congstar publishes, under none, and with the lock alone. */
import { lineLimits } from '../../src/auth/caller-limits.ts'
import { lockPolicy, TRIES_PER_CALL } from '../../src/auth/lockout.ts'
import { pinRules } from '../../src/auth/pin-policy.ts'
import { units } from '../../src/lab/attacker.ts'
import { others } from '../../src/lab/compared.ts'
import { attackers, type Played, playLab } from '../../src/lab/lab.ts'
import { populationNames, populationOf } from '../../src/lab/populations.ts'
import type { Figure } from './page.ts'

const ACCOUNTS = 5_000
const SEED = 1

const here = {
  lock: lockPolicy,
  limits: lineLimits,
  triesPerCall: TRIES_PER_CALL,
  policy: { entry: { digits: 4 }, forbid: pinRules },
  accounts: ACCOUNTS,
}
const policies = [{ name: 'as here', setting: here }, ...others.map(({ name, of }) => ({ name, setting: of(here) }))]
/** What depends on the rules for PINs most. The others are played as here, and with the lock alone. */
const AT_ONE = ['guesser', 'patient', 'ex-partner', 'agent']

export function lab(): Figure[] {
  return policies.flatMap(({ name, setting }) => {
    const populations = populationNames.map((each) => populationOf(each, setting.policy))
    const isOfPins = setting.limits !== null && name !== 'as here'
    const chosen = attackers.filter(
      (attacker) => attacker.name !== 'sprayer' && (!isOfPins || AT_ONE.includes(attacker.name)),
    )
    const rows = playLab(chosen, populations, setting, SEED).filter(isTold)
    return rows.map((row) => ({ what: nameOf(row, name), figure: written(row) }))
  })
}

/** The charts of docs/lab.md show the sprays; here are a few. Which owners they keep out, and how many guesses there are, does not depend on the PINs. */
function isTold({ attacker, how, population, figure }: Played): boolean {
  if (attacker === 'insider' && /^(10|1,000) lines, /.test(how)) return false
  if (figure === 'most guesses') return attacker !== 'agent' && population === 'random'
  return attacker !== 'insider' || figure === 'accounts opened' || population === 'random'
}

function nameOf({ attacker, population, how, figure }: Played, rules: string): string {
  return `${attacker}, ${how}, ${population === null ? 'any' : population} PINs, ${rules}: ${figure}, ${units[figure]}`
}

function written({ closed, simulated, error }: Played): string {
  const short = (value: number): string => Number(value.toPrecision(4)).toLocaleString('en')
  return `${short(closed)}; played ${short(simulated)}${error === 0 ? '' : ` ± ${short(error)}`}`
}
