/** `POST /api/v1/verify`: the check for other channels of the operator's, under the lock that holds at every door. */
import { Router } from 'express'
import { sentencesOf } from '../flow/fault.ts'
import { guarded, refuse } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { Act } from '../turn/understood.ts'
import type { VerificationResult } from '../turn/verification.ts'
import { bearerOf, isFor } from './gate.ts'
import { granted } from './granted.ts'
import { verificationAnswer } from './verify-path.ts'

export interface VerifyDoor {
  /** Whether a secret proves a customer, for a sender of those brands alone. */
  verify(isTheirs: (brand: string) => boolean, order: Act): Promise<VerificationResult>
  clock: Clock
  log: Pick<Log, 'error'>
}

export function verifyRoutes({ verify, clock, log }: VerifyDoor): Router {
  const router = Router()
  const { path } = granted.verifyCustomer
  router.post(
    path,
    readJson,
    guarded(log, path, async (request, response) => {
      const bearer = bearerOf(response)
      const order = { sent: request.body as unknown, actor: bearer.actor, now: clock.now() }
      const done = await verify((brand) => isFor(bearer, brand), order)
      if ('verified' in done) response.json(verificationAnswer.parse(done))
      else if ('faults' in done) refuse(response, 400, 'Not understood', sentencesOf(done.faults))
      else if (done.why === 'repeated') {
        const detail =
          'This id had come before, and nothing was compared. Have the secret told again, under another id.'
        refuse(response, 409, 'Not compared', detail, done.why)
      } else refuse(response, 503, 'Not now', 'It cannot be checked at the moment. Try again later, under another id.')
    }),
  )
  return router
}
