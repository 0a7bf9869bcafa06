/**
 * Who may use pages of a try-out at which nobody signs in: a request must come from the page itself, for any page of the web that
 * is open on this machine could send one (`own-machine.ts` keeps out all others).
 */
import type { RequestHandler } from 'express'
import { refuse } from './problem.ts'

/** Refuses what another page sends. A proxy in front may have asked under a name of its own: then the page has the public one. */
export function sameOriginOnly(publicBaseUrl: string): RequestHandler {
  const publicHost = new URL(publicBaseUrl).host
  return (request, response, next) => {
    const { origin, host = '' } = request.headers
    const site = request.headers['sec-fetch-site'] ?? 'same-origin'
    const typedIn = site === 'none' && request.method === 'GET'
    const from = origin !== undefined && URL.canParse(origin) ? new URL(origin).host : null
    const isForeign = origin !== undefined && from !== host && from !== publicHost
    if (isForeign || (site !== 'same-origin' && !typedIn)) {
      return refuse(response, 403, 'Another page', 'Only the telephone page of this server may ask this.')
    }
    next()
  }
}
