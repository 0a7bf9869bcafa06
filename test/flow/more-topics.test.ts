/** The second menu of topics, opened by "anything else" (R41). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { Hotline } from '../../src/flow/hotline.ts'
import { budgetOf } from '../../src/proof/budget.ts'
import { prove } from '../../src/proof/check.ts'
import { ring } from './caller.ts'
import { DEMO_DAY, flowsDir } from './shipped.ts'
import { type Small, smallHotline } from './small.ts'

const shippedFlow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const hotline = (brand: Small['brand'] = {}): Hotline => smallHotline({ flow: shippedFlow, brand })
const toQueue = (queue: string): object => ({ kind: 'enqueue', queue })

describe('a menu with more topics than people listen to', () => {
  const more = {
    topics:
      '[{ name: bill, press: "1", needs: 2 }, { name: join, press: "3", needs: 0 }, { name: tariff, press: "1", needs: 0, more: true }, { name: order, press: "2", needs: 1, more: true }]',
  }
  const large = (): Hotline => hotline(more)
  const first = ['topic.bill key.1', 'topic.join key.3', 'menu.more', 'menu.person']
  const second = ['topic.tariff key.1', 'topic.order key.2', 'menu.back', 'menu.person']

  it('has the rest in a second one, opened by "anything else"', () => {
    const caller = ring(large())
    expect(caller.hears.slice(2)).toEqual(first)
    expect(caller.keys('4').hears).toEqual(second)
    expect(caller.call.visit.misses).toBe(0)
    expect(caller.keys('1').call.topic).toBe('tariff')
    expect(ring(large()).keys('1').call.topic).toBe('bill')
    expect(ring(large()).keys('2').hears).toEqual(['menu.no_match', ...first])
  })

  it('says once, of its first topic, what to do; the second one is short from the start', () => {
    const texts = { 'menu.topic_first': 'press for {label}' }
    const caller = ring(smallHotline({ flow: shippedFlow, brand: more, texts }))
    expect(caller.hears.slice(2)).toEqual(['press for topic.bill', ...first.slice(1)])
    expect(caller.keys('8').hears).toEqual(['menu.no_match', ...first])
    expect(caller.keys('4').hears).toEqual(second)
  })

  it('leads back by the star, and to a person from either', () => {
    expect(ring(large()).keys('4').keys('*').hears).toEqual(first)
    expect(ring(large()).keys('4').keys('0').reply.next).toEqual(toQueue('small.general'))
    expect(ring(large()).keys('4').keys('9').hears).toEqual(['menu.no_match', ...second])
    const lost = ring(large()).keys('4').keys('*').keys('4').keys('*').keys('4')
    expect(lost.keys('*').reply.next).toEqual(toQueue('small.general'))
  })

  it('ends after three silences in the second one too', () => {
    expect(ring(large()).keys('4').silence().hears).toEqual(second)
    expect(ring(large()).keys('4').silence().silence().silence().hears).toEqual(['goodbye.idle'])
  })

  it('is proved and timed: every topic leads to its queue, and either menu has its 12 seconds', () => {
    expect(prove([large()]).findings).toEqual([])
    const long = smallHotline({ flow: shippedFlow, brand: more, texts: { 'menu.back': 'x'.repeat(157) } })
    expect(budgetOf(long, DEMO_DAY).flatMap(({ broken }) => broken)).not.toEqual([])
    expect(budgetOf(large(), DEMO_DAY).flatMap(({ broken }) => broken)).toEqual([])
  })

  it.each([
    [
      'a key twice in one menu',
      more.topics.replace('press: "2", needs: 1', 'press: "1", needs: 1'),
      /key 1 is used twice/,
    ],
    ['"anything else" on the key of a topic', more.topics.replace('press: "3"', 'press: "4"'), /key 4 is used twice/],
    [
      'nothing in the first menu',
      '[{ name: bill, press: "1", needs: 2, more: true }]',
      /every topic is in the second menu/,
    ],
    [
      'five in the first',
      JSON.stringify([1, 2, 3, 5, 6].map((key) => ({ name: `t${key}`, press: `${key}`, needs: 0 }))),
      /at most four/,
    ],
  ])('is refused with %s', (_what, topics, complaint) => {
    expect(() => hotline({ topics })).toThrow(complaint)
  })
})
