/** A forgotten PIN by telephone: given a caller who is offered a letter, when they key …, then …. Prompts are named by their keys. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { BrokenFlow } from '../../src/flow/broken-flow.ts'
import { type Caller, ring, type World } from './caller.ts'
import { flowsDir } from './shipped.ts'
import { smallHotline } from './small.ts'

const flow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const brand = {
  topics: '[{ name: bill, press: "1", needs: 2 }]',
  identifiers: '[{ kind: customer_number, digits: { min: 6, max: 12 } }]',
}

/** A caller who keyed a number and has no PIN to hand, in a brand that says so much of letters. */
function forgetful(letters: 'none' | 'agents' | 'callers', world: World = {}, text = flow): Caller {
  const caller = ring(smallHotline({ flow: text, brand: { ...brand, pins: `{ letters: ${letters} }` } }), world)
  return caller.keys('1').keys('234567').silence().keys('2')
}
const asked = (caller: Caller): string[] => caller.questions.map(({ kind }) => kind)
const OFFERED = ['no_pin.later', 'letter.offer']

describe('a letter with a new PIN', () => {
  it('is ordered with one key, for the number that was keyed', () => {
    const caller = forgetful('callers')
    expect([caller.hears, caller.keys('1').hears]).toEqual([OFFERED, ['letter.told', 'hand_off.topic']])
    expect(caller.questions.at(-1)).toEqual({ kind: 'order_letter', claim: caller.call.claim })
    expect(caller.call).toMatchObject({ letters: 1, assurance: { level: 1 }, outcome: 'no_pin' })
  })

  it.each(['none', 'agents'] as const)('is offered to nobody where the brand says: %s', (letters) => {
    expect(forgetful(letters).hears).toEqual(['no_pin.later', 'hand_off.topic'])
  })

  it('is ordered once in a call: after wrong PINs it is not offered again', () => {
    const again = flow.replace('on: phase\n    voluntary: write_identified', 'on: phase\n    voluntary: pin')
    const caller = forgetful('callers', { verify: { kind: 'failed' } }, again).keys('1')
    caller.keys('1111').keys('2222').keys('234567').keys('3333')
    expect(caller.hears).toEqual(['refused.reason', 'refused.renew', 'hand_off.refused'])
    expect(asked(caller).filter((kind) => kind === 'order_letter')).toHaveLength(1)
  })

  it.each([
    ['silence', (caller: Caller) => caller.silence()],
    ['the key for a person', (caller: Caller) => caller.keys('0')],
    ['three keys that mean nothing', (caller: Caller) => caller.keys('5').keys('*').keys('11')],
  ])('is none by %s', (_what, answers) => {
    const caller = answers(forgetful('callers'))
    expect(caller.hears).toEqual(['hand_off.topic'])
    expect(asked(caller)).not.toContain('order_letter')
  })

  it('is offered again after a key that means nothing, and after a star', () => {
    const caller = forgetful('callers').keys('5')
    expect(caller.hears).toEqual(['menu.no_match', 'letter.offer'])
    expect(caller.keys('*').hears).toEqual(['letter.offer'])
  })

  it('says so where it could not be ordered, and goes on', () => {
    const caller = forgetful('callers', { order_letter: { kind: 'unavailable' } }).keys('1')
    expect(caller.hears).toEqual(['letter.unavailable', 'hand_off.topic'])
  })

  it('breaks the call where no number was keyed', () => {
    const early = flow.replace('on: pin_shown\n    yes: no_pin_yet_place', 'on: sets\n    yes: no_pin_yet_place')
    const lost = early.replace('no: no_pin_yet_later', 'no: new_letter')
    const hotline = smallHotline({ flow: lost, brand: { ...brand, pins: '{ letters: callers }' } })
    expect(() => ring(hotline, {}).keys('1').silence().keys('2')).toThrow(BrokenFlow)
  })
})
