/** The lock as a pure transition: its tiers, and what no course of tries and time gets past. */
import { describe, expect, it } from '@jest/globals'
import {
  failuresAt,
  HARD_LOCK_AFTER,
  isOpen,
  type Lock,
  lockPolicy,
  renewed,
  type SpentTry,
  spent,
  takenBack,
  untried,
} from '../../src/auth/lockout.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const YEAR = 365 * DAY

/** Wrong ones at that moment, as many as are compared. */
function wrongs(lock: Lock, at: number): { lock: Lock; compared: number } {
  let compared = 0
  for (; isOpen(lock, at); compared++) lock = spent(lock, lockPolicy, at).lock
  return { lock, compared }
}

describe('the tiers', () => {
  it('are three tries for a quarter of an hour, three for a day, four for good', () => {
    const first = wrongs(untried, 0)
    expect(first.compared).toBe(3)
    expect(isOpen(first.lock, 15 * MINUTE - 1)).toBe(false)
    const second = wrongs(first.lock, 15 * MINUTE)
    expect(second.compared).toBe(3)
    expect(isOpen(second.lock, 15 * MINUTE + DAY - 1)).toBe(false)
    const third = wrongs(second.lock, 15 * MINUTE + DAY)
    expect(third.compared).toBe(4)
    expect(isOpen(third.lock, 100 * YEAR)).toBe(false)
  })

  it('end with a new PIN, and a try from before it takes nothing back', () => {
    const { lock, spent: before } = spent(untried, lockPolicy, 0)
    const hard = wrongs(lock, 0).lock
    const fresh = renewed(hard)
    expect(fresh).toEqual({ ...untried, tries: hard.tries })
    const one = spent(fresh, lockPolicy, 1).lock
    expect(takenBack(one, lockPolicy, before)).toEqual({ ...one, lockedUntil: null })
  })

  it('count no failure that is older than a year', () => {
    const { lock } = spent(untried, lockPolicy, 0)
    expect(failuresAt(lock, lockPolicy, YEAR - 1)).toEqual([0])
    expect(failuresAt(lock, lockPolicy, YEAR)).toEqual([])
    expect(spent(lock, lockPolicy, YEAR).lock.failures).toEqual([YEAR])
  })
})

/** What somebody does next, and how long after the last: a try is wrong or right at once, or ends later or never. */
const course = fc.array(
  fc.record({
    after: fc.constantFrom(0, 0, MINUTE, 15 * MINUTE, DAY, DAY, 20 * DAY),
    does: fc.constantFrom('wrong', 'wrong', 'wrong', 'right', 'open', 'end right'),
  }),
  { minLength: 60, maxLength: 120, size: 'max' },
)

it('lets 20 wrong tries through in any year and 10 in a row, whatever is tried, and however tries overlap (threats 2, 7)', () => {
  let most = 0
  fc.assert(
    fc.property(course, (moves) => {
      let lock = untried
      let now = 0
      let inARow = 0
      const wrong: number[] = []
      const open: SpentTry[] = []
      for (const { after, does } of moves) {
        now += after
        if (does === 'end right') {
          const one = open.shift()
          if (one) {
            lock = takenBack(lock, lockPolicy, one)
            wrong.splice(wrong.indexOf(one.at), 1)
            inARow = Math.min(inARow, lock.tries - one.serial)
          }
        } else if (isOpen(lock, now)) {
          const next = spent(lock, lockPolicy, now)
          lock = does === 'right' ? takenBack(next.lock, lockPolicy, next.spent) : next.lock
          inARow = does === 'right' ? 0 : inARow + 1
          if (does !== 'right') wrong.push(now)
          if (does === 'open') open.push(next.spent)
        }
        const inAYear = wrong.filter((at) => at > now - YEAR).length
        most = Math.max(most, inAYear)
        expect(inAYear).toBeLessThanOrEqual(20)
        expect(inARow).toBeLessThanOrEqual(HARD_LOCK_AFTER)
      }
    }),
    { numRuns: times(120, 20_000) },
  )
  // The courses come to the limit: else nothing was tried.
  expect(most).toBe(20)
})
