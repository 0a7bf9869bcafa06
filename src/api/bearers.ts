import type { RequestHandler } from 'express'
import { refuse } from '../http/problem.ts'
import { isSameSecret } from '../http/same-secret.ts'

/** Who may pass, by RFC 6750. */
const keys = {
  api: 'Send the header "Authorization: Bearer …" with the API_TOKEN of this server.',
  operator: 'Send the header "Authorization: Bearer …" with the key in the file beside the store.',
} as const

export function bearersOf(token: string, kind: keyof typeof keys): RequestHandler {
  return (request, response, next) => {
    const [, given] = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '') ?? []
    if (given !== undefined && isSameSecret(given, token)) return next()
    response.set('WWW-Authenticate', `Bearer realm="rufpass"${given === undefined ? '' : ', error="invalid_token"'}`)
    refuse(response, 401, 'Token needed', keys[kind])
  }
}
