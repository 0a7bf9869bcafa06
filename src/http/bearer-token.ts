/** The token of a request, by RFC 6750. */
import type { IncomingMessage } from 'node:http'

/** What was sent as a token; null where none was, or nothing that could be one. */
export function bearerToken({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const [, given] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(headers.authorization ?? '') ?? []
  return given ?? null
}
