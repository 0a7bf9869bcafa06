import { describe, expect, it } from '@jest/globals'
import { compared, MOST_T, verdictOn } from './statistics.ts'

/** What `scipy.stats` 1.17.1 gives: `ttest_ind(second, first, equal_var=False)` and `mannwhitneyu(first, second, method="asymptotic")`. */
const byScipy: [what: string, first: number[], second: number[], t: number, p: number][] = [
  ['without ties', [19, 22, 16, 29, 24], [20, 11, 17, 12], -2.2831482556870477, 0.11134688653314041],
  [
    'with ties',
    [500, 500, 501, 503, 500, 502, 501, 500, 504, 501],
    [501, 503, 502, 503, 505, 501, 504, 506, 502, 503],
    2.6475678243655008,
    0.018996174076850027,
  ],
  [
    'far apart',
    Array.from({ length: 50 }, (_, n) => n * 0.1),
    Array.from({ length: 60 }, (_, n) => n * 0.1 + 3),
    11.456439237389597,
    7.245641291032982e-15,
  ],
]

describe('two samples', () => {
  it.each(byScipy)('%s are compared as scipy compares them', (_, first, second, t, p) => {
    const found = compared(first, second)
    expect(found.t).toBeCloseTo(t, 10)
    expect(Math.abs(found.p / p - 1)).toBeLessThan(1e-5)
  })

  it('that are equal, or do not vary, differ by nothing', () => {
    expect(compared([500, 500, 500], [500, 500, 500])).toEqual({ pairs: 3, difference: 0, error: 0, t: 0, p: 1 })
    expect(compared([1, 2], [1, 2])).toMatchObject({ difference: 0, t: 0 })
  })

  it('that do not vary and differ are told apart', () => {
    expect(verdictOn(compared([500, 500, 500], [750, 750, 750]))).toBe('apart')
  })

  it('of one say nothing', () => {
    expect(() => compared([1], [1, 2])).toThrow(RangeError)
  })
})

const quiet = { pairs: 5000, difference: 0.99, error: 0.3, t: 4.4, p: 0.0011 }

it('below every bound two are alike', () => {
  expect(verdictOn(quiet)).toBe('alike')
})

it.each([
  ['t', { t: -MOST_T }],
  ['p', { p: 0.001 }],
  ['the mean difference', { difference: -1 }],
])('what is at the bound of %s is told apart', (_, found) => {
  expect(verdictOn({ ...quiet, ...found })).toBe('apart')
})

it('where a millisecond would not be seen nothing is said, unless something was', () => {
  expect(verdictOn({ ...quiet, error: 0.4 })).toBe('unclear')
  expect(verdictOn({ ...quiet, error: 0.4, difference: 5 })).toBe('unclear')
  expect(verdictOn({ ...quiet, error: 0.4, t: 5 })).toBe('apart')
})
