/** The PIN check in mid-call: what the proof demands of it, and that the shipped one keeps it, whatever was tried before. */
import { describe, expect, it } from '@jest/globals'
import { ENTRIES_PER_CALL, TRIES_PER_CALL } from '../../src/auth/lockout.ts'
import type { Call } from '../../src/call/call.ts'
import type { Reply } from '../../src/call/reply.ts'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { alike } from '../../src/proof/alike.ts'
import { prove } from '../../src/proof/check.ts'
import { type Exploration, transitionsOf } from '../../src/proof/exploration.ts'
import { flowsDir } from '../flow/shipped.ts'
import { smallHotline } from '../flow/small.ts'
import { isFull, times } from '../support/counts.ts'
import { next, passing, withTypes } from './foreign.ts'
import { callOf, FEWEST } from './proving.ts'

const CHECK = `start: number
steps:
  number:
    type: identify
    prompt: ask
    identified: pin
    no_pin: back
    person: back
    no_input: back
    no_match: back
    refused: back
    unavailable: back
  pin:
    type: verify
    prompt: prove
    verified: back
    refused: back
    no_pin: back
    person: back
    no_input: back
    no_match: back
    unavailable: back
  back: { type: rejoin }
`

// In two languages and with a line of its own by the full count.
const findingsOf = (flow: string) =>
  prove([], { checks: [smallHotline({ flow, brand: isFull ? {} : FEWEST })] }).findings.map(
    ({ code, message }) => `${code}: ${message}`,
  )

describe('a PIN check in mid-call', () => {
  it('has nothing to correct where every way leads back', () => expect(findingsOf(CHECK)).toEqual([]))

  it.each([
    ['hangs up', '  back: { type: rejoin }\n  gone: { type: hang_up }\n', 'gone'],
    [
      'brings the caller to a queue',
      '  back: { type: rejoin }\n  gone: { type: enqueue, level: 0, queue: general, done: back, failed: back }\n',
      'gone',
    ],
  ])('that %s after silence takes the caller away from the agent who waits', (_what, steps, target) => {
    const flow = CHECK.replace('  back: { type: rejoin }\n', steps).replace('no_input: back', `no_input: ${target}`)
    expect(findingsOf(flow).join('\n')).toMatch(
      /return: 'gone' takes the caller away from the agent who waits for them/,
    )
  })

  it('that has no way on when entries or tries are used up is told so', () => {
    expect(findingsOf(CHECK.replace('    refused: back\n', '')).join('\n')).toMatch(
      /break: step 'number' has no exit 'refused'/,
    )
  })
})

describe("a PIN check with a step of an operator's own", () => {
  const flow = CHECK.replace('start: number', 'start: mine').replace(
    'steps:\n',
    'steps:\n  mine: { type: mine, next: number }\n',
  )
  const breaking = (isBad: (call: Call) => boolean) =>
    passing(({ call }) => {
      if (isBad(call)) throw new Error('on a day that nobody tried')
      return next
    })
  const brand = { topics: '[{ name: bill, press: "1", needs: 2 }]', own_line: 'false' }
  const types = withTypes({ mine: breaking(({ language, topic }) => language === 'en' && topic === 'bill') })

  it('is tried in every language about every topic', () => {
    const { findings } = prove([], { checks: [smallHotline({ flow, brand, types })] })
    expect(findings).toMatchObject([{ code: 'break', message: expect.stringContaining('that nobody tried') }])
    expect(callOf(findings[0])).toContain('that nobody tried')
  })
})

it.each([
  ['a code for first use is an answer', '{ first_use: true }'],
  ['a weak PIN is told of', '{ weak: { follows: hint } }'],
  ['a weak PIN proves nothing', '{ weak: { follows: must_change, by: "2027-03-01" } }'],
  ['callers order letters', '{ letters: callers }'],
  ['callers change the PIN', '{}', '[{ name: bill, press: "1", needs: 2, sets: pin }]'],
])('is proved apart for a brand where %s', (_what, pins, topics = '[{ name: bill, press: "1", needs: 2 }]') => {
  const small = (own: string, topics: string) => smallHotline({ flow: CHECK, brand: { pins: own, topics } })
  const [one, two] = ['[{ name: bill, press: "1", needs: 2 }]', '[{ name: line, press: "1", needs: 0 }]'] as const
  const groups = alike([small('{}', one), small(pins, topics), small('{ letters_a_day: 3 }', two)])
  expect(groups.map((group) => group.length)).toEqual([2, 1])
})

describe('the shipped PIN check', () => {
  // `rufpass flows check` proves all of them, in `test/cli/flows.test.ts`; here the others are looked at by the full count.
  const checks = loadHotlines(flowsDir).checks.slice(0, times(1, 6))
  // Those that are proved together, one group after the other: an exploration holds hundreds of megabytes.
  const proved = alike(checks).map((group) => {
    const { findings, most, explorations } = prove([], { checks: group }, { keep: true })
    return { brands: group.length, findings, most, ends: explorations.flatMap(endsOf) }
  })

  /** Where a call is led that is not asked for keys, and whether its agent was still there. */
  function endsOf(exploration: Exploration): { next: Reply['next']; isGone: boolean }[] {
    return [...transitionsOf(exploration)].flatMap(({ reply, asked }) =>
      reply === null || reply.next.kind === 'gather'
        ? []
        : [{ next: reply.next, isGone: asked.some(({ answer }) => answer.kind === 'agent_gone') }],
    )
  }

  it('is proved for each brand', () => {
    expect(proved.flatMap(({ findings }) => findings)).toEqual([])
    expect(proved.reduce((all, { brands }) => all + brands, 0)).toBe(times(1, 6))
  })

  it('never has more entries or tries in a call than the policy, those before the check among them', () => {
    for (const { most } of proved) expect(most).toMatchObject({ entries: ENTRIES_PER_CALL, tries: TRIES_PER_CALL })
  })

  it('ends back in the room of the agent who asked for it, unless they are gone', () => {
    const ends = proved.flatMap(({ ends }) => ends)
    expect(ends.length).toBeGreaterThan(100)
    expect(ends.some(({ isGone }) => isGone)).toBe(true)
    const others = ends.filter(({ next, isGone }) => !isGone && (next.kind !== 'room' || next.room !== 'room'))
    expect(others).toEqual([])
  })
})
