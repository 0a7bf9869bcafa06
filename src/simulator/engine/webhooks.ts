/**
 * Asks the server as Twilio does: signed form POSTs, 15 s in all, one more try if no connection came about, then the
 * fallback URL with the reason. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '../../seams/clock.ts'
import type { Fault } from '../view.ts'
import { type FetchPatience, patienceOf } from './overrides.ts'
import type { Parameters } from './parameters.ts'
import { type HttpOutcome, post } from './post.ts'
import { readTwiml } from './twiml-reader.ts'
import type { DocumentKind } from './twiml-rules.ts'
import { RefusedTwiml, UnreadableTwiml, type Verb } from './verbs.ts'

/** A webhook that is about to be sent. `keys`: whether it carries something keyed. */
export interface Webhook {
  kind: 'ring' | 'action' | 'redirect' | 'wait' | 'status' | 'fallback'
  keys: boolean
}

export type WebhookEvent =
  | { kind: 'fault'; fault: Fault }
  | { kind: 'answers_differ' }
  /** Delivered again: `ct` no connection, `rt` no answer in time, `4xx`, `5xx`. */
  | { kind: 'retried'; rule: string }
  | { kind: 'fallback'; code: number; reason: string }
  | { kind: 'warning'; text: string }

export interface WebhookOptions {
  /** Where to connect: scheme, host, and the path in front if there is one. */
  baseUrl: string
  /** The same place as the server knows itself: this is what gets signed. Default: `baseUrl`. */
  publicBaseUrl?: string | undefined
  authToken: string
  clock: Clock
  fetch?: typeof fetch | undefined
  /** Real milliseconds for one webhook, its retries included, if less than the webhook itself allows. */
  limitMs?: number | undefined
  faults?: ((webhook: Webhook) => Fault | null) | undefined
  events: (event: WebhookEvent) => void
}

export interface Document {
  url: string
  verbs: Verb[]
}

/** Why a document could not be had, in Twilio's codes. https://www.twilio.com/docs/api/errors */
export interface Failure {
  code: number
  reason: string
}

export interface Webhooks {
  /**
   * The document at `url`, or else the one at the fallback URL. What one hears in a queue or a room has no fallback.
   * @throws RefusedTwiml when a document holds what may not stand there.
   */
  fetch(url: string, parameters: Parameters, kind: DocumentKind, webhook: Webhook): Promise<Document | Failure>
  /** Sends what is not answered by TwiML. Best effort, as with Twilio: a warning tells what went wrong. */
  notify(url: string, parameters: Parameters, kind: 'status' | 'action'): Promise<void>
}

const TWIML_TYPES = ['text/xml', 'application/xml', 'text/html']

interface Prepared {
  url: string
  headers: Record<string, string>
  parameters: Parameters
  patience: FetchPatience
}
interface Sent {
  exchange: HttpOutcome
  fault: Fault | null
  afterwards?: () => Promise<HttpOutcome>
}

/** X-Twilio-Signature of a form POST. https://www.twilio.com/docs/usage/security#validating-requests */
export function sign(authToken: string, url: string, parameters: Parameters): string {
  const names = Object.keys(parameters).sort()
  const signed = names.reduce((text, name) => text + name + parameters[name], url)
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}

export function createWebhooks(options: WebhookOptions, fallbackUrl: string): Webhooks {
  const base = options.baseUrl.replace(/\/+$/, '')
  const publicBase = (options.publicBaseUrl ?? options.baseUrl).replace(/\/+$/, '')

  /** What is sent, signed once: all deliveries of a webhook are alike, token included. */
  function prepare(url: string, parameters: Parameters): Prepared {
    const path = pathBelow(publicBase, url)
    const headers = {
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
      'X-Home-Region': 'us1',
      'X-Twilio-Signature': sign(options.authToken, publicBase + path, parameters),
      'I-Twilio-Idempotency-Token': randomUUID(),
    }
    return { url: base + path, headers, parameters, patience: patienceOf(url) }
  }

  /** One delivery, tried again as often and for the reasons that the webhook's overrides allow. */
  async function deliver({ url, headers, parameters, patience }: Prepared): Promise<HttpOutcome> {
    const whole = AbortSignal.timeout(Math.min(patience.total, options.limitMs ?? patience.total))
    for (let tries = 1; ; tries++) {
      const signal = AbortSignal.any([whole, AbortSignal.timeout(patience.read)])
      const exchange = await post({ url, headers, parameters, signal, fetch: options.fetch })
      const rule = retryRule(exchange)
      const again = rule !== null && (patience.retryOn.includes(rule) || patience.retryOn.includes('all'))
      if (!again || tries > patience.retries || whole.aborted) return exchange
      options.events({ kind: 'retried', rule })
    }
  }

  /** Sends a webhook through a network with this fault. `afterwards` still arrives when nobody waits for it any more. */
  async function send(webhook: Webhook, prepared: Prepared): Promise<Sent> {
    const { patience } = prepared
    const fault = options.faults?.(webhook) ?? null
    if (fault) options.events({ kind: 'fault', fault })
    switch (fault) {
      case 'twice': {
        const [exchange, other] = await Promise.all([deliver(prepared), deliver(prepared)])
        if (JSON.stringify(exchange) !== JSON.stringify(other)) options.events({ kind: 'answers_differ' })
        return { exchange, fault }
      }
      case 'dropped':
        await deliver(prepared)
        if (patience.retryOn.includes('rt')) await options.clock.wait(patience.read)
        return { exchange: await deliver(prepared), fault }
      case 'late':
      case 'lost': {
        if (webhook.kind !== 'status') await options.clock.wait(patience.total)
        const exchange: HttpOutcome = { kind: 'no_answer', reason: 'no answer within the time limit', timedOut: true }
        return fault === 'late' ? { exchange, fault, afterwards: () => deliver(prepared) } : { exchange, fault }
      }
      default:
        return { exchange: await deliver(prepared), fault }
    }
  }

  return {
    async fetch(url, parameters, kind, webhook) {
      const { exchange, afterwards } = await send(webhook, prepare(url, parameters))
      const result = documentOf(exchange, url, kind)
      if ('verbs' in result || kind !== 'call document') {
        await afterwards?.()
        return result
      }
      options.events({ kind: 'fallback', ...result })
      const told = { ...parameters, ErrorCode: String(result.code), ErrorUrl: url }
      const rescue = await send({ kind: 'fallback', keys: false }, prepare(fallbackUrl, told))
      await afterwards?.()
      return documentOf(rescue.exchange, fallbackUrl, 'call document')
    },
    async notify(url, parameters, kind) {
      const { exchange, afterwards, fault } = await send({ kind, keys: false }, prepare(url, parameters))
      const arrived = afterwards ? await afterwards() : exchange
      if (fault === 'lost') return
      const bad = arrived.kind !== 'answer' ? arrived.reason : arrived.status >= 400 ? `status ${arrived.status}` : ''
      if (bad) options.events({ kind: 'warning', text: `15003: the notification to ${url} failed: ${bad}` })
    },
  }
}

/** The name of the retry rule that an exchange falls under, or null. A broken-off answer is never tried again. */
function retryRule(exchange: HttpOutcome): string | null {
  if (exchange.kind === 'no_connection') return 'ct'
  if (exchange.kind === 'no_answer') return exchange.timedOut ? 'rt' : null
  if (exchange.status >= 500) return '5xx'
  return exchange.status >= 400 ? '4xx' : null
}

function documentOf(exchange: HttpOutcome, url: string, kind: DocumentKind): Document | Failure {
  if (exchange.kind === 'no_connection') return { code: 11205, reason: exchange.reason }
  if (exchange.kind === 'no_answer') return { code: 11200, reason: exchange.reason }
  if (exchange.status >= 300 && exchange.status < 400) {
    throw new RefusedTwiml(`${url} answered ${exchange.status}: Twilio would follow and lose what was keyed.`)
  }
  if (exchange.status >= 400) return { code: 11200, reason: `the server answered ${exchange.status}` }
  if (!TWIML_TYPES.includes(exchange.contentType)) {
    return { code: 12300, reason: `the content type is '${exchange.contentType}', TwiML is text/xml` }
  }
  try {
    return { url, verbs: readTwiml(exchange.body, url, kind) }
  } catch (error) {
    if (error instanceof UnreadableTwiml) return { code: error.code, reason: error.message }
    if (error instanceof RefusedTwiml)
      throw new RefusedTwiml(`${url} answered what the simulator refuses: ${error.message}`)
    throw error
  }
}

/** Path and query below the server's public base. The fragment (connection overrides) is neither sent nor signed. */
function pathBelow(publicBase: string, url: string): string {
  const [whole = ''] = url.split('#')
  if (!whole.startsWith(`${publicBase}/`)) {
    throw new RefusedTwiml(`${whole} is not below ${publicBase}: the simulator asks only the server it calls.`)
  }
  return whole.slice(publicBase.length)
}
