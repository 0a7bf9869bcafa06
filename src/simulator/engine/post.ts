import type { Parameters } from './parameters.ts'

/** One HTTP exchange as it ended. `no_connection` alone is worth another try; anything later may have had its effect. */
export type HttpOutcome =
  | { kind: 'answer'; status: number; contentType: string; body: string }
  | { kind: 'no_connection'; reason: string }
  | { kind: 'no_answer'; reason: string; timedOut: boolean }

export interface Post {
  url: string
  headers: Record<string, string>
  parameters: Parameters
  signal: AbortSignal
  fetch?: typeof fetch | undefined
}

/** Node's names for a connection that never came about (DNS, TCP, TLS). */
const NO_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS)/

/** Sends a form and never throws. Redirects are not followed: on an action URL they would lose what was keyed. */
export async function post(request: Post): Promise<HttpOutcome> {
  try {
    const response = await (request.fetch ?? fetch)(request.url, {
      method: 'POST',
      headers: { ...request.headers, 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
      body: new URLSearchParams(request.parameters).toString(),
      redirect: 'manual',
      signal: request.signal,
    })
    const contentType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    return { kind: 'answer', status: response.status, contentType, body: await response.text() }
  } catch (error) {
    if (request.signal.aborted) return { kind: 'no_answer', reason: 'no answer within the time limit', timedOut: true }
    const code = codeOf(error)
    return NO_CONNECTION.test(code)
      ? { kind: 'no_connection', reason: `no connection (${code})` }
      : { kind: 'no_answer', reason: `the connection broke off (${code})`, timedOut: false }
  }
}

function codeOf(error: unknown): string {
  const cause = error && typeof error === 'object' && 'cause' in error ? error.cause : null
  const code = cause && typeof cause === 'object' && 'code' in cause ? cause.code : null
  return typeof code === 'string' ? code : 'unknown cause'
}
