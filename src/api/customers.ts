/** One customer by the API: the state of the account, and what an operator's system does to it. The gate spends the budget first. */
import { type Response, Router } from 'express'
import { z } from 'zod'
import {
  accountState,
  at,
  callCode,
  callCodeRefusals,
  codeOrder,
  codeSends,
  customerNumber,
  lockSentence,
} from '../context/account-acts.ts'
import { accountEvent, columnFault, columnSentence, mergeOrder } from '../context/account-events.ts'
import { inOurWords } from '../flow/fault.ts'
import { reason } from '../flow/reason.ts'
import { guarded, refuse, sendProblem } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import type { AccountBook, Because, ChangeDone, ColumnFault, CustomerPlace } from '../seams/account-book.ts'
import type { AccountChanges } from '../seams/account-changes.ts'
import type { AskedToSend, CallCodes, MadeCallCode } from '../seams/call-codes.ts'
import type { Clock } from '../seams/clock.ts'
import type { CustomerFile } from '../seams/customer-file.ts'
import type { Erasures } from '../seams/erasures.ts'
import { hinderedSentence } from '../seams/hindrances.ts'
import type { Log } from '../seams/log.ts'
import { cellsOf, customerColumns, customerPut } from './customer-form.ts'
import { bearerOf, isFor } from './gate.ts'
import { granted, type Operation } from './granted.ts'

export interface CustomerDoor {
  accounts: AccountBook
  callCodes: Pick<CallCodes, 'make' | 'send'>
  erasures: Erasures
  accountChanges: AccountChanges
  customerFile: CustomerFile
  clock: Clock
  log: Pick<Log, 'error'>
}

const order = z.strictObject({ reason })
const endOrder = order.extend({ at })

export function customerRoutes(parts: CustomerDoor): Router {
  const { accounts, callCodes, erasures, accountChanges, customerFile, clock, log } = parts
  const router = Router()
  /** Answers with what `act` gives. Another brand's customer and one that there is not are one answer, and neither is looked at. */
  const on = <Sent extends { reason: string }, T>(
    { method, path }: Operation,
    form: z.ZodType<Sent>,
    act: (place: CustomerPlace, because: Because, sent: Sent) => Promise<T | null>,
    answer: (response: Response, done: T) => void,
  ): void => {
    const handle = guarded(log, path, async (request, response) => {
      const sent = form.safeParse(method === 'get' ? { ...request.query } : request.body, { error: inOurWords })
      if (!sent.success) return notUnderstood(response, sent.error)
      const { brand = '', number } = request.params as Record<string, string>
      const bearer = bearerOf(response)
      const read = customerNumber.safeParse(number)
      const because = { actor: bearer.actor, reason: sent.data.reason }
      const place = read.success && isFor(bearer, brand) ? { brand, customerNumber: read.data } : null
      const done = place && (await act(place, because, sent.data))
      if (done === null) refuse(response, 404, 'No such customer', 'This brand has no customer of this number.')
      else answer(response, done)
    })
    if (method === 'get') router.get(path, handle)
    else router[method](path, readJson, handle)
  }

  on(granted.getCustomer, order, accounts.show, (response, state) => {
    response.json(accountState.parse(state))
  })
  on(granted.lockCustomer, order, accounts.lock, (response, changed) => {
    response.json({ changed })
  })
  on(granted.unlockCustomer, order, accounts.unlock, (response, unlocked) => {
    const { lifted, remains } = unlocked
    if (lifted) response.json({ remains })
    else refuse(response, 409, 'Not lifted', lockSentence(unlocked), remains?.why ?? 'not_locked')
  })
  on(granted.clearCustomerPins, order, accounts.clearPins, (response, cleared) => {
    response.json({ cleared })
  })
  const ofCode = (
    place: CustomerPlace,
    because: Because,
    { send }: z.infer<typeof codeOrder>,
  ): Promise<AskedToSend | MadeCallCode | null> =>
    send === true ? callCodes.send(place, because) : callCodes.make(place, because)
  on(granted.makeCallCode, codeOrder, ofCode, (response, made) => {
    if ('refused' in made) return refuse(response, 409, 'Not made', callCodeRefusals[made.refused], made.refused)
    if ('sends' in made) {
      response.status(202).json(codeSends.parse(made))
      return
    }
    // The one place where it leaves the process: to those who show it to the customer, once.
    response
      .set('Cache-Control', 'no-store')
      .json(callCode.parse({ code: made.code.reveal(), expires: made.expires.toISOString() }))
  })
  on(
    granted.endCustomer,
    endOrder,
    (place, because, sent) => {
      const now = clock.now()
      return accounts.end(place, sent.at === undefined ? now : new Date(sent.at), because, now)
    },
    told,
  )
  on(granted.eraseCustomer, order, erasures.request, (response, asked) => {
    if ('hindered' in asked)
      refuse(response, 409, 'Not asked for', hinderedSentence(asked.hindered), asked.hindered[0] ?? 'contract')
    else response.json(asked)
  })
  on(granted.keepCustomer, order, erasures.keep, (response, changed) => {
    response.json({ changed })
  })
  on(
    granted.tellCustomerEvent,
    accountEvent,
    (place, because, { reason: _, ...event }) => accountChanges.tell(place, event, because, clock.now()),
    told,
  )
  on(
    granted.mergeCustomer,
    mergeOrder,
    (place, because, { reason: _, ...order }) => accountChanges.merge(place, order, because, clock.now()),
    told,
  )
  router.put(
    granted.putCustomer.path,
    readJson,
    guarded(log, granted.putCustomer.path, async (request, response) => {
      const sent = customerColumns(customerFile.columns).safeParse(request.body, { error: inOurWords })
      if (!sent.success) return notUnderstood(response, sent.error)
      const { brand = '', number = '' } = request.params as Record<string, string>
      const bearer = bearerOf(response)
      const by = { actor: bearer.actor, now: clock.now() }
      const place = { brand, customerNumber: number }
      const done = isFor(bearer, brand) ? await customerFile.put(place, cellsOf(sent.data), by) : null
      if (done === null) refuse(response, 404, 'No such brand', 'There is no brand of this name.')
      else if (done === 'raced')
        refuse(
          response,
          409,
          'Changed meanwhile',
          'Somebody else changed the same at this moment. Send it again.',
          'raced',
        )
      else if ('fault' in done) faulty(response, [done.fault])
      else response.status(done.is === 'new' ? 201 : 200).json(customerPut.parse(done))
    }),
  )
  return router
}

function told(response: Response, done: NonNullable<ChangeDone>): void {
  if ('fault' in done) faulty(response, [done.fault])
  else response.json(done)
}

export function notUnderstood(response: Response, { issues }: z.ZodError): void {
  faulty(response, issues.map(columnFault))
}

function faulty(response: Response, errors: readonly ColumnFault[]): void {
  const detail = errors.map(columnSentence).join(' ')
  sendProblem(response, { title: 'Not understood', status: 400, detail, errors })
}
