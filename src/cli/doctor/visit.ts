/** Asks an address for what it says that it lives, and looks at its certificate on the way. */
import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http'
import { request as encrypted } from 'node:https'
import type { TLSSocket } from 'node:tls'

/** What came of it. `certificate`: null without TLS, or where it was not got to. */
export type Visited = { certificate: CertificateSeen | null } & (
  | {
      kind: 'answered'
      status: number
      /** Whether Rufpass answered. */
      isOurs: boolean
      /** Its clock ahead of ours, and how far off that may be, ms; null: it names no time. */
      clock: { aheadMs: number; errorMs: number } | null
    }
  /** `code`: of Node, as ENOTFOUND. */
  | { kind: 'failed'; code: string }
)

export interface CertificateSeen {
  validTo: Date
  /** Why it would not be believed, as Node says it (CERT_HAS_EXPIRED); null: it would be. */
  refusedFor: string | null
}

/** As long as Twilio waits at most for a connection and an answer, ms. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides */
const PATIENCE_MS = 10_000
/** Ours is shorter. */
const MOST_BYTES = 4_096
/** The header `Date` leaves out what is less than a second. https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1 */
const DATE_STEP_MS = 1_000

export function visit(url: string): Promise<Visited> {
  const { protocol } = new URL(url)
  let certificate: CertificateSeen | null = null
  const signal = AbortSignal.timeout(PATIENCE_MS)
  // The certificate is judged by itself. Nothing secret is sent, and what is heard is believed for nothing.
  const asked: ClientRequest =
    protocol === 'https:'
      ? encrypted(url, { agent: false, signal, rejectUnauthorized: false })
      : plain(url, { agent: false, signal })
  asked.on('socket', (socket) => {
    socket.once('secureConnect', () => {
      certificate = certificateOf(socket as TLSSocket)
    })
  })
  return new Promise((resolve) => {
    const began = Date.now()
    asked.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ kind: 'failed', code: signal.aborted ? 'no answer' : (error.code ?? error.name), certificate })
    })
    asked.on('response', (response) => {
      const heard = Date.now()
      void beginningOf(response).then((body) =>
        resolve({
          kind: 'answered',
          status: response.statusCode ?? 0,
          isOurs: isLive(body),
          clock: clockOf(response.headers.date, began, heard),
          certificate,
        }),
      )
    })
    asked.end()
  })
}

function certificateOf(socket: TLSSocket): CertificateSeen | null {
  const { valid_to: validTo } = socket.getPeerCertificate()
  // A code, whatever the types say. https://nodejs.org/api/tls.html#tlssocketauthorizationerror
  const refused: unknown = socket.authorizationError
  const code = typeof refused === 'object' && refused !== null && 'code' in refused ? refused.code : refused
  return validTo === undefined ? null : { validTo: new Date(validTo), refusedFor: code ? String(code) : null }
}

/** Rejects never: what breaks off is not ours. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  let text = ''
  try {
    for await (const piece of response) {
      text += String(piece)
      if (text.length > MOST_BYTES) break
    }
  } catch {
    return ''
  } finally {
    response.destroy()
  }
  return text
}

function isLive(body: string): boolean {
  try {
    const said: unknown = JSON.parse(body)
    return typeof said === 'object' && said !== null && 'live' in said && said.live === true
  } catch {
    return false
  }
}

function clockOf(date: string | undefined, began: number, heard: number) {
  const said = Date.parse(date ?? '')
  if (Number.isNaN(said)) return null
  const half = DATE_STEP_MS / 2
  return { aheadMs: Math.round(said + half - (began + heard) / 2), errorMs: Math.ceil((heard - began) / 2 + half) }
}
