/** What attackers win against the lock: under the rules of the shipped brands, those that hotlines publish (R3), and none. */
import { lockPolicy, TRIES_PER_CALL } from '../../src/auth/lockout.ts'
import { type PinRule, pinRules } from '../../src/auth/pin-policy.ts'
import { units } from '../../src/lab/attacker.ts'
import { attackers, type Played, playLab } from '../../src/lab/lab.ts'
import { populationNames, populationOf } from '../../src/lab/populations.ts'
import type { Figure } from './page.ts'

const ACCOUNTS = 20_000
const SEED = 1

const policies: [words: string, forbid: readonly PinRule[]][] = [
  ['all rules', pinRules],
  ['the published rules', ['sequence', 'repeated', 'birth_date', 'birth_year']],
  ['no rule', []],
]
/** What depends on the rules most. The others are played under all of them. */
const AT_ONE = ['guesser', 'patient', 'ex-partner', 'agent']

export function lab(): Figure[] {
  return policies.flatMap(([words, forbid], index) => {
    const policy = { entry: { digits: 4 }, forbid }
    const populations = populationNames.map((name) => populationOf(name, policy))
    const chosen = attackers.filter(({ name }) => index === 0 || AT_ONE.includes(name))
    const setting = { lock: lockPolicy, triesPerCall: TRIES_PER_CALL, policy, accounts: ACCOUNTS }
    const rows = playLab(chosen, populations, setting, SEED).filter(isTold)
    return rows.map((row) => ({ what: nameOf(row, words), figure: written(row) }))
  })
}

/** The charts of docs/lab.md show the sprays; here are a few. Which owners they keep out, and how many guesses there are, does not depend on the PINs. */
function isTold({ attacker, how, population, figure }: Played): boolean {
  if (attacker === 'sprayer' || (attacker === 'insider' && !/^(1|100|5,000) /.test(how))) return false
  if (figure === 'most guesses') return attacker === 'patient' && population === 'random'
  return attacker !== 'insider' || figure === 'accounts opened' || population === 'random'
}

function nameOf({ attacker, population, how, figure }: Played, rules: string): string {
  return `${attacker}, ${how}, ${population === null ? 'any' : population} PINs, ${rules}: ${figure}, ${units[figure]}`
}

function written({ closed, simulated, error }: Played): string {
  const short = (value: number): string => Number(value.toPrecision(4)).toLocaleString('en')
  return `${short(closed)}; played ${short(simulated)}${error === 0 ? '' : ` ± ${short(error)}`}`
}
