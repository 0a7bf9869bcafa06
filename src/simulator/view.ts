/**
 * What the telephone page is shown and may order: the one file that the page and its server share. Imports nothing, for
 * it runs in browsers too.
 */

/**
 * What the network does to one webhook. `twice`: delivered twice at the same moment, the first answer counts.
 * `dropped`: it arrives, its answer is lost, it is delivered again. `late`: it arrives after Twilio gave up and asked
 * the fallback URL; its answer counts for nothing. `lost`: it never arrives.
 */
export const faults = ['twice', 'dropped', 'late', 'lost'] as const
export type Fault = (typeof faults)[number]

export type PhoneState = 'dialling' | 'ringing' | 'talking' | 'waiting' | 'on_hold' | 'in_room' | 'ended'

/** What can happen to a phone, for the page to put into words. */
export type PhoneNote =
  | 'music'
  | 'keys_lost'
  | 'queued'
  | 'connected'
  | 'entered_room'
  | 'left_room'
  | 'held'
  | 'resumed'
  | 'you_said'
  | 'next_fault'
  | 'no_fault'
  | 'fault'
  | 'answers_differ'
  | 'fallback'
  | 'warning'
  | 'you_hung_up'
  | 'hotline_hung_up'
  | 'other_hung_up'
  | 'broke_off'

/** `said` by the hotline, `heard` from another person in the room, `keyed` as dots, `note`: what happened. */
export interface PhoneLine {
  /** ISO 8601 */
  at: string
  kind: 'said' | 'heard' | 'keyed' | 'note'
  /** Of what is `said`, for example `de-DE`. */
  language?: string
  /** What happened; `text` is what it happened with: a queue, a number, a reason. */
  note?: PhoneNote
  text: string
}

/** A message to a customer, as it lies in the tray of a try-out. A letter is a new PIN by post: `subject` is what the brand calls it, `text` the PIN. */
export interface TrayMessage {
  id: string
  /** ISO 8601 */
  at: string
  channel: 'email' | 'sms' | 'letter'
  to: string
  from: string
  /** The brand as people know it. */
  name: string
  /** Of subject and text. */
  language: string
  subject: string
  text: string
}

export interface PhoneView {
  id: string
  kind: 'caller' | 'agent'
  direction: 'out' | 'in'
  callSid: string
  /** Its own number, `client:NAME` or SIP address; null when it is withheld. */
  number: string | null
  /** The other side's number. */
  with: string
  state: PhoneState
  brand: string | null
  /** ISO 8601 */
  startedAt: string
  /** Set while the hotline waits for keys after its words. */
  listening: { numDigits: number | null } | null
  /** The last 60. */
  lines: PhoneLine[]
}

/** Where a call stands in its brand's own flow, which is the one that is drawn. */
export interface Standing {
  step: string | null
  /** In the PIN check, which is a flow of its own: `step` is where the call came from, and will be again. */
  inCheck: boolean
  /** What the hotline waits for now, if a customer of the book can key it; `hash`: with the hash key at its end. */
  asks: { for: 'number' | 'secret'; hash: boolean } | null
}

/** A phone as the page shows it, with where its call stands. */
export interface ShownPhone extends PhoneView, Standing {}

/** What a call of an invented customer shows, in the order in which they are offered. */
export const shows = ['verified', 'no_pin', 'locked', 'number_changed', 'two_sims', 'incident', 'ticket'] as const
export type Shows = (typeof shows)[number]

/** An invented customer: the PIN is shown. */
export interface BookedCustomer {
  brand: string
  name: string
  customerNumber: string
  /** E.164 */
  phone: string
  /** Null: has none. */
  pin: string | null
  shows: Shows
}

/** Who can be phoned, and as which customer. `customers` are those of the demo alone. */
export interface PhoneBook {
  hotlines: { brand: string; name: string; number: string }[]
  customers: BookedCustomer[]
  /** `client:NAME` of every agent who has a phone here. */
  clients: string[]
}
