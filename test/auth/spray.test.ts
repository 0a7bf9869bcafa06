import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  baselineOf,
  failingAccount,
  hasOneTry,
  isSpray,
  isStillOne,
  type SprayState,
  sprayMove,
  sprayRule,
} from '../../src/auth/spray.ts'

const MINUTE = 60_000
const { accounts: FEWEST, calmMs, still } = sprayRule

/** What was counted, and what is usual: small and large, around the borders of the rule. */
const count = fc.oneof(fc.nat(120), fc.nat(1_000_000))
const failing = fc.record({ failures: count, accounts: count })
const baseline = fc.oneof(fc.constant(0), fc.nat(60), fc.nat(100_000))
const state: fc.Arbitrary<SprayState> = fc.record({
  until: fc.option(fc.nat(100 * MINUTE)),
  isResting: fc.boolean(),
})
const at = fc.nat(100 * MINUTE)

/** Looks one after the other, each `everyMs` after the last: what is on after each. */
function course(looks: readonly { failures: number; accounts: number }[], usual: number, everyMs: number) {
  let until: number | null = null
  return looks.map((figures, index) => {
    const now = index * everyMs
    const move = sprayMove({ until, isResting: false }, figures, usual, now)
    if (move.kind === 'end') until = null
    if (move.kind === 'begin' || move.kind === 'prolong') until = move.until
    return { now, until, isOn: until !== null && until > now }
  })
}

describe('what is usual', () => {
  it('is one failure in ten minutes for each ten thousand customers, before there are weeks to look at', () => {
    expect([0, 1, 10_000, 10_001, 1_000_000].map((customers) => baselineOf({ customers, peaks: [] }))).toEqual([
      0, 1, 1, 2, 100,
    ])
    expect(baselineOf({ customers: 500_000, peaks: [3] })).toBe(50)
  })

  it('is then the median of the weeks, and of two in the middle the lower', () => {
    expect(baselineOf({ customers: null, peaks: [900, 30] })).toBe(30)
    expect(baselineOf({ customers: null, peaks: [40, 10, 30] })).toBe(30)
    expect(baselineOf({ customers: null, peaks: [900, 40, 35, 30] })).toBe(35)
  })
})

describe('an alarm', () => {
  it('needs three times what is usual, and fifty accounts', () => {
    const on = (failures: number, accounts: number, usual: number) => isSpray({ failures, accounts }, usual)
    expect([on(300, 50, 100), on(299, 50, 100), on(300, 49, 100), on(50, 50, 0)]).toEqual([true, false, false, true])
  })

  it('is never begun or prolonged on fewer accounts, whatever else is counted', () => {
    fc.assert(
      fc.property(state, failing, baseline, at, (from, { failures, accounts }, usual, now) => {
        const few = { failures, accounts: Math.min(accounts, FEWEST - 1) }
        expect(sprayMove(from, few, usual, now).kind).not.toBe('begin')
        const fewer = { failures, accounts: Math.min(accounts, still.accounts - 1) }
        expect(sprayMove(from, fewer, usual, now).kind).not.toBe('prolong')
      }),
    )
  })

  it('begins by figures by which it would go on, so that none ends where it began', () => {
    fc.assert(
      fc.property(failing, baseline, (figures, usual) => {
        fc.pre(isSpray(figures, usual))
        expect(isStillOne(figures, usual)).toBe(true)
      }),
    )
  })

  it('always has an end, never later than twenty minutes after the figures were high last', () => {
    fc.assert(
      fc.property(fc.array(failing, { maxLength: 60 }), baseline, (looks, usual) => {
        let high = Number.NEGATIVE_INFINITY
        for (const [index, { now, until, isOn }] of course(looks, usual, MINUTE).entries()) {
          if (isStillOne(looks[index] ?? { failures: 0, accounts: 0 }, usual)) high = now
          if (until !== null) expect(until).toBeLessThanOrEqual(high + calmMs)
          if (now >= high + calmMs) expect(isOn).toBe(false)
        }
      }),
    )
  })

  it('goes on through a lull that is shorter, and comes once', () => {
    const high = { failures: 90, accounts: 90 }
    const low = { failures: 10, accounts: 10 }
    const looks = [high, ...Array(15).fill(low), high, ...Array(30).fill(low)]
    const seen = course(looks, 10, MINUTE).map(({ isOn }) => isOn)
    expect(seen.indexOf(false)).toBe(16 + calmMs / MINUTE)
    expect(seen.slice(seen.indexOf(false))).not.toContain(true)
  })

  it('is begun by no figures where a person has ended it', () => {
    const move = (isResting: boolean) =>
      sprayMove({ until: null, isResting }, { failures: 900, accounts: 900 }, 0, 0).kind
    expect([move(true), move(false)]).toEqual(['none', 'begin'])
  })

  it('never makes one that a person has ordered end earlier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 * MINUTE }), failing, baseline, (until, figures, usual) => {
        const move = sprayMove({ until, isResting: false }, figures, usual, 0)
        if ('until' in move) expect(move.until).toBeGreaterThan(until)
        expect(move.kind).not.toBe('end')
      }),
    )
  })
})

it('leaves calls their tries where the brand lets nothing follow, unless a person orders it', () => {
  const brand = (follows: 'one_try' | 'alarm') => ({ name: 'rheinnetz', spray: { follows } })
  const [own, other, all] = ['rheinnetz', 'sternmobil', null].map((of) => ({ brand: of, isOrdered: false }))
  if (!own || !other || !all) throw new Error('there are three')
  expect([[], [other], [own], [all]].map((on) => hasOneTry(brand('one_try'), on))).toEqual([false, false, true, true])
  expect([[own], [all], [{ ...own, isOrdered: true }]].map((on) => hasOneTry(brand('alarm'), on))).toEqual([
    false,
    false,
    true,
  ])
})

it('counts accounts under a name that leads back to none, and is another in each brand and under each key', () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const names = [
    failingAccount(key, 'rheinnetz', 'a:407182632'),
    failingAccount(key, 'sternmobil', 'a:407182632'),
    failingAccount(other, 'rheinnetz', 'a:407182632'),
    failingAccount(key, 'rheinnetz', 'a:407182633'),
  ]
  expect(new Set(names).size).toBe(4)
  expect(names.every((name) => /^[A-Za-z0-9_-]{43}$/.test(name))).toBe(true)
})
