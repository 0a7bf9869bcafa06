import { describe, expect, it } from '@jest/globals'
import { prove } from '../../src/proof/check.ts'
import { sampleEntry } from '../../src/proof/sample-keys.ts'
import { safetyRules } from '../proof/judges.ts'
import { ring } from './caller.ts'
import { smallHotline } from './small.ts'

const gaveUp = 'no_pin: bye, person: bye, no_input: bye, no_match: bye, unavailable: bye'
const flow = `
start: topic
steps:
  topic: { type: topic, chosen: needs, person: bye, no_input: bye, no_match: bye }
  needs: { type: branch, on: written, yes: number, no: write }
  number: { type: identify, prompt: ask, identified: pin, refused: bye, ${gaveUp} }
  pin: { type: verify, prompt: prove, verified: write, refused: write, ${gaveUp} }
  write: { type: deflect, none: talk, stay: talk, done: bye }
  talk: { type: enqueue, level: 0, queue: general, done: bye, failed: bye }
  bye: { type: hang_up, prompt: bye }
`
const topics = '[{ name: move, press: "1", needs: 2, written: true }, { name: join, press: "2", needs: 0 }]'
const hotline = smallHotline({ flow, brand: { topics }, texts: { 'deflect.ticket': '{ticket}' } })

const number = sampleEntry(hotline.brand)
const verified = () =>
  ring(hotline, { ticket: { kind: 'ticket', number: '7100482935' } })
    .keys('1')
    .keys(number)
    .keys('1234')
const refused = () =>
  ring(hotline, {
    ticket: { kind: 'ticket', number: '7100482935' },
    verify: [{ kind: 'failed' }, { kind: 'failed' }, { kind: 'failed' }],
  })
    .keys('1')
    .keys(number)
    .keys('1234')
    .keys('1234')
    .keys('1234')

describe('the deflect step', () => {
  it('says where to write, with the number of the ticket digit by digit, and offers a person', () => {
    expect(verified().hears).toEqual(['deflect.where', '7, 1, 0, 0, 4, 8, 2, 9, 3, 5', 'deflect.stay'])
  })

  it('says it a second time to a caller who is silent, for it has to be written down, and then goodbye', () => {
    const caller = verified()
    const first = caller.hears
    expect(caller.silence().hears).toEqual(first)
    expect(caller.silence().hears).toEqual(['bye'])
    expect(caller.reply.next).toEqual({ kind: 'hang_up' })
  })

  it('says it twice again to a caller who was silent once and then keyed something', () => {
    const caller = verified().silence().keys('4').silence()
    expect(caller.reply.next.kind).toBe('gather')
    expect(caller.silence().hears).toEqual(['bye'])
  })

  it('leads to a person by its key, and by the third key that means nothing', () => {
    expect(verified().keys('0').reply.next.kind).toBe('enqueue')
    const lost = verified().keys('4').keys('*')
    expect(lost.reply.next.kind).toBe('gather')
    expect(lost.keys('4').reply.next.kind).toBe('enqueue')
    expect(verified().keys('4', 480_000).reply.next.kind).toBe('enqueue')
  })

  it('asks for no ticket below level 2, and tells of none', () => {
    const caller = refused()
    expect(caller.hears.slice(-2)).toEqual(['deflect.where', 'deflect.stay'])
    expect(caller.questions.filter(({ kind }) => kind === 'ticket')).toEqual([])
  })

  it('tells where to write where no ticket can be had', () => {
    const caller = ring(hotline, { ticket: { kind: 'no_ticket' } })
      .keys('1')
      .keys(number)
      .keys('1234')
    expect(caller.hears).toEqual(['deflect.where', 'deflect.stay'])
  })

  it('keeps the number nowhere in the call', () => {
    expect(JSON.stringify({ ...verified().call, reply: null })).not.toMatch(/7100482935|7, 1, 0/)
  })

  it('is not there for other topics', () => {
    const caller = ring(hotline).keys('2')
    expect([caller.hears, caller.reply.next.kind]).toEqual([[], 'enqueue'])
  })
})

describe('the proof', () => {
  it('finds nothing unsafe in it', () => {
    // It asks nowhere whether it is open, which the check warns of.
    const codes = prove([hotline]).findings.map(({ code }) => code)
    expect(codes.filter((code) => safetyRules.has(code) && code !== 'hours')).toEqual([])
  })
})
