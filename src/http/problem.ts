/**
 * Refusals, as RFC 9457 says. This folder is what several doors share (`twilio`, `api`, `desk`, `simulator`); it imports
 * express, helmet, the seams, what a try-out is (`config/tryout.ts`) and which letters are kept (`flow/free-text.ts`).
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Log } from '../seams/log.ts'

/** RFC 9457. `code` is a word for programs, where one detail may have several reasons. */
export interface Problem {
  title: string
  status: number
  detail: string
  code?: string
  /** What is wrong with which fields, where a page tells it in its own language. */
  faults?: readonly { code: string; field: string | null }[]
  /** What is wrong with which fields, for programs: the rule that it breaks, and what to do. */
  errors?: readonly { field: string; rule: string; remedy: string }[]
  /** The act that a token is not given. */
  act?: string
  /** Of a secret that a customer chose: the rule that is against it, in the customer's words too, and one that would be taken. */
  fault?: string
  text?: string
  suggestion?: string
}

export function refuse(
  response: Response,
  status: number,
  title: string,
  detail: string,
  code?: string,
  faults?: Problem['faults'],
): void {
  sendProblem(response, {
    title,
    status,
    detail,
    ...(code === undefined ? {} : { code }),
    ...(faults === undefined ? {} : { faults }),
  })
}

export function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

export function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store')
  next()
}

/** What a store that fails has to say goes into the log, and never to the client that asks. */
export function guarded(
  log: Pick<Log, 'error'>,
  route: string,
  handle: (request: Request, response: Response, next: NextFunction) => Promise<void>,
): RequestHandler {
  return async (request, response, next) => {
    try {
      await handle(request, response, next)
    } catch (err) {
      log.error({ route, err }, 'the desk could not answer')
      if (!response.headersSent)
        refuse(response, 503, 'Not now', 'A part of the desk does not answer. Try again in a moment.', 'unreachable')
    }
  }
}
