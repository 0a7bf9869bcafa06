/**
 * Twilio's door: every webhook passes the gate (`admit.ts`) and then one small act. Only this folder imports the twilio
 * package; it imports `auth`, `call` and `turn` for their types and knows nothing of stores, flows or other doors.
 */
import type { Request, Response, Router } from 'express'
import express from 'express'
import type { Call } from '../call/call.ts'
import type { Spoken } from '../call/reply.ts'
import type { Answered, Turns } from '../turn/turns.ts'
import { type Gate, gate, malformed, type Refusal } from './admit.ts'
import { isOver, stepInput, type Webhook } from './read-input.ts'
import { sorryTwiml } from './static-fallback.ts'
import { type Base, CONNECTION_OVERRIDES, EMPTY, LEAVE, replyTwiml, type Voices, waitTwiml } from './twiml.ts'

/** What of a logger is needed here; pino has it. */
export interface WebhookLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface TwilioDoor extends Gate {
  turns: Turns
  voicesOf(brand: string): Voices
  /** What a waiting caller hears; position 1 is next. */
  waitWords(call: Call, position: number, length: number): Spoken[]
  log: WebhookLog
  /** A sound file of less than 2 minutes, fetched by Twilio with GET; without it the caller waits in quiet. */
  waitMusicUrl?: string | null
  /** E.164. Dialled when nothing of ours works; without it the caller goes to the brand's general queue, or hears the end. */
  personNumber?: string | null
  /** Put behind our URLs as a fragment; '' for none. */
  connectionOverrides?: string
}

/** Not a pattern of Express: that would decode the token, and refuse broken escapes, before the signature is checked. */
const PATH = /^\/voice\/(?:(incoming|wait|status|fallback)|(step)\/(.*))$/
const NOT_HERE: Refusal = { refused: 'not_here', status: 404, sentence: 'There is nothing here.' }

const BODY_READ =
  'a body parser read this webhook first, so its signature cannot be checked; mount Rufpass before every body parser'

/** A step token as it stands in our URLs; whether it is the right one is for `turn/` to say. */
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/

/** What goes back to Twilio: a document, or (null) nothing. `outcome` is the word for the log line. */
interface Done {
  document: string | null
  outcome: string
}
type RouteName = 'incoming' | 'step' | 'wait' | 'status' | 'fallback'
type Act = (webhook: Webhook, token: string) => Promise<Done | Refusal>

/**
 * POST /voice/incoming, /voice/step/:token, /voice/wait, /voice/status, /voice/fallback, below the public base URL. Mount
 * it before any body parser: the signature covers the path and the body as they came.
 */
export function twilioRoutes(door: TwilioDoor): Router {
  const { turns, log } = door
  const admit = gate(door)
  const base: Base = {
    url: door.publicBaseUrl.replace(/\/+$/, ''),
    overrides: door.connectionOverrides ?? CONNECTION_OVERRIDES,
  }
  const person = door.personNumber ?? null
  const sorry = sorryTwiml({ number: person, queue: null })
  const quiet = waitTwiml([], {}, null)

  const acts: Record<RouteName, Act> = {
    incoming: async ({ leg }) => spoken(await turns.ring(leg)),
    step: async (webhook, token) => {
      if (!TOKEN.test(token)) return malformed('The step token is malformed.')
      const input = stepInput(webhook)
      const answered = await turns.step(webhook.leg, token, input)
      // The caller hung up, or another document has the call already: this answer must not touch it.
      if (input.kind === 'returned' && input.reason === 'gone') return { document: EMPTY, outcome: 'gone' }
      return spoken(answered)
    },
    fallback: async ({ leg }) => spoken(await turns.fallback(leg)),
    wait: async ({ leg }) => {
      const waiting = await turns.wait(leg.callId)
      if (waiting.kind === 'unknown') return { document: LEAVE, outcome: 'unknown' }
      if (waiting.kind === 'over') return { document: quiet, outcome: 'not_waiting' }
      const { call, position, length } = waiting
      const words = door.waitWords(call, position, length)
      return { document: waitTwiml(words, door.voicesOf(call.brand), door.waitMusicUrl ?? null), outcome: 'wait' }
    },
    status: async (webhook) => {
      if (!isOver(webhook)) return { document: null, outcome: 'noted' }
      await turns.ended(webhook.leg.callId)
      return { document: null, outcome: 'ended' }
    },
  }

  /** When an act throws: a caller in a queue keeps waiting there, one who is gone gets nothing, any other an apology. */
  function broken(route: RouteName, webhook: Webhook): string | null {
    if (route === 'status') return null
    if (route === 'wait') return quiet
    return route === 'step' && webhook.returned === 'gone' ? EMPTY : sorry
  }

  function spoken(answered: Answered): Done {
    if (answered.kind === 'sorry') {
      return { document: sorryTwiml({ number: person, queue: answered.queue }), outcome: 'sorry' }
    }
    if (answered.kind === 'over') return { document: EMPTY, outcome: 'over' }
    const { call, token } = answered
    const document = replyTwiml(call, token, door.voicesOf(call.brand), base)
    return { document, outcome: call.reply?.next.kind ?? 'over' }
  }

  async function run(route: RouteName, webhook: Webhook, token: string): Promise<Done | Refusal> {
    try {
      return await acts[route](webhook, token)
    } catch (error) {
      log.error({ callId: webhook.leg.callId, route: `/voice/${route}`, err: error }, 'the webhook broke')
      return { document: broken(route, webhook), outcome: 'broken' }
    }
  }

  /** Everything below /voice comes through here, so nothing there is answered without a signature. */
  async function webhook(request: Request, response: Response): Promise<void> {
    const began = performance.now()
    const [, plain, step, token = ''] = PATH.exec(request.path) ?? []
    const route = (plain ?? step) as RouteName | undefined
    const admitted = await admit(request)
    const isIn = 'leg' in admitted
    const done = !isIn ? admitted : route === undefined ? NOT_HERE : await run(route, admitted, token)
    send(response, done)
    // Call id, route, time, kind: nothing else of a request is ever logged, least of all its form.
    const line = {
      ...(isIn ? { callId: admitted.leg.callId } : {}),
      route: route === undefined ? '/voice' : `/voice/${route}`,
      ms: Math.round((performance.now() - began) * 10) / 10,
      outcome: 'refused' in done ? done.refused : done.outcome,
    }
    if (line.outcome === 'body_read') log.error(line, BODY_READ)
    else if ('refused' in done) log.warn(line, 'webhook refused')
    else log.info(line, 'webhook')
  }

  return express.Router().all(/^\/voice(\/|$)/, webhook)
}

function send(response: Response, done: Done | Refusal): void {
  if ('refused' in done) {
    response.writeHead(done.status, {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': Buffer.byteLength(done.sentence),
      'cache-control': 'no-store',
      ...(done.status === 405 ? { allow: 'POST' } : {}),
      // The rest of a body that was not read must not be taken for the next request.
      ...(done.status === 405 || done.status === 413 ? { connection: 'close' } : {}),
    })
    response.end(done.sentence)
  } else if (done.document === null) {
    response.writeHead(204).end()
  } else {
    response.writeHead(200, {
      'content-type': 'text/xml; charset=utf-8',
      'content-length': Buffer.byteLength(done.document),
      'cache-control': 'no-store',
    })
    response.end(done.document)
  }
}
