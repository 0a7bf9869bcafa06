import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** What every page of ours forbids: anything from elsewhere, anything inline, and frames of other sites around it. */
export function pageHeaders(publicBaseUrl: string): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameAncestors: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    // Not `no-referrer`: browsers would hide the Origin of our own requests too.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: publicBaseUrl.startsWith('https:'),
  })
}
