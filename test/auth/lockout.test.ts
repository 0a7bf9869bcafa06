/** The lock as a pure transition: its tiers, what strangers may use of it, and what no course of tries and time gets past. */
import { describe, expect, it } from '@jest/globals'
import {
  failuresAt,
  HARD_LOCK_AFTER,
  isOpen,
  isShut,
  type Lock,
  lockPolicy,
  type Origin,
  renewed,
  type SpentTry,
  STRANGERS_IN_A_ROW,
  STRANGERS_TOTAL,
  spent,
  TOTAL_LIMIT,
  takenBack,
  untried,
} from '../../src/auth/lockout.ts'
import fc from '../support/by-chance.ts'
import { times } from '../support/counts.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const YEAR = 365 * DAY

/** Wrong ones at that moment, as many as are compared. */
function wrongs(lock: Lock, origin: Origin, at: number): { lock: Lock; compared: number } {
  let compared = 0
  for (; isOpen(lock, lockPolicy, origin, at); compared++) lock = spent(lock, lockPolicy, origin, at).lock
  return { lock, compared }
}

function right(lock: Lock, origin: Origin, at: number): Lock {
  const next = spent(lock, lockPolicy, origin, at)
  return takenBack(next.lock, lockPolicy, next.spent)
}

/** What strangers get who key again whenever a lock may have ended, a day after the other. */
function besieged(lock: Lock, from: number, days: number): { lock: Lock; compared: number } {
  let compared = 0
  for (let at = from; at < from + days * DAY; at += 15 * MINUTE) {
    const next = wrongs(lock, 'stranger', at)
    compared += next.compared
    lock = next.lock
  }
  return { lock, compared }
}

describe('the tiers', () => {
  it('are three tries for a quarter of an hour, three for a day, four for good', () => {
    const first = wrongs(untried, 'trusted', 0)
    expect(first.compared).toBe(3)
    expect(isOpen(first.lock, lockPolicy, 'trusted', 15 * MINUTE - 1)).toBe(false)
    const second = wrongs(first.lock, 'trusted', 15 * MINUTE)
    expect(second.compared).toBe(3)
    expect(isOpen(second.lock, lockPolicy, 'trusted', 15 * MINUTE + DAY - 1)).toBe(false)
    const third = wrongs(second.lock, 'trusted', 15 * MINUTE + DAY)
    expect(third.compared).toBe(4)
    expect(isShut(third.lock, lockPolicy, 'trusted', 100 * YEAR)).toBe(true)
    expect(isShut(third.lock, lockPolicy, 'stranger', 100 * YEAR)).toBe(true)
  })

  it('end with a new PIN, and a try from before it takes nothing back', () => {
    const { lock, spent: before } = spent(untried, lockPolicy, 'stranger', 0)
    const hard = wrongs(lock, 'trusted', 0).lock
    const fresh = renewed(hard)
    expect(fresh).toEqual({ ...untried, tries: hard.tries, strangers: { ...untried.strangers, tries: 1 } })
    const one = spent(fresh, lockPolicy, 'stranger', 1).lock
    expect(takenBack(one, lockPolicy, before)).toEqual({ ...one, lockedUntil: untried.lockedUntil })
  })

  it('count no failure that is older than a year', () => {
    const { lock } = spent(untried, lockPolicy, 'stranger', 0)
    expect(failuresAt(lock, lockPolicy, YEAR - 1)).toEqual([0])
    expect(failuresAt(lock, lockPolicy, YEAR)).toEqual([])
    const next = spent(lock, lockPolicy, 'stranger', YEAR).lock
    expect([next.failures, next.strangers.failures]).toEqual([[YEAR], [YEAR]])
  })
})

describe('strangers', () => {
  it('get 7 in a row, and are then not compared for any wait', () => {
    const { lock, compared } = besieged(untried, 0, 10)
    expect(compared).toBe(STRANGERS_IN_A_ROW)
    expect(isOpen(lock, lockPolicy, 'stranger', 100 * YEAR)).toBe(false)
    expect(isShut(lock, lockPolicy, 'stranger', 100 * YEAR)).toBe(true)
  })

  it('leave the line of the customer open at every moment, with three tries at the least', () => {
    let lock = untried
    for (let at = 0; at < 2 * DAY; at += 15 * MINUTE) {
      lock = wrongs(lock, 'stranger', at).lock
      expect(wrongs(lock, 'trusted', at).compared).toBe(HARD_LOCK_AFTER - STRANGERS_IN_A_ROW)
    }
  })

  it('are let in again by a right one from that line, until they have used their share of the year', () => {
    let lock = untried
    let compared = 0
    for (let week = 0; week < 6; week++) {
      const next = besieged(lock, week * 7 * DAY, 6)
      compared += next.compared
      lock = right(next.lock, 'trusted', (week * 7 + 6) * DAY)
    }
    expect(compared).toBe(STRANGERS_TOTAL)
    expect(isOpen(lock, lockPolicy, 'stranger', 300 * DAY)).toBe(false)
    // Failures that have left the year are not held against them.
    expect(isOpen(lock, lockPolicy, 'stranger', YEAR + 50 * DAY)).toBe(true)
  })

  it('who key the right one are the customer, and open the line on which the customer has mistyped', () => {
    const mistyped = wrongs(untried, 'trusted', 0).lock
    expect(isOpen(mistyped, lockPolicy, 'trusted', 1)).toBe(false)
    const lock = right(mistyped, 'stranger', 1)
    expect(isOpen(lock, lockPolicy, 'trusted', 1)).toBe(true)
    expect(lock).toMatchObject({ consecutive: 0, strangers: { consecutive: 0, failures: [] } })
    expect(lock.failures).toHaveLength(3)
  })

  it('who are compared while the right one is, stay counted', () => {
    const early = spent(untried, lockPolicy, 'trusted', 0)
    const later = wrongs(early.lock, 'stranger', 1)
    const lock = takenBack(later.lock, lockPolicy, early.spent)
    expect(lock).toMatchObject({
      consecutive: 3,
      failures: [1, 1, 1],
      strangers: { consecutive: 3, failures: [1, 1, 1] },
    })
  })
})

/** What somebody does next, from where, and how long after the last: a try is wrong or right at once, or ends later or never. */
const course = fc.array(
  fc.record({
    after: fc.constantFrom(0, 0, MINUTE, 15 * MINUTE, DAY, DAY, 20 * DAY),
    does: fc.constantFrom('wrong', 'wrong', 'wrong', 'right', 'open', 'end right'),
    from: fc.constantFrom<Origin>('stranger', 'stranger', 'trusted'),
  }),
  { minLength: 60, maxLength: 120, size: 'max' },
)

it('lets 20 wrong tries through in any year and 10 in a row, 14 and 7 of strangers, whatever is tried, and however tries overlap (threats 2, 7, 23)', () => {
  const most = { all: 0, strangers: 0 }
  fc.assert(
    fc.property(course, (moves) => {
      let lock = untried
      let now = 0
      let inARow: Origin[] = []
      const wrong: { at: number; from: Origin }[] = []
      const open: SpentTry[] = []
      for (const { after, does, from } of moves) {
        now += after
        if (does === 'end right') {
          const one = open.shift()
          if (one) {
            lock = takenBack(lock, lockPolicy, one)
            wrong.splice(
              wrong.findIndex(({ at, from: origin }) => at === one.at && origin === one.origin),
              1,
            )
            inARow = inARow.slice(Math.max(0, inARow.length - (lock.tries - one.serial)))
          }
        } else if (isOpen(lock, lockPolicy, from, now)) {
          const next = spent(lock, lockPolicy, from, now)
          lock = does === 'right' ? takenBack(next.lock, lockPolicy, next.spent) : next.lock
          inARow = does === 'right' ? [] : [...inARow, from]
          if (does !== 'right') wrong.push({ at: now, from })
          if (does === 'open') open.push(next.spent)
        }
        const inAYear = wrong.filter(({ at }) => at > now - YEAR)
        const strangers = inAYear.filter((each) => each.from === 'stranger').length
        most.all = Math.max(most.all, inAYear.length)
        most.strangers = Math.max(most.strangers, strangers)
        expect(inAYear.length).toBeLessThanOrEqual(TOTAL_LIMIT)
        expect(strangers).toBeLessThanOrEqual(STRANGERS_TOTAL)
        expect(inARow.length).toBeLessThanOrEqual(HARD_LOCK_AFTER)
        expect(inARow.filter((origin) => origin === 'stranger').length).toBeLessThanOrEqual(STRANGERS_IN_A_ROW)
      }
    }),
    { numRuns: times(120, 1_500) },
  )
  // The courses come to both limits: else nothing was tried.
  expect(most).toEqual({ all: TOTAL_LIMIT, strangers: STRANGERS_TOTAL })
})
