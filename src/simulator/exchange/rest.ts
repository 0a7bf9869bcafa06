/**
 * Twilio's REST API, the five requests that a server makes to move calls; forms in, JSON out. Stricter than Twilio, which
 * overlooks parameters that it does not know. https://www.twilio.com/docs/voice/api
 */
import express, { type NextFunction, type Request, type Response, Router } from 'express'
import { z } from 'zod'
import { isSameSecret } from '../../http/same-secret.ts'
import type { Exchange } from './exchange.ts'
import { callJson, conferenceJson, endedCallJson, participantJson } from './rest-json.ts'

export interface RestParts {
  exchange: Exchange
  accountSid: string
  authToken: string
  /** URLs that are given must lie below it: the stand-in asks only the server it stands in for. */
  publicBaseUrl: string
}

/** What Twilio says with each code. https://www.twilio.com/docs/api/errors */
const errors = {
  20001: [400, 'This parameter is not understood'],
  20003: [401, 'Authenticate'],
  20404: [404, 'The requested resource was not found'],
  20429: [429, 'Too Many Requests'],
  21205: [400, 'Url is not a valid URL'],
  21211: [400, "The 'To' number is not a valid phone number"],
  21212: [400, "The 'From' number is not a valid phone number"],
  21220: [400, 'Call is not in-progress. Cannot redirect.'],
} as const
type Code = keyof typeof errors

const post = z.literal('POST').optional()
const number = /^\+[1-9][0-9]{4,14}$/
const address = /^(\+[1-9][0-9]{4,14}|client:[A-Za-z0-9_.-]{1,121}|sip:[^\s@]{1,200}@[^\s@]{1,200})$/
const longUrl = z.string().max(4000)

const newCall = z.strictObject({
  To: z.string().regex(address),
  From: z.string().regex(number),
  Url: longUrl,
  Method: post,
  // Twilio takes 5 to 600; a test may be shorter.
  Timeout: z
    .string()
    .regex(/^([1-9]|[1-9][0-9]|[1-5][0-9]{2}|600)$/)
    .optional(),
  StatusCallback: longUrl,
  StatusCallbackMethod: post,
})
const callUpdate = z.union([
  z.strictObject({ Url: longUrl, Method: post }),
  z.strictObject({ Status: z.literal('completed') }),
])
const hold = z.enum(['true', 'false'])
const participantUpdate = z.union([
  // Twilio's default of HoldMethod is GET, which no server of ours answers.
  z.strictObject({ Hold: hold, HoldUrl: longUrl, HoldMethod: z.literal('POST') }),
  z.strictObject({ Hold: hold }),
])
const conferenceUpdate = z.strictObject({ Status: z.literal('completed') })

/** Twilio's default of `Timeout`, in seconds. */
const TIMEOUT = '60'

export function restRoutes({ exchange, accountSid, authToken, publicBaseUrl }: RestParts): Router {
  const router = Router()
  const publicBase = publicBaseUrl.replace(/\/+$/, '')
  const isOurs = (url: string): boolean => URL.canParse(url) && url.startsWith(`${publicBase}/`)

  router.use((request, response, next) => {
    if (isSameSecret(request.headers.authorization ?? '', basic(accountSid, authToken))) return next()
    response.set('WWW-Authenticate', 'Basic realm="Twilio API"')
    refuse(response, 20003)
  })
  router.use(express.urlencoded({ extended: false, limit: '16kb' }))
  const account = `/Accounts/${accountSid}`

  router.post(`${account}/Calls.json`, (request, response) => {
    const form = newCall.safeParse(request.body)
    if (!form.success) return refuse(response, codeOf(form.error), whatIsWrong(form.error))
    const { To, From, Url, StatusCallback, Timeout = TIMEOUT } = form.data
    const foreign = [Url, StatusCallback].find((url) => !isOurs(url))
    if (foreign !== undefined) return refuse(response, 21205, `${foreign} is not below ${publicBase}`)
    const call = { to: To, from: From, url: Url, timeout: Number(Timeout), statusCallback: StatusCallback }
    const phone = exchange.ring(call)
    if (!phone) return refuse(response, 20429)
    response.status(201).json(callJson(accountSid, phone))
  })

  router.get(`${account}/Calls/:sid.json`, (request, response) => {
    const { sid } = request.params
    const call = exchange.call(sid)
    if (!call) return refuse(response, 20404)
    response.json(call === 'ended' ? endedCallJson(accountSid, sid) : callJson(accountSid, call))
  })

  router.post(`${account}/Calls/:sid.json`, (request, response) => {
    const form = callUpdate.safeParse(request.body)
    if (!form.success) return refuse(response, 20001, whatIsWrong(form.error))
    const url = 'Url' in form.data ? form.data.Url : null
    if (url !== null && !isOurs(url)) return refuse(response, 21205, `${url} is not below ${publicBase}`)
    const call = exchange.call(request.params.sid)
    if (!call) return refuse(response, 20404)
    const done = call !== 'ended' && (url === null ? call.complete() : call.redirect(url))
    if (!done) return refuse(response, 21220)
    response.json(callJson(accountSid, call))
  })

  router.post(`${account}/Conferences/:conference/Participants/:call.json`, (request, response) => {
    const form = participantUpdate.safeParse(request.body)
    if (!form.success) return refuse(response, 20001, whatIsWrong(form.error))
    const { Hold } = form.data
    const HoldUrl = 'HoldUrl' in form.data ? form.data.HoldUrl : null
    if (HoldUrl !== null && !isOurs(HoldUrl)) {
      return refuse(response, 21205, `${HoldUrl} is not below ${publicBase}`)
    }
    const { conference, call } = request.params
    if (!exchange.rooms.hold(conference, call, Hold === 'true' ? { url: HoldUrl } : null))
      return refuse(response, 20404)
    const found = exchange.rooms.find(conference)?.participants.find(({ callSid }) => callSid === call)
    response.json(found ? participantJson(accountSid, conference, found) : {})
  })

  router.post(`${account}/Conferences/:sid.json`, (request, response) => {
    const form = conferenceUpdate.safeParse(request.body)
    if (!form.success) return refuse(response, 20001, whatIsWrong(form.error))
    const room = exchange.rooms.find(request.params.sid)
    if (!room || !exchange.rooms.end(room.sid)) return refuse(response, 20404)
    response.json(conferenceJson(accountSid, room))
  })

  router.use((_request, response) => refuse(response, 20404))
  // What express itself cannot read: too long, or not UTF-8.
  router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => refuse(response, 20001))
  return router
}

function refuse(response: Response, code: Code, detail?: string): void {
  const [status, words] = errors[code]
  const message = detail === undefined ? words : `${words}: ${detail}`
  response.status(status).json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })
}

/** Twilio has a code of its own for a number or URL that cannot be right. */
function codeOf(error: z.ZodError): Code {
  const [first] = error.issues
  const codes: Record<string, Code> = { To: 21211, From: 21212, Url: 21205 }
  return codes[String(first?.path[0] ?? '')] ?? 20001
}

function whatIsWrong(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => [...path.map(String), message].join(' ')).join('; ')
}

function basic(name: string, password: string): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
}
