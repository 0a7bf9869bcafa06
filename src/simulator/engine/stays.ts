/** Where a leg stays while others decide: a queue, a talk with a dialled party, a conference. */
import type { Caller, CallerMoment, PhoneEvent } from './caller.ts'
import { deaf, type Exit } from './exit.ts'
import type { Keypad } from './keypad.ts'
import * as parameters from './parameters.ts'
import type { RoomExit, Rooms, Seat } from './rooms.ts'
import type { DocumentKind } from './twiml-rules.ts'
import type { ConferenceNoun, DialVerb, EnqueueVerb } from './verbs.ts'
import type { Webhook } from './webhooks.ts'

/** Where a leg was handed to. */
export type HandedTo = { kind: 'queue'; queue: string } | { kind: 'number'; number: string }

/** What a stay needs of the leg it belongs to. */
export interface StayParts {
  callSid: string
  form: parameters.Parameters
  keypad: Keypad
  caller: Caller
  events: (event: PhoneEvent) => void
  now(): number
  seconds(since: number): number
  follow(first: Exit & { kind: 'next' }, kind: DocumentKind): Promise<Exit>
  /** An action whose answer is not run. */
  notify(url: string, told: parameters.Parameters): Promise<void>
  leaveBehind(work: Promise<void>): void
  tookTime(before: number, otherwise: string): void
}

export interface Stays {
  /** The caller waits, hearing the wait document again and again, until they hang up or the queue gives them back. */
  enqueue(verb: EnqueueVerb): Promise<Exit | null>
  dial(verb: DialVerb): Promise<Exit | null>
  meet(verb: DialVerb, noun: ConferenceNoun, rooms: Rooms): Promise<Exit | null>
  handedTo(): HandedTo | null
}

/** https://www.twilio.com/docs/voice/twiml/dial#timelimit */
const CALL_LIMIT_SECONDS = 14_400
const ACTION: Webhook = { kind: 'action', keys: false }
const WAIT: Webhook = { kind: 'wait', keys: false }

export function createStays(parts: StayParts): Stays {
  const { callSid, form, keypad, caller, events, now, seconds, follow, notify } = parts
  let handedTo: HandedTo | null = null

  async function enqueue(verb: EnqueueVerb): Promise<Exit | null> {
    handedTo = { kind: 'queue', queue: verb.queue }
    events({ kind: 'queued', queue: verb.queue })
    const sid = parameters.newSid('QU')
    const since = now()
    const exit = await waiting(verb, sid, since)
    const { result, by } = resultOf(exit)
    events({ kind: 'returned', result, by })
    const told = { QueueResult: result, QueueSid: sid, QueueTime: String(seconds(since)) }
    if (exit.kind === 'returned' && result !== 'redirected') {
      return verb.action ? { kind: 'next', url: verb.action, with: told, webhook: ACTION } : null
    }
    // What is answered to these is not run: the call is over, or has been given other TwiML.
    if (exit.kind === 'hung_up') form.CallStatus = 'completed'
    const notified = verb.action ? notify(verb.action, told) : Promise.resolve()
    if (exit.kind === 'redirected') {
      // Twilio asks for the new document at the same time, and either request may arrive first.
      parts.leaveBehind(notified)
      return exit
    }
    await notified
    return exit.kind === 'hung_up' ? exit : { kind: 'hung_up', by: 'hotline' }
  }

  async function waiting(verb: EnqueueVerb, sid: string, since: number): Promise<Exit> {
    if (!verb.waitUrl) {
      const moment: CallerMoment = { what: 'music', keysCount: false, inQueue: true }
      return deaf(await keypad.pass(CALL_LIMIT_SECONDS * 1000, moment)) ?? { kind: 'hung_up', by: 'failure' }
    }
    for (;;) {
      const before = now()
      const told = parameters.waitParameters(sid, seconds(since))
      const exit = await follow({ kind: 'next', url: verb.waitUrl, with: told, webhook: WAIT }, 'wait document')
      if (exit.kind !== 'document_over') return exit
      parts.tookTime(before, `${verb.waitUrl}: a wait document that takes no time would be asked for without end.`)
    }
  }

  async function dial(verb: DialVerb): Promise<Exit | null> {
    handedTo = { kind: 'number', number: verb.to }
    events({ kind: 'connected', to: verb.to })
    const since = now()
    const deed = await keypad.pass(CALL_LIMIT_SECONDS * 1000, { what: 'talk', keysCount: false, inQueue: false })
    const exit = deaf(deed) ?? { kind: 'returned', result: 'completed', by: 'twiml' }
    if (exit.kind !== 'returned') return exit
    events({ kind: 'returned', result: exit.result, by: exit.by })
    if (!verb.action) return null
    const told: parameters.Parameters = { DialCallStatus: exit.result, DialCallSid: parameters.newSid('CA') }
    if (exit.result === 'completed') told.DialCallDuration = String(seconds(since))
    return { kind: 'next', url: verb.action, with: told, webhook: ACTION }
  }

  async function meet(verb: DialVerb, noun: ConferenceNoun, rooms: Rooms): Promise<Exit | null> {
    const seat = rooms.enter({
      callSid,
      noun,
      changed: () => caller.cuts?.look(),
      hear: (text) => events({ kind: 'heard', text }),
    })
    events({ kind: 'entered_room', room: noun.room })
    let exit: Exit = { kind: 'hung_up', by: 'failure' }
    try {
      exit = await sit(seat)
    } finally {
      seat.leave(reasonOf(exit))
      events({ kind: 'left_room', room: noun.room })
    }
    // After a conference Twilio sends neither DialCallSid nor DialCallDuration.
    const told = { DialCallStatus: 'completed' }
    if (exit.kind === 'returned')
      return verb.action ? { kind: 'next', url: verb.action, with: told, webhook: ACTION } : null
    // Whether Twilio asks the action of a leg that was pulled out or hung up is documented nowhere: the server must bear it.
    if (exit.kind === 'hung_up') form.CallStatus = 'completed'
    if (verb.action) parts.leaveBehind(notify(verb.action, told))
    return exit
  }

  /** In the room until the leg is cut or the room is over. What is played there is not started over by itself. */
  async function sit(seat: Seat): Promise<Exit> {
    const end = now() + CALL_LIMIT_SECONDS * 1000
    let played: object | null = null
    let held = false
    while (!seat.over() && now() < end) {
      const hears = seat.hears()
      if (seat.held() !== held) {
        held = !held
        events({ kind: 'held', held })
      }
      const document = hears.url && hears !== played ? hears.url : null
      played = hears
      const exit = document
        ? await follow({ kind: 'next', url: document, with: {}, webhook: WAIT }, 'room document')
        : deaf(await keypad.pass(end - now(), { what: 'talk', keysCount: false, inQueue: false, inRoom: true }))
      if (exit?.kind === 'hung_up' || exit?.kind === 'redirected') return exit
    }
    return { kind: 'returned', result: 'completed', by: 'outside' }
  }

  return { enqueue, dial, meet, handedTo: () => handedTo }
}

function resultOf(exit: Exit): { result: string; by: 'outside' | 'twiml' } {
  if (exit.kind === 'returned') return exit
  return { result: exit.kind === 'redirected' ? 'redirected' : 'hangup', by: 'outside' }
}

function reasonOf(exit: Exit): RoomExit {
  return exit.kind === 'redirected' ? 'participant_updated_via_api' : 'participant_hung_up'
}
