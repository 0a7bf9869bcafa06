/**
 * Reply → TwiML. Pure: a document depends on its arguments alone. Written with Twilio's own builder, which escapes text and
 * knows the attributes; `kept-documents.ts` keeps what it has built. Imports `call` for its types.
 */
import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { Call } from '../call/call.ts'
import type { Reply, Spoken } from '../call/reply.ts'
import { type Patience, USUAL_PATIENCE } from '../seams/patience.ts'

/** Per language: Twilio's voice name and locale, like `{ voice: 'Polly.Vicki-Neural', locale: 'de-DE' }`. */
export type Voices = Record<string, { voice: string; locale: string }>

/** Voices for what is spoken when no brand is known. https://www.twilio.com/docs/voice/twiml/say/text-speech */
export const PLAIN_VOICES: Voices = {
  de: { voice: 'Polly.Vicki-Neural', locale: 'de-DE' },
  en: { voice: 'Polly.Amy-Neural', locale: 'en-GB' },
}

/**
 * How Twilio fetches a URL of ours: up to two more tries, also after a 5xx (a proxy while we restart) or a silence longer than
 * our deadline, within the 15 s that a webhook has. By default it would go straight to the fallback, where the caller
 * loses the place in the flow. Safe, because a step delivered twice is run once. Never sent to us and not part of the
 * signature.
 * https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export function connectionOverrides({ listensMs, totalMs }: Pick<Patience, 'listensMs' | 'totalMs'>): string {
  return `rc=2&rp=ct,5xx,rt&rt=${listensMs}&tt=${totalMs}`
}

export const CONNECTION_OVERRIDES = connectionOverrides(USUAL_PATIENCE)

/** Where our webhooks are: PUBLIC_BASE_URL without a closing slash, and the overrides put behind every URL ('' for none). */
export interface Base {
  url: string
  overrides: string
}

/** Seconds of quiet, or of asking again, in a waiting document: well under the time after which Twilio is asked about the call. */
const WAIT_SECONDS = 20
/** Of a rest behind music. */
const REST_SECONDS = 3
/** That a key is waited for when all has been played: the least that Twilio takes. */
const KEY_SECONDS = 1

/** The document for a call's reply. `token` names the step that the next webhook answers. A call without reply: empty. */
export function replyTwiml(call: Pick<Call, 'reply'>, token: string, voices: Voices, base: Base): string {
  return call.reply === null ? EMPTY : twiml(call.reply, token, voices, base)
}

/** Documents of every kind of reply. Keys are taken only by a Gather, so all that is spoken before one stands inside it. */
export function twiml({ say, next }: Reply, token: string, voices: Voices, base: Base): string {
  const response = new VoiceResponse()
  const action = webhookUrl(base, `/voice/step/${encodeURIComponent(token)}`)
  switch (next.kind) {
    case 'gather': {
      const gather = response.gather({
        input: ['dtmf'],
        action,
        method: 'POST',
        ...(next.numDigits === null ? {} : { numDigits: next.numDigits }),
        finishOnKey: '#',
        timeout: next.timeout,
        actionOnEmptyResult: true,
      })
      speak(gather, say, voices)
      // Reached only if Twilio ever falls through in spite of actionOnEmptyResult: silence, never the end of the call.
      response.redirect({ method: 'POST' }, action)
      break
    }
    case 'enqueue':
      speak(response, say, voices)
      response.enqueue(
        { action, method: 'POST', waitUrl: webhookUrl(base, '/voice/wait'), waitUrlMethod: 'POST' },
        next.queue,
      )
      break
    case 'dial':
      speak(response, say, voices)
      // The caller hears it ring at the other end until someone answers.
      response.dial({ action, method: 'POST', answerOnBridge: true }, next.number)
      break
    case 'room':
      return roomTwiml({
        say,
        voices,
        room: next.room,
        action: `/voice/step/${encodeURIComponent(token)}`,
        base,
      })
    case 'hang_up':
      speak(response, say, voices)
      response.hangup()
  }
  return response.toString()
}

/**
 * Into an agent's room. Nobody's leaving ends it: a caller who goes to the PIN check comes back to the agent who waits. The
 * callbacks are those of the first to come, so both say the same.
 * https://www.twilio.com/docs/voice/twiml/conference
 */
export function roomTwiml(into: {
  say: readonly Spoken[]
  voices: Voices
  room: string
  /** Path that is asked what comes next, when the room has ended. */
  action: string
  base: Base
}): string {
  const response = new VoiceResponse()
  speak(response, into.say, into.voices)
  const dial = response.dial({ action: webhookUrl(into.base, into.action), method: 'POST' })
  dial.conference(
    {
      beep: 'false',
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      // Quiet: a person alone here waits for somebody who is on the way.
      waitUrl: '',
      statusCallback: webhookUrl(into.base, '/voice/room'),
      statusCallbackMethod: 'POST',
      statusCallbackEvent: ['start', 'end', 'join', 'leave'],
    },
    into.room,
  )
  return response.toString()
}

/** What an agent hears alone; then a key is asked for (`take`), or the leg is ended. */
export function whisperTwiml(
  say: readonly Spoken[],
  voices: Voices,
  take: { assignment: string; then: 'accept' | 'again'; base: Base } | null,
): string {
  const response = new VoiceResponse()
  if (take === null) speak(response, say, voices)
  else {
    const action = webhookUrl(take.base, `/voice/agent/${take.assignment}/${take.then}`)
    speak(response.gather({ input: ['dtmf'], action, method: 'POST', numDigits: 1, timeout: 8 }), say, voices)
  }
  response.hangup()
  return response.toString()
}

/** What a caller on hold hears: music, or quiet; asked for again when it is over. https://www.twilio.com/docs/voice/api/conference-participant-resource */
export function holdTwiml(musicUrl: string | null, base: Base): string {
  const response = new VoiceResponse()
  sound(response, musicUrl)
  response.redirect({ method: 'POST' }, webhookUrl(base, '/voice/hold'))
  return response.toString()
}

/** The answer takes longer: words, and back for it by itself. Nothing that was keyed stands in it. */
export function holdOnTwiml(
  { say, token, round }: { say: readonly Spoken[]; token: string; round: number },
  voices: Voices,
  base: Base,
): string {
  const response = new VoiceResponse()
  speak(response, say, voices)
  response.redirect({ method: 'POST' }, webhookUrl(base, `/voice/held/${round}/${encodeURIComponent(token)}`))
  return response.toString()
}

/** An empty document: on a live call it ends the call, elsewhere it does nothing. */
export const EMPTY = new VoiceResponse().toString()

/** The end of a leg. */
export const HANG_UP = hangUpTwiml()

function hangUpTwiml(): string {
  const response = new VoiceResponse()
  response.hangup()
  return response.toString()
}

/** Out of the queue: its action, our step URL, is asked what comes next. https://www.twilio.com/docs/voice/twiml/leave */
export const LEAVE = leaveTwiml()

function leaveTwiml(): string {
  const response = new VoiceResponse()
  response.leave()
  return response.toString()
}

/**
 * A piece of waiting: words, then music from a URL (one that plays for less than 2 minutes) or quiet. `keys`: where a key counts
 * at any time; Gather may stand in a waitUrl document, and its action is asked for one. https://www.twilio.com/docs/voice/twiml/enqueue
 */
export function waitTwiml(
  say: readonly Spoken[],
  voices: Voices,
  { musicUrl, keys }: { musicUrl: string | null; keys: Base | null },
): string {
  const response = new VoiceResponse()
  const into =
    keys === null
      ? response
      : response.gather({
          input: ['dtmf'],
          action: webhookUrl(keys, '/voice/wait'),
          method: 'POST',
          numDigits: 1,
          timeout: KEY_SECONDS,
        })
  speak(into, say, voices)
  sound(into, musicUrl)
  // Nothing was pressed: the document ends here, and is asked for again.
  if (into !== response) response.pause({ length: 1 })
  return response.toString()
}

/** Music, with a rest behind it, for what cannot be played takes no time and would be asked for without end; or quiet. */
function sound(into: Pick<VoiceResponse, 'play' | 'pause'>, musicUrl: string | null): void {
  if (musicUrl !== null) into.play(musicUrl)
  into.pause({ length: musicUrl === null ? WAIT_SECONDS : REST_SECONDS })
}

function webhookUrl(base: Base, path: string): string {
  return base.url + path + (base.overrides === '' ? '' : `#${base.overrides}`)
}

/** Puts each prompt into a Say of its language's voice, or plays its recording: both may stand in a Gather. */
export function speak(into: Speaker, say: readonly Spoken[], voices: Voices): void {
  for (const { text, language, recording } of say) {
    if (recording !== undefined) {
      into.play(recording)
      continue
    }
    const voice = voices[language] ?? PLAIN_VOICES[language] ?? PLAIN_VOICES.en
    for (const piece of pieces(speakable(text))) {
      // The builder types voices and languages as unions of all it knew when it was published.
      into.say({ voice: voice?.voice, language: voice?.locale } as Parameters<Speaker['say']>[0], piece)
    }
  }
}

type Speaker = Pick<VoiceResponse, 'say' | 'play'>

/** Without what XML 1.0 cannot carry (https://www.w3.org/TR/xml/#charsets); control characters become blanks. */
function speakable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff\p{Cs}\s]+/gu, ' ').trim()
}

/**
 * Twilio speaks at most 3000 characters in one Say, 4500 URL-encoded (error 13521). A code point takes up to 12
 * characters encoded, so 370 of them always fit; a prompt of ordinary length stays in one piece.
 */
function pieces(text: string): string[] {
  if (text === '') return []
  if (text.length <= 370) return [text]
  return (text.match(/.{1,370}(?= |$)|.{1,370}/gsu) ?? []).map((piece) => piece.trim()).filter((piece) => piece !== '')
}
