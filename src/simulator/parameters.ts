/**
 * The form values of Twilio's voice webhooks. https://www.twilio.com/docs/voice/twiml#request-parameters
 * Cities hold umlauts or nothing, as they do for German callers, and there is a key that nobody knows: Twilio may add
 * some at any time, and a server must ignore them.
 */
import { randomUUID } from 'node:crypto'

export type Parameters = Record<string, string>

/** What Twilio sends as From for a caller who withholds his number. */
export const WITHHELD = 'anonymous'

/** A new identifier of Twilio's form: two capital letters and 32 hex digits. */
export function newSid(prefix: 'CA' | 'QU'): string {
  return prefix + randomUUID().replaceAll('-', '')
}

/** What every request of a call carries. */
export function legParameters(leg: { accountSid: string; callSid: string; from: string; to: string }): Parameters {
  return {
    AccountSid: leg.accountSid,
    ApiVersion: '2010-04-01',
    CallSid: leg.callSid,
    CallStatus: 'ringing',
    Direction: 'inbound',
    From: leg.from,
    To: leg.to,
    Caller: leg.from,
    Called: leg.to,
    CalledVia: leg.to,
    ...places('From', 'Köln'),
    ...places('Caller', 'Köln'),
    ...places('To', 'Thüringen'),
    ...places('Called', 'Thüringen'),
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

export function statusParameters(seconds: number, at: Date): Parameters {
  return {
    CallStatus: 'completed',
    CallDuration: String(seconds),
    Duration: String(Math.max(1, Math.ceil(seconds / 60))),
    SipResponseCode: '200',
    Timestamp: at.toUTCString().replace('GMT', '+0000'),
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
  }
}

function places(side: 'From' | 'To' | 'Caller' | 'Called', state: string): Parameters {
  return { [`${side}Country`]: 'DE', [`${side}State`]: state, [`${side}City`]: '', [`${side}Zip`]: '' }
}
