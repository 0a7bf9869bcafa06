import type { Verifier } from '../../src/auth/verifier.ts'

/**
 * A `wrap` for `openApp` that counts what is compared. What has no stored verifier is not hashed, to save the time.
 * `evaluated`: every comparison that was asked for. `compared`: those with a stored verifier.
 */
export function countedVerifier() {
  const count = {
    evaluated: 0,
    compared: 0,
    reset(): void {
      count.evaluated = 0
      count.compared = 0
    },
    wrap: ({ verifier }: { verifier: Verifier }): { verifier: Verifier } => ({
      verifier: {
        ...verifier,
        matchOf(secret, kind, candidates) {
          count.evaluated += 1
          if (candidates.length === 0) return Promise.resolve(null)
          count.compared += 1
          return verifier.matchOf(secret, kind, candidates)
        },
      },
    }),
  }
  return count
}
