/**
 * From a signed form to what `turn/` understands: for each route the fields that it reads (`one-reading.ts`), in known
 * shapes. Digits become a Secret here, before anything else can see them. Imports `auth`, `call` and `turn` for their types.
 */
import { Secret } from '../auth/secret.ts'
import type { GivenBack } from '../call/turn.ts'
import type { Delivery, Told } from '../seams/deliveries.ts'
import type { Leg, StepInput } from '../turn/turns.ts'
import { carriedIn } from './carried.ts'
import { type GuardedField, readOnce, type Sure } from './one-reading.ts'
import { numberIn } from './phone-address.ts'
import type { SignedForm } from './signature.ts'

/** Why a signed form is refused: a sentence that names the field and never shows its value. */
export interface Malformed {
  malformed: string
}

/** More keys than any entry has. More are not refused: the flow answers that they did not match. */
const MOST_KEYS = 64

/** https://www.twilio.com/docs/voice/api/call-resource (call status values) */
const CALL_STATUS = /queued|initiated|ringing|in-progress|completed|busy|failed|no-answer|canceled/y
const FINAL = /^(completed|busy|failed|no-answer|canceled)$/
const CALL_SID = /CA[0-9a-f]{32}/y

/** https://www.twilio.com/docs/voice/twiml/enqueue and …/dial (results given to the action URL) */
const RETURNS: Record<'QueueResult' | 'DialCallStatus', Map<string, GivenBack | 'redirected'>> = {
  QueueResult: new Map([
    ['bridged', 'done'],
    ['queue-full', 'failed'],
    ['error', 'broken'],
    ['system-error', 'broken'],
    ['hangup', 'gone'],
    ['leave', 'left'],
    ['redirected', 'redirected'],
    ['redirected-from-bridged', 'redirected'],
    ['bridging-in-process', 'redirected'],
  ]),
  DialCallStatus: new Map([
    ['completed', 'done'],
    ['answered', 'done'],
    ['busy', 'failed'],
    ['no-answer', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'gone'],
  ]),
}

/** No key and no word of Twilio's begins so. It follows our words where somebody else has them: `?X-Digits=4711`. */
const PUNCTUATION = /^[!"$-),-/:-@\\-`{-~]/

/** A result we do not know is taken for a failure: the caller then still gets an answer. */
function returned(name: 'QueueResult' | 'DialCallStatus', result: string): GivenBack | 'redirected' | null {
  return PUNCTUATION.test(result) ? null : (RETURNS[name].get(result) ?? 'failed')
}

/** A value that one pattern describes to its end. */
function exactly(shortest: RegExp): GuardedField {
  const whole = new RegExp(`^(?:${shortest.source})$`)
  return { shortest, means: (value) => (whole.test(value) ? value : null) }
}

/**
 * The fields that decide something. In each form Twilio sends the names of the legs, or those of the rooms, always; what
 * ends a value is the first letter of a name that can stand between the field and the next of those.
 */
const LEG_FIELDS = {
  CallSid: exactly(CALL_SID),
  CallStatus: exactly(CALL_STATUS),
  DialCallStatus: { shortest: /[^D-F]*/y, means: (result) => returned('DialCallStatus', result) },
  // The D of a keypad begins no name but where an `i` or what sorts behind it follows.
  Digits: {
    shortest: /(?:[^DEF]|D(?![i-\uffff]))*/y,
    means: (keys) => (keys === '' || PUNCTUATION.test(keys) ? null : keys),
  },
  From: {
    shortest: /(?:[sS][iI][pP][sS]?:[^@]{0,128}@)?[^F-T]*/y,
    means: numberIn,
    alsoBegins: /\+?[0-9]{5}|sips?:|client:|anonymous|restricted|unavailable|unknown|blocked|private/iy,
  },
  QueueResult: { shortest: /[^Q-T]*/y, means: (result) => returned('QueueResult', result) },
  To: { shortest: /(?:[sS][iI][pP][sS]?:[^@]{0,128}@)?[^T-\uffff]*/y, means: numberIn },
} as const satisfies Record<string, GuardedField>
const IN_EVERY_LEG = ['AccountSid', 'CallSid', 'CallStatus', 'From', 'To']

const ROOM_FIELDS = {
  CallSid: exactly(CALL_SID),
  ConferenceSid: exactly(/CF[0-9a-f]{32}/y),
  FriendlyName: exactly(/[a-z0-9-]{1,64}/y),
  StatusCallbackEvent: exactly(/participant-join|participant-leave|conference-end/y),
} as const satisfies Record<string, GuardedField>
const IN_EVERY_ROOM = ['AccountSid', 'ConferenceSid', 'FriendlyName', 'StatusCallbackEvent']

/** https://www.twilio.com/docs/messaging/api/message-resource#message-status-values */
const MESSAGE_FIELDS = {
  ErrorCode: exactly(/[1-9][0-9]{4}/y),
  MessageSid: exactly(/[SM]M[0-9a-f]{32}/y),
  MessageStatus: exactly(/accepted|scheduled|queued|sending|sent|delivered|undelivered|failed|read|canceled/y),
} as const satisfies Record<string, GuardedField>
const IN_EVERY_MESSAGE = ['AccountSid', 'MessageSid', 'MessageStatus', 'SmsSid', 'SmsStatus', 'To']

const DELIVERIES = new Map<string, Delivery>([
  ['accepted', 'queued'],
  ['scheduled', 'queued'],
  ['queued', 'queued'],
  ['sending', 'queued'],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
  ['undelivered', 'undelivered'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
])

type LegField = keyof typeof LEG_FIELDS

/** Reads these fields and believes those that can be read in one way only. */
function readLeg<Name extends LegField>(form: SignedForm, ...names: Name[]): Sure<Name> {
  return readOnce<Name>(form, LEG_FIELDS, names, IN_EVERY_LEG)
}

/** For routes where a field that can be read in two ways must not decide anything. */
function inTwoWays({ unsure: [name] }: Sure<string>): Malformed | null {
  return name === undefined ? null : { malformed: `${name} can be read in two ways.` }
}

/** Which leg a webhook speaks of. */
export function readCallId(form: SignedForm): { callId: string } | Malformed {
  return callIdOf(readLeg(form, 'CallSid'))
}

/** Somebody has called one of our numbers, which this says: the first webhook of a call, or the fallback. */
export function readCaller(form: SignedForm): Leg | Malformed {
  const read = readLeg(form, 'CallSid', 'From', 'To')
  const leg = inTwoWays(read) ?? legOf(read, read.get('From'))
  const carried = carriedIn(form, IN_EVERY_LEG)
  return 'malformed' in leg || carried === null ? leg : { ...leg, carried }
}

/** As above, where nobody may be turned away: a caller's number that can be read in two ways is none. */
export function readCallerInTrouble(form: SignedForm): Leg | Malformed {
  const read = readLeg(form, 'CallSid', 'From', 'To')
  return legOf(read, read.get('From'))
}

/** Where a call that is known goes on; the caller was named before. */
export function readCalled(form: SignedForm): Leg | Malformed {
  const read = readLeg(form, 'CallSid', 'To')
  return inTwoWays(read) ?? legOf(read, undefined)
}

export interface StepWebhook {
  leg: Leg
  /** `redirected`: the call has been given another document, and this is only told. */
  input: StepInput | { kind: 'redirected' }
}

/** What a step URL brings: a queue or a dialled number gave the call back, or keys, or silence. */
export function readStep(form: SignedForm): StepWebhook | Malformed {
  const read = readLeg(form, 'CallSid', 'CallStatus', 'DialCallStatus', 'Digits', 'From', 'QueueResult', 'To')
  const leg = inTwoWays(read) ?? legOf(read, read.get('From'))
  if ('malformed' in leg) return leg
  const callStatus = read.get('CallStatus') ?? 'in-progress'
  if (!isCallStatus(callStatus)) return { malformed: 'CallStatus is malformed.' }
  for (const name of ['QueueResult', 'DialCallStatus'] as const) {
    const result = read.get(name)
    const said = result === undefined ? null : returned(name, result)
    if (said === null) continue
    // Gone is gone in any case.
    const reason = isOver(callStatus) ? 'gone' : said
    return { leg, input: reason === 'redirected' ? { kind: 'redirected' } : { kind: 'returned', reason } }
  }
  const digits = keyed(read.get('Digits'))
  return { leg, input: digits === null ? { kind: 'no_input' } : { kind: 'digits', digits } }
}

/** How a leg stands, in Twilio's word (`ringing`, `in-progress`, `completed` …); null where none is told that can be believed. */
export function readStatus(form: SignedForm): { callId: string; callStatus: string | null } | Malformed {
  const read = readLeg(form, 'CallSid', 'CallStatus')
  const leg = callIdOf(read)
  if ('malformed' in leg) return leg
  const callStatus = read.get('CallStatus') ?? ''
  return { ...leg, callStatus: isCallStatus(callStatus) ? callStatus : null }
}

/** The keys that an agent has pressed on a telephone, whose `To` may be a `client:` or a `sip:` address. */
export function readKeys(form: SignedForm): { callId: string; digits: Secret | null } | Malformed {
  // From for its place alone: where that is not certain, neither is what stands around it.
  const read = readLeg(form, 'CallSid', 'Digits', 'From')
  const leg = inTwoWays(read) ?? callIdOf(read)
  return 'malformed' in leg ? leg : { ...leg, digits: keyed(read.get('Digits')) }
}

/** What became of a text message. */
export function readDelivery(form: SignedForm): Told | Malformed {
  const read = readOnce(form, MESSAGE_FIELDS, ['ErrorCode', 'MessageSid', 'MessageStatus'], IN_EVERY_MESSAGE)
  const delivery = DELIVERIES.get(read.get('MessageStatus') ?? '')
  if (delivery === undefined || read.get('MessageSid') === undefined)
    return { malformed: 'MessageSid or MessageStatus is missing or malformed.' }
  const code = read.get('ErrorCode')
  return { delivery, errorCode: code !== undefined && /^[1-9][0-9]{4}$/.test(code) ? Number(code) : null }
}

/** What a conference tells. https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback */
export interface RoomWebhook {
  room: string
  conference: string
  callId: string
  kind: 'join' | 'leave' | 'end' | null
}

const ROOM_EVENTS = new Map<string, RoomWebhook['kind']>([
  ['participant-join', 'join'],
  ['participant-leave', 'leave'],
  ['conference-end', 'end'],
])

export function readRoom(form: SignedForm): RoomWebhook | Malformed {
  const names = ['CallSid', 'ConferenceSid', 'FriendlyName', 'StatusCallbackEvent'] as const
  const read = readOnce(form, ROOM_FIELDS, names, IN_EVERY_ROOM)
  const kind = ROOM_EVENTS.get(read.get('StatusCallbackEvent') ?? '') ?? null
  for (const name of names) {
    if (name === 'StatusCallbackEvent' || (name === 'CallSid' && kind !== 'join' && kind !== 'leave')) continue
    if (ROOM_FIELDS[name].means(read.get(name) ?? '') === null) return { malformed: `${name} is missing or malformed.` }
  }
  return {
    room: read.get('FriendlyName') ?? '',
    conference: read.get('ConferenceSid') ?? '',
    callId: read.get('CallSid') ?? '',
    kind,
  }
}

/** Whether this status says that a leg is over. */
export function isOver(callStatus: string | null): boolean {
  return callStatus !== null && FINAL.test(callStatus)
}

function isCallStatus(word: string): boolean {
  return LEG_FIELDS.CallStatus.means(word) !== null
}

function legOf(read: Sure<'CallSid' | 'To'>, from: string | undefined): Leg | Malformed {
  const call = callIdOf(read)
  if ('malformed' in call) return call
  const called = numberIn(read.get('To') ?? '')
  if (called === null) return { malformed: 'To is missing or has no phone number.' }
  return { ...call, called, from: numberIn(from ?? '') }
}

function callIdOf(read: Sure<'CallSid'>): { callId: string } | Malformed {
  const callId = read.get('CallSid') ?? ''
  return LEG_FIELDS.CallSid.means(callId) === null ? { malformed: 'CallSid is missing or malformed.' } : { callId }
}

/** Any keys: what is none of 0 to 9, star and hash is no entry of anything, and the flow says so. */
function keyed(keys = ''): Secret | null {
  return LEG_FIELDS.Digits.means(keys) === null ? null : new Secret(keys.slice(0, MOST_KEYS))
}
