import { inspect } from 'node:util'
import { describe, expect, it } from '@jest/globals'
import { isOver, readFields, readWebhook, stepInput, type Webhook } from '../../src/twilio/read-input.ts'
import { type FormPair, signedText } from '../../src/twilio/signature.ts'
import { callSid, gathered, twilioFields } from '../support/signing.ts'

function readForm(form: readonly FormPair[]) {
  const fields = readFields(form, signedText(form))
  return 'malformed' in fields ? fields : readWebhook(fields)
}

function read(over: Record<string, string> = {}): Webhook {
  const webhook = readForm(Object.entries(twilioFields(over)))
  if ('malformed' in webhook) throw new Error(webhook.malformed)
  return webhook
}

function refusal(form: readonly FormPair[]): string | null {
  const webhook = readForm(form)
  return 'malformed' in webhook ? webhook.malformed : null
}

const without = (name: string) => Object.entries(twilioFields()).filter(([known]) => known !== name)

describe('who calls', () => {
  it('is in every webhook', () => {
    const { leg } = read()
    expect(leg).toEqual({ callId: callSid(1), called: '+492214710100', from: '+491713920000' })
  })

  it.each([
    ...['anonymous', 'unknown', 'restricted', 'unavailable', 'Anonymous', '', '+266696687', '+7378742833', '+2562533'],
    ...['+8656696', '+86282452253', '266696687', '01713920000', 'client:agent', 'sip:a@b', '+49', '+491713920000\n'],
    ...['+4917139200001234', '+٤٩١٧١٣٩٢', '\u001b[31m+491713920000'],
  ])('has no number as %j', (From) => expect(read({ From }).leg.from).toBeNull())

  it('has no number when none comes', () => {
    const webhook = readForm(without('From'))
    expect('leg' in webhook && webhook.leg.from).toBeNull()
  })
})

describe('what was keyed', () => {
  it.each(['1', '0123', '*', '12*34', '0'.repeat(64)])('%s becomes a secret at once', (digits) => {
    const webhook = read(gathered(digits, '#'))
    const input = stepInput(webhook)
    expect(input.kind === 'digits' && input.digits.reveal()).toBe(digits)
    expect(inspect(webhook, { depth: 9 }) + JSON.stringify(webhook)).not.toContain(`'${digits}'`)
    expect(JSON.stringify(input)).toBe('{"kind":"digits","digits":"[secret]"}')
  })

  it('is silence when nothing was, or the hash key alone', () => {
    expect(stepInput(read())).toEqual({ kind: 'no_input' })
    expect(stepInput(read(gathered()))).toEqual({ kind: 'no_input' })
    expect(stepInput(read(gathered('', '#')))).toEqual({ kind: 'no_input' })
  })

  it('is longer than any entry when far too much was: no match, not an error', () => {
    const input = stepInput(read(gathered('1'.repeat(10_000))))
    expect(input.kind === 'digits' && input.digits.length).toBe(64)
  })

  it.each(['12a4', ' 1234', '1234\n', '12 34', '١٢٣٤', '1234,5', '+49', 'hangup'])('is malformed as %j', (Digits) => {
    const sentence = refusal(Object.entries(twilioFields({ Digits })))
    expect(sentence).toMatch(/^Digits /)
    expect(sentence).not.toContain(Digits.trim())
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
    ['QueueResult', 'constructor', 'failed'],
    ['DialCallStatus', 'completed', 'done'],
    ['DialCallStatus', 'answered', 'done'],
    ['DialCallStatus', 'busy', 'failed'],
    ['DialCallStatus', 'no-answer', 'failed'],
    ['DialCallStatus', 'failed', 'failed'],
    ['DialCallStatus', 'canceled', 'gone'],
  ])('%s=%s is %s', (name, value, reason) => {
    expect(stepInput(read({ [name]: value, QueueTime: '7' }))).toEqual({ kind: 'returned', reason })
    expect(stepInput(read({ [name]: value, ...gathered('1234') }))).toEqual({ kind: 'returned', reason })
    expect(stepInput(read({ [name]: value, CallStatus: 'completed' }))).toEqual({ kind: 'returned', reason: 'gone' })
  })

  it.each(['redirected', 'redirected-from-bridged', 'bridging-in-process'])(
    'QueueResult=%s is no return: the call has another document, unless it is over',
    (QueueResult) => {
      expect(stepInput(read({ QueueResult, QueueTime: '7' }))).toEqual({ kind: 'moved' })
      expect(stepInput(read({ QueueResult, ...gathered('1234') }))).toEqual({ kind: 'moved' })
      expect(stepInput(read({ QueueResult, CallStatus: 'completed' }))).toEqual({ kind: 'returned', reason: 'gone' })
    },
  )
})

describe('the end of a call', () => {
  it.each(['completed', 'busy', 'failed', 'no-answer', 'canceled'])('is %s', (CallStatus) => {
    expect(isOver(read({ CallStatus }))).toBe(true)
  })
  it.each(['queued', 'initiated', 'ringing', 'in-progress'])('is not %s', (CallStatus) => {
    expect(isOver(read({ CallStatus }))).toBe(false)
  })
})

describe('a form is refused', () => {
  it.each(['CallSid', 'To'])('without %s', (name) => expect(refusal(without(name))).toMatch(name))

  it.each([
    ['CallSid', 'CA1'],
    ['CallSid', callSid(0xabc).toUpperCase()],
    ['CallSid', `${callSid(1)}\n`],
    ['CallSid', `${callSid(1)}Digits1234`],
    ['To', 'anonymous'],
    ['To', '+49221\r\nX: y'],
    ['CallStatus', 'in-progressDigits1234'],
  ])('with %s=%j', (name, value) => {
    const sentence = refusal(Object.entries(twilioFields({ [name]: value })))
    expect(sentence).not.toBeNull()
    expect(sentence).not.toContain(value)
  })

  it('with anything twice, even the same', () => {
    for (const name of ['Digits', 'From', 'CallSid', 'ToCity', '__proto__']) {
      const form: FormPair[] = [...without(name), [name, '1'], [name, '1']]
      expect(refusal(form)).toMatch('twice')
    }
  })

  it('with brackets in a name', () => {
    for (const name of ['Digits[]', 'Digits[0]', 'x[y]', ']']) {
      expect(refusal([...without('Digits'), [name, '1']])).toMatch('bracket')
    }
  })

  it('with a name that only begins like one that decides something', () => {
    for (const name of [
      'Digits1',
      'DigitsX',
      'CallSidX',
      'AccountSid2',
      'QueueResult1',
      'DialCallStatusc',
      'CallStatusx',
    ]) {
      expect(refusal([...without(''), [name, '234']])).toMatch('none of Twilio')
    }
  })

  it('with a missing name hidden in others, where its signature would still be right', () => {
    expect(refusal([...without(''), ['Dig', 'its1234']])).toMatch('Digits')
    expect(refusal(Object.entries(twilioFields({ CallerZip: 'Digits1234' })))).toMatch('Digits')
    expect(refusal(Object.entries(twilioFields({ FromZip: 'QueueResulthangup' })))).toMatch('QueueResult')
  })

  it('but not with names that are new, nor with those of conferences', () => {
    for (const name of ['StirVerstat', 'SipHeader_X-A', 'digits', 'ParentCallSid', 'CallSidToCoach', 'toString']) {
      expect(refusal([...without(''), [name, 'x']])).toBeNull()
    }
  })
})
