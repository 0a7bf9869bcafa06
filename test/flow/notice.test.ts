import { describe, expect, it } from '@jest/globals'
import { spokenSeconds } from '../../src/call/pace.ts'
import type { Answer, Question } from '../../src/call/question.ts'
import { SAMPLE_NOTICE } from '../../src/call/samples.ts'
import { transcriptOf } from '../../src/cli/bad-call.ts'
import { budgetIn, limits } from '../../src/proof/budget.ts'
import { dayKinds } from '../../src/proof/days.ts'
import { transitionsOf, wayTo } from '../../src/proof/exploration.ts'
import { explore } from '../../src/proof/explore.ts'
import { heardIn } from '../../src/proof/heard.ts'
import { ring } from './caller.ts'
import { smallHotline } from './small.ts'

const flow = `
start: welcome
steps:
  welcome: { type: say, prompt: greeting, next: all }
  all: { type: notice, about: brand, next: topic }
  topic: { type: topic, chosen: mine, person: mine, no_input: mine, no_match: mine }
  mine: { type: notice, about: topic, next: queue }
  queue: { type: enqueue, level: 0, queue: general, done: end, failed: end }
  end: { type: hang_up }
`
const topics = '[{ name: bill, press: "1", needs: 0 }, { name: join, press: "3", needs: 0 }]'
const hotline = smallHotline({ flow, brand: { topics } })

/** A notice that is on for this topic alone, or with null for all callers. */
const on = (topic: string | null, text: string) => (question: Question<'notice'>) =>
  question.topic === topic ? { kind: 'notice' as const, text } : null

describe('the notice step', () => {
  it('speaks the words as they are, braces and all, after what was said before', () => {
    const caller = ring(hotline, { notice: on(null, 'Bis {morgen} <gestört>.') })
    expect(caller.hears.slice(0, 2)).toEqual(['greeting', 'Bis {morgen} <gestört>.'])
    expect(caller.reply.say[1]?.language).toBe('de')
  })

  it('speaks that of the topic in the language that was chosen', () => {
    const caller = ring(hotline, { notice: on('join', 'News.') })
      .keys('9')
      .keys('3')
    expect(caller.reply.say).toEqual([{ text: 'News.', language: 'en' }])
    expect(ring(hotline, { notice: on('join', 'News.') }).keys('1').hears).toEqual([])
  })

  it('says nothing and asks nothing where nothing is on, or no topic was chosen', () => {
    expect(ring(hotline).hears[1]).not.toBe('')
    expect(ring(hotline).hears[0]).toBe('greeting')
    expect(ring(hotline, { notice: on(null, 'x') }).keys('0').hears).toEqual([])
  })
})

describe('the proof', () => {
  const exploration = explore(hotline, dayKinds(hotline.brand))

  it('tries every call with a notice and without one, and they go on alike', () => {
    const about = (kind: Answer['kind']): string[] =>
      [...transitionsOf(exploration)]
        .filter(({ asked }) => asked.some(({ answer }) => answer.kind === kind))
        .map(({ from, act, way, step }) => JSON.stringify([from.call.step, act, way, step]))
    expect(about('notice').length).toBeGreaterThan(5)
    expect(about('notice')).toEqual(about('no_notice'))
  })

  it('takes a notice for as long as one may be, and for no prompt of a step', () => {
    expect(spokenSeconds(SAMPLE_NOTICE)).toBe(limits.prompt)
    expect(heardIn(exploration).filter(({ text }) => text.includes(SAMPLE_NOTICE))).toEqual([])
    expect(budgetIn(exploration, 0).flatMap(({ broken }) => broken)).toEqual([])
  })

  it('shows a call with a notice as one that can be played', () => {
    const transition = [...transitionsOf(exploration)].find(({ asked }) =>
      asked.some(
        ({ question, answer }) =>
          'topic' in question && question.topic === 'bill' && 'text' in answer && answer.text === SAMPLE_NOTICE,
      ),
    )
    const exchanges = transition ? wayTo(transition) : []
    const { lines } = transcriptOf({ exploration, day: 0, exchanges }, { code: 'exit', message: 'a call' })
    expect(lines).toContainEqual({ kind: 'before', text: `notice small bill ${SAMPLE_NOTICE}` })
    expect(lines).toContainEqual({ kind: 'hears', language: 'de', text: SAMPLE_NOTICE.trim() })
  })
})
