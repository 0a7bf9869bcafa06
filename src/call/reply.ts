/** What the caller hears and what happens then. Twilio knows nothing of this; `twilio/twiml.ts` writes it as TwiML. */

/**
 * One prompt as text, with the language whose voice speaks it. `recording` is the address of a sound file that says this
 * text and is played instead.
 */
export interface Spoken {
  text: string
  language: string
  recording?: string
}

/** Wait for keys. `numDigits` null: the caller ends with the hash key. `timeout` in seconds, for first and later keys alike. */
export interface Gather {
  kind: 'gather'
  numDigits: number | null
  timeout: number
}

/** `room`: the agent's conference. */
export type Next =
  | Gather
  | { kind: 'enqueue'; queue: string }
  | { kind: 'dial'; number: string }
  | { kind: 'room'; room: string }
  | { kind: 'hang_up' }

export interface Reply {
  say: Spoken[]
  /** `hang_up` and hand-offs end the flow's part; `gather` brings the next turn. */
  next: Next
}
