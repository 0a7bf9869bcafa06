import { describe, expect, it } from '@jest/globals'
import { numberIn } from '../../src/twilio/phone-address.ts'

describe('the number in an address', () => {
  it.each([
    ['+492214710100', '+492214710100'],
    ['492214710100', '492214710100'],
    ['0221 4710100', '02214710100'],
    ['(0221) 471-01.00', '02214710100'],
    ['0049 221/4710100', '00492214710100'],
    ['sip:+492214710100@example.sip.twilio.com', '00492214710100'],
    ['sips:+492214710100@example.sip.twilio.com:5061;transport=tls?X-Digits=4711', '00492214710100'],
    ['SIP:02214710100@Host.Example', '02214710100'],
    ['sip:%2B49221%34710100@host', '00492214710100'],
    ['sip:+49-221-4710100;phone-context=+49;user=phone@[2001:db8::1]', '00492214710100'],
    ['sip:492214710100@sip@host', '492214710100'],
  ])('of %s is %s', (address, number) => expect(numberIn(address)).toBe(number))

  it.each([
    ...['anonymous', 'unknown', 'Restricted', 'unavailable', '', '+266696687', '+7378742833', '+2562533', '+8656696'],
    ...[
      '+86282452253',
      '266696687',
      'sip:+266696687@host',
      '00266696687',
      'sip:anonymous@anonymous.invalid',
      'client:+491713920000',
    ],
    ...['client:agent_17', 'sip:a@b', 'sip:4711@pbx', 'sip:49.221.47.101@host', 'sip:192.0.2.1', '192.168.178.24'],
    ...[
      'sip:492214710100',
      'sip:492214710100:5060',
      'sip:+49221:secret@host',
      'sip:%@host',
      'sip:%2@host',
      'sip:@host',
    ],
    ...[
      '+49',
      '+491713920000\n',
      '+4917139200001234',
      '+0221471010',
      '+٤٩١٧١٣٩٢',
      '\u001b[31m+491713920000',
      'sip:%00+49221471@h',
    ],
    ...['sip:+49221%0a4710100@host', 'tel:+492214710100', '++492214710100', '1234', '491713920000x'],
  ])('is none in %j', (address) => expect(numberIn(address)).toBeNull())
})
