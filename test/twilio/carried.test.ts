/** What the network tells of a call, for agents to read: in known shapes, bounded, and of no effect. */
import { describe, expect, it } from '@jest/globals'
import { carriedIn } from '../../src/twilio/carried.ts'
import type { SignedForm } from '../../src/twilio/signature.ts'

const formOf = (fields: Record<string, string>): SignedForm => ({
  params: Object.entries(fields).map(([name, value]) => ({ name, value, at: 0 })),
  text: '',
})
const told = (fields: Record<string, string>) => carriedIn(formOf(fields))

describe('what the network tells of a call', () => {
  it('is nothing on most calls', () => {
    expect(told({ From: '+491713920001', ForwardedFrom: '', StirVerstat: 'x', SipCallId: '1' })).toBeNull()
  })

  it.each([
    ['TN-Validation-Passed-A', 'full'],
    ['TN-Validation-Passed-B', 'partial'],
    ['TN-Validation-Passed-C-Passthrough', 'gateway'],
    ['TN-Validation-Passed-A-Diverted', 'full'],
    ['TN-Validation-Failed-A', 'failed'],
    ['TN-Validation-Failed-C', 'failed'],
    ['No-TN-Validation', 'unsigned'],
  ])('says in a word how far a number is vouched for: %s', (StirVerstat, attestation) => {
    expect(told({ StirVerstat })).toEqual({ forwardedFrom: null, attestation, headers: [] })
  })

  it.each(['TN-Validation-Passed-D', 'TN-Validation-Passed-AB', 'Passed', 'TN-Validation-Passed-A<b>'])(
    'takes no other word: %s',
    (StirVerstat) => {
      expect(told({ StirVerstat })).toBeNull()
    },
  )

  it('names where a call was forwarded from, if that is a number', () => {
    expect(told({ ForwardedFrom: '+492214710100' })?.forwardedFrom).toBe('+492214710100')
    expect(told({ ForwardedFrom: 'anonymous' })).toBeNull()
    expect(told({ ForwardedFrom: '<script>' })).toBeNull()
  })

  it('has the X- headers of a trunk, five of them at most, each one short line', () => {
    const headers = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`SipHeader_X-Name${n}`, `value ${n}`]))
    expect(told(headers)?.headers).toHaveLength(5)
    const odd = told({
      'SipHeader_X-Long': 'ä'.repeat(500),
      'SipHeader_X-Lines': 'one\r\ntwo\u202Ethree\0',
      'SipHeader_X-Bad name': 'x',
      [`SipHeader_X-${'n'.repeat(40)}`]: 'x',
      'SipHeader_User-to-User': 'x',
      'SipHeader_X-Empty': ' \t ',
    })
    expect(odd?.headers).toEqual([
      { name: 'Long', value: 'ä'.repeat(120) },
      { name: 'Lines', value: 'one two three' },
    ])
  })
})
