/** Requests as Twilio sends them: the parameters of a call, signed by the code of Twilio's own library, not by ours. */
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'

export const AUTH_TOKEN = '0123456789abcdef0123456789abcdef'
export const ACCOUNT_SID = `AC${'0'.repeat(31)}1`
export const PUBLIC_BASE_URL = 'https://voice.example.com'

/** The n-th made-up CallSid. */
export function callSid(n: number): string {
  return `CA${n.toString(16).padStart(32, '0')}`
}

/** Every parameter of a webhook, with the empty and unknown ones that really come. */
export function twilioFields(over: Record<string, string> = {}): Record<string, string> {
  const from = over.From ?? '+491713920000'
  const to = over.To ?? '+492214710100'
  return {
    AccountSid: ACCOUNT_SID,
    ApiVersion: '2010-04-01',
    CallSid: callSid(1),
    CallStatus: 'in-progress',
    Called: to,
    CalledCity: '',
    CalledCountry: 'DE',
    CalledState: 'Köln',
    CalledZip: '',
    Caller: from,
    CallerCity: '',
    CallerCountry: 'DE',
    CallerState: 'Köln & Umland',
    CallerZip: '',
    Direction: 'inbound',
    From: from,
    FromCity: '',
    FromCountry: 'DE',
    FromState: 'Köln',
    FromZip: '',
    To: to,
    ToCity: '',
    ToCountry: 'DE',
    ToState: 'Köln',
    ToZip: '',
    ...over,
  }
}

/** What a Gather adds. Without digits: silence, or a bare hash key. */
export function gathered(digits = '', finishedOnKey = ''): Record<string, string> {
  return { Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' }
}

export interface SignedPost {
  body: string
  headers: { 'content-type': string; 'x-twilio-signature': string }
}

/** Body and headers of a signed form POST to `url`. A fragment (connection overrides) is cut off, as Twilio does. */
export function signForm(url: string, fields: Record<string, string>, authToken: string = AUTH_TOKEN): SignedPost {
  const [signed = ''] = url.split('#')
  return {
    body: new URLSearchParams(fields).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': getExpectedTwilioSignature(authToken, signed, fields),
    },
  }
}
