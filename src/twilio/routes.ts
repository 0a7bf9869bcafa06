/**
 * Twilio's door: every webhook passes the gate (`admit.ts`) and then one small act. Only this folder imports the twilio
 * package; it imports `auth`, `call`, `turn` and `floor` for their types and knows nothing of stores, flows or other doors.
 */
import type { Request, RequestHandler, Response } from 'express'
import type { Spoken } from '../call/reply.ts'
import { redirects } from '../floor/floor.ts'
import { assignmentOf } from '../floor/rooms.ts'
import type { WaitEnds } from '../floor/wait-end.ts'
import { traceNow } from '../http/trace.ts'
import type { Deliveries } from '../seams/deliveries.ts'
import type { Redirect } from '../seams/floor.ts'
import type { Log } from '../seams/log.ts'
import type { Meter } from '../seams/meter.ts'
import type { Answered, Turns, Waits } from '../turn/turns.ts'
import { type Gate, gate, malformed, type WebhookRefusal } from './admit.ts'
import { type AgentActParts, agentActs } from './agent-acts.ts'
import { keepDocuments } from './kept-documents.ts'
import {
  isOver,
  type Malformed,
  readCalled,
  readCaller,
  readCallerInTrouble,
  readCallId,
  readDelivery,
  readKeys,
  readRoom,
  readStatus,
  readStep,
} from './read-input.ts'
import { send, type WebhookAnswer } from './send.ts'
import type { SignedForm } from './signature.ts'
import { type LastWords, sorryTwiml } from './static-fallback.ts'
import { type Base, CONNECTION_OVERRIDES, EMPTY, HANG_UP, holdOnTwiml, LEAVE, waitTwiml } from './twiml.ts'

export interface TwilioDoor extends Gate, AgentActParts {
  turns: Turns
  /** What the brand of a general queue says when nothing of ours works; without it that is said in plain words. */
  lastWordsOf?(queue: string): LastWords | null
  /** What a waiting caller hears now. */
  waitWords(waiting: Extract<Waits, { kind: 'waits' }>): Promise<Spoken[]>
  waitEnds: WaitEnds
  /** What becomes of text messages. */
  deliveries: Deliveries
  /** Without one nothing is counted. */
  meter?: Pick<Meter, 'webhook'> | null
  log: Pick<Log, 'info' | 'warn' | 'error'>
  /** E.164. Dialled when nothing of ours works; without it the caller goes to the brand's general queue, or hears the end. */
  personNumber?: string | null
  /** Put behind our URLs as a fragment; '' for none. */
  connectionOverrides?: string
}

/** Not a pattern of Express: that would decode the token, and refuse broken escapes, before the signature is checked. */
const PATH = /^\/voice\/(?:(incoming|wait|status|fallback|room|hold)|(step|held|agent|move|message)\/(.*))$/
const BELOW_VOICE = /^\/voice(\/|$)/
const NOT_HERE: WebhookRefusal = { refused: 'not_here', status: 404, sentence: 'There is nothing here.' }

const BODY_READ =
  'a body parser read this webhook first, so its signature cannot be checked; mount Rufpass before every body parser'

/** Assignment, kind of redirect and nonce as they stand in our URLs. */
const REDIRECT = /^([0-9a-f]{32})\/([a-z]{1,16})\/([A-Za-z0-9_-]{1,64})$/

/** A message as the outbox calls it. */
const MESSAGE = /^[1-9][0-9]{0,14}$/

/** How often, and for which step, a caller was asked to hold on. */
const HELD = /^([1-9])\/([A-Za-z0-9_-]{1,64})$/

/** A step token as it stands in our URLs; whether it is the right one is for `turn/` to say. */
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/

type RouteName =
  | 'incoming'
  | 'step'
  | 'held'
  | 'wait'
  | 'status'
  | 'fallback'
  | 'room'
  | 'hold'
  | 'agent'
  | 'move'
  | 'message'
/** `rest` is what stands behind the route in the path. Each act reads of the form what it needs, and nothing else. */
type Act = (form: SignedForm, rest: string) => Promise<WebhookAnswer | WebhookRefusal>

/**
 * POST /voice/incoming, /voice/step/:token, /voice/held/:round/:token, /voice/wait, /voice/status, /voice/fallback for callers' legs, /voice/move for
 * those who were redirected, /voice/agent for agents' legs, /voice/room and /voice/hold for the rooms, /voice/message/:id for text messages; all below the
 * public base URL. Mount it before any body parser: the signature covers the path and the body as they came.
 */
export function twilioRoutes(door: TwilioDoor): RequestHandler {
  const { turns, floor, waitEnds, log } = door
  const admit = gate(door)
  const base: Base = {
    url: door.publicBaseUrl.replace(/\/+$/, ''),
    overrides: door.connectionOverrides ?? CONNECTION_OVERRIDES,
  }
  const agents = agentActs(door, base)
  const person = door.personNumber ?? null
  const sorry = sorryTwiml({ number: person, queue: null })
  const documents = keepDocuments(base)
  const quiet = waitTwiml([], {}, { musicUrl: null, keys: null })

  const acts: Record<RouteName, Act> = {
    incoming: async (form) => {
      const leg = readCaller(form)
      return isMalformed(leg) ? malformed(leg.malformed) : spoken(await turns.ring(leg))
    },
    step: async (form, token) => {
      if (!TOKEN.test(token)) return malformed('The step token is malformed.')
      const step = readStep(form)
      if (isMalformed(step)) return malformed(step.malformed)
      const { leg, input } = step
      // Another document has the call already: what the old one asks for must not touch it.
      if (input.kind === 'redirected') return { document: EMPTY, outcome: 'redirected' }
      if (input.kind === 'returned' && input.reason !== 'gone' && (await isBeingRedirected(leg.callId))) {
        return { document: EMPTY, outcome: 'redirected' }
      }
      const answered = await turns.step(leg, token, input)
      const isOut = input.kind === 'returned' && (input.reason === 'broken' || input.reason === 'left')
      if (isOut && !isQueued(answered)) await floor.callerLeft(leg.callId)
      // The caller hung up: this answer must not touch the call, and no agent's phone may ring on for it.
      if (input.kind === 'returned' && input.reason === 'gone') {
        await floor.callerLeft(leg.callId)
        return { document: EMPTY, outcome: 'gone' }
      }
      return spoken(answered)
    },
    held: async (form, rest) => {
      const [, round = '', token = ''] = HELD.exec(rest) ?? []
      if (token === '') return malformed('The step token is malformed.')
      const leg = readCaller(form)
      return isMalformed(leg) ? malformed(leg.malformed) : spoken(await turns.held(leg, token, Number(round)))
    },
    // These callers are in trouble already: whatever of the form cannot be believed, a person is the answer.
    fallback: async (form) => {
      const leg = readCallerInTrouble(form)
      return spoken(isMalformed(leg) ? { kind: 'sorry', queue: null } : await turns.fallback(leg))
    },
    wait: async (form) => {
      const leg = readCallId(form)
      if (isMalformed(leg)) return malformed(leg.malformed)
      const waiting = await turns.wait(leg.callId)
      if (waiting.kind === 'unknown') return { document: LEAVE, outcome: 'unknown' }
      if (waiting.kind === 'over') return { document: quiet, outcome: 'not_waiting' }
      // A key that cannot be believed is none: the caller waits on.
      const keyed = readKeys(form)
      const end = await waitEnds.waitEnd(waiting, isMalformed(keyed) ? null : keyed.digits)
      if (end && (await turns.endWait(leg.callId, end))) return { document: LEAVE, outcome: `ends_${end}` }
      const words = await door.waitWords(waiting)
      const voices = door.voicesOf(waiting.call.brand)
      const takesKeys = waitEnds.waitKey(waiting.call) !== null
      const document = documents.wait(words, voices, { musicUrl: door.waitMusic?.() ?? null, takesKeys })
      return { document, outcome: 'wait' }
    },
    // What only tells is never refused: nobody would tell it again.
    status: async (form) => {
      const leg = readStatus(form)
      if (isMalformed(leg)) return { document: null, outcome: 'unread' }
      if (!isOver(leg.callStatus)) return { document: null, outcome: 'noted' }
      await floor.callerEnded(leg.callId)
      return { document: null, outcome: 'ended' }
    },
    room: async (form) => {
      const told = readRoom(form)
      const assignment = isMalformed(told) ? null : assignmentOf(told.room)
      if (isMalformed(told) || assignment === null) return { document: null, outcome: 'unread' }
      if (told.kind !== null) await floor.roomChanged({ ...told, kind: told.kind, assignment })
      return { document: null, outcome: told.kind ?? 'noted' }
    },
    move: async (form, rest) => {
      const [, assignment = '', kind = '', nonce = ''] = REDIRECT.exec(rest) ?? []
      if (!isRedirect(kind)) return malformed('The redirect is malformed.')
      const leg = readCalled(form)
      return isMalformed(leg)
        ? malformed(leg.malformed)
        : spoken(await floor.callerRedirected(leg, assignment, kind, nonce))
    },
    // Twilio tells it once, and again only where it is not answered: what is not kept is not asked for again.
    message: async (form, rest) => {
      const told = readDelivery(form)
      if (isMalformed(told) || !MESSAGE.test(rest)) return { document: null, outcome: 'unread' }
      const noted = await door.deliveries.note(Number(rest), told)
      if (typeof noted === 'string') return { document: null, outcome: noted }
      const { brand, isUnreachable } = noted.new
      const { delivery: result, errorCode } = told
      const facts = { brand, result, ...(errorCode !== null && { errorCode }) }
      if (result === 'undelivered' || result === 'failed')
        log.warn(
          { ...facts, reason: isUnreachable ? 'never_reached' : 'this_time' },
          'a text message to a customer did not arrive',
        )
      return { document: null, outcome: result }
    },
    hold: agents.hold,
    agent: agents.leg,
  }

  /** Where it cannot be asked the caller is taken to stay. */
  async function isBeingRedirected(callId: string): Promise<boolean> {
    try {
      return await floor.isBeingRedirected(callId)
    } catch (error) {
      log.error({ callId, err: error }, 'whether the caller is on the way could not be read')
      return false
    }
  }

  /** When an act throws: a caller in a queue keeps waiting there, callers who are gone get nothing, any other an apology. */
  function broken(route: RouteName, form: SignedForm): string | null {
    if (route === 'status' || route === 'room' || route === 'message') return null
    if (route === 'wait' || route === 'hold') return quiet
    if (route === 'agent') return HANG_UP
    const step = route === 'step' ? readStep(form) : null
    const isGone = step !== null && !isMalformed(step) && step.input.kind === 'returned' && step.input.reason === 'gone'
    return isGone ? EMPTY : sorry
  }

  function spoken(answered: Answered): WebhookAnswer {
    if (answered.kind === 'sorry') {
      const { queue } = answered
      const words = queue === null ? null : (door.lastWordsOf?.(queue) ?? null)
      return { document: sorryTwiml({ number: person, queue }, words), outcome: 'sorry' }
    }
    if (answered.kind === 'over') return { document: EMPTY, outcome: 'over' }
    if (answered.kind === 'hold_on')
      return { document: holdOnTwiml(answered, door.voicesOf(answered.brand), base), outcome: 'hold_on' }
    const { call, token } = answered
    const document = documents.reply(call, token, door.voicesOf(call.brand))
    return { document, outcome: call.reply?.next.kind ?? 'over', at: { brand: call.brand, step: call.step } }
  }

  async function run(route: RouteName, form: SignedForm, rest: string): Promise<WebhookAnswer | WebhookRefusal> {
    try {
      return await acts[route](form, rest)
    } catch (error) {
      log.error({ ...callIdOf(form), route: `/voice/${route}`, err: error }, 'the webhook broke')
      // Asked again in a moment it may work, and where it does not the fallback brings the caller to a person.
      if (route === 'move') return { refused: 'broken', status: 503, sentence: 'Not now.' }
      return { document: broken(route, form), outcome: 'broken' }
    }
  }

  /** Everything below /voice comes through here, so nothing there is answered without a signature. */
  async function webhook(request: Request, response: Response): Promise<void> {
    const began = performance.now()
    const [, plain, nested, rest = ''] = PATH.exec(request.path) ?? []
    const route = (plain ?? nested) as RouteName | undefined
    const admitted = await admit(request)
    const isIn = 'form' in admitted
    const done = !isIn ? admitted : route === undefined ? NOT_HERE : await run(route, admitted.form, rest)
    send(request, response, done)
    const trace = traceNow()
    // Ids, place, time, kind: nothing else of a request is ever logged, least of all its form.
    const line = {
      ...(isIn ? callIdOf(admitted.form) : {}),
      ...(trace && { trace: trace.id }),
      ...('at' in done ? done.at : {}),
      route: route === undefined ? '/voice' : `/voice/${route}`,
      ms: Math.round((performance.now() - began) * 10) / 10,
      outcome: 'refused' in done ? done.refused : done.outcome,
    }
    door.meter?.webhook(line)
    if (line.outcome === 'body_read') log.error(line, BODY_READ)
    else if ('refused' in done) log.warn(line, 'webhook refused')
    else log.info(line, 'webhook')
  }

  // Not a router of Express: this one question needs none, and it is asked for every webhook.
  return (request, response, next) => {
    if (!BELOW_VOICE.test(request.path)) return next()
    webhook(request, response).catch(next)
  }
}

function isRedirect(kind: string): kind is Redirect['kind'] {
  return redirects.some((redirect) => redirect === kind)
}

/** Whether the caller waits for our agents, whose phones ring for nobody else. */
function isQueued(answered: Answered): boolean {
  return answered.kind === 'reply' && answered.call.reply?.next.kind === 'enqueue'
}

function isMalformed<T extends object>(read: T | Malformed): read is Malformed {
  return 'malformed' in read
}

/** For the log; whatever is no CallSid, or not certainly one, is left out. */
function callIdOf(form: SignedForm): { callId?: string } {
  const leg = readCallId(form)
  return isMalformed(leg) ? {} : leg
}
