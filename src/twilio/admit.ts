/**
 * Who is let in: the checks every webhook passes, in order. Nothing of a request is believed before its signature,
 * nothing of its form before its shape. Imports its own room.
 */
import type { IncomingMessage } from 'node:http'
import type { Request } from 'express'
import { type Fields, readFields } from './read-input.ts'
import { parseForm, signatureCheck, signedText } from './signature.ts'

export interface Gate {
  /** The account's auth token, or the new and the old one while it is being rotated. */
  authTokens: readonly string[]
  accountSid: string
  /** What Twilio was told to call, like `https://voice.example.com`. */
  publicBaseUrl: string
}

/** A refusal: its status, a word for the log line, a sentence for the body. A signature problem gets no detail. */
export interface Refusal {
  refused: string
  status: 400 | 403 | 404 | 405 | 413 | 500 | 503
  sentence: string
}

/** Twilio's forms are 1 to 4 kB; the longest are those with a caller's signed identity. */
const LARGEST_BODY = 64 * 1024

/** The gate for one configuration. Throws at start when the base URL or the auth tokens are unusable. */
export function gate({
  authTokens,
  accountSid,
  publicBaseUrl,
}: Gate): (request: Request) => Promise<{ fields: Fields } | Refusal> {
  const isSigned = signatureCheck(publicBaseUrl, authTokens)

  return async function admit(request) {
    if (request.method !== 'POST') return { refused: 'not_post', status: 405, sentence: 'Only POST is answered here.' }

    if (wasRead(request)) return { refused: 'body_read', status: 500, sentence: 'This service is not set up rightly.' }
    const body = await readBody(request)
    if (body === null) return { refused: 'too_large', status: 413, sentence: 'The request is too large.' }

    const form = parseForm(body)
    if (form === null) return forbidden('unsigned')
    const text = signedText(form)
    if (!isSigned(signatureOf(request), request.url, text)) return forbidden('unsigned')

    // Twilio signs the URL alone, and not the form, where this hash stands for a JSON body.
    if (request.url.includes('bodySHA256')) return malformed('bodySHA256 does not belong to a form.')
    if (!isForm(request)) return malformed('The request is no form.')

    const fields = readFields(form, text)
    if ('malformed' in fields) return malformed(fields.malformed)
    const account = fields.get('AccountSid') ?? ''
    if (account === '') return malformed('AccountSid is missing.')
    if (account !== accountSid) return forbidden('other_account')
    return { fields }
  }
}

/** A signed request that is not what Twilio sends. The sentence names a field and never shows a value. */
export function malformed(sentence: string): Refusal {
  return { refused: 'malformed', status: 400, sentence }
}

function forbidden(refused: 'unsigned' | 'other_account'): Refusal {
  return { refused, status: 403, sentence: 'Forbidden.' }
}

/** The whole body as text, or null when it is larger than any of Twilio's or breaks off. */
function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY || request.destroyed) return Promise.resolve(null)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= LARGEST_BODY) chunks.push(chunk)
      else {
        request.pause()
        resolve(null)
      }
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
    // Whoever was asked before us may have held it up.
    request.resume()
  })
}

/** Whether a body parser was here before us: the bytes that were signed are gone, and nothing more would ever come. */
function wasRead(request: IncomingMessage): boolean {
  return request.readableDidRead || request.readableEnded
}

function signatureOf(request: IncomingMessage): string | undefined {
  const value = request.headers['x-twilio-signature']
  return typeof value === 'string' ? value : undefined
}

function isForm(request: IncomingMessage): boolean {
  return /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '')
}
