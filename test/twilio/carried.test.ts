/** What the network tells of a call, for agents to read: in known shapes, bounded, and of no effect. */
import { describe, expect, it } from '@jest/globals'
import { carriedIn } from '../../src/twilio/carried.ts'
import { signedForm } from '../../src/twilio/signature.ts'
import { twilioFields } from '../support/signing.ts'

const told = (fields: Record<string, string>) =>
  carriedIn(signedForm(Object.entries(twilioFields(fields))), ['AccountSid', 'CallSid', 'CallStatus', 'From', 'To'])

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
    expect(told({ ForwardedFrom: '0221 4710100' })?.forwardedFrom).toBe('02214710100')
    expect(told({ ForwardedFrom: 'sip:+492214710100@Fritz.box' })?.forwardedFrom).toBe('00492214710100')
    expect(told({ ForwardedFrom: 'anonymous' })).toBeNull()
    expect(told({ ForwardedFrom: '<script>' })).toBeNull()
  })

  it.each(['4711', '47110', '04711', '047110', '407182632', '26405913', '8949039200539999996', '1'.repeat(300)])(
    'takes for the number that a call was forwarded from nothing that looks keyed: %s',
    (ForwardedFrom) => {
      expect(told({ ForwardedFrom })).toBeNull()
    },
  )

  it('has the X- headers of a trunk, five of them at most, each one short line', () => {
    const headers = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [`SipHeader_X-Name-${'abcdefghi'[n]}`, `value`]),
    )
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
      { name: 'Lines', value: 'one two three' },
      { name: 'Long', value: 'ä'.repeat(120) },
    ])
  })

  it.each([
    ['4711', null],
    ['*4711#', null],
    ['4, 7, 1, 1', null],
    ['٤٧١١', null],
    ['４７１１', null],
    ['4\u20e37\u20e31\u20e31\u20e3', null],
    ['+49171', null],
    ['s4711', 's…'],
    ['PIN 4711', 'PIN …'],
    ['PIN 4-7-1-1, keyed 12', 'PIN …, keyed …'],
    ['CA00000000000000000000000000000007', 'CA…'],
    ['gold', 'gold'],
    ['Köln, Straße der Freude', 'Köln, Straße der Freude'],
  ])('has no digits of a header, for a trunk may put into it what was keyed: %s', (value, shown) => {
    expect(told({ 'SipHeader_X-Note': value })?.headers ?? null).toEqual(
      shown === null ? null : [{ name: 'Note', value: shown }],
    )
    expect(told({ [`SipHeader_X-${value}`]: 'x' })?.headers ?? null).toEqual(
      value === 'gold' ? [{ name: 'gold', value: 'x' }] : null,
    )
  })

  it('leaves out what could be cut out of another field, or runs on into the next', () => {
    expect(told({ CallerName: 'SipHeader_X-Vip: yes', FromCity: 'SipHeader_X-Vipyes' })).toBeNull()
    expect(told({ 'SipHeader_X-Note': 'gold', StirPassportToken: 'SipHeader_X-Vip' })?.headers).toHaveLength(1)
    expect(told({ 'SipHeader_X-Note': 'goldSipHeader_X-Vip' })).toBeNull()
    expect(told({ 'SipHeader_X-Note': 'gold', SpeechResult: 'x' })).toBeNull()
    expect(told({ CallerName: 'StirVerstatTN-Validation-Passed-A' })).toBeNull()
    expect(
      told({ 'SipHeader_X-Note': 'StirVerstatTN-Validation-Passed-A', StirVerstat: 'No-TN-Validation' }),
    ).toBeNull()
    expect(told({ ForwardedFrom: '+492214710100Fro' })).toBeNull()
    expect(told({ Direction: 'ForwardedFrom+492214710199', ForwardedFrom: '+492214710100' })).toBeNull()
  })
})
