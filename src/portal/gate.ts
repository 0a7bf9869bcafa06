/** Who may pass below `/portal/v1`: bearers of a token of the operator's portal, for the one customer that it names. */
import { type RequestHandler, type Response, Router } from 'express'
import { bearerToken } from '../http/bearer-token.ts'
import { neverStored, refuse } from '../http/problem.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { checkPortalToken, FRESH_SECONDS, type PortalCustomer, type PortalTrust } from './token.ts'

export interface GateParts {
  trust: PortalTrust
  clock: Pick<Clock, 'now'>
  log: Pick<Log, 'error'>
}

/** What each refusal says to the client (RFC 6750, RFC 9470), and to those who build it. */
const refusals = {
  invalid: ['error="invalid_token"', 'Send a token that your portal made for this server and this customer.'],
  spent: ['error="invalid_token"', 'Something was changed with this token before. Make another.'],
  stale: [
    `error="insufficient_user_authentication", max_age="${FRESH_SECONDS}"`,
    'The log-in is more than five minutes old. Let the customer log in again.',
  ],
  weak: ['error="insufficient_user_authentication"', 'The brand asks for a stronger log-in:'],
} as const

export function refuseToken(response: Response, why: keyof typeof refusals | 'missing', setBy = 'portal.acr'): void {
  const [says, detail] =
    why === 'missing' ? ['', 'Send the header "Authorization: Bearer …" with a token of your portal.'] : refusals[why]
  response.set('WWW-Authenticate', `Bearer realm="rufpass-portal"${says === '' ? '' : `, ${says}`}`)
  refuse(response, 401, 'Token needed', why === 'weak' ? `${detail} \`${setBy}\` of its file.` : detail, why)
}

/** Who asks, where the gate is passed. */
export function customerOf(response: Response): PortalCustomer {
  const { customer } = response.locals
  if (customer === undefined) throw new Error('Nobody looked at the token.')
  return customer as PortalCustomer
}

export function portalGate({ trust, clock, log }: GateParts): Router {
  const known: RequestHandler = async (request, response, next) => {
    const given = bearerToken(request)
    if (given === null) return refuseToken(response, 'missing')
    try {
      const read = await checkPortalToken(given, trust, clock.now())
      if ('refused' in read) return refuseToken(response, read.refused)
      response.locals.customer = read.customer
    } catch (err) {
      log.error({ err }, 'the keys of the portal could not be had; nobody is let in')
      return refuse(response, 503, 'Not now', 'The keys of the portal cannot be had. Try again in a moment.', 'no_keys')
    }
    next()
  }
  const router = Router()
  router.use('/portal/v1', neverStored, known)
  return router
}
