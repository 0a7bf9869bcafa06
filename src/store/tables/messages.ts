/** What customers are told. */
import type { Generated } from 'kysely'
import type { Delivery } from '../../seams/deliveries.ts'

export interface MessageTable {
  id: Generated<number>
  brand: string
  ref: string
  kind: string
  at: Generated<Date>
  quiet_until: Date
  worth_until: Date
  state: Generated<'waiting' | 'sent' | 'dropped'>
  /** While it waits: when it is next tried. */
  due: Generated<Date>
  tries: Generated<number>
  /** Why it was dropped. */
  reason: Generated<string | null>
  /** When it was sent or dropped. */
  done: Generated<Date | null>
  /** Null too where the contact is no more. */
  contact: Generated<number | null>
  channel: Generated<'email' | 'sms' | null>
  /** The number of the contract or customer that the contact belonged to. */
  source: Generated<string | null>
  /** Of a text message that Twilio has taken: the furthest that it has told. */
  delivery: Generated<Delivery | null>
  /** Twilio's number of the error. */
  delivery_error: Generated<number | null>
  delivery_at: Generated<Date | null>
}
