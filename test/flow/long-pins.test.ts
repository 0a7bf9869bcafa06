/** PINs of the length that a brand gives them, and of the one from before: given a call at the step, when the caller keys …, then …. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { brandFigures } from '../../src/cli/policy-figures.ts'
import { secretLengths } from '../../src/flow/brand.ts'
import { type Caller, ring } from './caller.ts'
import { flowsDir } from './shipped.ts'
import { smallHotline } from './small.ts'

const flow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const topics = '[{ name: fresh, press: "1", needs: 2, sets: pin }]'
const identifiers = '[{ kind: customer_number, digits: { min: 7, max: 12 } }]'
const hotline = (pins: string, texts = {}) => smallHotline({ flow, brand: { topics, identifiers, pins }, texts })
const atPin = (pins: string): Caller => ring(hotline(pins)).keys('1').keys('2345678')
const asked = (caller: Caller): string[] => caller.questions.map(({ kind }) => kind)

describe('where the brand gives six digits', () => {
  it('six are waited for, and are the only try', () => {
    expect(atPin('{ digits: 6 }').reply.next).toMatchObject({ kind: 'gather', numDigits: 6 })
    expect(asked(atPin('{ digits: 6 }').keys('482639'))).toEqual(['identify', 'verify'])
    for (const keys of ['4826', '48263', '4826391'])
      expect(atPin('{ digits: 6 }').keys(keys).hears).toEqual(['verify.malformed', 'verify.again'])
  })

  it('and still takes four, either is a try that ends with the hash key, and nothing between', () => {
    const pins = '{ digits: 6, still: [4] }'
    expect(atPin(pins).reply.next).toMatchObject({ kind: 'gather', numDigits: null })
    for (const keys of ['4826', '482639']) expect(asked(atPin(pins).keys(keys))).toEqual(['identify', 'verify'])
    expect(atPin(pins).keys('48263').hears).toEqual(['verify.malformed', 'verify.again'])
  })

  it('a new one has six, also after one of four', () => {
    const caller = atPin('{ digits: 6, still: [4] }').keys('4826')
    expect(caller.reply.next).toEqual({ kind: 'gather', numDigits: 6, timeout: 8 })
    expect(caller.keys('8264').hears).toEqual(['set_pin.malformed', 'set_pin.ask'])
    caller.keys('826415').keys('826415')
    expect(asked(caller)).toEqual(['identify', 'verify', 'hash_entry', 'set_secret'])
  })

  it('the call says how many a new one has, and of one that is asked for only where all have as many', () => {
    const texts = { 'verify.malformed': '{digits}', 'set_pin.malformed': 'new {digits}' }
    const said = (pins: string, ...entries: string[]) => {
      const caller = ring(hotline(pins, texts)).keys('1').keys('2345678')
      for (const keys of entries) caller.keys(keys)
      return JSON.stringify(caller.reply.say)
    }
    expect(said('{ digits: 6 }', '48')).toContain('"6"')
    expect(said('{ digits: 6, still: [4] }', '48')).toContain('"0"')
    expect(said('{ digits: 6, still: [4] }', '4826', '48')).toContain('"new 6"')
  })
})

it('every length that is taken is shielded as a secret, and printed', () => {
  const { brand } = hotline('{ digits: 6, still: [4, 5] }')
  expect(secretLengths(brand)).toEqual([6, 4, 5])
  const printed = Object.fromEntries(brandFigures(brand, '2026-11-30').map(({ name, value }) => [name, value]))
  expect([printed['pin.digits'], printed['pins.still']]).toEqual([6, ['4', '5']])
})
