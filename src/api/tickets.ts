/** Tickets by the API: what was reported by another channel joins the ticket of its matter, or opens one (R37). */
import { Router } from 'express'
import { sentencesOf } from '../flow/fault.ts'
import { guarded, refuse } from '../http/problem.ts'
import { readJson } from '../http/read-json.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { type ReportParts, takeReport } from '../turn/reports.ts'
import { bearerOf, isFor } from './gate.ts'
import { reportAnswer } from './report-form.ts'

export interface TicketDoor extends ReportParts {
  clock: Clock
  log: Pick<Log, 'error'>
}

const statuses = { no_customer: 404, number_taken: 409, other_report: 409 } as const

/** `POST /api/v1/tickets`: 201 where a ticket was opened, 200 where the report joined one or had come before. */
export function ticketRoutes({ reports, hotlines, clock, log }: TicketDoor): Router {
  const router = Router()
  router.post(
    '/api/v1/tickets',
    readJson,
    guarded(log, '/api/v1/tickets', async (request, response) => {
      const bearer = bearerOf(response)
      const theirs = hotlines.filter(({ brand }) => isFor(bearer, brand.name))
      const order = { sent: request.body as unknown, actor: bearer.actor, now: clock.now() }
      const done = await takeReport({ reports, hotlines: theirs }, order)
      if (!('faults' in done)) {
        response.status(done.attached || done.before ? 200 : 201).json(reportAnswer.parse(done))
        return
      }
      const { faults } = done
      if ('why' in done) refuse(response, statuses[done.why], 'Not kept', sentencesOf(faults), done.why)
      else refuse(response, 400, 'Not understood', sentencesOf(faults))
    }),
  )
  return router
}
