/**
 * The door of the operator's own portal and app: one customer a token, who sees and changes what is theirs. Every answer passes its strict
 * schema on the way out.
 */
import { type Response, Router } from 'express'
import type { PortalBudget } from '../auth/portal-limits.ts'
import { inOurWords } from '../flow/fault.ts'
import { guarded, refuse, sendProblem } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import { type ActParts, portalActs } from './acts.ts'
import { customerOf, type GateParts, portalGate, refuseToken } from './gate.ts'
import { portalDocument } from './openapi.ts'
import { type PortalOperation, type PortalOperationName, portalOperations } from './operations.ts'
import type { PortalCustomer } from './token.ts'

export interface PortalDoor extends ActParts, Omit<GateParts, 'trust'> {
  /** Null: there is no portal, and no door. */
  trust: GateParts['trust'] | null
  publicBaseUrl: string
}

export const PORTAL_DOCUMENT = '/portal/openapi.json'

export function portalRoutes({ trust, publicBaseUrl, ...parts }: PortalDoor): Router {
  const router = Router()
  if (trust === null) return router
  const { portal, lookUp, hotlines, log } = parts
  const acts = portalActs(parts)
  let document: ReturnType<typeof portalDocument> | null = null
  router.get(PORTAL_DOCUMENT, (_request, response) => {
    document ??= portalDocument(publicBaseUrl, lookUp !== null)
    response.json(document)
  })
  router.use(portalGate({ ...parts, trust }))

  for (const name of Object.keys(portalOperations) as PortalOperationName[]) {
    const operation: PortalOperation = portalOperations[name]
    const { method, path, changes, budget, looksUp, input, output, refusals } = operation
    if (looksUp && lookUp === null) continue
    const handle = guarded(log, path, async (request, response) => {
      const customer = customerOf(response)
      const sent = input?.safeParse(request.body, { error: inOurWords })
      if (sent?.error) {
        // What was sent is not quoted: it may be a secret.
        const faults = sent.error.issues.map(
          ({ path: at, message }) => `${at.join('.') || 'What was sent'}: ${message}.`,
        )
        return refuse(response, 400, 'Not understood', faults.join(' '), 'not_understood')
      }
      if (looksUp) {
        const strong = hotlines.byBrand.get(customer.brand)?.brand.portal?.look_up
        if (!strong) return refuse(response, 409, 'Not done', 'The brand shows no PIN to its customers.', 'not_offered')
        if (!strong.includes(customer.acr)) return refuseToken(response, 'weak', 'portal.look_up')
      }
      // First of all: where the act then breaks, the token is spent all the same and no second act can come of it.
      if (changes && !(await portal.spend(customer.jti, customer.until))) return refuseToken(response, 'spent')
      if (changes && (await isSpent(response, customer, budget ?? 'change'))) return
      const done = await acts[name](customer, { body: sent?.data, id: String(request.params.id ?? '') })
      if (done === 'no_customer') return noCustomer(response)
      if ('answer' in done) {
        response.json(output.parse(done.answer))
        return
      }
      const why = refusals[done.refused]
      if (why === undefined) throw new Error(`'${done.refused}' is not among what ${name} may refuse.`)
      const detail = done.detail ?? why.says
      sendProblem(response, { title: 'Not done', status: why.status, detail, code: done.refused, ...done.notTaken })
    })
    if (input === null) router[method](path, handle)
    else router[method](path, readJson, handle)
  }
  /** Counted before anything is looked up or done. Whether this was answered: there is nothing left, or no such customer. */
  async function isSpent(response: Response, customer: PortalCustomer, kind: PortalBudget): Promise<boolean> {
    const wait = await portal.budget(customer, kind)
    if (wait === 0) return false
    if (wait === null) noCustomer(response)
    else {
      response.set('Retry-After', String(wait))
      refuse(
        response,
        429,
        'Too many',
        'So often a day and no more for one customer: `npx rufpass policy`.',
        'too_many',
      )
    }
    return true
  }

  router.use('/portal/v1', (_request, response) => {
    refuse(response, 404, 'Nothing here', `See ${PORTAL_DOCUMENT} for what there is.`, 'nothing_here')
  })
  return router
}

function noCustomer(response: Response): void {
  refuse(response, 404, 'No such customer', 'This brand has no customer of this number.', 'no_customer')
}
