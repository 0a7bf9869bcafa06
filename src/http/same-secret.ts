import { createHash, timingSafeEqual } from 'node:crypto'

/** Compares a secret. Digests of equal length are, so neither content nor length shows in the time taken. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
