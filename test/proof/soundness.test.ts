/** Whatever small hotline is drawn, and no matter who calls there: where a call is bad, the proof says so. */
import { afterAll, describe, expect, it } from '@jest/globals'
import type { Hotline } from '../../src/flow/hotline.ts'
import { prove } from '../../src/proof/check.ts'
import fc from '../support/by-chance.ts'
import type { Bad } from './judgement.ts'
import { daysOf, firstSafetyRule, isWhole } from './judges.ts'
import { createOracle } from './oracle.ts'
import { randomCall } from './random-calls.ts'
import { randomDays, randomHotlines } from './random-flows.ts'

/** The same flows every time, unless there is time for others. */
const seed = isWhole ? Date.now() : 20_261_122
const FLOWS = isWhole ? 20_000 : 500
const CALLS = 40
/** Exchanges of a call, the ringing counted. */
const LONGEST = 16

/** They are shown by what happens in them, so making their seeds smaller would only take time. */
const calls = fc.noShrink(
  fc.array(fc.record({ today: randomDays, seeds: fc.array(fc.nat(), { minLength: LONGEST, maxLength: LONGEST }) }), {
    minLength: CALLS,
    maxLength: CALLS,
  }),
)

/** A bad call, in words, and its day. */
interface Shown {
  bad: Bad
  call: string[]
  today: string
}

const counted = { flows: 0, faultless: 0, safe: 0, calls: 0, bad: 0, flowsWithBad: 0, unsafe: 0 }
const met = new Map<string, number>()

describe('a small hotline by chance', () => {
  afterAll(() => {
    const lines = [
      `${counted.flows} flows by seed ${seed}: the proof finds nothing in ${counted.faultless}, nothing unsafe in ${counted.safe}`,
      `${counted.calls} calls by chance: ${counted.bad} bad ones, in ${counted.flowsWithBad} flows`,
      `every call of each flow: bad ones in ${counted.unsafe} flows; what was met first, and the rule that the proof names`,
      ...[...met].sort().map(([what, number]) => `  ${String(number).padStart(6)}  ${what}`),
    ]
    console.log(lines.join('\n'))
  })

  it('breaks a rule of safety in the proof if any call is bad, by chance or when all are tried, and else none', () => {
    const property = fc.property(randomHotlines, calls, (hotline, drawn) => {
      const rule = firstSafetyRule(hotline)
      const bad = drawn.flatMap(({ today, seeds }): Shown[] => {
        const found = randomCall(hotline, today, seeds)
        return found ? [{ ...found, today }] : []
      })
      const tried = everyCall(hotline)
      note(hotline, { rule, bad, tried, calls: drawn.length })
      const shown = tried ?? bad[0]
      if ((rule === null) !== (shown === undefined)) throw new Disagreement(hotline, rule, shown)
    })
    // A flow of eight steps can be read as it is; making it smaller takes many times as long as finding it.
    const { failed, errorInstance } = fc.check(property, { numRuns: FLOWS, seed, endOnFailure: !isWhole })
    if (failed) throw errorInstance
  })

  it('is safe often enough, and bad often enough, that this says something', () => {
    expect(counted.flows).toBeGreaterThanOrEqual(FLOWS)
    expect(counted.safe).toBeGreaterThan(FLOWS / 5)
    expect(counted.flowsWithBad).toBeGreaterThan(FLOWS / 5)
    expect(counted.bad).toBeGreaterThan(FLOWS)
  })
})

/** Proof and callers say different things of a hotline. */
class Disagreement extends Error {
  constructor({ flow, brand }: Hotline, rule: string | null, shown: Shown | undefined) {
    const proof = rule === null ? 'nothing unsafe is found' : `it is refused by the rule '${rule}'`
    const calls = shown
      ? `a call on ${shown.today} shows ${shown.bad.what} (${shown.bad.why}): ${shown.call.join(', ')}`
      : 'no call is bad'
    const { topics, queues, roll_out, pin_shown_from, own_line, credentials, identifiers, transfers } = brand
    const about = { topics, queues, roll_out, pin_shown_from, own_line, credentials, identifiers, transfers }
    const steps = [...flow.steps].map(([name, step]) => `  ${name}: ${JSON.stringify(step)}`)
    super([`${proof}, but ${calls}`, JSON.stringify(about), ...steps].join('\n'))
  }
}

/** The first bad call when every call is tried on every kind of day, or null. */
function everyCall(hotline: Hotline): Shown | null {
  const oracle = createOracle(hotline)
  for (const today of daysOf(hotline.brand)) {
    const { bad, call, isComplete } = oracle.judge(hotline.flow, today, new Set())
    if (bad) return { bad, call, today }
    if (!isComplete) throw new Error('there are more calls than can be tried')
  }
  return null
}

function note(
  hotline: Hotline,
  { rule, bad, tried, calls }: { rule: string | null; bad: { bad: Bad }[]; tried: { bad: Bad } | null; calls: number },
): void {
  counted.flows += 1
  counted.safe += rule === null ? 1 : 0
  counted.faultless += rule === null && prove([hotline]).findings.length === 0 ? 1 : 0
  counted.calls += calls
  counted.bad += bad.length
  counted.flowsWithBad += bad.length > 0 ? 1 : 0
  counted.unsafe += tried ? 1 : 0
  const key = `${tried?.bad.what ?? 'nothing bad'}: ${rule ?? 'accepted'}`
  met.set(key, (met.get(key) ?? 0) + 1)
}
