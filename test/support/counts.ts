/** How often a test tries what it draws by chance, and what it draws from. */

/** `npm run test:rest` tries as often as that is worth, `npm test` as often as it takes to see an ordinary mistake. */
export const isFull = process.env.COUNTS === 'full'

/** @param full how often in `npm run test:rest`. */
export const times = (ordinary: number, full: number): number => (isFull ? full : ordinary)

/** That of the commit (`run/servers.mjs`); `SEED` repeats a run. A test that draws by it prints it. */
export const seedOfRun = (): number => Number(process.env.SEED ?? 0)
