import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import {
  isOver,
  readCalled,
  readCaller,
  readCallerInTrouble,
  readKeys,
  readStatus,
  readStep,
  type StepWebhook,
} from '../../src/twilio/read-input.ts'
import { type SignedForm, signedForm } from '../../src/twilio/signature.ts'
import { callSid, gathered, twilioFields } from '../support/signing.ts'

const formOf = (over: Record<string, string> = {}): SignedForm => signedForm(Object.entries(twilioFields(over)))
const without = (name: string) => signedForm(Object.entries(twilioFields()).filter(([known]) => known !== name))

function step(over: Record<string, string> = {}): StepWebhook {
  const read = readStep(formOf(over))
  if ('malformed' in read) throw new Error(read.malformed)
  return read
}

function sentence(read: object): string | null {
  return 'malformed' in read ? String(read.malformed) : null
}

describe('who calls', () => {
  const leg = { callId: callSid(1), called: '+492214710100', from: '+491713920000' }
  it('is told at the beginning, and at every step', () => {
    expect(readCaller(formOf())).toEqual(leg)
    expect(readCallerInTrouble(formOf())).toEqual(leg)
    expect(step().leg).toEqual(leg)
    expect(readCalled(formOf())).toEqual({ ...leg, from: null })
  })

  it('is written as the network writes it', () => {
    const To = 'sip:02214710100@example.sip.twilio.com;transport=tls'
    expect(readCaller(formOf({ To, From: 'sips:491713920000@Trunk.example' }))).toEqual({
      callId: callSid(1),
      called: '02214710100',
      from: '491713920000',
    })
  })

  it.each(['anonymous', 'Restricted', '', '+266696687', 'client:Gerda', 'sip:Max@Muster.example', '+49'])(
    'has no number as %j',
    (From) => expect(readCaller(formOf({ From }))).toEqual({ ...leg, from: null }),
  )

  it('has no number when none comes', () => expect(readCaller(without('From'))).toEqual({ ...leg, from: null }))

  it('has no number where two could be read and nobody may be turned away', () => {
    const two = formOf({ ErrorUrl: 'From+491713920099', ErrorCode: '11200' })
    expect(sentence(readCaller(two))).toBe('From can be read in two ways.')
    expect(readCallerInTrouble(two)).toEqual({ ...leg, from: null })
    expect(readCalled(two)).toEqual({ ...leg, from: null })
  })
})

describe('what was keyed', () => {
  it.each([
    ...['1', '0123', '*', '12*34', '0'.repeat(64), '1A', 'ABCD', '12D', 'a', ' 1234', '1234\n', '12 34'],
    ...['١٢٣٤', '1234,5', '+49', 'hangup', 'w1'],
  ])('%j becomes a secret at once, whatever keys it has', (digits) => {
    const { input, ...rest } = step(gathered(digits, '#'))
    expect(input.kind === 'digits' && input.digits.reveal()).toBe(digits)
    expect(inspect({ input, ...rest }, { depth: 9 }) + JSON.stringify(rest)).not.toContain(`'${digits}'`)
    expect(JSON.stringify(input)).toBe('{"kind":"digits","digits":"[secret]"}')
    const keys = readKeys(formOf(gathered(digits, '#')))
    expect('digits' in keys && keys.digits?.reveal()).toBe(digits)
  })

  it('is silence when nothing was, or the hash key alone', () => {
    for (const keyed of [{}, gathered(), gathered('', '#')]) expect(step(keyed).input).toEqual({ kind: 'no_input' })
  })

  it('is longer than any entry when far too much was: no match, not an error', () => {
    const { input } = step(gathered('1'.repeat(10_000)))
    expect(input.kind === 'digits' && input.digits.length).toBe(64)
  })

  it('is refused with what could be the name of the next parameter', () => {
    for (const digits of ['1234Direction', '1E', '12Fx']) {
      expect(sentence(readStep(formOf(gathered(digits))))).toBe('Digits can be read in two ways.')
    }
  })
})

describe('how a queue or a dialled number gave the call back', () => {
  it.each([
    ['QueueResult', 'bridged', 'done'],
    ['QueueResult', 'queue-full', 'failed'],
    ['QueueResult', 'error', 'broken'],
    ['QueueResult', 'system-error', 'broken'],
    ['QueueResult', 'hangup', 'gone'],
    ['QueueResult', 'leave', 'left'],
    ['QueueResult', 'something-new', 'failed'],
    ['QueueResult', 'Something New', 'failed'],
    ['QueueResult', 'constructor', 'failed'],
    ['DialCallStatus', 'completed', 'done'],
    ['DialCallStatus', 'answered', 'done'],
    ['DialCallStatus', 'busy', 'failed'],
    ['DialCallStatus', 'no-answer', 'failed'],
    ['DialCallStatus', 'failed', 'failed'],
    ['DialCallStatus', 'canceled', 'gone'],
  ])('%s=%s is %s', (name, value, reason) => {
    expect(step({ [name]: value, QueueTime: '7' }).input).toEqual({ kind: 'returned', reason })
    expect(step({ [name]: value, ...gathered('1234') }).input).toEqual({ kind: 'returned', reason })
    expect(step({ [name]: value, CallStatus: 'completed' }).input).toEqual({ kind: 'returned', reason: 'gone' })
  })

  it.each(['redirected', 'redirected-from-bridged', 'bridging-in-process'])(
    'QueueResult=%s is no return: the call has another document, unless it is over',
    (QueueResult) => {
      expect(step({ QueueResult, QueueTime: '7' }).input).toEqual({ kind: 'redirected' })
      expect(step({ QueueResult, ...gathered('1234') }).input).toEqual({ kind: 'redirected' })
      expect(step({ QueueResult, CallStatus: 'completed' }).input).toEqual({ kind: 'returned', reason: 'gone' })
    },
  )

  it('is refused with another result of the same text', () => {
    const { Direction = '' } = twilioFields()
    for (const over of [
      { DialCallStatus: `completedDirection${Direction}`, Direction: '' },
      { QueueResult: 'hangupQueueTime7' },
      { FromZip: 'QueueResulthangup' },
    ]) {
      expect(sentence(readStep(formOf(over)))).toMatch(/can be read in two ways/)
    }
  })
})

describe('the end of a call', () => {
  const status = (form: SignedForm) => readStatus(form)
  it.each(['completed', 'busy', 'failed', 'no-answer', 'canceled'])('is %s', (CallStatus) => {
    expect(status(formOf({ CallStatus }))).toEqual({ callId: callSid(1), callStatus: CallStatus })
    expect(isOver(CallStatus)).toBe(true)
  })
  it.each(['queued', 'initiated', 'ringing', 'in-progress'])('is not %s', (CallStatus) => {
    expect(status(formOf({ CallStatus }))).toEqual({ callId: callSid(1), callStatus: CallStatus })
    expect(isOver(CallStatus)).toBe(false)
  })
  it('is told beside anything odd, and never by an odd word', () => {
    const odd = {
      CallStatus: 'completed',
      To: 'x',
      From: 'From+491713920099',
      Digits: 'Digits',
      QueueResult: 'QueueResult',
    }
    expect(status(formOf(odd))).toEqual({ callId: callSid(1), callStatus: 'completed' })
    for (const CallStatus of ['', 'Completed', 'completed\n', 'completedx']) {
      expect(status(formOf({ CallStatus }))).toEqual({ callId: callSid(1), callStatus: null })
    }
    expect(isOver(null)).toBe(false)
  })
})

describe('a form is refused', () => {
  it.each(['CallSid', 'To'])('without %s', (name) => {
    for (const read of [readCaller, readCalled, readStep]) expect(sentence(read(without(name)))).toMatch(name)
  })

  it.each([
    ['CallSid', 'CA1'],
    ['CallSid', callSid(0xabc).toUpperCase()],
    ['CallSid', `${callSid(1)}\n`],
    ['CallSid', `${callSid(1)}Digits1234`],
    ['To', 'anonymous'],
    ['To', 'sip:reception@example.com'],
    ['To', '+49221\r\nX: y'],
    ['CallStatus', 'in-progressDigits1234'],
  ])('with %s=%j', (name, value) => {
    const said = sentence(readStep(formOf({ [name]: value })))
    expect(said).not.toBeNull()
    expect(said).not.toContain(value)
  })
})
