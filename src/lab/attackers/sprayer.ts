/**
 * Guesses at very many accounts, a few at each, from lines that call again and again. Where lines are counted each is worth a few numbers a day, a
 * thousand rented ones together as many as their block, and all that are withheld as many as their pool; where they are not, the calls are the limit.
 */
import type { Attacker, Row, Setting } from '../attacker.ts'
import type { LimitsByLine, LineKind } from '../line.ts'
import { ownersRows } from '../owners.ts'
import { closedPasses, playedPasses } from '../passes.ts'
import type { Chance } from '../random.ts'
import { closedRounds, playedRounds, visitsOf } from '../rounds.ts'
import { shareRow } from '../shares.ts'
import { CUSTOMERS, DAYS, type Means, type SprayOutcome } from '../spray.ts'

export const LINES = [1, 10, 100, 1_000, 5_000]

/** Those who know nothing key numbers: one in ten is somebody's. */
const BLIND = 0.1

/** Of what an insider opens it is a tenth, and fewer accounts show it. */
export const sprayer: Attacker = {
  name: 'sprayer',
  about: `tries numbers of ${CUSTOMERS.toLocaleString('en')} customers without a list: one number in ten is somebody's`,
  play: (setting, chance) => sprayed({ ...setting, accounts: Math.ceil(setting.accounts / 4) }, BLIND, chance),
}

export const insider: Attacker = {
  name: 'insider',
  about: `has the list of all ${CUSTOMERS.toLocaleString('en')} customer numbers, and sprays over them`,
  play: (setting, chance) => sprayed(setting, 1, chance),
}

function sprayed({ limits, ...setting }: Setting, known: number, chance: Chance): Row[] {
  if (limits === null)
    return LINES.flatMap((lines) => {
      const means = { lines, known }
      const whole = { ...setting, limits }
      return rowsOf(linesIn(lines), closedPasses(whole, means), playedPasses(whole, means, chance), 1)
    })
  const inRounds = (kind: LineKind): ((how: string, lines: number) => Row[]) => {
    const closed = closedRounds(setting, limits[kind])
    // One source of the others has as many accounts as many numbers have.
    const accounts = kind === 'caller' ? setting.accounts : Math.ceil(setting.accounts / 4)
    const played = playedRounds({ ...setting, limits, accounts }, limits[kind], chance)
    return (how, lines) => rowsOf(how, closed, played, reached(setting, limits, kind, { lines, known }))
  }
  const ofCaller = inRounds('caller')
  return [
    ...LINES.flatMap((lines) => ofCaller(linesIn(lines), lines)),
    ...(known < 1
      ? []
      : [
          ...inRounds('block')(`1,000 lines of one block, ${DAYS} days`, 1),
          ...inRounds('withheld')(`withheld, ${DAYS} days`, 1),
        ]),
  ]
}

/** The share of all customers that are visited: while it is below one, none is visited twice. */
export function reached(
  { lock }: Pick<Setting, 'lock'>,
  limits: LimitsByLine,
  kind: LineKind,
  { lines, known }: Means,
): number {
  const share = (lines * known * visitsOf(lock, limits[kind]).length) / CUSTOMERS
  if (share > 1) throw new Error('So many lines reach every customer, which is played without limits alone.')
  return share
}

function linesIn(lines: number): string {
  return `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}, ${DAYS} days`
}

function rowsOf(
  how: string,
  closed: ReturnType<typeof closedRounds>,
  { opened, keptOut, played }: SprayOutcome,
  scale: number,
): Row[] {
  return [
    shareRow(how, 'accounts opened', closed.opened, opened, played, scale),
    ...ownersRows(how, closed.keptOut, keptOut, played, scale),
  ]
}
