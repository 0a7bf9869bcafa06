/** The door of this machine's commands: `POST /api/v1/operator/NAME` for bearers of the key that lies beside the store. */
import { type ErrorRequestHandler, type RequestHandler, Router } from 'express'
import { inOurWords } from '../flow/fault.ts'
import { guarded, neverStored, refuse } from '../http/problem.ts'
import { jsonOf, RefusedText } from '../http/read-json.ts'
import type { Log } from '../seams/log.ts'
import { bearersOf } from './bearers.ts'
import { OPERATOR_PATH, type OperationName, OperationRefused, type Operator, operations } from './operations.ts'

export interface OperatorDoor {
  operator: Operator
  /** Null: nobody may ask, for the store is one that commands open themselves. */
  key: string | null
  log: Pick<Log, 'error'>
}

/** Numbers of `MOST_MARKED` customers. */
const LONGEST_BODY = '8mb'

export function operatorRoutes({ operator, key, log }: OperatorDoor): Router {
  const router = Router()
  if (key === null) return router
  // Nothing is read of what comes without the key.
  router.use(OPERATOR_PATH, neverStored, bearersOf(key), jsonOf(LONGEST_BODY), misread)
  for (const name of Object.keys(operations) as OperationName[])
    router.post(`${OPERATOR_PATH}/${name}`, act(operator, name, log))
  router.use(OPERATOR_PATH, (_request, response) => {
    refuse(response, 404, 'Nothing here', 'See /api/openapi.json for what there is.')
  })
  return router
}

function act<Name extends OperationName>(operator: Operator, name: Name, log: Pick<Log, 'error'>): RequestHandler {
  const { input, output } = operations[name]
  return guarded(log, `${OPERATOR_PATH}/${name}`, async (request, response) => {
    const sent = input.safeParse(request.body, { error: inOurWords })
    if (!sent.success) {
      // What was keyed or typed is not quoted: it may be a password.
      const faults = sent.error.issues.map(({ path, message }) => `${path.join('.') || 'What was sent'}: ${message}.`)
      return refuse(response, 400, 'Not understood', faults.join(' '))
    }
    try {
      const answer = await operator[name](sent.data as never)
      response.json(output.parse(answer))
    } catch (error) {
      if (!(error instanceof OperationRefused)) throw error
      refuse(response, 400, 'Not done', error.message)
    }
  })
}

const misread: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (error instanceof RefusedText)
    return refuse(response, 400, 'Not understood', `${error.field ?? 'What was sent'}: ${error.fault}.`)
  if (status === 413) return refuse(response, 413, 'Too long', 'Stop the server, and run the command again.')
  if (typeof status === 'number' && status < 500) return refuse(response, 400, 'Not understood', 'Send JSON.')
  next(error)
}
