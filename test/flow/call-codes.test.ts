/** A caller with a call code at the number prompt of the shipped flow. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { CALL_CODE_DIGITS, callCodeOf, isCallCode } from '../../src/auth/call-code.ts'
import { parseBrand } from '../../src/flow/files/parse-brand.ts'
import { CLAIM } from '../support/world.ts'
import { type Caller, ring, type World } from './caller.ts'
import { flowsDir } from './shipped.ts'
import { type Small, smallBrandFile, smallHotline } from './small.ts'

const flow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const CODE = callCodeOf('583619572840391')
const NUMBER = '234567894'
const wrong = { identify: { kind: 'not_redeemed' } } as const
const atNumber = (world: World = {}, brand: Small['brand'] = { call_codes: 'true' }): Caller =>
  ring(smallHotline({ flow, brand }), world).keys('1')

describe('the form of a call code', () => {
  it('is 16 digits, and the last one tells a slip of a key', () => {
    expect(CODE).toBe('5836195728403912')
    expect(
      [CODE, CODE.slice(1), `${CODE}0`, CODE.replace(/2$/, '3'), CODE.replace('58', '85')].map(isCallCode),
    ).toEqual([true, false, false, false, false])
    expect(() => callCodeOf('12')).toThrow('15 digits')
  })

  it.each([
    ['sim_number', '{ min: 16, max: 19 }'],
    ['contract_number', '{ min: 6, max: 16 }'],
    ['phone_number', '{ min: 15, max: 17 }'],
  ])('is that of no %s with %s digits of a brand that takes codes', (kind, digits) => {
    const identifiers = `[{ kind: ${kind}, digits: ${digits} }]`
    const parse = (call_codes: string) => () => parseBrand(smallBrandFile({ identifiers, call_codes }), 'small.yaml')
    expect(parse('true')).toThrow(`a ${kind} may have ${CALL_CODE_DIGITS} digits, as many as a call code`)
    expect(parse('false')).not.toThrow()
  })
})

describe('a caller with a call code', () => {
  it('is verified without another question, and nothing of the code stays in the call', () => {
    const caller = atNumber().keys(CODE)
    expect(caller.call).toMatchObject({
      assurance: { level: 2, method: 'call_code' },
      claim: CLAIM,
      outcome: 'verified',
      entries: 1,
      tries: 0,
    })
    expect(caller.reply.next).toEqual({ kind: 'enqueue', queue: 'small.bill' })
    expect(caller.questions).toHaveLength(1)
    expect(JSON.stringify([caller.call, caller.reply, caller.events])).not.toContain(CODE)
  })

  it('whose line may try no more is not asked for another, and spends no entry', () => {
    const caller = atNumber({ admit: ({ claim }) => (claim === null ? { kind: 'over_limit' } : null) }).keys(CODE)
    expect(caller.hears).toEqual(['hand_off.unavailable'])
    expect([caller.questions, caller.call.entries, caller.call.outcome]).toEqual([[], 0, 'limited'])
  })

  it('may begin again by the star, and costs nothing by a slip of a key', () => {
    const caller = atNumber()
    expect(caller.keys(CODE.replace(/2$/, '3')).hears[0]).toBe('identify.check_digit')
    expect(caller.call.entries).toBe(0)
    expect(caller.keys(`12*${CODE}`).call.assurance.level).toBe(2)
  })

  it('has three entries with numbers and codes together, and is then brought to a person without data', () => {
    const caller = atNumber(wrong)
    expect(caller.keys(CODE).hears[0]).toBe('identify.code_failed')
    expect(caller.keys(CODE).hears[0]).toBe('identify.code_failed')
    expect(caller.keys(CODE).reply.next).toEqual({ kind: 'enqueue', queue: 'small.general' })
    expect(caller.call).toMatchObject({ outcome: 'refused', entries: 3, claim: null, assurance: { level: 0 } })
    expect(caller.questions.filter(({ kind }) => kind === 'identify')).toHaveLength(3)
  })

  it('has none left after three numbers and codes, whatever came between', () => {
    const told: World = {
      identify: (question) => (question.by.kind === 'call_code' ? { kind: 'not_redeemed' } : null),
      verify: { kind: 'failed' },
    }
    const caller = atNumber(told).keys(CODE).keys(CODE).keys(NUMBER).keys('1470').keys('2580')
    expect(caller.call).toMatchObject({ outcome: 'refused', claim: null, assurance: { level: 0 } })
    expect(caller.reply.next).toEqual({ kind: 'enqueue', queue: 'small.general' })
  })

  it('loses what was proved of the account before, and no more than before by a wrong one', () => {
    const two = { ...CLAIM, subject: 'other', ref: 'other' }
    const told: World = {
      identify: (question) => (question.by.kind === 'call_code' ? { kind: 'redeemed', claim: two } : null),
      verify: { kind: 'failed' },
    }
    expect(atNumber(told).keys(NUMBER).keys('1470').keys('2580').keys(CODE).call.claim).toEqual(two)
    const after: World = { ...told, identify: ({ by }) => (by.kind === 'call_code' ? { kind: 'not_redeemed' } : null) }
    expect(atNumber(after).keys(NUMBER).keys('1470').keys('2580').keys(CODE).call).toMatchObject({
      claim: CLAIM,
      assurance: { level: 1 },
    })
  })

  it('is told that it is no number where the brand takes no codes, and nothing is asked', () => {
    const caller = atNumber({}, {})
    expect(caller.keys(CODE).hears[0]).toBe('identify.malformed')
    expect(caller.questions.filter(({ kind }) => kind === 'identify')).toEqual([])
  })
})
