/**
 * Static TwiML for the day when we are gone altogether: printed by `npx rufpass twilio fallback`, hosted elsewhere and
 * set as the number's fallback URL. It calls back to nothing of ours. Imports `call` for its types.
 *
 * Host it as a TwiML Bin at Twilio, or anywhere that takes POST: with method GET the failed request's parameters, digits
 * included, would end up in the host's access log. https://www.twilio.com/docs/usage/security/availability-reliability
 */
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { Spoken } from '../call/reply.ts'
import { PLAIN_VOICES, speak, type Voices } from './twiml.ts'

export interface StaticFallback {
  /** A person's number in E.164, outside this service. The sure way; null if there is none. */
  number: string | null
  /** The queue for callers at level 0 (`<brand>.general`): used without a number. Twilio keeps it, with its own music. */
  queue: string
  voices?: Voices
}

const OPENING: Spoken[] = [
  { language: 'de', text: 'Entschuldigung, unsere Technik ist gerade gestört. Wir verbinden Sie mit einem Menschen.' },
  { language: 'en', text: 'Sorry, we have a technical problem. We are connecting you to a person.' },
]
const CLOSING: Spoken[] = [
  { language: 'de', text: 'Danke für Ihren Anruf. Auf Wiederhören.' },
  { language: 'en', text: 'Thank you for calling. Goodbye.' },
]

/**
 * The document: an apology in both languages, then a person at level 0, to whom nothing about the caller is proven.
 * What follows the Dial or Enqueue is reached when nobody was, or when the talk is over; its words fit both.
 */
export function staticFallback({ number, queue, voices = PLAIN_VOICES }: StaticFallback): string {
  const response = new VoiceResponse()
  speak(response, OPENING, voices)
  if (number !== null) response.dial({ answerOnBridge: true, timeout: 40 }, number)
  else response.enqueue({}, queue)
  speak(response, CLOSING, voices)
  response.hangup()
  return response.toString()
}
