/** A random PIN is any that is allowed, each as likely as any other (threat 34). */
import { randomInt } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { faultOf, pinRules, randomSecret } from '../../src/auth/pin-policy.ts'
import { Secret } from '../../src/auth/secret.ts'

const all = { entry: { digits: 4 }, forbid: pinRules }

describe('a million random PINs (threat 34)', () => {
  const owner = { birthDate: '1968-11-02', numbers: ['407182632', '02214710011'], names: [] }
  const allowed = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0')).filter(
    (pin) => faultOf(new Secret(pin), all, owner) === null,
  )

  /** Chi-square of what was drawn against all allowed PINs alike. */
  function chiSquare(drawn: number, below: (bound: number) => number): number {
    const counts = new Map(allowed.map((pin) => [pin, 0]))
    for (let n = 0; n < drawn; n++) {
      const pin = randomSecret(all, owner, below).keyed.reveal()
      counts.set(pin, (counts.get(pin) ?? Number.NaN) + 1)
    }
    const expected = drawn / allowed.length
    return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  }

  /**
   * Wilson and Hilferty: the cube root of chi-square over its degrees of freedom is as good as normal. Beyond 6.2 standard deviations
   * chance comes fewer than once in a thousand million times.
   */
  function bound(z: number): number {
    const free = allowed.length - 1
    return free * (1 - 2 / (9 * free) + z * Math.sqrt(2 / (9 * free))) ** 3
  }

  it('are each as likely as any other', () => {
    const found = chiSquare(1_000_000, randomInt)
    expect(found).toBeLessThan(bound(6.2))
    expect(found).toBeGreaterThan(bound(-6.2))
  })

  it('would be found out where some are likelier', () => {
    expect(chiSquare(200_000, (below) => randomInt(1 << 16) % below)).toBeGreaterThan(bound(6.2))
  })
})
