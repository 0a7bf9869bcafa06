/** Codes for one call: made for a customer who has proved elsewhere who they are, and redeemed at the keypad. */
import type { Secret } from '../auth/secret.ts'
import type { Because, CustomerPlace } from './account-book.ts'

/** `not_taken`: the brand takes no codes. `locked`: wrong tries or an operator have locked the account until somebody does something. `ended`: no contract runs. */
export type CallCodeRefusal = 'not_taken' | 'locked' | 'ended'
export type MadeCallCode = { code: Secret; expires: Date } | { refused: CallCodeRefusal }

/** `agent`: to whom it was told, the name signed in with; without one it was keyed. */
export interface Redeeming {
  callId: string
  agent?: string
}

export interface CallCodes {
  /**
   * Makes one, in place of any before it, with its event and the message to the customer. The caller has proved who asks, and shows the
   * code to the customer alone. Null: there is no such customer.
   */
  make(place: CustomerPlace, because: Because): Promise<MadeCallCode | null>
  /**
   * Spends it, before it is answered, and records that in the same statement: of any number of calls one gets it. Null for all that is
   * no code of this brand, or none any more, in the same statements.
   */
  redeem(brand: string, code: Secret, by: Redeeming): Promise<{ ref: string; subject: string } | null>
  /** How many that were worth nothing this agent has typed within `WORTHLESS_WINDOW_MS`. */
  worthlessOf(agent: string): Promise<number>
}
