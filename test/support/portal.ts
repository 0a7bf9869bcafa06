/** A portal for tests: its keys, its tokens, and what it asks of the application over HTTP. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { TestApp } from './app.ts'

const ISSUER = 'https://portal.example'
const AUDIENCE = 'rufpass-portal'

export interface TestPortal {
  /** With which an application trusts it. */
  settings: Record<string, string>
  /** A new token of a customer, from a log-in of a minute ago. */
  token(number: string, changed?: Record<string, unknown>): Promise<string>
  /** @param port of the application, if no other is given. */
  ask(method: string, path: string, token: string | null, body?: object, port?: number): Promise<PortalReply>
  /** The same with a new token. */
  as(number: string, method: string, path: string, body?: object): Promise<PortalReply>
}

export interface PortalReply {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

let made = 0

/** @param app where it asks, when it is open. */
export async function openPortal(app: () => TestApp): Promise<TestPortal> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  const token: TestPortal['token'] = (number, changed = {}) => {
    const now = app().clock.now().getTime() / 1000
    const claims = {
      iss: ISSUER,
      aud: AUDIENCE,
      brand: 'rheinnetz',
      sub: number,
      auth_time: Math.floor(now) - 60,
      exp: Math.floor(now) + 120,
      acr: 'mfa',
      jti: `token-of-the-portal-${++made}`,
      ...changed,
    }
    return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'portal' }).sign(privateKey)
  }
  const ask: TestPortal['ask'] = async (method, path, bearer, body, port = app().port) => {
    const response = await fetch(`http://127.0.0.1:${port}/portal/v1/${path}`, {
      method,
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }
  return {
    settings: {
      PORTAL_JWKS: JSON.stringify({ keys: [{ ...jwk, kid: 'portal', alg: 'ES256' }] }),
      PORTAL_ISSUER: ISSUER,
      PORTAL_AUDIENCE: AUDIENCE,
    },
    token,
    ask,
    as: async (number, method, path, body) => ask(method, path, await token(number), body),
  }
}
