/** Shares of ten thousand, as the rows have them. */
import type { Figure, Row } from './attacker.ts'

const OF = 10_000

/**
 * @param closed the share by reckoning, 0 to 1.
 * @param hits of so many that were played.
 * @param scale the share of all that those who were played stand for: of the others nobody is hit.
 */
export function shareRow(how: string, figure: Figure, closed: number, hits: number, played: number, scale = 1): Row {
  // A share of nothing, or of everything, still has the error of one that is seldom.
  const likely = Math.min(Math.max(closed, 1 / played), 1 - 1 / played)
  const error = 4 * Math.sqrt((likely * (1 - likely)) / played)
  const of = OF * scale
  return { how, figure, closed: closed * of, simulated: (hits / played) * of, error: error * of }
}
