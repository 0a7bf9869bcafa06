/**
 * Who is let in: the checks every webhook passes, in order. Nothing of a request is read before it has what could be a
 * signature, and nothing is believed before that is right; what a route reads of the form is for `read-input.ts`. Imports
 * its own folder.
 */
import type { IncomingMessage } from 'node:http'
import type { Request } from 'express'
import { looksSigned, parseForm, type SignedForm, signatureCheck, signedForm } from './signature.ts'

export interface Gate {
  /** The account's auth token, or the new and the old one while it is being rotated. */
  authTokens: readonly string[]
  accountSid: string
  /** What Twilio was told to call, like `https://voice.example.com`. */
  publicBaseUrl: string
}

/** A refusal: its status, a word for the log line, a sentence for the body. A signature problem gets no detail. */
export interface WebhookRefusal {
  refused: string
  status: 400 | 403 | 404 | 405 | 413 | 500 | 503
  sentence: string
  /** Answered before all of the body was read: what still comes is thrown away, and the connection ends. */
  unread?: true
}

/** Twilio's forms are 1 to 4 kB; those with a caller's signed identity reach 12 kB. */
const LARGEST_BODY = 64 * 1024

/** The gate for one configuration. Throws at start when the base URL or the auth tokens are unusable. */
export function gate({
  authTokens,
  accountSid,
  publicBaseUrl,
}: Gate): (request: Request) => Promise<{ form: SignedForm } | WebhookRefusal> {
  const isSigned = signatureCheck(publicBaseUrl, authTokens)

  return async function admit(request) {
    if (request.method !== 'POST') return unread('not_post', 405, 'Only POST is answered here.')
    const signature = request.headers['x-twilio-signature']
    if (!looksSigned(signature)) return { ...forbidden('unsigned'), unread: true }

    if (wasRead(request)) return { refused: 'body_read', status: 500, sentence: 'This service is not set up rightly.' }
    const body = await readBody(request)
    if (body === null) return unread('too_large', 413, 'The request is too large.')

    const pairs = parseForm(body)
    if (pairs === 'too_many') return { refused: 'too_many', status: 413, sentence: 'The request is too large.' }
    if (pairs === 'broken') return forbidden('unsigned')
    const form = signedForm(pairs)
    if (!isSigned(signature, request.url, form.text)) return forbidden('unsigned')

    // Twilio signs the URL alone, and not the form, where this hash stands for a JSON body.
    if (request.url.includes('bodySHA256')) return malformed('bodySHA256 does not belong to a form.')
    if (!isForm(request)) return malformed('The request is no form.')

    const accounts = form.params.filter(({ name, value }) => name === 'AccountSid' && value !== '')
    if (accounts.length === 0) return malformed('AccountSid is missing.')
    if (accounts.some(({ value }) => value !== accountSid)) return forbidden('other_account')
    return { form }
  }
}

/** A signed request that is not what Twilio sends. The sentence names a field and never shows a value. */
export function malformed(sentence: string): WebhookRefusal {
  return { refused: 'malformed', status: 400, sentence }
}

function unread(refused: 'not_post' | 'too_large', status: 405 | 413, sentence: string): WebhookRefusal {
  return { refused, status, sentence, unread: true }
}

function forbidden(refused: 'unsigned' | 'other_account'): WebhookRefusal {
  return { refused, status: 403, sentence: 'Forbidden.' }
}

/** The whole body as text, or null when it is larger than any of Twilio's or breaks off. */
function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY || request.destroyed) return Promise.resolve(null)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    function keep(chunk: Buffer): void {
      size += chunk.length
      if (size <= LARGEST_BODY) chunks.push(chunk)
      else {
        request.off('data', keep)
        resolve(null)
      }
    }
    request.on('data', keep)
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
    // What was asked before us may have held it up.
    request.resume()
  })
}

/** Whether a body parser was here before us: the bytes that were signed are gone, and nothing more would ever come. */
function wasRead(request: IncomingMessage): boolean {
  return request.readableDidRead || request.readableEnded
}

function isForm(request: IncomingMessage): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '')
}
