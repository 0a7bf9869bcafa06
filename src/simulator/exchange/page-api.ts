/** What the telephone page asks: phones to phone with. JSON in and out; refusals are problem+json. */
import express, { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import { refuse } from '../../http/problem.ts'
import type { Tray } from '../tray.ts'
import { faults, type PhoneBook } from '../view.ts'
import type { Exchange } from './exchange.ts'
import { markSteps } from './flow-picture.ts'
import type { Handset } from './handset.ts'

export interface PageParts {
  exchange: Exchange
  world(): Promise<PhoneBook>
  /** A flow as SVG; null: there is no such brand. */
  drawFlow(brand: string): Promise<string | null>
  stream: RequestHandler
  /** Messages to customers. */
  tray: Pick<Tray, 'list'>
}

const number = z.string().regex(/^\+[1-9][0-9]{4,14}$/)
const calling = z.strictObject({ to: number, from: number.nullable() })
const pressing = z.strictObject({ keys: z.string().regex(/^[0-9*#]{1,64}$/) })
/** Letters, as somebody types them on one line. */
const saying = z.strictObject({
  text: z
    .string()
    .trim()
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,200}$/u),
})
const faulty = z.strictObject({ fault: z.enum(faults).nullable() })
const nothing = z.strictObject({})

export function pageApi({ exchange, world, drawFlow, stream, tray }: PageParts): Router {
  const router = Router()
  const pictures = new Map<string, string>()
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  router.use(express.json({ limit: '4kb' }))

  router.get('/world', async (_request, response) => {
    response.json(await world())
  })
  router.get('/stream', stream)
  router.get('/messages', (_request, response) => {
    response.json({ messages: tray.list() })
  })
  router.get('/flow.svg', async (request, response) => {
    const brand = String(request.query.brand ?? '')
    const known = pictures.get(brand)
    const drawn = known === undefined ? await drawFlow(brand) : null
    const picture = known ?? (drawn === null ? null : markSteps(drawn))
    if (picture === null) return refuse(response, 404, 'No such flow', 'Ask for ?brand= and the name of a brand.')
    pictures.set(brand, picture)
    response.type('image/svg+xml').send(picture)
  })

  router.post('/phones', (request, response) => {
    const body = calling.safeParse(request.body)
    if (!body.success) return misread(response, 'Send {"to": "+49…", "from": "+49…"}; from null withholds the number.')
    const phone = exchange.phoneIn(body.data)
    if (!phone) return refuse(response, 429, 'Too many phones', 'Hang up one of the calls first.')
    response.status(201).json({ id: phone.id })
  })
  router.delete('/phones/:id', (request, response) => {
    if (!exchange.handset(request.params.id)) return missing(response)
    if (!exchange.forget(request.params.id)) return tooLate(response, 'This phone is in use; hang up first.')
    response.json({})
  })

  /** Something done to one phone: 409 when it cannot be done as the call stands. */
  function deed<T>(name: string, schema: z.ZodType<T>, help: string, act: (phone: Handset, body: T) => boolean): void {
    router.post(`/phones/:id/${name}`, (request, response) => {
      const phone = exchange.handset(String(request.params.id))
      if (!phone) return missing(response)
      const body = schema.safeParse(request.body ?? {})
      if (!body.success) return misread(response, help)
      if (!act(phone, body.data)) return tooLate(response, 'This cannot be done as the call stands.')
      response.json({})
    })
  }
  const empty = 'Send {}.'
  deed('keys', pressing, 'Send {"keys": "…"} with 1 to 64 of 0-9, * and #.', (phone, { keys }) => phone.press(keys))
  deed('hang-up', nothing, empty, (phone) => phone.hangUp())
  deed('answer', nothing, empty, (phone) => phone.answer())
  deed('decline', nothing, empty, (phone) => phone.decline())
  deed('say', saying, 'Send {"text": "…"}, one line of at most 200 letters.', (phone, { text }) =>
    exchange.say(phone.id, text),
  )
  deed('fault', faulty, `Send {"fault": …} with null or one of ${faults.join(', ')}.`, (phone, { fault }) =>
    phone.order(fault),
  )

  router.use((_request, response) => refuse(response, 404, 'Nothing here', 'There is nothing here.'))
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
    if (status >= 500) return next(error)
    refuse(response, status, 'Not understood', 'Send JSON of at most 4 kB.')
  })
  return router
}

function missing(response: Response): void {
  refuse(response, 404, 'No such phone', 'There is no phone with this id.')
}

function misread(response: Response, detail: string): void {
  refuse(response, 400, 'Not understood', detail)
}

function tooLate(response: Response, detail: string): void {
  refuse(response, 409, 'Not now', detail)
}
