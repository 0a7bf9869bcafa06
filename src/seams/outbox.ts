/** Messages to customers that wait to be sent, and how they are sent. */
import type { TellingKind } from '../auth/tellings.ts'

export const channels = ['email', 'sms'] as const
export type Channel = (typeof channels)[number]

/** One address, and nothing that a mail server, a header or a list of addresses would read as more than that; and one number. */
export const addressForms: Record<Channel, RegExp> = {
  email: /^[^\s\p{Cc}@<>()[\],;:"\\]{1,64}@[\p{L}\p{N}.-]{1,190}$/u,
  sms: /^\+[1-9][0-9]{6,14}$/,
}

/** Why a message was not sent. */
export const dropReasons = [
  /** No contact that may be written to: none that is confirmed, current and of a contract that runs. */
  'no_contact',
  /** There is one, and the brand or this server has no way to write there. */
  'no_channel',
  /** The brand has no text for it. */
  'no_text',
  /** It was to bring a call code, and the account gets none now: locked, over, or another brand's rule. */
  'no_code',
  /** It waited longer than it was worth. */
  'too_late',
  /** The other side does not take it, and would not the next time. */
  'refused',
  /** It was tried as often as it may be. */
  'gave_up',
] as const
export type DropReason = (typeof dropReasons)[number]

/** What of a telephone number forbids a message to it, wherever it is known: see `recipientOf`. */
export type NumberMark = 'rest' | 'disputed' | 'changed_hands' | 'gone'

/** A contact of the account as it is at the moment of sending. */
export interface Reachable {
  id: number
  kind: 'email' | 'mobile'
  /** An address, or E.164. */
  value: string
  /** The number of its contract, else of the customer (R48). */
  source: string
  from: Date | null
  to: Date | null
  confirmed: Date | null
  /** Since when it is known never to be reached. */
  unreachable: Date | null
  /** Whether its contract, and one of the account, runs. */
  runs: boolean
  /** Of a mobile. */
  marks: NumberMark[]
}

/** A message that this server, and no other, is to send now. */
export interface Claimed {
  id: number
  brand: string
  /** Of the account, as its source names it. */
  ref: string
  /** Null: a kind that this version does not know. */
  kind: TellingKind | null
  /** When it was written. */
  at: Date
  /** By the clock of the store. */
  now: Date
  /** Times it was tried before. */
  tries: number
  /** It has waited for longer than it is worth. */
  isLate: boolean
  /** Of the account. */
  language: string
  contacts: Reachable[]
}

export interface SentTo {
  /** The id of a contact; the address itself is never kept twice. */
  contact: number
  channel: Channel
  source: string
}

export interface Outbox {
  /**
   * At most so many that are due, oldest first, leased to this server for `LEASE_MS`: a server that dies meanwhile leaves them to the
   * next. `brands`: all that share the store, for numbers are known over brands.
   */
  claim(most: number, brands: readonly string[]): Promise<Claimed[]>
  sent(id: number, to: SentTo): Promise<void>
  drop(id: number, reason: DropReason): Promise<void>
  /** Is tried again after so long, ms. */
  again(id: number, inMs: number): Promise<void>
  /** How many wait, and for how long the oldest has, ms; null: none waits. */
  standing(): Promise<{ waiting: number; oldestMs: number | null }>
}

/** What is sent. `id` is the same each time it is tried, so that a second copy is known as one. */
export interface Message {
  id: string
  channel: Channel
  /** An e-mail address, or E.164. */
  to: string
  /** As the brand file has it: an address, or what Twilio sends from. */
  from: string
  /** The brand's name as people know it. */
  name: string
  /** Of subject and text. */
  language: string
  /** Of an e-mail. */
  subject: string
  text: string
}

/** `refused`: the other side will never take it. Throws where it may the next time. */
export type MessageSender = (message: Message) => Promise<'sent' | 'refused'>

/** Null: there is no way to send by it here. */
export type MessageSenders = Record<Channel, MessageSender | null>

/** A mail server, and who we are there. */
export interface MailServer {
  host: string
  port: number
  /** TLS from the first byte; else the connection is encrypted by STARTTLS before anything is said, or given up. */
  tls: boolean
  user: string | null
  password: string | null
}
