/** How often a test tries what it draws by chance, and what it draws from. */
import { execFileSync } from 'node:child_process'

/** `npm run test:rest` tries as often as that is worth, `npm test` as often as it takes to see an ordinary mistake. */
const isFull = process.env.COUNTS === 'full'

/** @param full how often in `npm run test:rest`. */
export const times = (ordinary: number, full: number): number => (isFull ? full : ordinary)

/** Another one for each commit, so that in time all is drawn; `SEED` repeats a run. A test that draws by it prints it. */
export function seedOfCommit(): number {
  const given = process.env.SEED
  if (given !== undefined) return Number(given)
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' })
    return Number.parseInt(commit, 16)
  } catch {
    // A folder without its history: always the same.
    return 0
  }
}
