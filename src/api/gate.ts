/**
 * Who may do what below `/api/v1`: whose token it is, whether it is given the act, and whether its budget has something left. All
 * of that is decided before a route is reached, and a route without a row in the table of `granted.ts` is not reached at all.
 */
import { type RequestHandler, type Response, Router } from 'express'
import { bearerToken } from '../http/bearer-token.ts'
import { neverStored, refuse, sendProblem } from '../http/problem.ts'
import { isSameSecret } from '../http/same-secret.ts'
import type { Log } from '../seams/log.ts'
import { FIRST_TOKEN, type Token, type Tokens } from '../seams/tokens.ts'
import { refuseBearer } from './bearers.ts'
import { granted, type Operation } from './granted.ts'

/** Who asks. */
export interface Bearer {
  /** In history and events. An agent may have the name of a token, but no slash in it. */
  actor: string
  /** Null: all, also those to come. */
  brands: readonly string[] | null
}

export interface GateParts {
  tokens: Tokens
  apiToken: string
  log: Pick<Log, 'error'>
}

interface Known extends Bearer {
  /** Null: the one in the settings, which may everything. */
  token: Token | null
  isGranted: boolean
}

/** As often as the store notes the use of the others. */
const NOTED_EVERY_MS = 60_000

/** Who asks, where the gate is passed. */
export function bearerOf(response: Response): Bearer {
  return knownOf(response)
}

/** Whether the bearer's token is for this brand. Where it is not, the brand is as one that there is not. */
export function isFor({ brands }: Bearer, brand: string): boolean {
  return brands === null || brands.includes(brand)
}

export function gate({ tokens, apiToken, log }: GateParts): Router {
  const router = Router()

  const known: RequestHandler = async (request, response, next) => {
    const secret = bearerToken(request)
    let token: Token | null
    try {
      token = secret === null ? null : isSameSecret(secret, apiToken) ? await firstOf() : await tokens.find(secret)
    } catch (err) {
      return notNow(response, err)
    }
    if (token === null) return refuseBearer(response, secret, 'api')
    const isFirst = token.name === FIRST_TOKEN
    response.locals.bearer = {
      actor: isFirst ? FIRST_TOKEN : `${FIRST_TOKEN}/${token.name}`,
      brands: isFirst ? null : token.brands,
      token: isFirst ? null : token,
      isGranted: false,
    } satisfies Known
    next()
  }

  let notedMs = Number.NEGATIVE_INFINITY
  /** It opens the door also while its use cannot be noted; and a system that asks all the time costs no statement each time. */
  const firstOf = async (): Promise<Token> => {
    if (performance.now() - notedMs >= NOTED_EVERY_MS) {
      notedMs = performance.now()
      await tokens.usedFirst().catch((err) => log.error({ err }, 'the use of API_TOKEN could not be noted'))
    }
    return { name: FIRST_TOKEN, brands: [], acts: [] }
  }

  const passes =
    ({ act, guessable }: Operation): RequestHandler =>
    async (_request, response, next) => {
      const bearer = knownOf(response)
      const { token } = bearer
      if (token !== null && !token.acts.includes(act))
        return sendProblem(response, {
          title: 'Not granted',
          status: 403,
          detail: `The token '${token.name}' is not given the act '${act}'. Use one that is: npx rufpass tokens add.`,
          code: 'not_granted',
          act,
        })
      if (token !== null && guessable) {
        let wait: number | null
        try {
          wait = await tokens.spend(token.name)
        } catch (err) {
          return notNow(response, err)
        }
        if (wait !== null) {
          response.set('Retry-After', String(wait))
          const detail = `The budget of the token '${token.name}' is spent. There is some again in ${wait} seconds.`
          return refuse(response, 429, 'Budget spent', detail, 'budget_spent')
        }
      }
      bearer.isGranted = true
      next()
    }

  const notNow = (response: Response, err: unknown): void => {
    log.error({ err }, 'a token could not be looked up')
    refuse(response, 503, 'Not now', 'A store does not answer. Try again in a moment.')
  }

  router.use('/api/v1', neverStored, known)
  for (const operation of Object.values(granted)) router[operation.method](operation.path, passes(operation))
  router.use('/api/v1', (_request, response, next) => {
    if (knownOf(response).isGranted) next()
    else nothingHere(response)
  })
  return router
}

export function nothingHere(response: Response): void {
  refuse(response, 404, 'Nothing here', 'See /api/openapi.json for what there is.')
}

function knownOf(response: Response): Known {
  const { bearer } = response.locals
  if (bearer === undefined) throw new Error('Nobody looked at the token.')
  return bearer as Known
}
