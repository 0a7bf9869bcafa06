/**
 * A telephone exchange in place of Twilio: many legs at once in real time against a running server, which acts upon them by
 * REST (`rest.ts`) while people hold the phones (`page-api.ts`). This
 * folder imports the engine, `http`, the seams, express and better-sse.
 */
import type { Clock } from '../../seams/clock.ts'
import type { Log } from '../../seams/log.ts'
import type { PhoneEvent } from '../engine/caller.ts'
import { type LegPlan, runLeg } from '../engine/leg.ts'
import * as parameters from '../engine/parameters.ts'
import { fallbackUrlOf, inboundPlan } from '../engine/phone.ts'
import { createRooms, type RoomCallback, type Rooms } from '../engine/rooms.ts'
import { RefusedTwiml } from '../engine/verbs.ts'
import { createHandset, type Handset } from './handset.ts'
import { createRoomCallbacks, type Disturbance } from './room-callbacks.ts'

export interface ExchangeOptions {
  /** Where to connect, for example `http://localhost:3000`. */
  connectTo: string
  /** PUBLIC_BASE_URL of that server: signatures are made over it. */
  publicBaseUrl: string
  accountSid: string
  authToken: string
  clock: Clock
  /** The brand whose number this is, or null. */
  brandOf?: ((number: string) => string | null) | undefined
  /** Whether a page stands ready for `client:NAME`. A call to any other ends at once, without an answer. */
  isRegistered?: ((name: string) => Promise<boolean>) | undefined
  /** What the network does to each conference callback. */
  disturb?: ((callback: RoomCallback) => Disturbance) | undefined
  fetch?: typeof fetch | undefined
  limitMs?: number | undefined
  log?: Pick<Log, 'error'> | undefined
}

/** An agent's phone to be rung: what `POST Calls` says. URLs are public ones. */
export interface OutboundCall {
  to: string
  from: string
  url: string
  /** Seconds. */
  timeout: number
  statusCallback: string
}

export interface Exchange {
  /** Somebody phones in; `from` null withholds the number. Null: too many phones are in use. */
  phoneIn(numbers: { to: string; from: string | null }): Handset | null
  /** Null: too many phones are in use. */
  ring(call: OutboundCall): Handset | null
  /** All phones, ended ones too, in the order in which they came about. */
  handsets(): Handset[]
  handset(id: string): Handset | null
  /** By CallSid; also calls whose phone has been forgotten have ended and not never been. */
  call(callSid: string): Handset | 'ended' | null
  /** Removes an ended phone. False: it is still in use, or not there. */
  forget(id: string): boolean
  /** Says something in the room where this phone is. False: nobody can hear it. */
  say(id: string, text: string): boolean
  rooms: Rooms
  /** Calls back on every change of any phone. Returns how to stop it. */
  changes(listener: () => void): () => void
  /** Ends every leg, and waits a moment for what the server has to be told of it. */
  close(): Promise<void>
}

/** A developer's machine, one server: more at once is a mistake or a nuisance. */
export const MAX_LIVE = 40
/** Ended phones stay on the page until somebody forgets them, or so many others came. */
const MAX_ENDED = 20
const MAX_REMEMBERED = 1000
const CLOSE_MS = 2000

export function createExchange(options: ExchangeOptions): Exchange {
  const { clock, accountSid, authToken, connectTo: baseUrl, fetch, limitMs, log } = options
  const { brandOf = () => null, isRegistered = async () => true } = options
  const publicBase = options.publicBaseUrl.replace(/\/+$/, '')
  const network = { baseUrl, publicBaseUrl: publicBase, authToken, clock, fetch, limitMs }
  const phones = new Map<string, Handset>()
  const ended = new Set<string>()
  const listeners = new Set<() => void>()
  const underWay = new Set<Promise<unknown>>()
  let closed = false

  const changed = (): void => {
    for (const tell of listeners) tell()
  }

  function keep(work: Promise<unknown>): void {
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
  }

  const sendCallback = createRoomCallbacks({
    ...network,
    accountSid,
    disturb: options.disturb,
    events(event) {
      if (event.kind === 'warning') for (const phone of live()) phone.note('warning', event.text)
    },
  })
  const rooms = createRooms((callback) => {
    keep(sendCallback(callback).catch((err: unknown) => log?.error({ err }, 'a conference callback could not be sent')))
  })

  const live = (): Handset[] => [...phones.values()].filter(({ callSid }) => !ended.has(callSid))

  function start(kind: 'caller' | 'agent', plan: LegPlan, ring?: (phone: Handset) => Promise<parameters.FinalStatus>) {
    if (closed || live().length >= MAX_LIVE) return null
    const { callSid, form } = plan
    const { From: from = '', To: to = '' } = form
    const [own, other] = kind === 'caller' ? [from, to] : [to, from]
    const number = own === parameters.WITHHELD ? null : own
    const phone = createHandset({ kind, callSid, number, with: other, brand: brandOf(other) }, clock, changed)
    phones.set(phone.id, phone)
    const notice = (event: PhoneEvent): void => {
      if (event.kind === 'ended') noteEnd(callSid)
      phone.engine.notice(event)
    }
    const whole = { ...plan, rooms, ...(ring ? { ring: () => ring(phone) } : {}) }
    keep(
      runLeg({ ...network, caller: phone.engine.caller, events: notice }, whole).catch((err: unknown) => {
        // What the server may not send is on the phone's page already.
        if (!(err instanceof RefusedTwiml)) log?.error({ callId: callSid, err }, 'a leg of the simulator broke')
      }),
    )
    changed()
    return phone
  }

  function noteEnd(callSid: string): void {
    ended.add(callSid)
    const [oldest] = ended
    if (ended.size > MAX_REMEMBERED && oldest !== undefined) ended.delete(oldest)
    // By when they ended, so that the one that has just ended can be seen.
    const over = [...ended].flatMap((sid) => [...phones.values()].filter((phone) => phone.callSid === sid))
    for (const phone of over.slice(0, -MAX_ENDED)) phones.delete(phone.id)
  }

  async function ringing(phone: Handset, call: OutboundCall): Promise<parameters.FinalStatus> {
    const dead = await unreachable(call.to)
    if (dead) phone.engine.settle(dead)
    return phone.engine.ring(call.timeout)
  }

  /** How a call to nobody ends, at once; null: there is somebody. */
  async function unreachable(to: string): Promise<parameters.FinalStatus | null> {
    const [, client] = /^client:(.*)$/.exec(to) ?? []
    if (client !== undefined) return (await isRegistered(client)) ? null : 'no-answer'
    // RFC 6761: such a name leads nowhere, so that a failure can be tried.
    return /^sip:.*\.invalid$/.test(to) ? 'failed' : null
  }

  return {
    phoneIn: (numbers) => start('caller', inboundPlan(publicBase, accountSid, numbers)),
    ring(call) {
      const { to, from, url, statusCallback } = call
      const callSid = parameters.newSid('CA')
      const plan: LegPlan = {
        callSid,
        form: parameters.legParameters({ accountSid, callSid, from, to, direction: 'outbound-api' }),
        first: { url, with: { CallStatus: 'in-progress' }, webhook: { kind: 'ring', keys: false } },
        fallbackUrl: fallbackUrlOf(publicBase),
        statusUrl: statusCallback,
      }
      return start('agent', plan, (phone) => ringing(phone, call))
    },
    handsets: () => [...phones.values()],
    handset: (id) => phones.get(id) ?? null,
    call(callSid) {
      if (ended.has(callSid)) return 'ended'
      return [...phones.values()].find((phone) => phone.callSid === callSid) ?? null
    },
    forget(id) {
      const phone = phones.get(id)
      if (!phone || !ended.has(phone.callSid)) return false
      phones.delete(id)
      changed()
      return true
    },
    say(id, text) {
      const phone = phones.get(id)
      if (!phone || !rooms.say(phone.callSid, text)) return false
      phone.note('you_said', text)
      return true
    },
    rooms,
    changes(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      for (const phone of live()) phone.complete()
      const limit = AbortSignal.timeout(CLOSE_MS)
      const over = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()))
      while (underWay.size > 0 && !limit.aborted) await Promise.race([Promise.all(underWay), over])
    },
  }
}
