/** What is looked at every hour, for as long as a server runs. */

const EVERY_MS = 3_600_000

/**
 * @param firstMs how long after the start it is looked first, for then calls come first.
 * @returns how to stop it. A look that is under way is done, or fails with its store.
 */
export function hourly(look: () => Promise<void>, firstMs: number): () => void {
  const first = setTimeout(() => void look(), firstMs).unref()
  const every = setInterval(() => void look(), EVERY_MS).unref()
  return () => {
    clearTimeout(first)
    clearInterval(every)
  }
}
