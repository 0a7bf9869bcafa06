/** Given a call at a step, when the caller keys …, then …. Prompts are named by their keys (`small.ts`). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { isMod11_10 } from '../../src/auth/identifiers.ts'
import { Secret } from '../../src/auth/secret.ts'
import { advance, apologise, sendOutside } from '../../src/flow/advance.ts'
import type { Hotline } from '../../src/flow/hotline.ts'
import { beginCheck } from '../../src/flow/redirects.ts'
import { CLAIM } from '../support/world.ts'
import { type Caller, ring, type World } from './caller.ts'
import { flowsDir } from './shipped.ts'
import { type Small, smallHotline } from './small.ts'

const shippedFlow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const hotline = (brand: Small['brand'] = {}): Hotline => smallHotline({ flow: shippedFlow, brand })
const little = (flow: string, brand: Small['brand'] = {}): Hotline => smallHotline({ flow, brand })

/** Past the check of every start: the core has a second lock of its own. */
function tampered(hotline: Hotline, step: string, changes: Partial<Record<string, unknown>>): Hotline {
  const steps = new Map(
    [...hotline.flow.steps].map(([name, was]) => [name, name === step ? { ...was, ...changes } : was]),
  )
  return { ...hotline, flow: { ...hotline.flow, steps: steps as Hotline['flow']['steps'] } }
}

const numbersEndingIn = [...'0123456789'].map((last) => `23456789${last}`)
const goodNumber = numbersEndingIn.find(isMod11_10) ?? 'none'
const brokenNumber = numbersEndingIn.find((entry) => !isMod11_10(entry)) ?? 'none'

const items = ['topic.bill key.1', 'topic.order key.2', 'topic.join key.3', 'menu.person']
const failed = { kind: 'failed' } as const
const toQueue = (queue: string): object => ({ kind: 'enqueue', queue })

/** A caller at the number prompt of the shipped flow, and one at the PIN prompt. */
const atNumber = (world: World = {}, brand: Small['brand'] = {}): Caller => ring(hotline(brand), world).keys('1')
const atPin = (world: World = {}, brand: Small['brand'] = {}): Caller => atNumber(world, brand).keys(goodNumber)
describe('say', () => {
  it('speaks in one breath with what follows', () => {
    expect(ring(hotline()).hears).toEqual(['greeting', 'menu.language', ...items])
  })
})

describe('choose', () => {
  const flow = `
start: question
steps:
  question:
    type: choose
    prompt: which
    keys: [{ press: "1", go: one }, { press: "2", go: two }]
    no_input: silent
    no_match: lost
  one: { type: hang_up, prompt: one }
  two: { type: hang_up, prompt: two }
  silent: { type: hang_up, prompt: silent }
  lost: { type: hang_up, prompt: lost }
`
  it('waits for one key, 7 seconds', () => {
    const { reply } = ring(little(flow))
    expect(reply.say).toEqual([{ text: 'which', language: 'de' }])
    expect(reply.next).toEqual({ kind: 'gather', numDigits: 1, timeout: 7 })
  })

  it.each([
    ['1', 'one'],
    ['2', 'two'],
  ])('goes where key %s leads', (key, name) => {
    expect(ring(little(flow)).keys(key).hears).toEqual([name])
  })

  it('asks again with 3 seconds more after silence, and leaves after the third', () => {
    const caller = ring(little(flow)).silence()
    expect(caller.reply.next).toMatchObject({ timeout: 10 })
    expect(caller.hears).toEqual(['which'])
    expect(caller.silence().reply.next).toMatchObject({ timeout: 13 })
    expect(caller.silence().hears).toEqual(['silent'])
    expect(caller.call.outcome).toBe('silent')
  })

  it('counts silences in a row alone: callers who key are there', () => {
    const caller = ring(little(flow)).silence().silence().keys('7').silence().silence()
    expect(caller.hears).toEqual(['which'])
    expect(caller.silence().hears).toEqual(['silent'])
  })

  it('says that a key means nothing, and leaves at the third', () => {
    const caller = ring(little(flow)).keys('7')
    expect(caller.hears).toEqual(['menu.no_match', 'which'])
    expect(caller.keys('8').hears).toEqual(['menu.no_match', 'which'])
    expect(caller.keys('9').hears).toEqual(['lost'])
  })

  it('repeats itself at a star without a reproach', () => {
    expect(ring(little(flow)).keys('*').hears).toEqual(['which'])
  })

  it('leaves as after a third miss when the time to key is over', () => {
    expect(ring(little(flow)).keys('7', 480_000).hears).toEqual(['lost'])
  })
})

describe('topic', () => {
  it.each([
    ['1', 'bill', ['ready.pin', 'identify.own_line', 'identify.otherwise']],
    ['2', 'order', ['ready.number', 'identify.own_line', 'identify.otherwise']],
    ['3', 'join', ['hand_off.topic']],
  ])('key %s chooses %s and asks only what it needs', (key, topic, hears) => {
    const caller = ring(hotline()).keys(key)
    expect(caller.call.topic).toBe(topic)
    expect(caller.hears).toEqual(hears)
  })

  it('hands a topic without needs to its queue at level 0', () => {
    const caller = ring(hotline()).keys('3')
    expect(caller.reply.next).toEqual(toQueue('small.join'))
    expect(caller.events).toMatchObject([{ kind: 'handed_off', handOff: { level: 0 } }])
    expect(caller.call.outcome).toBe('not_needed')
  })

  it('leads to a person by 0', () => {
    expect(ring(hotline()).keys('0').reply.next).toEqual(toQueue('small.general'))
  })

  it('offers the other language in that language, and changes to it and back', () => {
    const caller = ring(hotline())
    expect(caller.reply.say[1]).toEqual({ text: 'menu.language', language: 'en' })
    caller.keys('9')
    expect(caller.reply.say).toEqual(items.map((text) => ({ text, language: 'en' })))
    expect(caller.keys('9').call.language).toBe('de')
  })

  it('leads a caller who keeps changing the language to a person', () => {
    expect(ring(hotline()).keys('9').keys('9').keys('9').reply.next).toEqual(toQueue('small.general'))
  })

  it('has no language key where there is one language', () => {
    const german = hotline({ languages: '[{ code: de, voice: V, locale: de-DE }]' })
    expect(ring(german).hears).toEqual(['greeting', ...items])
    expect(ring(german).keys('9').hears).toEqual(['menu.no_match', ...items])
  })

  it('goes on in the first language after silence, and ends where nobody is there', () => {
    const caller = ring(hotline()).silence()
    expect(caller.reply.say).toEqual(items.map((text) => ({ text, language: 'de' })))
    expect(caller.silence().silence().reply.next).toEqual({ kind: 'hang_up' })
    expect(caller.hears).toEqual(['goodbye.idle'])
    expect(caller.call.outcome).toBe('silent')
  })
})

describe('collect', () => {
  const flow = (digits: string): string => `
start: ask
steps:
  ask: { type: collect, prompt: which, field: meter, digits: ${digits}, next: done, no_input: silent, no_match: lost }
  done: { type: hang_up, prompt: done }
  silent: { type: hang_up, prompt: silent }
  lost: { type: hang_up, prompt: lost }
`
  const open = little(flow('{ min: 3, max: 5 }'))

  it('saves an entry that fits and goes on', () => {
    const caller = ring(open).keys('4711')
    expect(caller.call.fields).toEqual({ meter: '4711' })
    expect(caller.hears).toEqual(['done'])
  })

  it('waits for the hash key, or for the number of digits where that is fixed', () => {
    expect(ring(open).reply.next).toEqual({ kind: 'gather', numDigits: null, timeout: 10 })
    expect(ring(little(flow('{ min: 4, max: 4 }'))).reply.next).toMatchObject({ numDigits: 4 })
  })

  it.each(['12', '123456', '12*4'])('does not save %s, and leaves after the third of its kind', (digits) => {
    const caller = ring(open).keys(digits)
    expect(caller.hears.at(-1)).toBe('which')
    expect(caller.hears.includes('collect.no_match')).toBe(!digits.includes('*'))
    expect(caller.reply.next).toMatchObject({ timeout: 13 })
    expect(caller.keys(digits).keys(digits).hears).toEqual(['lost'])
    expect(caller.call.fields).toEqual({})
  })

  it('counts silences in a row alone', () => {
    const caller = ring(open).silence().silence().keys('12').silence().silence()
    expect(caller.hears).toEqual(['which'])
    expect(caller.silence().hears).toEqual(['silent'])
  })

  it('leaves after the third silence', () => {
    expect(ring(open).silence().silence().hears).toEqual(['which'])
    expect(ring(open).silence().silence().silence().hears).toEqual(['silent'])
  })

  it('leads to a person by their key alone, where the flow says so and the entry ends by the hash key', () => {
    const to = (digits: string) =>
      little(
        flow(digits)
          .replace('no_input:', 'person: gone, no_input:')
          .concat('  gone: { type: hang_up, prompt: gone }\n'),
      )
    expect(ring(to('{ min: 3, max: 6 }')).keys('0').hears).toEqual(['gone'])
    expect(ring(to('{ min: 6, max: 6 }')).keys('0').hears).toEqual(['collect.no_match', 'which'])
    expect(ring(to('{ min: 1, max: 6 }')).keys('0').call.fields).toMatchObject({ meter: '0' })
    expect(ring(to('{ min: 3, max: 6 }')).keys('1', 480_000).hears).toEqual(['gone'])
    expect(ring(open).keys('1', 480_000).hears).toEqual(['lost'])
  })
})

describe('identify', () => {
  it('asks for an entry of any length, 10 seconds', () => {
    expect(atNumber().reply.next).toEqual({ kind: 'gather', numDigits: null, timeout: 10 })
  })

  it('takes a well-formed number, found or not, by the same way', () => {
    for (const ref of ['r', null]) {
      const caller = atPin({ identify: { kind: 'identified', claim: { ...CLAIM, ref } } })
      expect(caller.hears).toEqual(['verify.ask'])
      expect(caller.call.assurance.level).toBe(ref === null ? 0 : 1)
      expect(caller.questions).toMatchObject([{ kind: 'identify', by: { kind: 'entry', kinds: ['customer_number'] } }])
    }
  })

  it('takes the own line by 1', () => {
    const caller = atNumber().keys('1')
    expect(caller.questions).toEqual([{ kind: 'identify', by: { kind: 'own_line' } }])
    expect(caller.hears).toEqual(['verify.ask'])
    expect(caller.call.assurance.level).toBe(1)
  })

  it.each([
    ['the number is withheld', { callerNumber: null }, {}],
    ['the brand does not want it', {}, { own_line: 'false' }],
  ])('neither offers nor takes the own line when %s', (_when, world, brand) => {
    const caller = atNumber(world, brand)
    expect(caller.hears).toEqual(['ready.pin', 'identify.ask', 'identify.person'])
    expect(caller.keys('1').hears).toEqual(['identify.malformed', 'identify.again'])
    expect(caller.questions).toEqual([])
  })

  it('tells a broken check digit at once and burns nothing', () => {
    const caller = atNumber().keys(brokenNumber)
    expect(caller.hears).toEqual(['identify.check_digit', 'identify.again'])
    expect(caller.questions).toEqual([])
    expect(caller.call.entries).toBe(0)
    expect(caller.reply.next).toMatchObject({ timeout: 13 })
  })

  it('keeps the key for the own line after a correction', () => {
    expect(atNumber().keys('12').keys('1').hears).toEqual(['verify.ask'])
  })

  it('begins again at a star', () => {
    const caller = atNumber().keys('12*')
    expect(caller.hears).toEqual(['identify.own_line', 'identify.otherwise'])
    expect(caller.call.entries).toBe(0)
  })

  it('takes the number that follows a star', () => {
    const caller = atNumber().keys(`123*99*${goodNumber}`)
    expect(caller.hears).toEqual(['verify.ask'])
    expect(caller.call.entries).toBe(1)
    expect(caller.questions).toMatchObject([{ kind: 'identify', by: { kind: 'entry' } }])
    const [question] = caller.questions
    const by = question?.kind === 'identify' ? question.by : null
    expect(by?.kind === 'entry' && by.digits.is(goodNumber)).toBe(true)
  })

  it('leads to a person after the third entry of the wrong form', () => {
    const caller = atNumber().keys('12').keys('*').keys('123')
    expect(caller.reply.next).toEqual(toQueue('small.general'))
    expect(caller.call.outcome).toBe('no_pin')
  })

  it('refuses the fourth number of a call', () => {
    const flow = `
start: first
steps:
  first: ${identifyStep('second')}
  second: ${identifyStep('third')}
  third: ${identifyStep('fourth')}
  fourth: ${identifyStep('bye')}
  no: { type: hang_up, prompt: refused }
  bye: { type: hang_up, prompt: bye }
`
    const caller = ring(little(flow)).keys(goodNumber).keys('1')
    expect(caller.call.entries).toBe(2)
    expect(caller.keys(goodNumber).hears).toEqual(['refused'])
    expect(caller.call.outcome).toBe('refused')
    expect(caller.questions).toHaveLength(3)
  })

  it('hands off without data when customers cannot be looked up', () => {
    const caller = atPin({ identify: { kind: 'unavailable' } })
    expect(caller.hears).toEqual(['hand_off.unavailable'])
    expect(caller.call).toMatchObject({ outcome: 'unavailable', claim: null, assurance: { level: 0 } })
  })

  it('is enough where the topic needs the number alone', () => {
    const caller = ring(hotline()).keys('2').keys(goodNumber)
    expect(caller.reply.next).toEqual(toQueue('small.order'))
    expect(caller.call.handOff?.level).toBe(1)
  })

  it('drops a level that was reached before', () => {
    const flow = `
start: first
steps:
  first: ${identifyStep('pin')}
  pin: ${verifyStep('again')}
  again: ${identifyStep('bye')}
  no: { type: hang_up, prompt: refused }
  bye: { type: hang_up, prompt: bye }
`
    const caller = ring(little(flow)).keys(goodNumber).keys('4711')
    expect(caller.call.assurance.level).toBe(2)
    expect(caller.keys(goodNumber).call.assurance).toMatchObject({ level: 1, method: null })
  })
})

describe('verify', () => {
  it('waits for exactly four digits, 8 seconds', () => {
    expect(atPin().reply.next).toEqual({ kind: 'gather', numDigits: 4, timeout: 8 })
  })

  it('waits for the hash key where a PUK will do as well, and tells them apart by length', () => {
    const brand = { credentials: '[pin, puk]' }
    expect(atPin({}, brand).reply.next).toMatchObject({ numDigits: null })
    expect(atPin({}, brand).keys('4711').questions.at(-1)).toMatchObject({ kind: 'verify', credential: 'pin' })
    const caller = atPin({}, brand).keys('12345678')
    expect(caller.questions.at(-1)).toMatchObject({ kind: 'verify', credential: 'puk', claim: CLAIM })
    expect(caller.call.assurance).toMatchObject({ level: 2, method: 'puk' })
  })

  it('hands a verified caller to the queue of the topic at level 2', () => {
    const caller = atPin().keys('4711')
    expect(caller.hears).toEqual(['verify.thanks', 'hand_off.topic'])
    expect(caller.reply.next).toEqual(toQueue('small.bill'))
    expect(caller.call).toMatchObject({
      outcome: 'verified',
      handOff: { level: 2 },
      assurance: { level: 2, method: 'pin' },
    })
  })

  it.each(['471', '47115', '4*11', '*', '4A11', '47 1', 'D711', '47#1'])('never takes %s for a try', (digits) => {
    const caller = atPin().keys(digits)
    expect(caller.call.tries).toBe(0)
    expect(caller.questions).toHaveLength(1)
    expect(caller.hears).toEqual(digits.includes('*') ? ['verify.again'] : ['verify.malformed', 'verify.again'])
    expect(caller.keys(digits).keys(digits).reply.next).toEqual(toQueue('small.general'))
    expect(caller.call.outcome).toBe('no_pin')
  })

  it('asks again after the first failure, checks the number after the second, refuses after the third', () => {
    const caller = atPin({ verify: [failed, failed, failed] }).keys('1111')
    expect(caller.hears).toEqual(['verify.failed', 'verify.again'])
    expect(caller.reply.next).toMatchObject({ timeout: 11 })
    caller.keys('2222')
    expect(caller.hears).toEqual(['verify.failed', 'ready.again', 'identify.ask', 'identify.person'])
    caller.keys(goodNumber)
    expect(caller.hears).toEqual(['verify.ask'])
    caller.keys('3333')
    expect(caller.hears).toEqual(['refused.reason', 'refused.renew', 'hand_off.refused'])
    expect(caller.reply.next).toEqual(toQueue('small.general'))
    expect(caller.call).toMatchObject({ tries: 3, outcome: 'refused', handOff: { level: 0 } })
  })

  it('asks again where there is no way to check the number', () => {
    const flow = `
start: number
steps:
  number: ${identifyStep('pin')}
  pin: ${verifyStep('bye')}
  no: { type: hang_up, prompt: refused }
  bye: { type: hang_up, prompt: bye }
`
    const caller = ring(little(flow), { verify: [failed, failed] })
      .keys(goodNumber)
      .keys('1111')
      .keys('2222')
    expect(caller.hears).toEqual(['verify.failed', 'prove'])
  })

  it('refuses at once a call that comes back with its tries spent', () => {
    const flow = `
start: number
steps:
  number: ${identifyStep('pin')}
  pin: ${verifyStep('bye').replace('refused: no', 'refused: again')}
  again: ${identifyStep('last')}
  last: ${verifyStep('bye')}
  no: { type: hang_up, prompt: refused }
  bye: { type: hang_up, prompt: bye }
`
    const caller = ring(little(flow), { verify: [failed, failed, failed] })
    caller.keys(goodNumber).keys('1111').keys('2222').keys('3333')
    expect(caller.hears).toEqual(['ask', 'identify.person'])
    expect(caller.keys(goodNumber).hears).toEqual(['refused'])
    expect(caller.questions.filter(({ kind }) => kind === 'verify')).toHaveLength(3)
  })

  it('asks again when a try was spent but never checked', () => {
    const caller = atPin({ verify: [{ kind: 'unchecked' }] }).keys('4711')
    expect(caller.hears).toEqual(['verify.unchecked', 'verify.again'])
    expect(caller.keys('4711').call.assurance.level).toBe(2)
  })

  it('asks for admission with what was keyed, and has it checked only then', () => {
    const caller = atPin({
      admit: ({ claim, digits }) => (claim === CLAIM && digits.length === 4 ? { kind: 'over_limit' } : null),
    })
    expect(caller.keys('4711').hears).toEqual(['hand_off.limited'])
    expect(caller.questions.map(({ kind }) => kind)).toEqual(['identify'])
    const { tries, outcome, handOff, assurance } = caller.call
    expect({ tries, outcome, handOff, assurance }).toMatchObject({
      tries: 0,
      outcome: 'limited',
      handOff: { level: 0, to: { queue: 'small.general' } },
      assurance: { level: 1 },
    })
  })

  it('tells a caller over the limit that showing the number helps, where it is withheld', () => {
    const caller = atPin({ callerNumber: null, admit: { kind: 'over_limit' } }).keys('4711')
    expect(caller.hears).toEqual(['limited.withheld', 'hand_off.limited'])
    expect(caller.call.outcome).toBe('limited')
  })

  it('hands off a line that may try no more as one that cannot be checked, where the flow has no words for it', () => {
    const flow = `
start: number
steps:
  number: ${identifyStep('pin')}
  pin: ${verifyStep('bye').replace('unavailable: bye', 'unavailable: no')}
  no: { type: hang_up, prompt: refused }
  bye: { type: hang_up, prompt: bye }
`
    const caller = ring(little(flow), { admit: { kind: 'over_limit' } })
    expect(caller.keys(goodNumber).keys('4711').hears).toEqual(['refused'])
    expect(caller.call.outcome).toBe('limited')
  })

  it('asks the line again for each secret, and goes on as far as it is let', () => {
    const admitted = (digits: string) => ({ kind: 'admitted' as const, digits: new Secret(digits), isLast: false })
    const caller = atPin({ admit: [admitted('1111'), { kind: 'over_limit' }], verify: [failed] })
    expect(caller.keys('1111').hears).toEqual(['verify.failed', 'verify.again'])
    expect(caller.keys('2222').hears).toEqual(['hand_off.limited'])
    expect(caller.call).toMatchObject({ tries: 1, outcome: 'limited' })
  })

  it('has one try in a call while many accounts are being guessed at, with the words of a third failure', () => {
    const last = ({ digits }: { digits: Secret }) => ({ kind: 'admitted' as const, digits, isLast: true })
    const caller = atPin({ admit: last, verify: [failed] }).keys('1111')
    expect(caller.hears).toEqual(['refused.reason', 'refused.renew', 'hand_off.refused'])
    expect(caller.call).toMatchObject({ tries: 3, outcome: 'refused', handOff: { level: 0 } })
    expect(atPin({ admit: last }).keys('4711').call).toMatchObject({ assurance: { level: 2 }, outcome: 'verified' })
    // It begins while the call is on: what was asked for is still checked.
    const admitted = (isLast: boolean) => ({ kind: 'admitted' as const, digits: new Secret('1111'), isLast })
    const meanwhile = atPin({ admit: [admitted(false), admitted(true)], verify: [failed, failed] })
    expect(meanwhile.keys('1111').hears).toEqual(['verify.failed', 'verify.again'])
    expect(meanwhile.keys('2222').hears).toEqual(['refused.reason', 'refused.renew', 'hand_off.refused'])
  })

  it('cannot be checked after that try where a flow sends callers to their number before the third alone', () => {
    const flow = `
start: number
steps:
  number: ${identifyStep('pin')}
  pin: ${verifyStep('bye').replace('refused: no', 'recheck: again').replace('unavailable: bye', 'unavailable: later')}
  again: ${identifyStep('last')}
  last: ${verifyStep('bye')}
  no: { type: hang_up, prompt: refused }
  later: { type: hang_up, prompt: ask }
  bye: { type: hang_up, prompt: bye }
`
    const last = ({ digits }: { digits: Secret }) => ({ kind: 'admitted' as const, digits, isLast: true })
    const caller = ring(little(flow), { admit: last, verify: [failed] })
    expect(caller.keys(goodNumber).keys('1111').hears).toEqual(['ask'])
    expect(caller.call.outcome).toBe('refused')
  })

  it('hands off without data when it cannot be checked', () => {
    const caller = atPin({ verify: [{ kind: 'unavailable' }] }).keys('4711')
    expect(caller.hears).toEqual(['hand_off.unavailable'])
    expect(caller.call).toMatchObject({ outcome: 'unavailable', handOff: { level: 0 }, assurance: { level: 1 } })
  })

  it('sounds the same for an unknown number as for a wrong PIN', () => {
    const heardBy = (ref: string | null): unknown[] => {
      const caller = atPin({
        identify: { kind: 'identified', claim: { ...CLAIM, ref } },
        verify: [failed, failed, failed],
      })
      const replies = [caller.reply]
      for (const digits of ['1111', '2222', goodNumber, '3333']) replies.push(caller.keys(digits).reply)
      return replies
    }
    expect(heardBy(null)).toEqual(heardBy('r'))
  })

  it('cannot be reached without a number', () => {
    const safe = little(`
start: number
steps:
  number: ${identifyStep('pin')}
  pin: ${verifyStep('bye')}
  no: { type: hang_up, prompt: refused }
  bye: { type: hang_up, prompt: bye }
`)
    const unsafe = { ...safe, flow: { ...safe.flow, start: 'pin' } }
    expect(() => ring(unsafe).keys('4711')).toThrow('asks for a secret before any number was keyed')
  })
})

describe.each([
  ['identify', atNumber, ['identify.own_line', 'identify.otherwise']],
  ['verify', atPin, ['verify.again']],
] as const)('the help menu of %s', (_step, at, question) => {
  it('opens at silence and waits for one key', () => {
    const caller = at().silence()
    expect(caller.hears).toEqual(['help.begin', 'help.menu'])
    expect(caller.reply.next).toEqual({ kind: 'gather', numDigits: 1, timeout: 10 })
  })

  it('asks again by 1', () => {
    expect(at().silence().keys('1').hears).toEqual(question)
  })

  it('tells by 2 where the PIN is, if it is shown there', () => {
    const shown = at({}, { pin_shown_from: '"2026-11-22"' }).silence().keys('2')
    expect(shown.hears[0]).toBe('no_pin.place')
    expect(shown.call.outcome).toBe('no_pin')
    expect(at({}, { pin_shown_from: '"2026-11-23"' }).silence().keys('2').hears[0]).toBe('no_pin.later')
  })

  it('leads to a person by their key, without customer data', () => {
    const caller = at().silence().keys('0')
    expect(caller.reply.next).toEqual(toQueue('small.general'))
    expect(caller.hears).toEqual(['hand_off.person'])
    expect(caller.call.outcome).toBe('no_pin')
  })

  it('repeats itself at keys without meaning, and leaves at the third', () => {
    const caller = at().silence().keys('7')
    expect(caller.hears).toEqual(['menu.no_match', 'help.menu'])
    expect(caller.keys('*').hears).toEqual(['help.menu'])
    expect(caller.keys('8').reply.next).toEqual(toQueue('small.general'))
  })

  it('ends the call at the third silence in a row', () => {
    expect(at().silence().silence().hears).toEqual(['help.menu'])
    const caller = at().silence().silence().silence()
    expect(caller.hears).toEqual(['goodbye.idle'])
    expect(caller.call.outcome).toBe('silent')
  })

  it('leads callers who only ever ask again to a person', () => {
    const caller = at().silence().keys('1').silence().keys('1').silence()
    expect(caller.reply.next.kind).toBe('gather')
    expect(caller.keys('1').reply.next).toEqual(toQueue('small.general'))
  })
})

describe('a caller without a PIN', () => {
  it.each([
    ['voluntary', '{}'],
    ['announced', '{ announced: "2026-11-22", mandatory: "2026-11-23" }'],
  ])('reaches the queue of their topic at level 1 in the %s phase', (_phase, roll_out) => {
    const afterNumber = atPin({}, { roll_out }).silence().keys('2')
    expect(afterNumber.reply.next).toEqual(toQueue('small.bill'))
    expect(afterNumber.call).toMatchObject({ handOff: { level: 1 }, assurance: { level: 1 }, outcome: 'no_pin' })

    const before = atNumber({}, { roll_out }).silence().keys('2')
    expect(before.hears).toEqual(['no_pin.later', 'ready.number_only', 'identify.own_line', 'identify.otherwise'])
    before.keys(goodNumber)
    expect(before.reply.next).toEqual(toQueue('small.bill'))
    expect(before.call).toMatchObject({ handOff: { level: 1 }, outcome: 'no_pin' })
  })

  it('reaches only the queue without data in the mandatory phase', () => {
    const roll_out = '{ mandatory: "2026-11-22" }'
    for (const caller of [atPin({}, { roll_out }), atNumber({}, { roll_out })]) {
      caller.silence().keys('2')
      expect(caller.reply.next).toEqual(toQueue('small.general'))
      expect(caller.hears.at(-1)).toBe('hand_off.without_data')
      expect(caller.call.handOff?.level).toBe(0)
    }
  })
})

describe('a hash alone', () => {
  it('repeats what was said and counts as nothing, after whatever was keyed', () => {
    for (const caller of [ring(hotline()), ring(hotline()).keys('1'), atPin()]) {
      const { reply, call } = caller
      expect(caller.silence(1500).reply).toEqual(reply)
      expect(caller.call).toEqual({ ...call, hashed: true, repliedAt: expect.any(String) })
    }
  })

  it('counts as a miss the second time, and the third miss leads to a person', () => {
    const caller = atNumber().silence(1500).silence(1500)
    expect(caller.hears).toEqual(['identify.malformed', 'identify.again'])
    expect(caller.call.visit).toMatchObject({ silences: 0, misses: 1 })
    caller.silence(1500).silence(1500).silence(1500)
    expect(caller.reply.next.kind).toBe('gather')
    expect(caller.silence(1500).reply.next).toEqual(toQueue('small.general'))
  })

  it('is told from silence by the time: what is said, and the time to key after it', () => {
    expect(atNumber().silence(9_900).call.hashed).toBe(true)
    // While the words sound the time to key has not begun.
    expect(atNumber().silence(11_500).call.hashed).toBe(true)
    // 10 s to key, and at least 60 % of what the words take.
    expect(atNumber().silence(13_000).hears).toEqual(['help.begin', 'help.menu'])
  })

  it('costs no try after a PIN, each time', () => {
    const caller = atPin({ verify: [failed, failed] })
      .keys('1111')
      .silence(500)
    expect(caller.hears).toEqual(['verify.failed', 'verify.again'])
    caller.keys('2222').silence(500)
    expect(caller.call).toMatchObject({ tries: 2, visit: { silences: 0, misses: 0 } })
  })

  it('leaves the keys of the PIN alone that follow it', () => {
    expect(atPin().silence(1500).keys('4711').call.outcome).toBe('verified')
  })
})

describe('the key for a person', () => {
  it('leads there at a number, which is never so short', () => {
    const caller = atNumber().keys('0')
    expect(caller.reply.next).toEqual(toQueue('small.general'))
    expect(caller.call).toMatchObject({ outcome: 'no_pin', entries: 0 })
    expect(atNumber().keys('12*0').reply.next).toEqual(toQueue('small.general'))
  })

  it('leads nowhere at a secret', () => {
    expect(atPin().keys('0').hears).toEqual(['verify.malformed', 'verify.again'])
    expect(atPin({}, { credentials: '[pin, puk]' }).keys('0').hears).toEqual(['verify.malformed', 'verify.again'])
  })
})

describe('callers who key for longer than they are left alone with it', () => {
  const EIGHT_MINUTES = 480_000

  it('come to a person in place of one more question', () => {
    for (const caller of [ring(hotline()).keys('7', EIGHT_MINUTES), atNumber().keys('12', EIGHT_MINUTES)]) {
      expect(caller.reply.next).toEqual(toQueue('small.general'))
      expect(caller.hears.at(-1)).toBe('hand_off.person')
    }
    expect(ring(hotline()).keys('7', EIGHT_MINUTES - 1).reply.next.kind).toBe('gather')
  })

  it('lose nothing of what they have reached: a right PIN counts, a wrong one was a try', () => {
    expect(atPin().keys('4711', EIGHT_MINUTES).reply.next).toEqual(toQueue('small.bill'))
    const wrong = atPin({ verify: [failed] }).keys('1111', EIGHT_MINUTES)
    expect(wrong.reply.next).toEqual(toQueue('small.general'))
    expect(wrong.call).toMatchObject({ tries: 1, outcome: 'refused' })
  })

  it('are led on in the language that they have just chosen', () => {
    expect(ring(hotline()).keys('9', EIGHT_MINUTES).reply.say).toEqual([{ text: 'hand_off.person', language: 'en' }])
  })

  it('have as much as their brand says', () => {
    const patient = hotline({ keying_minutes: '20' })
    expect(ring(patient).keys('7', EIGHT_MINUTES).reply.next.kind).toBe('gather')
  })

  it('are not those who have waited in a queue', () => {
    const menu = `
start: menu
steps:
  menu: { type: topic, chosen: queue, person: queue, no_input: over, no_match: over }
  queue: { type: enqueue, level: 0, queue: general, done: menu, failed: over }
  over: { type: hang_up, prompt: over }
`
    const caller = ring(little(menu)).keys('0')
    expect(caller.returned('done', EIGHT_MINUTES).keys('7').reply.next.kind).toBe('gather')
  })

  it('are not those in a PIN check that an agent asks for, from then on', () => {
    const stepUp = little(readFileSync(join(flowsDir, 'step-up.yaml'), 'utf8'))
    const later = (seconds: number): string => new Date(Date.parse(before.startedAt) + seconds * 1000).toISOString()
    const before = ring(hotline()).keys('3').call
    const sent = beginCheck(stepUp, before, 'room', later(1200))
    const keyed = advance(stepUp, sent.call, { kind: 'digits', digits: new Secret('12'), at: later(1210) })
    expect('reply' in keyed && keyed.reply.next.kind).toBe('gather')
    const late = advance(stepUp, sent.call, { kind: 'digits', digits: new Secret('12'), at: later(1681) })
    expect('ask' in late && late.ask.kind).toBe('agent')
  })
})

describe('enqueue', () => {
  const flow = (level: number, first: string): string => `
start: ${first}
steps:
  ${first === 'queue' ? '' : `number: ${identifyStep('queue')}`}
  queue: { type: enqueue, level: ${level}, queue: general, done: bye, failed: full }
  ${first === 'queue' ? '' : 'no: { type: hang_up }'}
  bye: { type: hang_up, prompt: bye }
  full: { type: hang_up, prompt: full }
`
  it.each([1, 2])('throws rather than hand off at level %i a caller who said nothing', (level) => {
    const unsafe = tampered(little(flow(0, 'queue')), 'queue', { level })
    expect(() => ring(unsafe)).toThrow(`hands off to 'small.general' at level ${level}, but the caller reached 0`)
  })

  it('throws rather than hand off at level 2 a caller who proved nothing', () => {
    const unsafe = tampered(little(flow(1, 'number')), 'queue', { level: 2 })
    expect(() => ring(unsafe).keys(goodNumber)).toThrow('the caller reached 1')
  })

  it('does not betray at level 1 whether the number is known', () => {
    const unknown = { identify: { kind: 'identified', claim: { ...CLAIM, ref: null } } } as const
    expect(ring(little(flow(1, 'number')), unknown).keys(goodNumber).reply.next).toEqual(toQueue('small.general'))
  })

  it.each([
    ['done', 'bye'],
    ['failed', 'full'],
  ] as const)('goes on when the call comes back: %s', (reason, hears) => {
    const caller = ring(little(flow(0, 'queue'))).returned(reason)
    expect(caller.hears).toEqual([hears])
    expect(caller.reply.next).toEqual({ kind: 'hang_up' })
  })
})

describe('the second lock', () => {
  const flow = `
start: menu
steps:
  menu: { type: topic, chosen: queue, person: queue, no_input: queue, no_match: queue }
  queue: { type: enqueue, level: 0, queue: topic, done: bye, failed: bye }
  bye: { type: hang_up }
`
  const brand = { roll_out: '{ announced: "2026-01-01", mandatory: "2026-06-01" }' }
  const on = (today: string, press: string) => ring(little(flow, brand), { today }).keys(press)

  it('asks for what the topic needs, whatever level the flow says', () => {
    expect(() => on('2026-06-01', '1')).toThrow("hands off to 'small.bill' at level 2, but the caller reached 0")
    expect(() => on('2026-06-01', '2')).toThrow("hands off to 'small.order' at level 1, but the caller reached 0")
    expect(on('2026-06-01', '3').reply.next).toEqual(toQueue('small.join'))
    expect(on('2026-06-01', '0').reply.next).toEqual(toQueue('small.general'))
  })

  it('is content with a keyed number before the PIN is mandatory, and not with less', () => {
    expect(() => on('2026-05-31', '1')).toThrow("hands off to 'small.bill' at level 1, but the caller reached 0")
    const keyed = flow
      .replace('chosen: queue', 'chosen: number')
      .concat(`  number: ${identifyStep('queue')}\n  no: { type: hang_up }\n`)
    const called = (today: string) => ring(little(keyed, brand), { today }).keys('1').keys(goodNumber)
    expect(called('2026-05-31').reply.next).toEqual(toQueue('small.bill'))
    expect(() => called('2026-06-01')).toThrow('at level 2, but the caller reached 1')
  })

  it('asks for what the brand says of a number', () => {
    const over = `
start: over
steps:
  over: { type: transfer, level: 0, to: bank, done: bye, failed: bye }
  bye: { type: hang_up }
`
    const transfers = '{ bank: { number: "+4930231251", needs: 2 } }'
    expect(() => ring(little(over, { transfers }))).toThrow('at level 2, but the caller reached 0')
  })
})

describe('a caller who was made to leave a queue because their call was unknown for a moment', () => {
  it('goes back into it without a word', () => {
    const caller = ring(hotline()).keys('3')
    const { next } = caller.reply
    const back = caller.returned('left')
    expect(back.hears).toEqual([])
    expect(back.reply.next).toEqual(next)
  })

  it('goes back to the queue without data after an apology, and not to that of the step where they stood', () => {
    const { call } = apologise(hotline(), atPin().keys('4711').call, '2026-11-22T10:01:00.000Z')
    const back = advance(hotline(), call, { kind: 'returned', reason: 'left', at: '2026-11-22T10:02:00.000Z' })
    expect('reply' in back && back.reply.next).toEqual(toQueue('small.general'))
  })
})

describe('a caller whose queue failed', () => {
  it('goes back into it without a word and with the wait so far, once a call', () => {
    const caller = ring(hotline()).keys('3')
    const before = caller.call.handOff
    const back = caller.returned('broken')
    expect(back.hears).toEqual([])
    expect(back.reply.next).toEqual(toQueue(before?.to.kind === 'queue' ? before.to.queue : ''))
    expect(back.call.handOff).toEqual({ ...before, at: expect.any(String), since: before?.at })
    expect(back.returned('broken').reply.next).toEqual({ kind: 'hang_up' })
  })

  it('goes to a person outside at level 0, and on from the same step', () => {
    const { call } = ring(hotline()).keys('3').returned('broken')
    const at = '2026-11-22T10:02:00.000Z'
    const { reply, call: dialled, events } = sendOutside(hotline(), call, '+4930231250', at)
    expect(reply.next).toEqual({ kind: 'dial', number: '+4930231250' })
    expect(events).toMatchObject([{ kind: 'handed_off', handOff: { level: 0 } }])
    const over = advance(hotline(), dialled, { kind: 'returned', reason: 'done', at })
    expect('reply' in over && over.reply.next).toEqual({ kind: 'hang_up' })
  })
})

describe('transfer', () => {
  const flow = (level: number): string => `
start: over
steps:
  over: { type: transfer, level: ${level}, to: hospital, prompt: moment, done: bye, failed: busy }
  bye: { type: hang_up, prompt: bye }
  busy: { type: hang_up, prompt: busy }
`
  const brand = { transfers: '{ hospital: { number: "+4930231251", needs: 0 } }' }

  it('dials a number of the brand, and goes on when the call comes back', () => {
    const caller = ring(little(flow(0), brand))
    expect(caller.hears).toEqual(['moment'])
    expect(caller.reply.next).toEqual({ kind: 'dial', number: '+4930231251' })
    expect(caller.returned('failed').hears).toEqual(['busy'])
    expect(ring(little(flow(0), brand)).returned('done').hears).toEqual(['bye'])
  })

  it('throws rather than dial for a caller who proved nothing', () => {
    expect(() => ring(tampered(little(flow(0), brand), 'over', { level: 2 }))).toThrow(
      "hands off to '+4930231251' at level 2, but the caller reached 0",
    )
  })

  it('is refused for a number that the brand lacks', () => {
    expect(() => little(flow(0))).toThrow(`the flow transfers to 'hospital', but this brand has no such number`)
  })
})

describe('hang_up', () => {
  it('says goodbye and ends the call', () => {
    const caller = ring(hotline()).keys('3').returned('done')
    expect(caller.hears).toEqual(['goodbye'])
    expect(caller.reply.next).toEqual({ kind: 'hang_up' })
    expect(caller.events.map(({ kind }) => kind)).toEqual(['handed_off'])
  })
})

describe('an apology', () => {
  it('hands off at level 0 and forgets whatever had been reached', () => {
    const caller = atPin().keys('4711')
    const { call, reply, events } = apologise(hotline(), caller.call, '2026-11-22T10:01:00.000Z')
    expect(reply.say).toEqual([{ text: 'apology', language: 'de' }])
    expect(reply.next).toEqual(toQueue('small.general'))
    expect(call).toMatchObject({ claim: null, outcome: 'unavailable', assurance: { level: 0 }, handOff: { level: 0 } })
    expect(events).toMatchObject([{ kind: 'handed_off' }])
  })
})

describe('a flow in a circle', () => {
  it('throws instead of running for ever', () => {
    const flow = `
start: a
steps:
  a: { type: say, prompt: a, next: b }
  b: { type: say, prompt: b, next: c }
  c: { type: hang_up }
`
    expect(() => ring(tampered(little(flow), 'b', { next: 'a' }))).toThrow('runs in a circle')
  })
})

describe('what was keyed', () => {
  it('stays nowhere in the call', () => {
    const caller = atNumber({ verify: [failed] })
      .keys('98765')
      .keys(goodNumber)
      .keys('8642')
    expect(JSON.stringify([caller.call, caller.questions, caller.events])).not.toMatch(/98765|8642/)
  })
})

function identifyStep(identified: string): string {
  const others = 'no_pin: bye, person: bye, no_input: bye, no_match: bye, refused: no, unavailable: bye'
  return `{ type: identify, prompt: ask, identified: ${identified}, ${others} }`
}

function verifyStep(verified: string): string {
  const others = 'no_pin: bye, person: bye, no_input: bye, no_match: bye, unavailable: bye'
  return `{ type: verify, prompt: prove, verified: ${verified}, refused: no, ${others} }`
}
