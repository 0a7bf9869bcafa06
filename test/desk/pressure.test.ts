import { expect, it } from '@jest/globals'
import { pressureOf } from '../../src/desk/page/supervisor/pressure.ts'

const since = '2026-11-22T10:00:00.000Z'
const threshold = { waiting: 5, minutes: 3 }
const queue = { queue: 'rheinnetz.bill', waiting: 1, longestSince: since, agents: 2, free: 0, threshold }
const after = (seconds: number): number => Date.parse(since) + seconds * 1000

it.each([
  ['a wait that grows over it by the clock alone', queue, 179, null],
  ['a wait that grows over it by the clock alone', queue, 180, 'long'],
  ['one caller too few', { ...queue, waiting: 4 }, 0, null],
  ['as many callers as it names', { ...queue, waiting: 5 }, 0, 'waiting'],
  ['nobody there for a caller', { ...queue, agents: 0 }, 0, 'nobody'],
  ['nobody there, and nobody who waits', { ...queue, agents: 0, waiting: 0, longestSince: null }, 0, null],
] as const)('a queue is over its threshold, or not, by %s', (_what, given, seconds, expected) => {
  expect(pressureOf(given, after(seconds))).toBe(expected)
})
