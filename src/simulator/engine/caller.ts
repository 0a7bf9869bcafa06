import type { Fault } from '../view.ts'
import type { Webhook, WebhookEvent } from './webhooks.ts'

/** What the caller meets right now. */
export interface CallerMoment {
  /** A prompt or music sounds; silence by <Pause>; keys are waited for; music in a queue; talk with a dialled party. */
  what: 'prompt' | 'pause' | 'keys' | 'music' | 'talk'
  /** Whether a key counts now. Elsewhere Twilio hears nothing. */
  keysCount: boolean
  inQueue: boolean
  /** In a conference, talking, waiting or on hold. */
  inRoom?: boolean
}

/**
 * What a caller can do. `returned` is not the caller's doing: the queue or the dialled party gives the call back, with
 * Twilio's QueueResult or DialCallStatus.
 */
export type Deed =
  | { kind: 'key'; key: string }
  | { kind: 'returned'; result: string }
  /** Something changed in the conference; means nothing elsewhere, so that it may come late. */
  | { kind: 'look' }
  | Cut

/** What gives up whatever goes on, at any moment: the receiver is put down, or REST gives the leg another document or ends it. */
export type Cut = { kind: 'hang_up' } | { kind: 'redirected'; url: string } | { kind: 'completed' }

/** The holder of the receiver: a person at a terminal, or a transcript. */
export interface Caller {
  /** Lets `ms` pass on the phone's clock, or less if the caller does something meanwhile. Null: all of it passed. */
  within(ms: number, moment: CallerMoment): Promise<Deed | null>
  /** The line is deaf while a document is fetched: keys ready to be pressed are lost. Returns how many. */
  dropKeys(): number
  /** A <Gather> has ended. */
  entryOver?(): void
  /** What the network shall do to the webhook that goes out now. */
  faultFor?(webhook: Webhook): Fault | null
  /** Of a leg that others act upon: cuts count also while a document is fetched. */
  cuts?: Cuts
}

export interface Cuts {
  /** The next cut, if there is one by now. */
  take(): Cut | null
  /** Resolves when there is one to be taken, or when `stop` says that nobody waits for it any more. */
  there(stop: AbortSignal): Promise<void>
  /** Ends `within` with a `look`. */
  look(): void
}

/** https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action-parameters, those an outsider can bring about. */
export const queueResults = ['bridged', 'leave', 'queue-full', 'redirected', 'error', 'system-error'] as const
/** https://www.twilio.com/docs/voice/twiml/dial#request-parameters */
export const dialStatuses = ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const

/** Everything that can be noticed of a call, in order. `returned` comes of a deed, or of the TwiML itself. `keys` are what the caller keyed: treat them as secrets. */
export type PhoneEvent =
  | WebhookEvent
  | { kind: 'dialled'; callSid: string; to: string; from: string }
  | { kind: 'said'; text: string; language: string; seconds: number; inQueue: boolean }
  | { kind: 'played'; url: string; inQueue: boolean }
  | { kind: 'listening'; timeout: number; numDigits: number | null; finishOnKey: string }
  | { kind: 'keyed'; key: string }
  | { kind: 'entered'; keys: string; interrupted: boolean }
  | { kind: 'silence' }
  | { kind: 'keys_lost'; count: number }
  | { kind: 'queued'; queue: string }
  | { kind: 'connected'; to: string }
  /** The first document has come: the call is in progress. */
  | { kind: 'answered' }
  | { kind: 'redirected' }
  | { kind: 'entered_room'; room: string }
  | { kind: 'left_room'; room: string }
  | { kind: 'held'; held: boolean }
  /** Another in the room says something. */
  | { kind: 'heard'; text: string }
  | { kind: 'returned'; result: string; by: 'outside' | 'twiml' }
  /** The server sent what may not stand there; the call cannot go on. */
  | { kind: 'refused'; reason: string }
  | { kind: 'ended'; by: 'caller' | 'hotline' | 'failure' }
