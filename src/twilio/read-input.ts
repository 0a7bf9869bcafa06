/**
 * From a signed form to what `turn/` understands. A signature does not say where one parameter ends and the next
 * begins: `Digits1=234` signs like `Digits=1234`. So the form is read strictly: plain names, once each, known shapes.
 * Digits become a Secret here, before anything else can see them. Imports `auth`, `call` and `turn` for their types.
 */
import { Secret } from '../auth/secret.ts'
import type { GivenBack } from '../call/turn.ts'
import type { Leg, StepInput } from '../turn/turns.ts'
import type { FormPair } from './signature.ts'

/** Why a signed form is refused: a sentence that names the field and never shows its value. */
export interface Malformed {
  malformed: string
}

export interface Webhook {
  leg: Leg
  /** Twilio's word for how the call stands: `ringing`, `in-progress`, `completed` … */
  callStatus: string
  digits: Secret | null
  /** `moved`: the call has been given another document, and this is only told. */
  returned: GivenBack | 'moved' | null
}

/** More keys than any entry has. Whoever keys more is not refused: the flow answers that it did not match. */
const MOST_KEYS = 64

/** Names that decide something: nothing else may begin with them, and none may hide across other names and values. */
const GUARDED = [
  'Digits',
  'CallSid',
  'AccountSid',
  'QueueResult',
  'DialCallStatus',
  'CallStatus',
  'ConferenceSid',
  'FriendlyName',
  'StatusCallbackEvent',
] as const
/** Twilio's own names that do begin so: https://www.twilio.com/docs/voice/twiml/conference (status callbacks). */
const TWILIOS = new Set<string>([...GUARDED, 'CallSidToCoach', 'CallSidEndingConference'])

/** Twilio's own names that a guarded one stands in. Where they are there, they hide nothing. */
const CONTAINING = ['ParticipantCallStatus', 'CallSidToCoach', 'CallSidEndingConference']

/** https://www.twilio.com/docs/voice/api/call-resource (call status values) */
const CALL_STATUS = /^(queued|initiated|ringing|in-progress|completed|busy|failed|no-answer|canceled)$/
const FINAL = /^(completed|busy|failed|no-answer|canceled)$/

/** Withheld numbers that carriers send as digits: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a keypad. */
const WITHHELD = new Set(['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253'])
const CALL_SID = /^CA[0-9a-f]{32}$/
const E164 = /^\+[1-9][0-9]{4,14}$/

/** https://www.twilio.com/docs/voice/twiml/enqueue and …/dial (results given to the action URL) */
const RETURNS: Record<'QueueResult' | 'DialCallStatus', Map<string, GivenBack | 'moved'>> = {
  QueueResult: new Map([
    ['bridged', 'done'],
    ['queue-full', 'failed'],
    ['error', 'broken'],
    ['system-error', 'broken'],
    ['hangup', 'gone'],
    ['leave', 'left'],
    ['redirected', 'moved'],
    ['redirected-from-bridged', 'moved'],
    ['bridging-in-process', 'moved'],
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

/** A signed form that has passed the rules of form: plain names, once each. */
export type Fields = ReadonlyMap<string, string>

/** Reads a form, given with its signed text. Names we do not know are ignored: Twilio adds new ones at any time. */
export function readFields(form: readonly FormPair[], text: string): Fields | Malformed {
  const fields = new Map<string, string>()
  for (const [name, value] of form) {
    if (fields.has(name)) return { malformed: 'A parameter is there twice.' }
    if (name.includes('[') || name.includes(']')) return { malformed: 'A parameter name has brackets.' }
    if (!TWILIOS.has(name) && GUARDED.some((guarded) => name.startsWith(guarded))) {
      return { malformed: 'A parameter name is none of Twilio’s.' }
    }
    fields.set(name, value)
  }
  const rest = CONTAINING.reduce((left, name) => (fields.has(name) ? left.replaceAll(name, '') : left), text)
  for (const name of GUARDED) {
    // Signed as `Digits=1234`, sent as `Dig=its1234` or at the end of the value before it: keys would become silence.
    if (!fields.has(name) && rest.includes(name)) return { malformed: `${name} is hidden in another parameter.` }
  }
  return fields
}

/** A webhook of a caller's leg: somebody has called one of our numbers. */
export function readWebhook(fields: Fields): Webhook | Malformed {
  const callId = fields.get('CallSid') ?? ''
  if (!CALL_SID.test(callId)) return { malformed: 'CallSid is missing or malformed.' }
  const called = fields.get('To') ?? ''
  if (!E164.test(called)) return { malformed: 'To is missing or is no phone number in E.164 form.' }
  const callStatus = fields.get('CallStatus') ?? 'in-progress'
  if (!CALL_STATUS.test(callStatus)) return { malformed: 'CallStatus is malformed.' }
  const digits = keyedIn(fields)
  if (digits !== null && 'malformed' in digits) return digits
  return {
    leg: { callId, called, from: callerNumber(fields.get('From')) },
    callStatus,
    digits,
    returned: returnReason(fields, callStatus),
  }
}

/** A webhook of an agent's leg: we have called him. `to` of such a leg may be a `client:` or a `sip:` address. */
export interface AgentWebhook {
  legId: string
  callStatus: string
  digits: Secret | null
}

export function readAgentWebhook(fields: Fields): AgentWebhook | Malformed {
  const legId = fields.get('CallSid') ?? ''
  if (!CALL_SID.test(legId)) return { malformed: 'CallSid is missing or malformed.' }
  const callStatus = fields.get('CallStatus') ?? 'in-progress'
  if (!CALL_STATUS.test(callStatus)) return { malformed: 'CallStatus is malformed.' }
  const digits = keyedIn(fields)
  if (digits !== null && 'malformed' in digits) return digits
  return { legId, callStatus, digits }
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

export function readRoomWebhook(fields: Fields): RoomWebhook | Malformed {
  const conference = fields.get('ConferenceSid') ?? ''
  if (!/^CF[0-9a-f]{32}$/.test(conference)) return { malformed: 'ConferenceSid is missing or malformed.' }
  const room = fields.get('FriendlyName') ?? ''
  if (!/^[a-z0-9-]{1,64}$/.test(room)) return { malformed: 'FriendlyName is missing or malformed.' }
  const kind = ROOM_EVENTS.get(fields.get('StatusCallbackEvent') ?? '') ?? null
  const callId = fields.get('CallSid') ?? ''
  if ((kind === 'join' || kind === 'leave') && !CALL_SID.test(callId)) {
    return { malformed: 'CallSid is missing or malformed.' }
  }
  return { room, conference, callId, kind }
}

function keyedIn(fields: Fields): Secret | null | Malformed {
  const keyed = fields.get('Digits') ?? ''
  if (!/^[0-9*#]*$/.test(keyed)) return { malformed: 'Digits holds something that is no key.' }
  return keyed === '' ? null : new Secret(keyed.slice(0, MOST_KEYS))
}

/** What a step URL brings: a queue or a dialled number gave the call back, or keys, or silence. */
export function stepInput({ returned, digits }: Webhook): StepInput | { kind: 'moved' } {
  if (returned === 'moved') return { kind: 'moved' }
  if (returned !== null) return { kind: 'returned', reason: returned }
  return digits === null ? { kind: 'no_input' } : { kind: 'digits', digits }
}

/** Whether a status callback says that the call is over. */
export function isOver({ callStatus }: { callStatus: string }): boolean {
  return FINAL.test(callStatus)
}

function callerNumber(from: string | undefined): string | null {
  return from !== undefined && E164.test(from) && !WITHHELD.has(from) ? from : null
}

/** A result we do not know is taken for a failure: the caller then still gets an answer. Gone is gone in any case. */
function returnReason(fields: Fields, callStatus: string): Webhook['returned'] {
  for (const name of ['QueueResult', 'DialCallStatus'] as const) {
    const result = fields.get(name)
    if (result !== undefined) return FINAL.test(callStatus) ? 'gone' : (RETURNS[name].get(result) ?? 'failed')
  }
  return null
}
