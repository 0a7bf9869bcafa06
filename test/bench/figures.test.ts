import { expect, it } from '@jest/globals'
import { type Measured, refuseNonsense } from './figures.ts'

const slow = [9_000_000]
const measured: Measured = {
  floor: slow,
  floorKept: slow,
  turn: slow,
  call: slow,
  verify: slow,
  plainCall: slow,
  turnRatio: slow,
  turnRatioKept: slow,
  callRatio: slow,
  callRatioKept: slow,
  plainCallRatio: slow,
  overloaded: 0,
  bytes: { floor: 1, turn: 1 },
  rate: { floor: 0.01, turn: 0.01 },
}

it('takes any figure of a slow machine', () => {
  expect(() => refuseNonsense(measured)).not.toThrow()
})

it.each<[string, Partial<Measured>]>([
  ['turn', { turn: [] }],
  ['call', { call: [1000, Number.NaN] }],
  ['callRatio', { callRatio: [Number.POSITIVE_INFINITY] }],
  ['verify', { verify: [0] }],
  ['bytes', { bytes: { floor: 1, turn: 0 } }],
])('refuses a %s that was not measured', (name, broken) => {
  expect(() => refuseNonsense({ ...measured, ...broken })).toThrow(`nonsense: ${name} is [`)
})
