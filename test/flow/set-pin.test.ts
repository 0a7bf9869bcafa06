/** A new PIN by telephone: given a call at the step, when the caller keys …, then …. Prompts are named by their keys. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { newSecretFaults } from '../../src/call/question.ts'
import { FlowError } from '../../src/flow/files/finding.ts'
import { type Caller, ring, type World } from './caller.ts'
import { flowsDir } from './shipped.ts'
import { smallHotline } from './small.ts'

const flow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const topics = '[{ name: fresh, press: "1", needs: 2, sets: pin }, { name: bill, press: "2", needs: 2 }]'
const identifiers = '[{ kind: customer_number, digits: { min: 6, max: 12 } }]'
const brand = { topics, identifiers }

/** A caller who has just proved themselves, for the topic of that key. */
const proved = (world: World = {}, { key = '1', secret = '4711', more = {} } = {}): Caller =>
  ring(smallHotline({ flow, brand: { ...brand, ...more } }), world)
    .keys(key)
    .keys('234567')
    .keys(secret)

const asked = (caller: Caller): string[] => caller.questions.map(({ kind }) => kind)
const ASKED = ['verify.thanks', 'set_pin.ask']
const differs = { kind: 'differs' } as const

describe('a new PIN', () => {
  it('is asked for right after the one in force, by four keys, and once more', () => {
    const caller = proved()
    expect(caller.hears).toEqual(ASKED)
    expect(caller.reply.next).toEqual({ kind: 'gather', numDigits: 4, timeout: 8 })
    expect(caller.keys('8264').hears).toEqual(['set_pin.again'])
    expect(caller.keys('8264').hears).toEqual(['set_pin.done', 'goodbye'])
    expect(caller.reply.next).toEqual({ kind: 'hang_up' })
    expect(asked(caller)).toEqual(['identify', 'verify', 'hash_entry', 'set_secret'])
  })

  it('leaves no digit of either entry in the call, what is recorded of it, and what is said', () => {
    const caller = proved().keys('8264')
    expect(JSON.stringify([caller.call, caller.reply, caller.events])).not.toContain('8264')
    caller.keys('8264')
    expect(JSON.stringify([caller.call, caller.reply, caller.events])).not.toContain('8264')
    // What the first entry was compared by goes with the step.
    expect(caller.call.visit).toEqual({ help: false, silences: 0, misses: 0 })
  })

  it.each(newSecretFaults('pin'))('is refused by its rule, without one to try: %s', (fault) => {
    const caller = proved({ set_secret: [{ kind: 'refused', fault }] })
      .keys('1234')
      .keys('1234')
    expect(caller.hears).toEqual([`pin_refused.${fault}`, 'set_pin.ask'])
    expect(caller.keys('8264').keys('8264').hears).toEqual(['set_pin.done', 'goodbye'])
  })

  it('begins again where the two are not the same', () => {
    const caller = proved({ set_secret: [differs] })
      .keys('8264')
      .keys('8265')
    expect(caller.hears).toEqual(['set_pin.differs', 'set_pin.ask'])
    expect(caller.call.visit.entry).toBeUndefined()
  })

  it('is tried three times in a call, and then the old one stays and a person takes over', () => {
    const caller = proved({ set_secret: [differs, differs, differs] })
    for (let time = 0; time < 3; time++) caller.keys('8264').keys('8265')
    expect(caller.hears).toEqual(['set_pin.differs', 'set_pin.kept', 'hand_off.topic'])
    expect(caller.reply.next).toEqual({ kind: 'enqueue', queue: 'small.fresh' })
    expect(asked(caller).filter((kind) => kind === 'set_secret')).toHaveLength(3)
  })

  it('begins both entries again at a star or a length that it has not, and leaves at the third', () => {
    const caller = proved().keys('8264').keys('82*4')
    expect(caller.hears).toEqual(['set_pin.ask'])
    expect(caller.keys('82').hears).toEqual(['set_pin.malformed', 'set_pin.ask'])
    expect(caller.keys('826').hears).toEqual(['set_pin.kept', 'hand_off.topic'])
    expect(asked(caller)).not.toContain('set_secret')
  })

  it('stays the old one where the caller keys no more: silence repeats, keeps the first entry, and ends', () => {
    const caller = proved().keys('8264').silence()
    expect(caller.hears).toEqual(['set_pin.again'])
    expect(caller.silence().silence().hears).toEqual(['goodbye.idle'])
    expect(asked(caller)).not.toContain('set_secret')
  })

  it.each([
    ['gone', ['set_pin.unavailable']],
    ['unavailable', ['set_pin.unavailable']],
    ['changed_lately', ['set_pin.lately', 'set_pin.kept']],
  ] as const)('leads to a person where it cannot be set: %s', (kind, why) => {
    const caller = proved({ set_secret: [{ kind }] })
      .keys('8264')
      .keys('8264')
    expect(caller.hears).toEqual([...why, 'hand_off.topic'])
  })

  it('stays the old one where the first entry cannot be hashed', () => {
    const caller = proved({ hash_entry: [{ kind: 'unavailable' }] }).keys('8264')
    expect(caller.hears).toEqual(['set_pin.unavailable', 'hand_off.topic'])
  })

  it('leads to a person when the time to key is over', () => {
    expect(proved().keys('82', 480_000).hears).toEqual(['set_pin.kept', 'hand_off.topic'])
  })
})

describe('no new PIN', () => {
  it('is asked for where the topic is another one', () => {
    const caller = proved({}, { key: '2' })
    expect(caller.hears).toEqual(['verify.thanks', 'hand_off.topic'])
  })

  it('is asked for after a PUK', () => {
    const caller = proved({}, { secret: '47114711', more: { credentials: '[pin, puk]' } })
    expect(caller.hears).toEqual(['verify.thanks', 'set_pin.unproved', 'set_pin.kept', 'hand_off.topic'])
    expect(asked(caller)).toEqual(['identify', 'verify'])
  })

  it('is offered by a brand that does not say so, which needs none of its prompts', () => {
    const hotline = smallHotline({ flow })
    expect(hotline.words.has('de', 'set_pin.ask')).toBe(false)
  })

  it('can be one of a kind that customers cannot change', () => {
    const topics = '[{ name: fresh, press: "1", needs: 2, sets: puk }]'
    expect(() => smallHotline({ flow, brand: { topics } })).toThrow(FlowError)
    const other = flow.replace('type: set_pin', 'type: set_pin\n    credential: puk')
    expect(() => smallHotline({ flow: other, brand })).toThrow(/'credential' must be one of: pin/)
  })
})
