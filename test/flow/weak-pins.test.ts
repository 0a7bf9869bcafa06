/** What follows from a right PIN that is easy to guess: what the brand says, and only after the proof. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { credentialKinds } from '../../src/auth/credentials.ts'
import { isMod11_10 } from '../../src/auth/identifiers.ts'
import { pinRules, policyOf } from '../../src/auth/pin-policy.ts'
import type { Advice } from '../../src/call/question.ts'
import { parseBrand } from '../../src/flow/files/parse-brand.ts'
import { pinRefusal } from '../../src/flow/pin-refusal.ts'
import { adviceOn } from '../../src/flow/pins.ts'
import { ring } from './caller.ts'
import { flowsDir, shipped } from './shipped.ts'
import { smallBrandFile, smallHotline } from './small.ts'

const flow = readFileSync(join(flowsDir, 'hotline.yaml'), 'utf8')
const number = [...'0123456789'].map((last) => `23456789${last}`).find(isMod11_10) ?? ''

function keyed(follows: string, advice: Advice) {
  const brand = { pins: `{ weak: { ${follows} } }`, roll_out: '{ announced: "2026-01-01", mandatory: "2026-02-01" }' }
  const hotline = smallHotline({ flow, brand })
  const caller = ring(hotline, { verify: { kind: 'verified', credential: 'pin', advice } })
    .keys('1')
    .keys(number)
  return caller.keys('1234')
}

describe('a right PIN', () => {
  it('that is strong, or of a brand that lets nothing follow, is right and no more', () => {
    for (const follows of ['follows: nothing', 'follows: hint', 'follows: must_change, by: "2027-03-01"'])
      expect(keyed(follows, null)).toMatchObject({
        hears: ['verify.thanks', 'hand_off.topic'],
        call: { assurance: { level: 2 } },
      })
  })

  it.each(['follows: hint', 'follows: must_change, by: "2027-03-01"'])(
    'that is weak is right, and callers are told (%s)',
    (follows) => {
      const caller = keyed(follows, 'change_soon')
      expect(caller.hears).toEqual(['verify.change_soon', 'verify.thanks', 'hand_off.topic'])
      expect(caller.call).toMatchObject({ assurance: { level: 2 }, outcome: 'verified' })
    },
  )

  it('that was to be changed by now proves nothing, and the call goes on as without one', () => {
    const caller = keyed('follows: must_change, by: "2026-03-01"', 'change_first')
    expect(caller.hears).toEqual(['verify.change_first', 'no_pin.later', 'hand_off.without_data'])
    expect(caller.call).toMatchObject({ assurance: { level: 1 }, outcome: 'no_pin' })
    expect(caller.reply.next).toMatchObject({ kind: 'enqueue', queue: 'small.general' })
  })
})

it('goes by the day of the brand', () => {
  const pins = (weak: object) => ({ pins: { forbid: [], weak } }) as unknown as Parameters<typeof adviceOn>[0]
  const by = { follows: 'must_change', by: '2027-03-01' }
  expect(adviceOn(pins({ follows: 'nothing' }), '2027-03-01')).toBeNull()
  expect(adviceOn(pins({ follows: 'hint' }), '2999-01-01')).toBe('change_soon')
  expect([adviceOn(pins(by), '2027-02-28'), adviceOn(pins(by), '2027-03-01')]).toEqual(['change_soon', 'change_first'])
})

it.each([
  ['{ weak: { follows: must_change } }', 'needs the day'],
  ['{ weak: { follows: hint, by: "2027-03-01" } }', 'has a day'],
  ['{ forbid: [sequenz] }', 'must be one of: sequence'],
])('refuses %s', (pins, why) => {
  expect(() => parseBrand(smallBrandFile({ pins }), 'small.yaml')).toThrow(why)
})

it('has all rules unless the brand says which', () => {
  const { brand } = parseBrand(smallBrandFile(), 'small.yaml')
  expect(policyOf(brand, 'pin')).toEqual({ entry: { digits: 4 }, forbid: [...pinRules] })
  const few = parseBrand(smallBrandFile({ pins: '{ forbid: [sequence, repeated] }' }), 'small.yaml')
  expect(policyOf(few.brand, 'pin').forbid).toEqual(['sequence', 'repeated'])
  expect(credentialKinds).toContain('pin')
})

it('names the rule by which a PIN is refused, and offers another, in every language that is shipped', () => {
  for (const hotline of shipped.values())
    for (const { code } of hotline.brand.languages) {
      const told = (['length', ...pinRules] as const).map((fault) =>
        pinRefusal(hotline, code, { fault, kind: 'pin', suggestion: '4826' }),
      )
      expect(new Set(told).size).toBe(pinRules.length + 1)
      for (const text of told) expect(text).toMatch(/4826/)
    }
  const own = shipped.get('sternmobil')
  expect(own && pinRefusal(own, 'de', { fault: 'birth_year', kind: 'pin', suggestion: '4826' })).toBe(
    'Das ist dein Geburtsjahr. Viele kennen es. Frei ist zum Beispiel 4826.',
  )
})
