/**
 * Asks the server as Twilio does: signed form POSTs, 15 s in all, one more try if no connection came about, then the
 * fallback URL with the reason. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '../seams.ts'
import type { Parameters } from './parameters.ts'
import { type Exchange, post } from './post.ts'
import { RefusedTwiml, readTwiml, UnreadableTwiml, type Verb } from './twiml-reader.ts'
import type { DocumentKind } from './twiml-rules.ts'

/**
 * What the network does to one webhook. `twice`: delivered twice at the same moment, the first answer counts.
 * `dropped`: it arrives, its answer is lost, it is delivered again. `late`: it arrives after Twilio gave up and asked
 * the fallback URL; its answer counts for nothing. `lost`: it never arrives.
 */
export const faults = ['twice', 'dropped', 'late', 'lost'] as const
export type Fault = (typeof faults)[number]

/** A webhook that is about to be sent. `keys`: whether it carries something keyed. */
export interface Webhook {
  kind: 'ring' | 'action' | 'redirect' | 'wait' | 'status' | 'fallback'
  keys: boolean
}

export type WebhookEvent =
  | { kind: 'fault'; fault: Fault }
  | { kind: 'answers_differ' }
  | { kind: 'retried'; reason: string }
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
  /** Real milliseconds for one webhook, its second try included. Twilio: 15,000. */
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
   * The document at `url`, or else the one at the fallback URL. A wait document has no fallback.
   * @throws RefusedTwiml when a document holds what may not stand there.
   */
  fetch(url: string, parameters: Parameters, kind: DocumentKind, webhook: Webhook): Promise<Document | Failure>
  /** Sends what is not answered by TwiML. Best effort, as with Twilio: a warning tells what went wrong. */
  notify(url: string, parameters: Parameters, kind: 'status' | 'action'): Promise<void>
}

/** Twilio's limit for one webhook in all. */
const LIMIT_MS = 15_000

const TWIML_TYPES = ['text/xml', 'application/xml', 'text/html']

/** X-Twilio-Signature of a form POST. https://www.twilio.com/docs/usage/security#validating-requests */
export function sign(authToken: string, url: string, parameters: Parameters): string {
  const names = Object.keys(parameters).sort()
  const signed = names.reduce((text, name) => text + name + parameters[name], url)
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64')
}

export function createWebhooks(options: WebhookOptions, fallbackUrl: string): Webhooks {
  const base = options.baseUrl.replace(/\/+$/, '')
  const publicBase = (options.publicBaseUrl ?? options.baseUrl).replace(/\/+$/, '')

  /** A function that delivers this webhook, with Twilio's one retry. All its deliveries carry one token. */
  function delivery(url: string, parameters: Parameters): () => Promise<Exchange> {
    const path = pathBelow(publicBase, url)
    const headers = {
      'User-Agent': 'TwilioProxy/1.1',
      Accept: '*/*',
      'X-Home-Region': 'us1',
      'X-Twilio-Signature': sign(options.authToken, publicBase + path, parameters),
      'I-Twilio-Idempotency-Token': randomUUID(),
    }
    return async () => {
      const signal = AbortSignal.timeout(options.limitMs ?? LIMIT_MS)
      const request = { url: base + path, headers, parameters, signal, fetch: options.fetch }
      const first = await post(request)
      if (first.kind !== 'no_connection') return first
      options.events({ kind: 'retried', reason: first.reason })
      return post(request)
    }
  }

  /** Delivers a webhook through a network with this fault. `afterwards` is what still arrives when nobody waits for it. */
  async function through(
    fault: Fault | null,
    deliver: () => Promise<Exchange>,
  ): Promise<{ exchange: Exchange; afterwards?: () => Promise<unknown> }> {
    if (fault) options.events({ kind: 'fault', fault })
    if (fault === 'twice') {
      const [exchange, other] = await Promise.all([deliver(), deliver()])
      if (JSON.stringify(exchange) !== JSON.stringify(other)) options.events({ kind: 'answers_differ' })
      return { exchange }
    }
    if (fault === 'late' || fault === 'lost') {
      await options.clock.wait(LIMIT_MS)
      const exchange: Exchange = { kind: 'no_answer', reason: 'no answer within the time limit' }
      return fault === 'late' ? { exchange, afterwards: deliver } : { exchange }
    }
    if (fault === 'dropped') await deliver()
    return { exchange: await deliver() }
  }

  return {
    async fetch(url, parameters, kind, webhook) {
      const { exchange, afterwards } = await through(options.faults?.(webhook) ?? null, delivery(url, parameters))
      const result = documentOf(exchange, url, kind)
      if ('verbs' in result || kind === 'wait document') return result
      options.events({ kind: 'fallback', ...result })
      const told = { ...parameters, ErrorCode: String(result.code), ErrorUrl: url }
      const fault = options.faults?.({ kind: 'fallback', keys: false }) ?? null
      const rescue = await through(fault, delivery(fallbackUrl, told))
      await afterwards?.()
      return documentOf(rescue.exchange, fallbackUrl, 'call document')
    },
    async notify(url, parameters, kind) {
      const fault = options.faults?.({ kind, keys: false }) ?? null
      if (fault === 'lost') {
        options.events({ kind: 'fault', fault })
        return
      }
      const { exchange, afterwards } = await through(fault, delivery(url, parameters))
      await afterwards?.()
      const bad =
        exchange.kind !== 'answer' ? exchange.reason : exchange.status >= 400 ? `status ${exchange.status}` : ''
      if (bad && !afterwards) options.events({ kind: 'warning', text: `15003: ${url} answered a notification: ${bad}` })
    },
  }
}

function documentOf(exchange: Exchange, url: string, kind: DocumentKind): Document | Failure {
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
