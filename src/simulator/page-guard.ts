/**
 * Who may use the telephone page: it opens a port on a developer's machine, where any page of the web could reach it.
 * Nobody signs in, so a request must come from the page itself.
 */
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { problem } from './problem.ts'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?$/

/** Strict headers for pages and data alike: nothing inline, nothing from elsewhere, no frame in foreign pages. */
export function pageHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // It is a tool for localhost, which has no certificate.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'same-origin' },
  })
}

/** Refuses what another page or another name for this machine sends: cross-site requests and DNS rebinding. */
export function sameOriginOnly(publicBaseUrl: string): RequestHandler {
  const publicHost = new URL(publicBaseUrl).host
  return (request, response, next) => {
    const host = request.headers.host ?? ''
    if (host !== publicHost && !LOOPBACK.test(host)) {
      return problem(response, 403, 'Another name', `Open this page at ${publicBaseUrl} or on localhost.`)
    }
    const { origin } = request.headers
    const site = request.headers['sec-fetch-site'] ?? 'same-origin'
    const typedIn = site === 'none' && request.method === 'GET'
    const isForeign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)
    if (isForeign || (site !== 'same-origin' && !typedIn)) {
      return problem(response, 403, 'Another page', 'Only the telephone page of this server may ask this.')
    }
    next()
  }
}
