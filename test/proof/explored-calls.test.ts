/** What the proof explored is what happens: calls of it, chosen by chance, on the real server. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { loadHotlines } from '../../src/hotlines/hotlines.ts'
import { dayKinds } from '../../src/proof/days.ts'
import type { Exploration, State, Transition } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { flowsDir, shipped } from '../flow/shipped.ts'
import fc from '../support/by-chance.ts'
import { callWith, openPlayServer, type PlayServer } from './playing.ts'

let server: PlayServer
beforeAll(async () => {
  server = await openPlayServer()
})
afterAll(() => server.close())

describe('any call that the proof explored', () => {
  const explorations = [...shipped.values()].map((hotline) => explore(hotline, dayKinds(hotline.brand)))
  /** Each figure chooses the next exchange; four in five lead on to where the hotline waits again. */
  const choices = fc.tuple(fc.nat(), fc.array(fc.nat(), { minLength: 3, maxLength: 14 }))

  function wayBy([first, rest]: [number, number[]]): { exploration: Exploration; way: Transition[] } {
    const exploration = explorations[first % explorations.length] as Exploration
    let state: State | null = exploration.initial[first % exploration.initial.length] ?? null
    let days = -1
    const way: Transition[] = []
    for (const figure of rest) {
      const isQueued = state?.call.reply?.next.kind === 'enqueue'
      const possible = (state?.on ?? []).filter(
        // No call as short as these comes to the end of the time to key. Who waits in a queue without agents until the hotline
        // lets them out is let out because nobody is there: test/transcripts/waits brings about the other ends. And no line of
        // a transcript closes a brand: test/turn/recorded.test.ts plays such a call.
        ({ act, asked, days: on }) =>
          act.kind !== 'late' &&
          (act.kind !== 'unserved' || act.why === 'nobody') &&
          (act.kind !== 'returned' || act.reason !== 'left' || !isQueued) &&
          (on & days) !== 0 &&
          asked.every(({ answer }) => !['unchecked', 'closed'].includes(answer.kind)),
      )
      const waiting = possible.filter(({ act, reply }) => act.kind !== 'fallback' && reply?.next.kind === 'gather')
      const from = figure % 5 > 0 && waiting.length > 0 ? waiting : possible
      const transition = from[figure % from.length]
      if (!transition) break
      way.push(transition)
      days &= transition.days
      state = transition.to
    }
    return { exploration, way }
  }

  it('goes on the real server just as the proof says', async () => {
    const hotlines = loadHotlines(flowsDir)
    const seen = new Set<string>()
    for (const choice of fc.sample(choices, { numRuns: 60, seed: 20_261_122 })) {
      const { exploration, way } = wayBy(choice)
      for (const { act, asked } of way) {
        seen.add([act.kind, ...asked.map(({ answer }) => answer.kind)].join(' '))
      }
      await server.play(callWith(exploration, way), hotlines)
    }
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'fallback',
        'hash',
        'keys',
        'keys admitted failed',
        'keys admitted not_redeemed',
        'keys identified',
        'keys over_limit',
        'keys unavailable',
        'returned',
        'silence',
      ]),
    )
  })
})
