/** `npm run timing` in small: what it counts, and that it finds a hash that is left out. Times are no matter of a test. */
import { afterEach, expect, it } from '@jest/globals'
import { openTimedCalls, type TimedCalls } from '../bench/timing-calls.ts'
import { type Finding, findingsIn, rounds } from '../bench/timing-run.ts'

let calls: TimedCalls
afterEach(() => calls.close())

async function found(without: 'dummy-hash' | null): Promise<Finding[]> {
  calls = await openTimedCalls({ cheap: true, without })
  return findingsIn(await rounds(calls, { pairs: 2, seed: 1 }, () => {}))
}

it('every state asks for as much as the one that it is compared with, the number and the secret (threat 12)', async () => {
  const findings = await found(null)
  expect(findings.map(({ state, turn, otherWork, verdict }) => ({ state, turn, otherWork, verdict }))).toEqual(
    findings.map(({ state, turn }) => ({ state, turn, otherWork: null, verdict: 'alike' })),
  )
  expect(new Set(findings.map(({ state }) => state)).size).toBe(5)
})

it('without the dummy hash all that have no secret to compare are told apart, and by their hashes', async () => {
  const findings = await found('dummy-hash')
  const apart = findings.filter(({ verdict }) => verdict !== 'alike')
  expect(apart.map(({ state, turn }) => `${state}: ${turn}`)).toEqual([
    'unknown number: secret',
    'locked: secret',
    'no PIN set: secret',
    'SIM at rest, its PUK: secret',
  ])
  expect(apart.flatMap(({ otherWork }) => otherWork?.map(({ hashes }) => hashes).toSorted() ?? [])).toEqual(
    apart.flatMap(() => [0, 1]),
  )
})
