/** Who may pass, by RFC 6750. */
import type { RequestHandler, Response } from 'express'
import { bearerToken } from '../http/bearer-token.ts'
import { refuse } from '../http/problem.ts'
import { isSameSecret } from '../http/same-secret.ts'

const keys = {
  api: 'Send the header "Authorization: Bearer …" with a token of this server: its API_TOKEN, or one of npx rufpass tokens add.',
  operator: 'Send the header "Authorization: Bearer …" with the key in the file beside the store.',
} as const

export function refuseBearer(response: Response, given: string | null, kind: keyof typeof keys): void {
  response.set('WWW-Authenticate', `Bearer realm="rufpass"${given === null ? '' : ', error="invalid_token"'}`)
  refuse(response, 401, 'Token needed', keys[kind])
}

/** For bearers of this one key alone. */
export function bearersOf(key: string): RequestHandler {
  return (request, response, next) => {
    const given = bearerToken(request)
    if (given !== null && isSameSecret(given, key)) next()
    else refuseBearer(response, given, 'operator')
  }
}
