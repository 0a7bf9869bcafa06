/** What the world answers when none of its parts does: as the row of the question says, and never by a throw. */
import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { type Question, questions } from '../../src/call/question.ts'
import { hoursSchema } from '../../src/flow/hours.ts'
import { answer, type World } from '../../src/turn/answer.ts'
import { ring } from '../flow/caller.ts'
import { shipped } from '../flow/shipped.ts'
import { createTestClock, unhurried } from '../support/clock.ts'
import { heldHours } from '../support/held-hours.ts'
import { noLimits } from '../support/no-limits.ts'
import { CLAIM } from '../support/world.ts'

/** A part of the world where every question fails. */
const broken = new Proxy({}, { get: () => () => Promise.reject(new Error('down, and it was given 4711')) })

const secret = new Secret('4711')
const asked: Question[] = [
  { kind: 'identify', by: { kind: 'own_line' } },
  { kind: 'identify', by: { kind: 'entry', digits: new Secret('407182632'), kinds: ['customer_number'] } },
  { kind: 'admit', claim: CLAIM, digits: secret },
  { kind: 'verify', claim: CLAIM, credential: 'pin', digits: secret, weak: 'nothing', replaceOnly: false },
  {
    kind: 'verify',
    claim: { ...CLAIM, ref: null },
    credential: 'puk',
    digits: secret,
    weak: 'nothing',
    replaceOnly: false,
  },
  { kind: 'agent', room: 'room' },
  { kind: 'notice', topic: null },
  { kind: 'open', topic: null, others: false, languages: ['de'] },
  { kind: 'backlog', queue: 'rheinnetz.bill' },
  { kind: 'ticket' },
]

it('takes a code for first use as such where the brand has such codes, and else for nothing, though it is right', async () => {
  const hotline = shipped.get('alpenfunk')
  if (!hotline) throw new Error('there is no such brand')
  const stored = [{ sim: null, stored: {}, weak: true, replaceOnly: true, letter: null, setAt: null }]
  const settled: string[] = []
  const world = {
    limits: noLimits,
    subjectKey: Buffer.alloc(32),
    slots: { take: async () => () => {} },
    attempts: {
      reserve: async () => ({ kind: 'reserved', ordinal: 1, stored }),
      settle: async (_try: unknown, _reservation: unknown, outcome: string) => void settled.push(outcome),
    },
    verifier: {
      matchOf: async (_digits: Secret, _kind: string, [candidate]: object[]) => ({ candidate, fresh: null }),
    },
  } as unknown as World
  const told = (first_use: boolean) => {
    const brand = { ...hotline.brand, pins: { ...hotline.brand.pins, first_use } }
    const question = {
      kind: 'verify' as const,
      claim: CLAIM,
      credential: 'pin' as const,
      digits: secret,
      weak: 'nothing' as const,
      replaceOnly: first_use,
    }
    return answer(world, question, { call: ring(hotline).call, brand, token: 'token', by: unhurried })
  }
  expect(await told(true)).toEqual({ kind: 'replace_only', credential: 'pin' })
  expect(await told(false)).toEqual({ kind: 'failed' })
  expect(settled).toEqual(['right', 'right'])
})

it('sends callers to an agent where as many have ordered letters as may, with a warning, and tells nothing else of an order', async () => {
  const hotline = shipped.get('kassemobil')
  if (!hotline) throw new Error('there is no such brand')
  const { brand } = hotline
  const warned: [fields: object, message: string][] = []
  const given: unknown[] = []
  const told = (done: 'taken' | 'over_limit') => {
    const letterOrders = { orderByKey: async (...keyed: unknown[]) => given.push(keyed) && done }
    const log = { warn: (...line: [object, string]) => warned.push(line) }
    const call = { ...ring(hotline).call, claim: CLAIM }
    const asking = { call, brand, token: 'token', by: unhurried }
    return answer({ letterOrders, log } as unknown as World, { kind: 'order_letter', claim: CLAIM }, asking)
  }
  expect([await told('taken'), warned]).toEqual([{ kind: 'taken' }, []])
  expect([await told('over_limit'), warned.length]).toEqual([{ kind: 'unavailable' }, 1])
  const { call } = ring(hotline)
  expect(given[0]).toEqual([
    { brand: 'kassemobil', ref: CLAIM.ref },
    { callId: call.id, most: brand.pins.letters_a_day },
  ])
})

describe('a line', () => {
  const digits = new Secret('1111')
  const claim = { ...CLAIM, keyed: 'as it was keyed' }

  /** What a check that ends so does to the counters of the line. */
  async function told(
    ends: 'right' | 'wrong' | 'no slot' | 'repeated' | 'full' | 'alone' | 'none left of all' | 'spray',
  ) {
    const hotline = shipped.get('rheinnetz')
    if (!hotline) throw new Error('there is no such brand')
    const done: [string, unknown][] = []
    const reserved: unknown[] = []
    const logged: string[] = []
    const stored = [{ sim: null, stored: {}, weak: false, replaceOnly: false, letter: null, setAt: null }]
    const note = (_fields: object, text: string): void => void logged.push(text)
    const world = {
      subjectKey: Buffer.alloc(32),
      limits: {
        async spend(attempt: unknown) {
          done.push(['spend', attempt])
          return { full: ends === 'full' ? 'caller' : null, counted: ends === 'alone' ? 'here' : 'everywhere' }
        },
        async spendOfAll(attempt: unknown) {
          done.push(['spend of all', attempt])
          return { isLeft: ends !== 'none left of all', counted: 'everywhere' }
        },
        giveBack: async (attempt: unknown, _by: unknown, proved: string | null) =>
          void done.push([proved !== null ? 'give back, proved' : 'give back', attempt]),
      },
      sprays: { hasOneTry: () => ends === 'spray' },
      slots: { take: async () => (ends === 'no slot' ? null : () => {}) },
      attempts: {
        async reserve(attempt: unknown) {
          reserved.push(attempt)
          return { kind: ends === 'repeated' ? 'repeated' : 'reserved', ordinal: 1, stored }
        },
        settle: async () => {},
      },
      verifier: {
        matchOf: async (_digits: Secret, _kind: string, [candidate]: object[]) =>
          ends === 'right' && candidate ? { candidate, fresh: null } : null,
      },
      log: { warn: note, error: note },
    } as unknown as World
    const asking = { call: ring(hotline).call, brand: hotline.brand, token: 'token', by: unhurried }
    const admitted = await answer(world, { kind: 'admit', claim, digits }, asking)
    const question = { claim, credential: 'pin' as const, digits, weak: 'nothing' as const, replaceOnly: false }
    const checked = admitted.kind === 'admitted' ? await answer(world, { kind: 'verify', ...question }, asking) : null
    return { admitted, checked: checked?.kind, done, reserved, logged }
  }

  it.each([
    ['right', 'verified', ['spend of all', 'give back, proved']],
    ['wrong', 'failed', ['spend of all']],
    // Nothing is spent for all lines before the work begins.
    ['no slot', 'unavailable', ['give back']],
    // Whether that one was right the first delivery has said.
    ['repeated', 'unchecked', ['spend of all']],
  ] as const)(
    'has spent a try (%s) before it is checked, and has it back where it was not in vain',
    async (ends, kind, then) => {
      const { admitted, checked, done } = await told(ends)
      expect([admitted, checked]).toEqual([{ kind: 'admitted', digits, isLast: false }, kind])
      expect(done.map(([what]) => what)).toEqual(['spend', ...then])
      expect(done.every(([, attempt]) => JSON.stringify(attempt) === JSON.stringify(done[0]?.[1]))).toBe(true)
      expect(done[0]?.[1]).toMatchObject({ brand: 'rheinnetz', token: 'token', account: 'as it was keyed' })
    },
  )

  it('that is full has nothing checked, with a warning', async () => {
    const { admitted, done, logged } = await told('full')
    expect([admitted, done.length, logged]).toEqual([{ kind: 'over_limit' }, 1, ['too much was tried from this line']])
  })

  it('of a brand whose lines together have nothing left is compared where it is trusted, and nowhere else', async () => {
    const { checked, done, reserved, logged } = await told('none left of all')
    expect([checked, done.map(([what]) => what)]).toEqual(['failed', ['spend', 'spend of all']])
    expect(reserved).toEqual([expect.objectContaining({ subject: CLAIM.subject, trustedOnly: true })])
    expect(logged).toEqual([
      'too much was tried from all lines together; from trusted lines alone secrets are compared',
    ])
    expect((await told('wrong')).reserved).toEqual([
      expect.objectContaining({ subject: CLAIM.subject, trustedOnly: false }),
    ])
  })

  it('is let try once while many accounts are being guessed at', async () => {
    const { admitted, done } = await told('spray')
    expect(admitted).toEqual({ kind: 'admitted', digits, isLast: true })
    expect(done.map(([what]) => what)).toEqual(['spend', 'spend of all'])
  })

  it('that is counted by this instance alone is let in as far as that goes, with an error in the log', async () => {
    const { admitted, logged } = await told('alone')
    expect([admitted.kind, logged]).toEqual(['admitted', ['tries by line are counted here alone, at half the rate']])
  })
})

describe('a world where no part answers', () => {
  const hotline = shipped.get('rheinnetz')
  if (!hotline) throw new Error('there is no such brand')
  const hours = hoursSchema.parse({ holidays: 'NW', monday: ['08:00-18:00'] })
  const brand = { ...hotline.brand, hours, queues: { most: 1, long_minutes: 1 } }
  const call = {
    ...ring(hotline).call,
    topic: 'bill',
    claim: CLAIM,
    assurance: { level: 2 as const, method: null, at: null },
  }

  it.each(asked)('answers $kind as its row says, and logs what that means, with the call alone', async (question) => {
    const logged: unknown[] = []
    const write = (fields: { callId: string }, message: string): void => void logged.push([fields.callId, message])
    const parts = [
      'source',
      'rooms',
      'notices',
      'calendar',
      'waiting',
      'matters',
      'attempts',
      'limits',
      'verifier',
      'slots',
      'events',
    ]
    const world = {
      ...Object.fromEntries(parts.map((part) => [part, broken])),
      subjectKey: Buffer.alloc(32),
      clock: createTestClock(),
      specialHours: heldHours().store,
      log: { info: write, warn: write, error: write },
    } as unknown as World
    const { outage } = questions[question.kind]
    expect(await answer(world, question, { call, brand, token: 't', by: unhurried })).toEqual({ kind: outage.answer })
    expect(logged).toEqual([[call.id, outage.log]])
  })
})
