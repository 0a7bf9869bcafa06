/** What the browser may do with the telephone page. */
import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Strict headers for pages and data alike: nothing inline, nothing from elsewhere, no frame in foreign pages. */
export function phonePageHeaders(): RequestHandler {
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
