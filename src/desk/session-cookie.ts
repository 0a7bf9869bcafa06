/** What a browser holds of a session, and what it must show beside it (OWASP: signed double submit, and fetch metadata). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'
import { basePathOf } from '../http/base-path.ts'

export interface SessionCookie {
  /** The token that the browser sent, well-formed or null. */
  of(request: Request): string | null
  set(response: Response, token: string): void
  clear(response: Response): void
}

/**
 * With https a name that browsers guard: no other host and no plain http can set it. Such a cookie goes to every path of the
 * host; where we have only one path of it, the token goes there alone, under the name that plain http cannot set.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
 */
export function createSessionCookie(publicBaseUrl: string): SessionCookie {
  const secure = publicBaseUrl.startsWith('https:')
  const path = basePathOf(publicBaseUrl) || '/'
  const name = secure ? (path === '/' ? '__Host-rufpass' : '__Secure-rufpass') : 'rufpass'
  const options = { httpOnly: true, sameSite: 'strict', path, secure } as const
  return {
    of(request) {
      const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
      const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
      return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null
    },
    set(response, token) {
      response.cookie(name, token, options)
    },
    clear(response) {
      response.clearCookie(name, options)
    },
  }
}

/** Bound to the session and to nothing that another page could learn. */
export function csrfOf(token: string): string {
  return createHmac('sha256', token).update('rufpass csrf').digest('base64url')
}

export function isCsrfOf(token: string, given: string | undefined): boolean {
  const [expected, other] = [Buffer.from(csrfOf(token)), Buffer.from(given ?? '')]
  return expected.length === other.length && timingSafeEqual(expected, other)
}

/**
 * Whether a page of ours sent this request. Browsers say so in Sec-Fetch-Site, older ones and plain http in Origin; what
 * sends neither is no browser, and rides on nobody's cookie.
 */
export function isFromOurPage(request: Request, publicBaseUrl: string): boolean {
  const site = request.get('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = request.get('origin')
  return origin === undefined || origin === new URL(publicBaseUrl).origin
}
