/**
 * The form values of Twilio's voice webhooks. https://www.twilio.com/docs/voice/twiml#request-parameters
 * Cities hold umlauts or nothing, as they do for German callers, and there is a key that nobody knows: Twilio may add
 * some at any time, and a server must ignore them.
 */
import { randomUUID } from 'node:crypto'

export type Parameters = Record<string, string>

/** What Twilio sends as From for a caller who withholds the number. */
export const WITHHELD = 'anonymous'

/** A new identifier of Twilio's form: two capital letters and 32 hex digits. */
export function newSid(prefix: 'CA' | 'CF' | 'QU'): string {
  return prefix + randomUUID().replaceAll('-', '')
}

/** `to` of an agent's leg may be a number, `client:NAME` or a SIP address. */
export interface LegNumbers {
  accountSid: string
  callSid: string
  from: string
  to: string
  direction?: 'inbound' | 'outbound-api'
}

/** What every request of a call carries. */
export function legParameters(leg: LegNumbers): Parameters {
  return {
    AccountSid: leg.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: leg.callSid,
    CallStatus: 'ringing',
    Direction: leg.direction ?? 'inbound',
    From: leg.from,
    To: leg.to,
    Caller: leg.from,
    Called: leg.to,
    ...(leg.direction === 'outbound-api' ? {} : { CalledVia: leg.to }),
    ...placesOf('From', leg.from, 'Köln'),
    ...placesOf('Caller', leg.from, 'Köln'),
    ...placesOf('To', leg.to, 'Thüringen'),
    ...placesOf('Called', leg.to, 'Thüringen'),
    RufpassSimulator: 'Grüße & mehr = unbekannt',
  }
}

/** Sent with the first request alone. */
export function ringParameters(): Parameters {
  return { CallStatus: 'ringing', CallToken: '{"parentCallInfoToken":"c2ltdWxhdGVk"}' }
}

export function gatherParameters(keys: string, finishedOnKey: string): Parameters {
  return { Digits: keys, FinishedOnKey: finishedOnKey, msg: 'Gather End' }
}

/** Silence under actionOnEmptyResult has two forms in the wild: an empty Digits, and none at all. */
export function silenceParameters(form: 'empty' | 'missing'): Parameters {
  return form === 'empty' ? gatherParameters('', '') : { FinishedOnKey: '', msg: 'Gather End' }
}

/** Twilio's default size of a queue. https://www.twilio.com/docs/voice/api/queue-resource */
const MAX_QUEUE_SIZE = '1000'

/** The phone is alone in its own world: it is always next, and what a server says of others comes from the server. */
export function waitParameters(queueSid: string, seconds: number): Parameters {
  return {
    QueueSid: queueSid,
    QueuePosition: '1',
    QueueTime: String(seconds),
    AvgQueueTime: String(seconds),
    CurrentQueueSize: '1',
    MaxQueueSize: MAX_QUEUE_SIZE,
  }
}

/** Every final state of a leg, with the answer of the far end. */
const sipCodes = { completed: '200', busy: '486', 'no-answer': '487', canceled: '487', failed: '480' } as const
export type FinalStatus = keyof typeof sipCodes

/** The end of a call; `seconds` of talk are none where nobody picked up. */
export function statusParameters(seconds: number, at: Date, status: FinalStatus = 'completed'): Parameters {
  const talked = status === 'completed'
  return {
    CallStatus: status,
    CallDuration: String(talked ? seconds : 0),
    Duration: String(talked ? Math.max(1, Math.ceil(seconds / 60)) : 0),
    SipResponseCode: sipCodes[status],
    Timestamp: timestamp(at),
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
  }
}

/** RFC 2822, as Twilio writes moments. */
export function timestamp(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000')
}

type Side = 'From' | 'To' | 'Caller' | 'Called'

/** Only numbers lie somewhere. */
function placesOf(side: Side, address: string, state: string): Parameters {
  if (/^(client|sip):/.test(address)) return {}
  return { [`${side}Country`]: 'DE', [`${side}State`]: state, [`${side}City`]: '', [`${side}Zip`]: '' }
}
