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
import { type Base, CONNECTION_OVERRIDES, EMPTY, replyTwiml, sorryTwiml, type Voices, waitTwiml } from './twiml.ts'

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
  /** Dialled when nothing else works; without it such a caller hears an apology and the end. */
  personNumber?: string | null
  /** Put behind our URLs as a fragment; '' for none. */
  connectionOverrides?: string
}

const SORRY: Spoken[] = [
  {
    language: 'de',
    text: 'Entschuldigung, das hat bei uns gerade nicht geklappt. Bitte rufen Sie gleich noch einmal an.',
  },
  { language: 'en', text: 'Sorry, something went wrong on our side. Please call again in a moment.' },
]
const SORRY_CONNECTING: Spoken[] = [
  {
    language: 'de',
    text: 'Entschuldigung, das hat bei uns gerade nicht geklappt. Wir verbinden Sie mit einem Menschen.',
  },
  { language: 'en', text: 'Sorry, something went wrong on our side. We are connecting you to a person.' },
]

/** A step token as it stands in our URLs; whether it is the right one is for `turn/` to say. */
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/

/** What goes back to Twilio: a document, or (null) nothing. `result` is the word for the log line. */
interface Done {
  document: string | null
  result: string
}
type RouteName = 'incoming' | 'step' | 'wait' | 'status' | 'fallback'
type Act = (webhook: Webhook, token: unknown) => Promise<Done | Refusal>

/**
 * POST /voice/incoming, /voice/step/:token, /voice/wait, /voice/status, /voice/fallback. Mount it at the root and
 * before any body parser: the signature covers the path and the body as they came.
 */
export function twilioRoutes(door: TwilioDoor): Router {
  const { turns, log } = door
  const admit = gate(door)
  const base: Base = {
    url: door.publicBaseUrl.replace(/\/+$/, ''),
    overrides: door.connectionOverrides ?? CONNECTION_OVERRIDES,
  }
  const person = door.personNumber ?? null
  const sorry = sorryTwiml(person === null ? SORRY : SORRY_CONNECTING, person)
  const quiet = waitTwiml([], {}, null)

  const acts: Record<RouteName, Act> = {
    incoming: async ({ leg }) => spoken(await turns.ring(leg)),
    step: async (webhook, token) => {
      if (typeof token !== 'string' || !TOKEN.test(token)) return malformed('The step token is malformed.')
      const input = stepInput(webhook)
      const answered = await turns.step(webhook.leg, token, input)
      // The caller hung up, or another document has the call already: this answer must not touch it.
      if (input.kind === 'returned' && input.reason === 'gone') return { document: EMPTY, result: 'gone' }
      return spoken(answered)
    },
    fallback: async ({ leg }) => spoken(await turns.fallback(leg)),
    wait: async ({ leg }) => {
      const waiting = await turns.wait(leg.callId)
      if (waiting === null) return { document: quiet, result: 'not_waiting' }
      const { call, position, length } = waiting
      const words = door.waitWords(call, position, length)
      return { document: waitTwiml(words, door.voicesOf(call.brand), door.waitMusicUrl ?? null), result: 'wait' }
    },
    status: async (webhook) => {
      if (!isOver(webhook)) return { document: null, result: 'noted' }
      await turns.ended(webhook.leg.callId)
      return { document: null, result: 'ended' }
    },
  }

  /** When an act throws: a caller in a queue keeps waiting there, any other gets an apology. */
  const broken: Record<RouteName, string | null> = {
    incoming: sorry,
    step: sorry,
    fallback: sorry,
    wait: quiet,
    status: null,
  }

  function spoken(answered: Answered): Done {
    if (answered.kind === 'sorry') return { document: sorry, result: 'sorry' }
    if (answered.kind === 'over') return { document: EMPTY, result: 'over' }
    const { call, token } = answered
    const document = replyTwiml(call, token, door.voicesOf(call.brand), base)
    return { document, result: call.reply?.then.kind ?? 'over' }
  }

  async function run(route: RouteName, webhook: Webhook, token: unknown): Promise<Done | Refusal> {
    try {
      return await acts[route](webhook, token)
    } catch (error) {
      log.error({ callId: webhook.leg.callId, route, error: errorFacts(error) }, 'webhook broke')
      return { document: broken[route], result: 'broken' }
    }
  }

  function webhookRoute(route: RouteName) {
    return async (request: Request, response: Response): Promise<void> => {
      const began = performance.now()
      const admitted = await admit(request)
      const isIn = 'leg' in admitted
      const done = isIn ? await run(route, admitted, request.params.token) : admitted
      send(response, done)
      const line = {
        callId: isIn ? admitted.leg.callId : null,
        route,
        ms: Math.round((performance.now() - began) * 10) / 10,
        result: 'refused' in done ? done.refused : done.result,
        ...(isIn && admitted.errorCode !== null ? { errorCode: admitted.errorCode } : {}),
      }
      if ('refused' in done) log.warn(line, 'webhook refused')
      else log.info(line, 'webhook')
    }
  }

  const router = express.Router()
  router.all('/voice/incoming', webhookRoute('incoming'))
  router.all('/voice/step/:token', webhookRoute('step'))
  router.all('/voice/wait', webhookRoute('wait'))
  router.all('/voice/status', webhookRoute('status'))
  router.all('/voice/fallback', webhookRoute('fallback'))
  return router
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

/** What may be logged of an error: a message may quote data, so every run of keys in it is masked. */
function errorFacts(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  return { name: error.name, ...code, message: masked(error.message), stack: masked(error.stack ?? '') }
}

function masked(text: string): string {
  return text.replace(/[0-9*#]{4,}/g, '…')
}
