/**
 * What no policy may let through: where one does, `rufpass lab` ends with 1, and a test fails. What a vandal does passes no gate, for nothing counts by
 * caller (docs/lab.md#what-it-does-not-play): it is a row and no promise.
 */
import { agrees } from './attacker.ts'
import type { Played } from './lab.ts'
import type { Population } from './populations.ts'

/** Guesses at one account within a year (docs/security.md#the-lock): by that many ÷ the allowed PINs a random one is found. */
export const GUESSES_A_YEAR = 20

/** A sentence for each that is broken. */
export function brokenGates(rows: readonly Played[], populations: readonly Population[]): string[] {
  const allowed = populations.find(({ name }) => name === 'random')?.sums.length
  const most = allowed === undefined ? 1 : Math.min(1, GUESSES_A_YEAR / allowed)
  return rows.flatMap((row) => {
    const { attacker, population, how, figure, closed, simulated, error } = row
    const which = `${attacker}, ${population ?? 'any PINs'}, ${how}`
    const found: string[] = []
    if (!agrees(row))
      found.push(
        `${which}: ${figure} are ${closed.toPrecision(4)} by reckoning and ${simulated.toPrecision(4)} as played, which is not chance.`,
      )
    if (figure === 'most guesses' && Math.max(closed, simulated) > GUESSES_A_YEAR)
      found.push(`${which}: more than ${GUESSES_A_YEAR} guesses are compared within a year.`)
    const isAtOne = attacker === 'guesser' || attacker === 'patient'
    if (isAtOne && population === 'random' && figure === 'accounts opened')
      if (closed > most * 10_000 + 1e-6 || simulated > most * 10_000 + error)
        found.push(`${which}: random PINs are found oftener than ${GUESSES_A_YEAR} ÷ ${allowed} a year.`)
    return found
  })
}
