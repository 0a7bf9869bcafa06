/**
 * The engine: follows one leg's TwiML as Twilio does, https://www.twilio.com/docs/voice/twiml; where Twilio promises
 * nothing, it takes the worse case. `phone.ts` runs a single leg with it, `exchange.ts` many that meet in rooms.
 */
import { spokenSeconds } from '../../call/pace.ts'
import type { Clock } from '../../seams/clock.ts'
import type { Caller, CallerMoment, Cut, Deed, PhoneEvent } from './caller.ts'
import { deaf, type Exit, exitOf, type HungUpBy } from './exit.ts'
import { createKeypad, type Entry } from './keypad.ts'
import * as parameters from './parameters.ts'
import type { Rooms } from './rooms.ts'
import { createStays, type HandedTo } from './stays.ts'
import type { DocumentKind } from './twiml-rules.ts'
import { RefusedTwiml, type Sound, type Verb } from './verbs.ts'
import { createWebhooks, type Document, type Webhook } from './webhooks.ts'

export interface LegOptions {
  /** Where to connect, for example `http://localhost:3000`. */
  baseUrl: string
  /** PUBLIC_BASE_URL of that server when it differs: signatures are made over it. */
  publicBaseUrl?: string | undefined
  authToken: string
  clock: Clock
  /** The time of the server where that is another: silence lasts there as long as here, or it would be the hash key alone. */
  serverClock?: Clock | undefined
  caller: Caller
  events?: ((event: PhoneEvent) => void) | undefined
  fetch?: typeof fetch | undefined
  /** Real milliseconds that a webhook may take in all; Twilio's 15,000 unless told. */
  limitMs?: number | undefined
}

/** One leg: what it tells with every request, and where it begins and ends. URLs are public ones. */
export interface LegPlan {
  callSid: string
  form: parameters.Parameters
  first: { url: string; with: parameters.Parameters; webhook: Webhook }
  fallbackUrl: string
  /** Where the end is told. */
  statusUrl: string
  /** Rings somebody first. Whatever but `completed` is the end of the leg. */
  ring?: () => Promise<parameters.FinalStatus>
  /** Where legs meet. Without it a conference is a party like any other that one talks with. */
  rooms?: Rooms
}

/** How a leg ended: who hung up, and where it had been handed to. */
export interface LegEnd {
  by: HungUpBy
  handedTo: HandedTo | null
  seconds: number
}

type Next = Exit & { kind: 'next' }

/** Nobody fetches audio here, so its length is a guess. */
const AUDIO_SECONDS = 10
/** Documents in a row that take no time at all. A leg would ring through them for ever. */
const MAX_TIMELESS = 30

/**
 * Follows a leg to its end.
 * @throws RefusedTwiml when the server sends what may not stand there; the call is ended first.
 */
export async function runLeg(options: LegOptions, plan: LegPlan): Promise<LegEnd> {
  const { clock, caller } = options
  const events = options.events ?? (() => {})
  const faults = caller.faultFor && ((webhook: Webhook) => caller.faultFor?.(webhook) ?? null)
  const webhooks = createWebhooks({ ...options, faults, events }, plan.fallbackUrl)
  const form = { ...plan.form }
  const keypad = createKeypad(caller, clock, events)
  /** What is still under way although nobody waits for it: the leg is over when these are. */
  const leftBehind: Promise<unknown>[] = []
  let started = clock.now().getTime()
  let silences = 0
  /** When the last document came, by either clock. */
  let answered = { here: 0, there: 0 }
  let timeless = 0

  const seconds = (since: number): number => Math.round((clock.now().getTime() - since) / 1000)
  const stays = createStays({
    callSid: plan.callSid,
    form,
    keypad,
    caller,
    events,
    seconds,
    now: () => clock.now().getTime(),
    follow,
    notify: (url, told) => webhooks.notify(url, { ...form, ...told }, 'action'),
    leaveBehind: (work) => void leftBehind.push(work.catch(() => {})),
    tookTime,
  })

  async function run(): Promise<LegEnd> {
    events({ kind: 'dialled', callSid: plan.callSid, to: plan.form.To ?? '', from: plan.form.From ?? '' })
    let by: HungUpBy = 'failure'
    // What cannot even ring has failed.
    let status: parameters.FinalStatus = plan.ring ? 'failed' : 'completed'
    try {
      status = (await plan.ring?.()) ?? 'completed'
      if (status !== 'completed') by = status === 'busy' ? 'caller' : 'hotline'
      else {
        started = clock.now().getTime()
        const exit = await follow({ kind: 'next', ...plan.first }, 'call document')
        by = exit.kind === 'hung_up' ? exit.by : 'hotline'
      }
    } catch (error) {
      if (error instanceof RefusedTwiml) events({ kind: 'refused', reason: error.message })
      throw error
    } finally {
      events({ kind: 'ended', by })
      const told = { ...form, ...parameters.statusParameters(seconds(started), clock.now(), status) }
      await webhooks.notify(plan.statusUrl, told, 'status')
      await Promise.all(leftBehind)
    }
    return { by, handedTo: stays.handedTo(), seconds: seconds(started) }
  }

  /** Document after document, until one ends without a next. */
  async function follow(first: Next, kind: DocumentKind): Promise<Exit> {
    let next = first
    for (;;) {
      const before = clock.now().getTime()
      const exit = await runDocument(next, kind)
      // Only a call has a document of its own to be replaced; queue and room give the leg up first.
      if (exit.kind === 'redirected' && kind === 'call document') {
        timeless = 0
        events({ kind: 'redirected' })
        next = { kind: 'next', url: exit.url, with: {}, webhook: { kind: 'redirect', keys: false } }
      } else if (exit.kind === 'next') {
        tookTime(before, `${exit.url}: ${MAX_TIMELESS} documents in a row took no time; this call never ends.`)
        next = exit
      } else return exit
    }
  }

  async function runDocument(next: Next, kind: DocumentKind): Promise<Exit> {
    const document = await fetchDocument(next, kind)
    if ('kind' in document) return document
    if (form.CallStatus !== 'in-progress') events({ kind: 'answered' })
    form.CallStatus = 'in-progress'
    for (const verb of document.verbs) {
      const exit = taken() ?? (await runVerb(verb, kind))
      if (exit) return exit
    }
    return taken() ?? { kind: 'document_over' }
  }

  /** @throws RefusedTwiml when too many documents in a row took no time. */
  function tookTime(before: number, otherwise: string): void {
    timeless = clock.now().getTime() > before ? 0 : timeless + 1
    if (timeless > MAX_TIMELESS) throw new RefusedTwiml(otherwise)
  }

  async function fetchDocument(next: Next, kind: DocumentKind): Promise<Document | Exit> {
    const lost = caller.dropKeys()
    if (lost > 0) events({ kind: 'keys_lost', count: lost })
    const fetching = webhooks.fetch(next.url, { ...form, ...next.with }, kind, next.webhook)
    const cut = await cutDuring(fetching)
    if (cut) {
      leftBehind.push(fetching.catch(() => {}))
      return exitOf(cut)
    }
    const got = await fetching
    answered = { here: clock.now().getTime(), there: (options.serverClock ?? clock).now().getTime() }
    if ('verbs' in got) return got
    if (kind === 'wait document') return { kind: 'returned', result: 'error', by: 'twiml' }
    return kind === 'room document' ? { kind: 'document_over' } : { kind: 'hung_up', by: 'failure' }
  }

  /** The cut that came before `work` was done, or null. */
  async function cutDuring(work: Promise<unknown>): Promise<Cut | null> {
    if (!caller.cuts) return null
    const stop = new AbortController()
    try {
      await Promise.race([work, caller.cuts.there(stop.signal)])
    } catch {
      return null
    } finally {
      stop.abort()
    }
    return caller.cuts.take()
  }

  function taken(): Exit | null {
    const cut = caller.cuts?.take()
    return cut ? exitOf(cut) : null
  }

  /** Null: the next verb's turn. */
  async function runVerb(verb: Verb, kind: DocumentKind): Promise<Exit | null> {
    const place = { inQueue: kind === 'wait document', inRoom: kind === 'room document' }
    switch (verb.verb) {
      case 'Say':
      case 'Play':
      case 'Pause':
        return deaf(await sound(verb, { keysCount: false, ...place }))
      case 'Gather': {
        const entry = await keypad.gather(verb, place.inQueue, sound)
        if ('exit' in entry) return deaf(entry.exit)
        if (entry.keys === '' && entry.finishedOn === '') await catchUp()
        if (entry.keys === '' && !verb.actionOnEmptyResult) return null
        const webhook: Webhook = { kind: 'action', keys: entry.keys !== '' }
        return { kind: 'next', url: verb.action, with: entryParameters(entry), webhook }
      }
      case 'Redirect':
        return { kind: 'next', url: verb.url, with: {}, webhook: { kind: 'redirect', keys: false } }
      case 'Enqueue':
        return stays.enqueue(verb)
      case 'Dial':
        return verb.conference && plan.rooms ? stays.meet(verb, verb.conference, plan.rooms) : stays.dial(verb)
      case 'Leave':
        return { kind: 'returned', result: 'leave', by: 'twiml' }
      case 'Hangup':
      case 'Reject':
        return { kind: 'hung_up', by: 'hotline' }
    }
  }

  /** The server is where its caller is in time. */
  async function catchUp(): Promise<void> {
    const { serverClock } = options
    if (serverClock === undefined) return
    const ahead = clock.now().getTime() - answered.here - (serverClock.now().getTime() - answered.there)
    if (ahead > 0) await serverClock.wait(ahead)
  }

  function entryParameters(entry: Entry): parameters.Parameters {
    if (entry.keys !== '' || entry.finishedOn !== '') return parameters.gatherParameters(entry.keys, entry.finishedOn)
    return parameters.silenceParameters(silences++ % 2 === 0 ? 'empty' : 'missing')
  }

  async function sound(verb: Sound, state: Omit<CallerMoment, 'what'>): Promise<Deed | null> {
    for (let round = 0; round < ('loop' in verb ? verb.loop : 1); round++) {
      const music = verb.verb === 'Play' && (state.inQueue || state.inRoom) ? 'music' : 'prompt'
      const moment: CallerMoment = { what: verb.verb === 'Pause' ? 'pause' : music, ...state }
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

  return run()
}

function secondsOf(verb: Sound): number {
  if (verb.verb === 'Say') return spokenSeconds(verb.text, verb.language.split('-')[0]) + verb.breaks
  return verb.verb === 'Play' ? AUDIO_SECONDS : verb.seconds
}
