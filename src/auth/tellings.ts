/**
 * What customers are told of by message, without being asked: acts with a secret of theirs or with what it is reached by. The
 * numbers are here and nowhere else (docs/security.md#telling-the-customer). PURE.
 */

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** One kind of message. */
export interface Telling {
  /** After one of its kind none is written for the account for so long, ms; 0: each act is told. What strangers can cause has a day. */
  quietMs: number
  /** A message that could not be sent for so long is worth nothing any more, and is not sent, ms. */
  worthMs: number
  /** Whether it may go to a telephone: what tells of another SIM may not, for that SIM would get it. */
  sms: boolean
  /** `before`: only to contacts that were confirmed before the act, for it may have put a new one there. */
  to: 'all' | 'before'
}

/** A new kind is a row here, a prompt `message.<kind>` in each language, and the act that calls `tellCustomer`. */
export const tellings = {
  /** Wrong tries have locked the account for a while. */
  soft_lock: { quietMs: DAY, worthMs: 12 * HOUR, sms: true, to: 'all' },
  /** One more wrong try, and only a new PIN helps. */
  nearly_locked: { quietMs: DAY, worthMs: DAY, sms: true, to: 'all' },
  /** Only a new PIN helps. */
  hard_lock: { quietMs: DAY, worthMs: 7 * DAY, sms: true, to: 'all' },
  /** The right secret came after `TOLD_AFTER` wrong tries or more. */
  right_after_failures: { quietMs: DAY, worthMs: 2 * DAY, sms: true, to: 'all' },
  /** A secret of a SIM was right. */
  puk_used: { quietMs: DAY, worthMs: 2 * DAY, sms: true, to: 'all' },
  /** A secret of the account was set, or set over another. */
  pin_set: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'all' },
  /** Its customer looked it up, in the portal. Who has their log-in could: each is told. */
  pin_looked_up: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'all' },
  /** One was set that comes by post: a letter that is not expected is worth a call before it arrives. */
  pin_posted: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'all' },
  /** Its secrets are worth nothing any more. */
  pin_cleared: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'all' },
  /** By its owner, before its time. Who has their log-in could: each is told. */
  lock_lifted: { quietMs: 0, worthMs: 2 * DAY, sms: true, to: 'all' },
  /** The secret of a SIM proves something again; what its owner switched on may be another's wish. */
  puk_on: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'all' },
  puk_off: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'all' },
  /** A code was made by which one call is let in without number and PIN. */
  call_code: { quietMs: 0, worthMs: DAY, sms: true, to: 'all' },
  sim_changed: { quietMs: 0, worthMs: 2 * DAY, sms: false, to: 'all' },
  /** Another address for messages was confirmed. */
  contact_changed: { quietMs: 0, worthMs: 7 * DAY, sms: true, to: 'before' },
} as const satisfies Record<string, Telling>

export type TellingKind = keyof typeof tellings

export const tellingKinds = Object.keys(tellings) as [TellingKind, ...TellingKind[]]

/** Wrong tries in a row before a right one, from which on that is told. */
export const TOLD_AFTER = 3
