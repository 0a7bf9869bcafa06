/** One customer by the API: the state of the account, and what an operator's system does to it. The gate spends the budget first. */
import { type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { accountState, customerNumber, lockSentence, reason } from '../context/account-acts.ts'
import { guarded, refuse, sendProblem } from '../http/problem.ts'
import type { AccountBook, Because, CustomerPlace } from '../seams/account-book.ts'
import type { Log } from '../seams/log.ts'
import { bearerOf, isFor } from './gate.ts'
import { granted } from './granted.ts'
import { readJson } from './read-json.ts'

export interface CustomerDoor {
  accounts: AccountBook
  log: Pick<Log, 'error'>
}

const order = z.strictObject({ reason })

export function customerRoutes({ accounts, log }: CustomerDoor): Router {
  const router = Router()

  /** Answers with what `act` gives. Another brand's customer and one that there is not are one answer, and neither is looked at. */
  const acting = <T>(
    path: string,
    sentIn: (request: Request) => unknown,
    act: (place: CustomerPlace, because: Because) => Promise<T | null>,
    answer: (response: Response, done: T) => void,
  ) =>
    guarded(log, path, async (request, response) => {
      const sent = order.safeParse(sentIn(request))
      if (!sent.success) return notUnderstood(response, sent.error)
      const { brand = '', number } = request.params as Record<string, string>
      const bearer = bearerOf(response)
      const read = customerNumber.safeParse(number)
      const because = { actor: bearer.actor, reason: sent.data.reason }
      const done =
        read.success && isFor(bearer, brand) ? await act({ brand, customerNumber: read.data }, because) : null
      if (done === null) refuse(response, 404, 'No such customer', 'This brand has no customer of this number.')
      else answer(response, done)
    })
  const inQuery = ({ query }: Request): unknown => ({ ...query })
  const inBody = ({ body }: Request): unknown => body

  router.get(
    granted.getCustomer.path,
    acting(granted.getCustomer.path, inQuery, accounts.show, (response, state) => {
      response.json(accountState.parse(state))
    }),
  )
  router.post(
    granted.lockCustomer.path,
    readJson,
    acting(granted.lockCustomer.path, inBody, accounts.lock, (response, changed) => {
      response.json({ changed })
    }),
  )
  router.post(
    granted.unlockCustomer.path,
    readJson,
    acting(granted.unlockCustomer.path, inBody, accounts.unlock, (response, unlocked) => {
      const { lifted, remains } = unlocked
      if (lifted) response.json({ remains })
      else refuse(response, 409, 'Not lifted', lockSentence(unlocked), remains?.why ?? 'not_locked')
    }),
  )
  router.post(
    granted.clearCustomerPins.path,
    readJson,
    acting(granted.clearCustomerPins.path, inBody, accounts.clearPins, (response, cleared) => {
      response.json({ cleared })
    }),
  )
  return router
}

function notUnderstood(response: Response, { issues }: z.ZodError): void {
  const errors = issues.map(({ path, code, message }) => ({
    field: path.join('.') || '(all)',
    rule: code,
    remedy: message,
  }))
  const detail = errors.map(({ field, remedy }) => `${field}: ${remedy}.`).join(' ')
  sendProblem(response, { title: 'Not understood', status: 400, detail, errors })
}
