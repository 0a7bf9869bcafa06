/** Tokens in memory for tests of doors: each secret is its name, and each has so much left of its budget as it is told. */
import type { Token, Tokens } from '../../src/seams/tokens.ts'

export function namedTokens(...all: (Token & { left?: number })[]) {
  const left = new Map(all.map(({ name, left: given }) => [name, given ?? 1_000]))
  const spent: string[] = []
  const tokens: Tokens = {
    find: async (secret) => all.find(({ name }) => name === secret) ?? null,
    usedFirst: async () => {},
    async spend(name) {
      spent.push(name)
      const rest = left.get(name) ?? 0
      left.set(name, rest - 1)
      return rest > 0 ? null : 60
    },
  }
  return { tokens, spent }
}
