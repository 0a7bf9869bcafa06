import { describe, expect, it } from '@jest/globals'
import { nextAnswerTime, SPRAY_PACE } from '../../src/turn/answer-time.ts'
import { localDay } from '../../src/turn/local-day.ts'

describe('the time of an answer', () => {
  const arrived = new Date('2026-11-22T10:00:00.123Z')
  const answerAfter = (ms: number) =>
    nextAnswerTime(arrived, new Date(arrived.getTime() + ms)).getTime() - arrived.getTime()

  it.each([
    [0, 500],
    [1, 500],
    [499, 500],
    [500, 500],
    [501, 750],
    [750, 750],
    [751, 1000],
    [1999, 2000],
    [2001, 2250],
    // A clock that was set back in between.
    [-3600, 500],
  ])('for work of %i ms is %i ms after the arrival', (worked, expected) => {
    expect(answerAfter(worked)).toBe(expected)
  })

  it('is never before the work was done, never more than a step later, and always on the grid', () => {
    for (let worked = 0; worked <= 5000; worked++) {
      const after = answerAfter(worked)
      expect(after % 250).toBe(0)
      expect(after).toBeGreaterThanOrEqual(Math.max(500, worked))
      expect(after).toBeLessThan(Math.max(500, worked) + 250)
    }
  })
})

describe('the time of an answer while many accounts are being guessed at', () => {
  const arrived = new Date('2026-11-22T10:00:00.123Z')
  const LATEST = 5_500
  const answerAfter = (ms: number) =>
    nextAnswerTime(arrived, new Date(arrived.getTime() + ms), SPRAY_PACE, LATEST).getTime() - arrived.getTime()

  it.each([
    [0, 2000],
    [1999, 2000],
    [2001, 3000],
    [5000, 5000],
    // The next whole second would come too late.
    [5001, 5250],
    [5251, 5500],
    [5600, 5750],
  ])('for work of %i ms is %i ms after the arrival', (worked, expected) => {
    expect(answerAfter(worked)).toBe(expected)
  })

  it('is on a grid, and beyond the deadline only where the work was', () => {
    for (let worked = 0; worked <= 7000; worked++) {
      const after = answerAfter(worked)
      expect(after % 250).toBe(0)
      expect(after).toBeGreaterThanOrEqual(worked)
      if (worked <= LATEST) expect(after).toBeLessThanOrEqual(LATEST)
    }
  })
})

describe('the local day', () => {
  it.each([
    ['2026-11-22T22:59:59.999Z', 'Europe/Berlin', '2026-11-22'],
    ['2026-11-22T23:00:00.000Z', 'Europe/Berlin', '2026-11-23'],
    ['2026-07-01T21:59:59.999Z', 'Europe/Berlin', '2026-07-01'],
    ['2026-07-01T22:00:00.000Z', 'Europe/Berlin', '2026-07-02'],
    ['2026-12-31T23:30:00.000Z', 'Europe/London', '2026-12-31'],
    ['2026-12-31T23:30:00.000Z', 'Europe/Berlin', '2027-01-01'],
    ['2028-02-29T12:00:00.000Z', 'Europe/Berlin', '2028-02-29'],
  ])('at %s in %s is %s', (moment, zone, day) => {
    expect(localDay(new Date(moment), zone)).toBe(day)
  })
})
