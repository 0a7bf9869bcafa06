/** What may stand where in TwiML, as far as the simulator follows it. One entry an element; a new verb starts here. */

/** What a document is for: Twilio allows fewer verbs in what a waiting caller hears. */
export type DocumentKind = 'call document' | 'wait document' | 'room document'

/**
 * https://www.twilio.com/docs/voice/twiml/enqueue#attributes-waiturl for the second; a room document is what one hears in
 * a conference before it starts or on hold (13238).
 */
export const verbsOf: Record<DocumentKind, readonly string[]> = {
  'call document': ['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Enqueue', 'Dial', 'Hangup', 'Reject'],
  'wait document': ['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup', 'Leave'],
  'room document': ['Say', 'Play', 'Pause', 'Redirect'],
}

/** What is wrong with a value, or null. */
type Complaint = string | null
type AttributeCheck = (value: string) => Complaint

export interface ElementRule {
  attributes: Record<string, AttributeCheck>
  children: readonly string[]
  text: (text: string, attributes: Record<string, string>, children: number) => Complaint
  /** Marks up words of the sentence around it. */
  ssml?: true
}

const anything: AttributeCheck = () => null
const whole =
  (min: number, max: number): AttributeCheck =>
  (value) =>
    /^[0-9]+$/.test(value) && Number(value) >= min && Number(value) <= max
      ? null
      : max === Number.MAX_SAFE_INTEGER
        ? `must be a whole number from ${min}`
        : `must be a whole number from ${min} to ${max}`
const from = (min: number): AttributeCheck => whole(min, Number.MAX_SAFE_INTEGER)
const oneOf =
  (...values: string[]): AttributeCheck =>
  (value) =>
    values.includes(value) ? null : `must be one of ${values.join(', ')}`
const matching =
  (pattern: RegExp, words: string): AttributeCheck =>
  (value) =>
    pattern.test(value) ? null : `must be ${words}`
const truth = oneOf('true', 'false')
const filled: AttributeCheck = (value) => (value === '' ? 'must not be empty' : null)
/** GET would put the caller's keys into the query string, and so into every access log. */
const post: AttributeCheck = (value) => (value === 'POST' ? null : 'must be POST: GET puts digits into URLs and logs')

const noText: ElementRule['text'] = (text) => (text === '' ? null : `takes no text, but has '${text.slice(0, 40)}'`)
const someText: ElementRule['text'] = (text) => (text === '' ? 'has no text' : null)
const freeText: ElementRule['text'] = () => null

const ssmlNames = ['break', 'emphasis', 'lang', 'p', 'phoneme', 'prosody', 's', 'say-as', 'sub', 'w'] as const
const ssml = (...attributes: string[]): ElementRule => ({
  attributes: Object.fromEntries(attributes.map((name) => [name, anything])),
  children: ssmlNames,
  text: freeText,
  ssml: true,
})
const noun = (...attributes: string[]): ElementRule => ({
  attributes: Object.fromEntries(attributes.map((name) => [name, anything])),
  children: [],
  text: someText,
})
const verb = (attributes: Record<string, AttributeCheck> = {}): ElementRule => ({
  attributes,
  children: [],
  text: noText,
})

/** Polly's limit, the smallest of those for good voices. https://www.twilio.com/docs/api/errors/13521 */
const MAX_SAY = 3000
/** https://www.twilio.com/docs/voice/twiml/enqueue */
const MAX_QUEUE_NAME = 64
/** https://www.twilio.com/docs/voice/twiml/conference#participantlabel */
const MAX_LABEL = 128

export const elementRules: Record<string, ElementRule> = {
  Say: {
    attributes: {
      voice: filled,
      language: matching(/^[a-z]{2,3}(-[A-Z][A-Za-z]{0,3}){0,2}$/, 'a language such as de-DE'),
      loop: from(0),
    },
    children: ssmlNames,
    text: (text) =>
      text === '' ? 'has nothing to say' : text.length > MAX_SAY ? `has more than ${MAX_SAY} characters` : null,
  },
  Play: { attributes: { loop: from(0) }, children: [], text: someText },
  Pause: verb({ length: from(1) }),
  Gather: {
    attributes: {
      action: filled,
      method: post,
      input: oneOf('dtmf'),
      numDigits: from(1),
      finishOnKey: matching(/^[0-9#*]?$/, 'one key or empty'),
      timeout: from(1),
      actionOnEmptyResult: truth,
    },
    children: ['Say', 'Play', 'Pause'],
    text: noText,
  },
  Redirect: { attributes: { method: post }, children: [], text: freeText },
  Enqueue: {
    attributes: {
      action: filled,
      method: post,
      waitUrl: anything,
      waitUrlMethod: post,
      workflowSid: matching(/^WW[0-9a-f]{32}$/, 'WW and 32 hex digits'),
    },
    children: ['Task'],
    text: (text, attributes) => {
      if (attributes.workflowSid !== undefined) return text === '' ? null : 'has both a queue name and a workflowSid'
      if (text === '') return 'has neither a queue name nor a workflowSid'
      return text.length > MAX_QUEUE_NAME ? `has a queue name of more than ${MAX_QUEUE_NAME} characters` : null
    },
  },
  Task: {
    attributes: { priority: from(0), timeout: from(1) },
    children: [],
    text: (text) => (isJsonObject(text) ? null : 'must hold one JSON object'),
  },
  Dial: {
    attributes: {
      action: filled,
      method: post,
      timeout: whole(5, 600),
      timeLimit: from(1),
      callerId: filled,
      answerOnBridge: truth,
      hangupOnStar: truth,
    },
    children: ['Number', 'Client', 'Sip', 'Queue', 'Conference'],
    text: (text, _attributes, children) =>
      (text === '') === (children === 0) ? 'needs either a number or a noun such as <Number>' : null,
  },
  Number: noun('url', 'method', 'statusCallback', 'statusCallbackEvent', 'statusCallbackMethod'),
  Client: noun('url', 'method', 'statusCallback', 'statusCallbackEvent', 'statusCallbackMethod'),
  Sip: noun('url', 'method', 'statusCallback', 'statusCallbackEvent', 'statusCallbackMethod'),
  Queue: noun('url', 'method', 'reservationSid', 'postWorkActivitySid'),
  Conference: {
    attributes: {
      muted: truth,
      beep: oneOf('true', 'false', 'onEnter', 'onExit'),
      startConferenceOnEnter: truth,
      endConferenceOnExit: truth,
      waitUrl: anything,
      waitMethod: post,
      maxParticipants: whole(1, 250),
      record: oneOf('do-not-record', 'record-from-start'),
      participantLabel: (value) =>
        value.length <= MAX_LABEL ? filled(value) : `has more than ${MAX_LABEL} characters`,
      statusCallback: filled,
      statusCallbackEvent: matching(
        /^(?:(start|end|join|leave|mute|hold|modify|speaker|announcement)( |$))+$/,
        'events',
      ),
      statusCallbackMethod: post,
    },
    children: [],
    text: someText,
  },
  Hangup: verb(),
  Leave: verb(),
  Reject: verb({ reason: oneOf('rejected', 'busy') }),
  break: ssml('strength', 'time'),
  emphasis: ssml('level'),
  lang: ssml('xml:lang'),
  p: ssml(),
  phoneme: ssml('alphabet', 'ph'),
  prosody: ssml('volume', 'rate', 'pitch'),
  s: ssml(),
  'say-as': ssml('interpret-as', 'format'),
  sub: ssml('alias'),
  w: ssml('role'),
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
