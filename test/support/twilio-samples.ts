/**
 * Every kind of form that Twilio's voice product sends, in its real shape with invented values: the names as observed, with
 * the empty, the undocumented and the umlauts. https://www.twilio.com/docs/voice/twiml#request-parameters
 */
import { ACCOUNT_SID, callSid, gathered, twilioFields } from './signing.ts'

const QUEUE = `QU${'1'.repeat(32)}`
const token = '{"parentCallInfoToken":"eyJhbGciOiJFUzI1NiJ9.eyJUbyI6IkZyb20ifQ.To5From7"}'

const first = twilioFields({ CallStatus: 'ringing', CallToken: token, ToState: 'Berlin', ToCity: 'Torgau' })
const later = { ...first, CallStatus: 'in-progress' }

/** Forms of a caller's leg. */
export const legSamples: Record<string, Record<string, string>> = {
  'an inbound call': first,
  'an inbound call that was forwarded': { ...first, ForwardedFrom: '+4930333333', CalledVia: '+4930333333' },
  'a withheld caller who was forwarded': { ...first, From: 'anonymous', ForwardedFrom: '+4930333333' },
  'a signed identity': {
    ...first,
    CallerName: 'MÜLLER & SÖHNE',
    StirVerstat: 'TN-Validation-Passed-A',
    StirPassportToken: 'eyJhbGciOiJFUzI1NiIsInBwdCI6InNoYWtlbiJ9.To1From2Digits.sig',
  },
  'a SIP leg': {
    ...first,
    SipCallId: 'a84b4c76e66710@pc33.example.com',
    SipDomain: 'example.sip.twilio.com',
    SipDomainSid: `SD${'2'.repeat(32)}`,
    'SipHeader_X-Digits': '4711',
    'SipHeader_X-CallSid': callSid(9),
    'SipHeader_X-From': '+491713920099',
    'SipHeader_X-To': '+492214710199',
    'SipHeader_X-QueueResult': 'hangup',
    SipSourceIp: '192.0.2.1',
  },
  'keys, as many as asked for': { ...later, ...gathered('123456') },
  'keys and hash': { ...later, ...gathered('1234', '#') },
  'silence with empty Digits': { ...later, ...gathered() },
  'silence without Digits': { ...later, FinishedOnKey: '', msg: 'Gather End' },
  'a redirect': later,
  waiting: {
    ...later,
    QueueSid: QUEUE,
    QueuePosition: '3',
    QueueTime: '42',
    AvgQueueTime: '60',
    CurrentQueueSize: '5',
    MaxQueueSize: '1000',
  },
  'an Enqueue that ended': { ...later, QueueSid: QUEUE, QueueResult: 'queue-full', QueueTime: '77' },
  'a whisper': { ...later, QueueSid: QUEUE, QueueTime: '77', DequeingCallSid: callSid(2) },
  'a Dial of a conference': { ...later, DialCallStatus: 'answered' },
  'a Dial of a number': {
    ...later,
    DialBridged: 'false',
    DialCallStatus: 'no-answer',
    DialCallSid: callSid(3),
    RecordingUrl: 'https://api.twilio.com/x',
  },
  'the end of a call': {
    ...later,
    CallStatus: 'completed',
    CallDuration: '95',
    Duration: '2',
    Timestamp: 'Tue, 03 Feb 2026 09:15:00 +0000',
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
    SipResponseCode: '200',
  },
  'a fallback': {
    ...later,
    ...gathered('1234', '#'),
    ErrorCode: '11200',
    ErrorUrl: 'https://ivr.example.com/voice/step/x?To=From',
  },
  'what is new tomorrow': {
    ...later,
    CallerRiskScore: '0.2',
    FromCarrier: 'Köln Telekom',
    ToCarrier: 'Ω',
    Überraschung: 'ja',
    'new.name-1[0]': '',
    zz: 'CallSid, Digits1234, From +49 und QueueResulthangup',
  },
}

/** Callbacks of a room. */
export const roomSamples: Record<string, Record<string, string>> = {
  'somebody joins': room('participant-join', { CallSid: callSid(1), ParticipantLabel: 'customer-1' }),
  'somebody leaves': room('participant-leave', {
    CallSid: callSid(1),
    ReasonParticipantLeft: 'participant_updated_via_api',
    ParticipantCallStatus: 'in-progress',
    CallSidToCoach: callSid(2),
  }),
  'the end': room('conference-end', {
    CallSidEndingConference: callSid(1),
    ReasonConferenceEnded: 'last-participant-left',
  }),
}

function room(event: string, more: Record<string, string>): Record<string, string> {
  return {
    AccountSid: ACCOUNT_SID,
    ConferenceSid: `CF${'4'.repeat(32)}`,
    FriendlyName: `talk-${'5'.repeat(32)}`,
    SequenceNumber: '4',
    Timestamp: 'Tue, 03 Feb 2026 09:12:31 +0000',
    StatusCallbackEvent: event,
    Muted: 'false',
    Hold: 'false',
    Coaching: 'false',
    EndConferenceOnExit: 'false',
    StartConferenceOnEnter: 'true',
    ...more,
  }
}
