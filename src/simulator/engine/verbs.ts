/** The verbs of TwiML that the phone can follow, and what is wrong with a document that it cannot. */

/** Text in a voice. `breaks`: seconds of silence within it. */
export interface Say {
  verb: 'Say'
  text: string
  /** As in the document, for example `de-DE`; Twilio's default is `en-US`. */
  language: string
  loop: number
  breaks: number
}
export interface Play {
  verb: 'Play'
  url: string
  loop: number
}
export interface Pause {
  verb: 'Pause'
  seconds: number
}
export type Sound = Say | Play | Pause

export interface GatherVerb {
  verb: 'Gather'
  action: string
  numDigits: number | null
  /** One key, or empty: then no key ends the entry. */
  finishOnKey: string
  timeout: number
  actionOnEmptyResult: boolean
  prompts: Sound[]
}
export interface EnqueueVerb {
  verb: 'Enqueue'
  queue: string
  action: string | null
  /** Null: Twilio's own hold music. Empty: silence. */
  waitUrl: string | null
}
export interface DialVerb {
  verb: 'Dial'
  to: string
  action: string | null
  /** Null: a number or another address is dialled. */
  conference: ConferenceNoun | null
}
/** A seat in a room. https://www.twilio.com/docs/voice/twiml/conference */
export interface ConferenceNoun {
  room: string
  label: string | null
  muted: boolean
  startOnEnter: boolean
  endOnExit: boolean
  /** Null: Twilio's own music. Empty: silence. */
  waitUrl: string | null
  maxParticipants: number
  /** Twilio heeds those of the first participant alone. */
  callback: { url: string; events: string[] } | null
}
export type Verb =
  | Sound
  | GatherVerb
  | EnqueueVerb
  | DialVerb
  | { verb: 'Redirect'; url: string }
  | { verb: 'Hangup' }
  | { verb: 'Leave' }
  | { verb: 'Reject' }

/** Twilio could not run this document either: it would go to the fallback URL with this code. */
export class UnreadableTwiml extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.name = 'UnreadableTwiml'
    this.code = code
  }
}

/** Readable, but not what may stand there. Twilio would warn, skip it or fail; the simulator stops the call. */
export class RefusedTwiml extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RefusedTwiml'
  }
}
