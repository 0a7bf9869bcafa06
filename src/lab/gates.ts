/** What no policy may let through: where one does, `rufpass lab` ends with 1, and a test fails. */
import { agrees } from './attacker.ts'
import type { Played } from './lab.ts'
import type { Population } from './populations.ts'

/** Guesses at one account within a year (docs/security.md#the-lock): by that many ÷ the allowed PINs a random one is found. */
const GUESSES_A_YEAR = 20
/** Accounts that one number locks in a day (threat 24). */
const LOCKED_BY_A_NUMBER = 5
/** Of so many calls of 10,000 a vandal may keep owners out who call from the line on file: the others are 95 % (threat 23). */
const ON_FILE_KEPT_OUT = 500

/** A sentence for each row in which reckoning and play part by more than chance. */
export function parted(rows: readonly Played[]): string[] {
  return rows
    .filter((row) => !agrees(row))
    .map(
      (row) =>
        `${nameOf(row)}: ${row.figure} are ${row.closed.toPrecision(4)} by reckoning and ${row.simulated.toPrecision(4)} as played, which is not chance.`,
    )
}

/** A sentence for each that is broken. */
export function brokenGates(rows: readonly Played[], populations: readonly Population[]): string[] {
  const allowed = populations.find(({ name }) => name === 'random')?.sums.length
  const most = allowed === undefined ? 1 : Math.min(1, GUESSES_A_YEAR / allowed)
  return [
    ...parted(rows),
    ...rows.flatMap((row) => {
      const { attacker, population, figure, closed, simulated, error } = row
      const found: string[] = []
      const whatever = Math.max(closed, simulated)
      if (figure === 'most guesses' && whatever > GUESSES_A_YEAR)
        found.push(`more than ${GUESSES_A_YEAR} guesses are compared within a year.`)
      if (AT_ONE.has(attacker) && population === 'random' && figure === 'accounts opened')
        if (closed > most * 10_000 + 1e-6 || simulated > most * 10_000 + error)
          found.push(`random PINs are found oftener than ${GUESSES_A_YEAR} ÷ ${allowed} a year.`)
      if (figure === 'accounts locked' && row.line === 'caller' && whatever > LOCKED_BY_A_NUMBER)
        found.push(`one number locks more than ${LOCKED_BY_A_NUMBER} accounts.`)
      if (attacker === 'vandal' && figure === 'owners on file kept out')
        if (closed > ON_FILE_KEPT_OUT || simulated > ON_FILE_KEPT_OUT + error)
          found.push('fewer than 95 % of the owners who call from the line on file get through.')
      return found.map((sentence) => `${nameOf(row)}: ${sentence}`)
    }),
  ]
}

/** Who guesses at one account, without the birth date. */
const AT_ONE = new Set(['guesser', 'patient'])

function nameOf({ attacker, population, how }: Played): string {
  return `${attacker}, ${population ?? 'any PINs'}, ${how}`
}
