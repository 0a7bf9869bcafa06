/** Shares of ten thousand, as the rows have them. */
import type { Figure, Row } from './attacker.ts'

const OF = 10_000

/** @param closed the share by reckoning, 0 to 1. @param hits of so many that were played. */
export function shareRow(how: string, figure: Figure, closed: number, hits: number, played: number): Row {
  // A share of nothing, or of everything, still has the error of one that is seldom.
  const likely = Math.min(Math.max(closed, 1 / played), 1 - 1 / played)
  const error = 4 * Math.sqrt((likely * (1 - likely)) / played)
  return { how, figure, closed: closed * OF, simulated: (hits / played) * OF, error: error * OF }
}
