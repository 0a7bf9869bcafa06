/**
 * Documents that need nothing of ours to work: no store, no webhook, no brand. One for a turn that broke, one for the day
 * when we are gone altogether. Imports `call` for its types.
 */
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { Spoken } from '../call/reply.ts'
import { PLAIN_VOICES, speak, type Voices } from './twiml.ts'

/** Where a caller at level 0 finds a person without us. */
export interface Person {
  /** In E.164, outside this service: the sure way. Null if there is none. */
  number: string | null
  /** Used without a number: a queue that Twilio keeps, with its own music. Null if the brand is not known. */
  queue: string | null
}

/** What a brand says in each of its languages, and its voices. */
export interface LastWords {
  /** That something broke, and that a person comes. */
  sorry: readonly Spoken[]
  goodbye: readonly Spoken[]
  voices: Voices
}

/**
 * What is said where no brand is known, and so neither is the caller's language: in both that have voices of their own.
 * `connecting` and `goodbye` are the words of the shipped prompts `apology` and `goodbye`.
 */
export const PLAIN_WORDS = {
  tryAgain: [
    {
      language: 'de',
      text: 'Entschuldigung, bei uns ist etwas schiefgegangen. Bitte rufen Sie gleich noch einmal an.',
    },
    { language: 'en', text: 'Sorry, something broke on our side. Please call again in a moment.' },
  ],
  connecting: [
    {
      language: 'de',
      text: 'Entschuldigung, bei uns ist etwas schiefgegangen. Wir verbinden Sie, aber ohne Ihre Kundendaten.',
    },
    {
      language: 'en',
      text: "Sorry, something broke on our side. We're putting you through without your customer details.",
    },
  ],
  outage: [
    {
      language: 'de',
      text: 'Entschuldigung, unsere Technik ist gestört. Wir verbinden Sie, aber ohne Ihre Kundendaten.',
    },
    {
      language: 'en',
      text: "Sorry, we have a technical problem. We're putting you through without your customer details.",
    },
  ],
  goodbye: [
    { language: 'de', text: 'Danke für Ihren Anruf. Auf Wiederhören.' },
    { language: 'en', text: 'Thank you for calling. Goodbye.' },
  ],
} as const satisfies Record<string, readonly Spoken[]>

/** An apology, and a person if there is a way to one; else the end of the call. `brand`: what it says, where it is known. */
export function sorryTwiml(person: Person, brand: LastWords | null = null): string {
  if (person.number !== null || person.queue !== null) return handOver(brand ?? plain(PLAIN_WORDS.connecting), person)
  const response = new VoiceResponse()
  speak(response, PLAIN_WORDS.tryAgain, PLAIN_VOICES)
  response.hangup()
  return response.toString()
}

/**
 * What `npx rufpass twilio fallback` prints, to be hosted elsewhere and set as the fallback URL of a number: an apology
 * and a person at level 0, who is told nothing about the caller as proven. It calls back to nothing of ours.
 *
 * Host it as a TwiML Bin at Twilio, or anywhere that takes POST: with method GET the failed request's parameters, digits
 * included, would end up in the host's access log. https://www.twilio.com/docs/usage/security/availability-reliability
 */
export function staticFallback(person: Person, brand: LastWords | null = null): string {
  return handOver(brand ?? plain(PLAIN_WORDS.outage), person)
}

function plain(sorry: readonly Spoken[]): LastWords {
  return { sorry, goodbye: PLAIN_WORDS.goodbye, voices: PLAIN_VOICES }
}

/** What follows the Dial or Enqueue is reached when nobody was, or when the talk is over: its words fit both. */
function handOver({ sorry, goodbye, voices }: LastWords, { number, queue }: Person): string {
  const response = new VoiceResponse()
  speak(response, sorry, voices)
  if (number !== null) response.dial({ answerOnBridge: true, timeout: 40 }, number)
  else if (queue !== null) response.enqueue({}, queue)
  speak(response, goodbye, voices)
  response.hangup()
  return response.toString()
}
