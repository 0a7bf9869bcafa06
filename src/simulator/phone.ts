/**
 * A phone, a telephone network and Twilio in one: places a call to a running server and follows its TwiML as Twilio
 * does, so that calls can be made and tested without an account. The rules are those of
 * https://www.twilio.com/docs/voice/twiml; where Twilio promises nothing, the phone takes the worse case.
 * This folder imports `seams` (the clock) and saxes, nothing else: it knows the server only over HTTP.
 */
import type { Clock } from '../seams.ts'
import type { Caller, Moment, PhoneEvent } from './caller.ts'
import { createKeypad, type Entry } from './keypad.ts'
import * as parameters from './parameters.ts'
import type { DialVerb, EnqueueVerb, Sound, Verb } from './twiml-reader.ts'
import { RefusedTwiml } from './twiml-reader.ts'
import type { DocumentKind } from './twiml-rules.ts'
import { createWebhooks, type Document, type Webhook } from './webhooks.ts'

export interface PhoneOptions {
  /** Where to connect, for example `http://localhost:3000`. */
  baseUrl: string
  /** PUBLIC_BASE_URL of that server when it differs: signatures are made over it. */
  publicBaseUrl?: string | undefined
  accountSid: string
  authToken: string
  clock: Clock
  caller: Caller
  events?: ((event: PhoneEvent) => void) | undefined
  fetch?: typeof fetch | undefined
  /** Real milliseconds that a webhook may take in all; Twilio's 15,000 unless told. */
  limitMs?: number | undefined
}

/** How a call ended: who hung up (`failure`: the network, no document could be had), and where it had been handed to. */
export interface CallEnd {
  callSid: string
  by: 'caller' | 'hotline' | 'failure'
  handedTo: { kind: 'queue'; queue: string } | { kind: 'number'; number: string } | null
  seconds: number
}

export interface Phone {
  /**
   * Places a call and follows it to its end. `from` null: the number is withheld.
   * @throws RefusedTwiml when the server sends what may not stand there; the call is ended first.
   */
  call(numbers: { to: string; from: string | null }): Promise<CallEnd>
}

/** How the following of a document ended. */
type Exit =
  | { kind: 'document_over' }
  | { kind: 'next'; url: string; with: parameters.Parameters; webhook: Webhook }
  | { kind: 'hung_up'; by: 'caller' | 'hotline' | 'failure' }
  | { kind: 'returned'; result: string; by: 'outside' | 'twiml' }

const CHARACTERS_PER_SECOND = 13
/** Nobody fetches audio here, so its length is a guess. */
const AUDIO_SECONDS = 10
/** https://www.twilio.com/docs/voice/twiml/dial#timelimit */
const CALL_LIMIT_SECONDS = 14_400
/** Documents in a row that take no time at all. A phone would ring through them for ever. */
const MAX_TIMELESS = 30

const paths = { ring: '/voice/incoming', status: '/voice/status', fallback: '/voice/fallback' }

export function createPhone(options: PhoneOptions): Phone {
  return { call: (numbers) => createLine(options, numbers).run() }
}

function createLine(options: PhoneOptions, numbers: { to: string; from: string | null }) {
  const { clock, caller } = options
  const events = options.events ?? (() => {})
  const publicBase = (options.publicBaseUrl ?? options.baseUrl).replace(/\/+$/, '')
  const faults = caller.faultFor && ((webhook: Webhook) => caller.faultFor?.(webhook) ?? null)
  const webhooks = createWebhooks({ ...options, faults, events }, publicBase + paths.fallback)
  const callSid = parameters.newSid('CA')
  const from = numbers.from ?? parameters.WITHHELD
  const leg = parameters.legParameters({ accountSid: options.accountSid, callSid, from, to: numbers.to })
  const started = clock.now().getTime()
  const keypad = createKeypad(caller, clock, events)
  let handedTo: CallEnd['handedTo'] = null
  let silences = 0
  let timeless = 0

  const seconds = (since: number): number => Math.round((clock.now().getTime() - since) / 1000)

  async function run(): Promise<CallEnd> {
    events({ kind: 'dialled', callSid, to: numbers.to, from })
    let by: CallEnd['by'] = 'failure'
    try {
      const exit = await follow(publicBase + paths.ring, parameters.ringParameters(), { kind: 'ring', keys: false })
      by = exit.kind === 'hung_up' ? exit.by : 'hotline'
    } catch (error) {
      if (error instanceof RefusedTwiml) events({ kind: 'refused', reason: error.message })
      throw error
    } finally {
      events({ kind: 'ended', by })
      const told = { ...leg, ...parameters.statusParameters(seconds(started), clock.now()) }
      await webhooks.notify(publicBase + paths.status, told, 'status')
    }
    return { callSid, by, handedTo, seconds: seconds(started) }
  }

  /** Document after document, until one ends without a next. */
  async function follow(
    url: string,
    extra: parameters.Parameters,
    webhook: Webhook,
    kind: DocumentKind = 'call document',
  ): Promise<Exit> {
    let next: Exit & { kind: 'next' } = { kind: 'next', url, with: extra, webhook }
    for (;;) {
      const before = clock.now().getTime()
      const document = await fetchDocument(next, kind)
      if (!document) {
        if (kind === 'wait document') return { kind: 'returned', result: 'error', by: 'twiml' }
        return { kind: 'hung_up', by: 'failure' }
      }
      leg.CallStatus = 'in-progress'
      const exit = await runVerbs(document.verbs, kind)
      if (exit.kind !== 'next') return exit
      timeless = clock.now().getTime() > before ? 0 : timeless + 1
      if (timeless > MAX_TIMELESS) {
        throw new RefusedTwiml(`${exit.url}: ${MAX_TIMELESS} documents in a row took no time; this call never ends.`)
      }
      next = exit
    }
  }

  async function fetchDocument(next: Exit & { kind: 'next' }, kind: DocumentKind): Promise<Document | null> {
    const lost = caller.dropKeys()
    if (lost > 0) events({ kind: 'keys_lost', count: lost })
    const got = await webhooks.fetch(next.url, { ...leg, ...next.with }, kind, next.webhook)
    return 'verbs' in got ? got : null
  }

  async function runVerbs(verbs: Verb[], kind: DocumentKind): Promise<Exit> {
    const inQueue = kind === 'wait document'
    for (const verb of verbs) {
      const exit = await runVerb(verb, inQueue)
      if (exit) return exit
    }
    return { kind: 'document_over' }
  }

  /** Null: the next verb's turn. */
  async function runVerb(verb: Verb, inQueue: boolean): Promise<Exit | null> {
    switch (verb.verb) {
      case 'Say':
      case 'Play':
      case 'Pause':
        return deaf(await sound(verb, { keysCount: false, inQueue }))
      case 'Gather': {
        const entry = await keypad.gather(verb, inQueue, sound)
        if ('exit' in entry) return deaf(entry.exit)
        if (entry.keys === '' && !verb.actionOnEmptyResult) return null
        const webhook: Webhook = { kind: 'action', keys: entry.keys !== '' }
        return { kind: 'next', url: verb.action, with: entryParameters(entry), webhook }
      }
      case 'Redirect':
        return { kind: 'next', url: verb.url, with: {}, webhook: { kind: 'redirect', keys: false } }
      case 'Enqueue':
        return enqueue(verb)
      case 'Dial':
        return dial(verb)
      case 'Leave':
        return { kind: 'returned', result: 'leave', by: 'twiml' }
      case 'Hangup':
      case 'Reject':
        return { kind: 'hung_up', by: 'hotline' }
    }
  }

  function entryParameters(entry: Entry): parameters.Parameters {
    if (entry.keys !== '' || entry.finishedOn !== '') return parameters.gatherParameters(entry.keys, entry.finishedOn)
    return parameters.silenceParameters(silences++ % 2 === 0 ? 'empty' : 'missing')
  }

  async function sound(verb: Sound, state: Omit<Moment, 'what'>) {
    for (let round = 0; round < ('loop' in verb ? verb.loop : 1); round++) {
      const music = verb.verb === 'Play' && state.inQueue ? 'music' : 'prompt'
      const moment: Moment = { what: verb.verb === 'Pause' ? 'pause' : music, ...state }
      const lasts = secondsOf(verb)
      if (verb.verb === 'Say') {
        const { text, language } = verb
        events({ kind: 'said', text, language, seconds: lasts, inQueue: state.inQueue })
      }
      if (verb.verb === 'Play') events({ kind: 'played', url: verb.url, inQueue: state.inQueue })
      const deed = await keypad.pass(lasts * 1000, moment)
      if (deed) return deed
    }
    return null
  }

  /** The caller waits, hearing the wait document again and again, until he hangs up or the queue gives him back. */
  async function enqueue(verb: EnqueueVerb): Promise<Exit | null> {
    handedTo = { kind: 'queue', queue: verb.queue }
    events({ kind: 'queued', queue: verb.queue })
    const sid = parameters.newSid('QU')
    const since = clock.now().getTime()
    const outcome = await waiting(verb, sid, since)
    const { result, by } = outcome.kind === 'returned' ? outcome : ({ result: 'hangup', by: 'outside' } as const)
    events({ kind: 'returned', result, by })
    const told = { QueueResult: result, QueueSid: sid, QueueTime: String(seconds(since)) }
    if (outcome.kind === 'returned' && result !== 'redirected') {
      if (!verb.action) return null
      return { kind: 'next', url: verb.action, with: told, webhook: { kind: 'action', keys: false } }
    }
    // What is answered to these is not run: the call is over, or has been given other TwiML.
    if (outcome.kind === 'hung_up') leg.CallStatus = 'completed'
    if (verb.action) await webhooks.notify(verb.action, { ...leg, ...told }, 'action')
    return outcome.kind === 'hung_up' ? outcome : { kind: 'hung_up', by: 'hotline' }
  }

  async function waiting(verb: EnqueueVerb, sid: string, since: number): Promise<Exit> {
    if (!verb.waitUrl) {
      const moment: Moment = { what: 'music', keysCount: false, inQueue: true }
      return deaf(await keypad.pass(CALL_LIMIT_SECONDS * 1000, moment)) ?? { kind: 'hung_up', by: 'failure' }
    }
    for (;;) {
      const before = clock.now().getTime()
      const told = parameters.waitParameters(sid, seconds(since))
      const exit = await follow(verb.waitUrl, told, { kind: 'wait', keys: false }, 'wait document')
      if (exit.kind !== 'document_over') return exit
      timeless = clock.now().getTime() > before ? 0 : timeless + 1
      if (timeless > MAX_TIMELESS) {
        throw new RefusedTwiml(`${verb.waitUrl}: a wait document that takes no time would be asked for without end.`)
      }
    }
  }

  async function dial(verb: DialVerb): Promise<Exit | null> {
    handedTo = { kind: 'number', number: verb.to }
    events({ kind: 'connected', to: verb.to })
    const since = clock.now().getTime()
    const deed = await keypad.pass(CALL_LIMIT_SECONDS * 1000, { what: 'talk', keysCount: false, inQueue: false })
    const exit = deaf(deed) ?? { kind: 'returned', result: 'completed', by: 'twiml' }
    if (exit.kind !== 'returned') return exit
    events({ kind: 'returned', result: exit.result, by: exit.by })
    if (!verb.action) return null
    const told: parameters.Parameters = { DialCallStatus: exit.result, DialCallSid: parameters.newSid('CA') }
    if (exit.result === 'completed') told.DialCallDuration = String(seconds(since))
    return { kind: 'next', url: verb.action, with: told, webhook: { kind: 'action', keys: false } }
  }

  return { run }
}

/** What a deed means where keys do not count. */
function deaf(deed: { kind: 'key' } | { kind: 'hang_up' } | { kind: 'returned'; result: string } | null): Exit | null {
  if (deed?.kind === 'hang_up') return { kind: 'hung_up', by: 'caller' }
  return deed?.kind === 'returned' ? { ...deed, by: 'outside' } : null
}

function secondsOf(verb: Sound): number {
  if (verb.verb === 'Say') return verb.text.length / CHARACTERS_PER_SECOND + verb.breaks
  return verb.verb === 'Play' ? AUDIO_SECONDS : verb.seconds
}
