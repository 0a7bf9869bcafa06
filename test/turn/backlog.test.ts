/** What calls are told of the wait before the queue: by the brand's limits and how the queue really moves. */
import { describe, expect, it } from '@jest/globals'
import { questions } from '../../src/call/question.ts'
import type { CallerLimits } from '../../src/seams/caller-limits.ts'
import type { WaitingList } from '../../src/seams/waiting.ts'
import { answer, type World } from '../../src/turn/answer.ts'
import { ring } from '../flow/caller.ts'
import { smallHotline } from '../flow/small.ts'
import { createTestClock, unhurried } from '../support/clock.ts'
import { noLimits } from '../support/no-limits.ts'

const flow = 'start: bye\nsteps:\n  bye: { type: hang_up }'

type Figures = Pick<WaitingList, 'length' | 'pace'>
const figures = (length: number, pace: number | null): Figures => {
  return { length: () => Promise.resolve(length), pace: () => Promise.resolve(pace) }
}

function asked(queues: string | null, waiting: Figures, limits: CallerLimits = noLimits) {
  const { brand } = smallHotline({ flow, ...(queues === null ? {} : { brand: { queues } }) })
  const { call } = ring(smallHotline({ flow }))
  const logged: string[] = []
  const write = (_fields: unknown, message: string): void => void logged.push(message)
  const log = { info: write, warn: write, error: write }
  const line = { limits, subjectKey: Buffer.alloc(32) }
  const world = { ...line, waiting, clock: createTestClock(), log } as unknown as World
  const given = answer(world, { kind: 'backlog', queue: 'small.bill' }, { call, brand, token: 't', by: unhurried })
  return { given, logged }
}

describe('the backlog', () => {
  // 60 s between two callers: the next one waits a minute for each who waits already, and one for themselves.
  it.each<[string, string | null, number, number | null, unknown]>([
    ['one place is left', '{ most: 20, long_minutes: 120 }', 19, 60, { kind: 'free' }],
    ['none is left', '{ most: 20, long_minutes: 120 }', 20, 60, { kind: 'full' }],
    ['more wait than are let in', '{ most: 20, long_minutes: 1 }', 40, 600, { kind: 'full' }],
    ['just as long as usual', '{ most: 5000, long_minutes: 15 }', 14, 60, { kind: 'free' }],
    ['a minute longer than usual', '{ most: 5000, long_minutes: 15 }', 15, 60, { kind: 'long', minutes: 16 }],
    ['a part of a minute counts whole', '{ most: 5000, long_minutes: 15 }', 14, 61, { kind: 'long', minutes: 16 }],
    ['nobody knows how fast it moves', '{ most: 5000, long_minutes: 15 }', 500, null, { kind: 'free' }],
    ['one place is left of many, and it moves fast', '{ most: 5000, long_minutes: 15 }', 4999, 0.01, { kind: 'free' }],
    ['no limits at all', null, 5000, 600, { kind: 'free' }],
  ])('%s', async (_what, queues, length, pace, expected) => {
    expect(await asked(queues, figures(length, pace)).given).toEqual(expected)
  })

  it('turns nobody away where it cannot be read, and that is logged', async () => {
    const broken = { ...figures(0, null), length: () => Promise.reject(new Error('down')) }
    const { given, logged } = asked('{ most: 20, long_minutes: 120 }', broken)
    expect(await given).toEqual({ kind: 'free' })
    expect(logged).toEqual(['how many wait could not be read; the queue counts as free'])
  })

  it('is full for a line that has as many calls on as may be, whatever waits', async () => {
    const spent: unknown[] = []
    const limits: CallerLimits = {
      ...noLimits,
      async spend(attempt) {
        spent.push([attempt.token, attempt.layers.map(({ name }) => name)])
        return { full: 'calls', counted: 'everywhere' }
      },
    }
    const { given, logged } = asked('{ most: 20, long_minutes: 120 }', figures(0, null), limits)
    expect([await given, logged]).toEqual([{ kind: 'full' }, ['too many calls of this line']])
    expect(spent).toEqual([['CA1', ['calls']]])
    expect(await asked(null, figures(0, null), limits).given).toEqual({ kind: 'free' })
  })

  it('is not timed as answers about accounts are', () => {
    expect(questions.backlog.tellsOfAccounts).toBe(false)
  })
})
