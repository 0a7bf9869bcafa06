/** A code for first use: by it a caller sets a PIN, at once where the brand lets callers do so, and proves nothing else. Prompts are named by their keys. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { Secret } from '../../src/auth/secret.ts'
import { FRESH_VISIT } from '../../src/call/call.ts'
import { advance } from '../../src/flow/advance.ts'
import { maySet } from '../../src/flow/second-lock.ts'
import { CLAIM } from '../support/world.ts'
import { type Caller, ring, type World } from './caller.ts'
import { flowsDir } from './shipped.ts'
import { smallHotline } from './small.ts'

const flow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const identifiers = '[{ kind: customer_number, digits: { min: 6, max: 12 } }]'
const sets = '[{ name: bill, press: "1", needs: 2 }, { name: fresh, press: "2", needs: 2, sets: pin }]'
const setsNone = '[{ name: bill, press: "1", needs: 2 }]'
const hotlineOf = (topics: string) =>
  smallHotline({ flow, brand: { identifiers, topics, pins: '{ first_use: true }', credentials: '[pin, puk]' } })

/** A caller about their bill who has just keyed a code for first use. */
const keyed = (topics = sets, world: World = {}): Caller =>
  ring(hotlineOf(topics), { verify: { kind: 'replace_only', credential: 'pin' }, ...world })
    .keys('1')
    .keys('234567')
    .keys('4711')

const asked = (caller: Caller): string[] => caller.questions.map(({ kind }) => kind)

describe('a code for first use', () => {
  it('sets a PIN at once where some topic does, whatever the call is about; then the call is over, and nothing was proved', () => {
    const caller = keyed()
    expect(caller.hears).toEqual(['verify.replace_now', 'set_pin.ask'])
    expect(caller.call).toMatchObject({ assurance: { level: 1, method: null }, outcome: 'no_pin' })
    expect(caller.keys('8264').hears).toEqual(['set_pin.again'])
    expect(caller.keys('8264').hears).toEqual(['set_pin.done', 'goodbye'])
    expect(asked(caller)).toEqual(['identify', 'verify', 'hash_entry', 'set_secret'])
    expect(caller.call.assurance.level).toBe(1)
    // It has had its use.
    expect(caller.call.claim?.replaces).toBeUndefined()
  })

  it('goes on as without a PIN where no topic sets one, and says where there is another', () => {
    const caller = keyed(setsNone)
    expect(caller.hears.slice(0, 1)).toEqual(['verify.replace_first'])
    expect(caller.call).toMatchObject({ assurance: { level: 1, method: null }, outcome: 'no_pin' })
    expect(caller.call.claim?.replaces).toBeUndefined()
    expect(asked(caller)).toEqual(['identify', 'verify'])
  })

  it.each([
    ['gone', ['set_pin.unavailable']],
    ['changed_lately', ['set_pin.lately', 'verify.replace_first']],
  ] as const)('proves nothing either where none can be set: %s', (kind, why) => {
    const caller = keyed(sets, { set_secret: { kind } }).keys('8264').keys('8264')
    expect(caller.hears.slice(0, why.length)).toEqual([...why])
    expect(caller.call).toMatchObject({ assurance: { level: 1 }, outcome: 'no_pin' })
    expect(caller.reply.next.kind).toBe('enqueue')
    expect(caller.call.handOff?.level).toBeLessThan(2)
  })

  it('is asked for in no brand that has none, and needs none of its words', () => {
    const hotline = smallHotline({ flow, brand: { identifiers, topics: sets } })
    const caller = ring(hotline).keys('1').keys('234567').keys('4711')
    expect(caller.questions.at(-1)).toMatchObject({ kind: 'verify', replaceOnly: false })
    expect([hotline.words.has('de', 'verify.replace_now'), hotline.words.has('de', 'verify.replace_first')]).toEqual([
      false,
      false,
    ])
  })
})

describe('who may set a PIN by it', () => {
  const { call } = keyed()
  const may = (change: object, topics = sets) => maySet(hotlineOf(topics), { ...call, ...change }, 'pin')
  const handOff = { to: { kind: 'queue', queue: 'small.bill' }, level: 0, at: '' }

  it('is the caller alone, in a brand that lets callers do so, for the number keyed last', () => {
    expect(may({})).toBe(true)
    expect(may({}, setsNone)).toBe(false)
    expect(may({ talk: { room: 'room', back: 'queue' } })).toBe(false)
    expect(may({ handOff })).toBe(false)
    const { replaces: _replaces, ...other } = call.claim ?? { replaces: 'pin' }
    expect(may({ claim: other })).toBe(false)
    expect(may({ claim: null })).toBe(false)
  })

  it('is no more who keys another number after it', () => {
    const hotline = hotlineOf(sets)
    const at = '2026-11-22T10:01:00.000Z'
    const before = { ...call, step: 'number_again', visit: FRESH_VISIT }
    const asking = advance(hotline, before, { kind: 'digits', digits: new Secret('345678'), at })
    const answer = { kind: 'identified' as const, claim: CLAIM }
    const { call: after } = advance(hotline, asking.call, { kind: 'answer', answer, at })
    expect([before.claim?.replaces, after.claim?.replaces]).toEqual(['pin', undefined])
    expect(maySet(hotline, after, 'pin')).toBe(false)
  })
})
