import { describe, expect, it } from '@jest/globals'
import type { Answer, Question } from '../../src/call/question.ts'
import { FlowError } from '../../src/flow/files/finding.ts'
import { prove } from '../../src/proof/check.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { transitionsOf } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { ring } from './caller.ts'
import { smallHotline } from './small.ts'

const flow = `
start: topic
steps:
  topic: { type: topic, chosen: backlog, person: person, no_input: person, no_match: person }
  backlog: { type: backlog, queue: topic, free: queue, long: queue, full: full }
  queue: { type: enqueue, level: 0, queue: topic, done: end, failed: full }
  person: { type: backlog, queue: general, free: general, long: general, full: full }
  general: { type: enqueue, level: 0, queue: general, done: end, failed: full }
  full: { type: hang_up, prompt: full }
  end: { type: hang_up }
`
const topics = '[{ name: join, press: "1", needs: 0 }]'
const queues = '{ most: 20, long_minutes: 15 }'
const texts = { 'backlog.long': '{minutes, plural, one {a minute} other {# minutes}}' }
const hotline = smallHotline({ flow, brand: { topics, queues }, texts })
const long = { kind: 'long', minutes: 31 } as const

/** What is answered of one queue; the others are free. */
const inQueue = (queue: string, answer: Answer<'backlog'>) => (question: Question<'backlog'>) =>
  question.queue === queue ? answer : null

describe('the backlog step', () => {
  it('says nothing while the wait is as usual', () => {
    expect(ring(hotline).keys('1').reply).toMatchObject({ say: [], next: { kind: 'enqueue', queue: 'small.join' } })
  })

  it('tells of a long wait before the queue, in minutes, and asks of that queue alone', () => {
    const caller = ring(hotline, { backlog: inQueue('small.join', long) }).keys('1')
    expect(caller.hears).toEqual(['31 minutes'])
    expect(caller.reply.next.kind).toBe('enqueue')
    expect(caller.questions).toEqual([{ kind: 'backlog', queue: 'small.join' }])
    expect(ring(hotline, { backlog: inQueue('small.join', long) }).keys('0').hears).toEqual([])
    expect(ring(hotline, { backlog: inQueue('small.general', long) }).keys('0').hears).toEqual(['31 minutes'])
  })

  it('lets nobody into a full queue, and says so', () => {
    const caller = ring(hotline, { backlog: inQueue('small.join', { kind: 'full' }) }).keys('1')
    expect([caller.hears, caller.reply.next]).toEqual([['full'], { kind: 'hang_up' }])
  })

  it('asks nobody where the brand says nothing of its queues', () => {
    const caller = ring(smallHotline({ flow, brand: { topics } }), { backlog: inQueue('small.join', { kind: 'full' }) })
    expect(caller.keys('1').reply.next.kind).toBe('enqueue')
    expect(caller.questions).toEqual([])
  })
})

/** But for what the check warns of in so small a flow: it asks nowhere whether it is open, and its waits have no end. */
const told = ({ findings }: ReturnType<typeof prove>): string[] =>
  findings.flatMap(({ code, message }) => (code === 'hours' || code === 'wait' ? [] : [message]))

describe('the proof', () => {
  it('tries a queue that is free, long and full, and finds nothing wrong', () => {
    expect(told(prove([hotline]))).toEqual([])
    const answers = [...transitionsOf(explore(hotline, dayKinds(hotline.brand)))].flatMap(({ asked }) =>
      asked.flatMap(({ question, answer }) => (question.kind === 'backlog' ? [answer.kind] : [])),
    )
    expect(new Set(answers)).toEqual(new Set(['free', 'long', 'full']))
  })

  it('takes no exit for unreachable that a brand with limits would take', () => {
    expect(told(prove([], { drafts: [smallHotline({ flow, brand: { topics } })] }))).toEqual([])
  })
})

describe('queues in a brand file', () => {
  it.each([
    ['{ most: 9, long_minutes: 15 }', /'queues.most'/],
    ['{ most: 5001, long_minutes: 15 }', /'queues.most'/],
    ['{ most: 10, long_minutes: 0 }', /'queues.long_minutes'/],
    ['{ most: 10, long_minutes: 121 }', /'queues.long_minutes'/],
    ['{ most: 10, long_minutes: 15, longest: 5 }', /longest/],
    ['{ most: 10 }', /'queues.long_minutes'/],
    ['{}', /'queues.most'/],
  ])('are refused: %s', (queues, message) => {
    expect(() => smallHotline({ flow, brand: { topics, queues } })).toThrow(FlowError)
    expect(() => smallHotline({ flow, brand: { topics, queues } })).toThrow(message)
  })
})
