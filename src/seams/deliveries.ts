/** What Twilio tells of a text message that it has taken. */

/**
 * In the order in which they come; the last three end it. Each webhook comes by itself, so a later one may come first.
 * https://www.twilio.com/docs/messaging/guides/outbound-message-logging
 */
export type Delivery = 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed'

/** Twilio's numbers of errors after which this number will never take a message. https://www.twilio.com/docs/api/errors */
export const NEVER_REACHED: readonly number[] = [
  /** Invalid 'To' number. */ 21211, /** Unsubscribed by its owner. */ 21610, /** No mobile number. */ 21614,
  /** Unknown destination handset. */ 30005, /** Landline, or carrier that cannot be reached. */ 30006,
]

export interface Told {
  delivery: Delivery
  /** Twilio's number of the error, where there was one. */
  errorCode: number | null
}

/** `new`: it is further than before. `known`: it was as far already, or had come to its end. `unknown`: there is no such message. */
export type Noted = 'known' | 'unknown' | { new: { brand: string; isUnreachable: boolean } }

export interface Deliveries {
  /** @param message as the outbox calls it. */
  note(message: number, told: Told): Promise<Noted>
}
