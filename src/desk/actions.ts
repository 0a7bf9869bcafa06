/** What agents do, one address each. Whether they may is the floor's to say. */
import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import { CALL_CODE_DIGITS, isCallCode } from '../auth/call-code.ts'
import { Secret } from '../auth/secret.ts'
import { callSid } from '../context/call-context.ts'
import type { DeskSide, Done, Refusal } from '../floor/floor.ts'
import { agentName, type DeskView, deskView, presences, ticketNames } from '../floor/view.ts'
import { freeText } from '../flow/free-text.ts'
import { guarded, refuse } from '../http/problem.ts'
import type { References } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { SignedIn } from './sign-in.ts'

export interface ActionParts {
  floor: DeskSide
  references: References
  openUrl: string | null
  clock: Clock
  log: Pick<Log, 'error' | 'warn'>
}

const nothing = z.strictObject({})
const queueName = deskView.shape.queues.element.shape.queue
const transferTo = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('queue'), queue: queueName }),
  z.strictObject({ kind: z.literal('agent'), name: agentName }),
])
/** As long as the store keeps of a note. */
const note = freeText({ longest: 2_000 })
const { topic, ticket } = ticketNames
const wrap = z.strictObject({
  note,
  ticket: z.enum(['keep', 'close']),
  goesTo: z
    .union([z.strictObject({ ticket }), z.strictObject({ topic })])
    .nullable()
    .optional(),
})
const ticketWish = z.union([
  z.strictObject({ open: topic }),
  z.strictObject({ close: ticket }),
  z.strictObject({ merge: ticket, into: ticket }),
  z.strictObject({ reopen: ticket }),
  z.strictObject({ undo: ticket }),
])

/** A slip of a key is told, and is no try. What was typed is a secret from here on. */
const toldCode = z.strictObject({
  code: z
    .string()
    .max(64)
    .transform((typed) => typed.replaceAll(/\s/g, ''))
    .refine(isCallCode)
    .transform((digits) => new Secret(digits)),
})
const NO_CODE = `A call code has ${CALL_CODE_DIGITS} digits, and one of these may be off.`

const answers: Record<Refusal, [status: number, title: string, detail: string]> = {
  not_found: [404, 'No such call', 'There is no such call of yours.'],
  too_late: [409, 'Too late', 'The call has moved on meanwhile.'],
  not_passed_on: [409, 'Not passed on', 'The colleague does not take the call. The caller is still with you.'],
  busy: [409, 'Busy', 'There is a call already. End it first.'],
  colleague_busy: [409, 'Colleague busy', 'The colleague cannot take a call now. The caller is still with you.'],
  nobody_waits: [409, 'Nobody waits', 'Nobody waits that you could take.'],
  not_allowed: [403, 'Not yours', 'Your topics, brands or role do not cover this.'],
  entries_used: [
    409,
    'Entries used',
    'As many numbers and codes as may be were named in this call. The next call has new ones.',
  ],
  codes_used: [
    429,
    'Codes used',
    'As many worthless codes were typed as may be in a day. Callers key theirs at the beginning of a call.',
  ],
  line_used: [
    429,
    'Line used',
    'As much was tried in vain from the line of this caller as may be in an hour or a day.',
  ],
  level: [409, 'Proof needed', 'This asks for more than the caller has proved. Check the PIN first.'],
  matter_open: [409, 'Ticket open', 'Another ticket of this matter is open. Merge the two.'],
  unreachable: [503, 'Not now', 'The telephone network or a store does not answer. Try again in a moment.'],
}

/** The answer of a page to a beat of its stream: it is there. That the stream is open says less, for a proxy may keep it. */
export function beatRoute({ floor, log }: Pick<ActionParts, 'floor' | 'log'>): RequestHandler {
  return guarded(log, '/desk/api/beat', async (request, response) => {
    if (!nothing.safeParse(request.body).success)
      return refuse(response, 400, 'Not understood', 'Send {} and nothing else.', 'not_understood')
    await floor.beat((response.locals as SignedIn).agent)
    response.json({})
  })
}

export function actionRoutes({ floor, references, openUrl, clock, log }: ActionParts): Router {
  const router = Router()

  /** One address: a body of this form, and what it does for which agent. */
  const act = <T>(
    path: string,
    body: z.ZodType<T>,
    run: (agent: string, body: T, assignment: string) => Promise<Done>,
  ): void => {
    router.post(
      path,
      guarded(log, `/desk/api${path}`, async (request, response) => {
        const read = body.safeParse(request.body)
        if (!read.success) return refuse(response, 400, 'Not understood', sentenceOf(read.error), 'not_understood')
        const { agent } = response.locals as SignedIn
        const done = await run(agent, read.data, String(request.params.id ?? ''))
        if ('done' in done) response.json({})
        else refuse(response, ...answers[done.refused], done.refused)
      }),
    )
  }

  router.param('id', (_request, response, next, id) => {
    // What cannot be an assignment is none, and the floor is not asked.
    if (/^[A-Za-z0-9_-]{1,64}$/.test(id)) next()
    else refuse(response, ...answers.not_found, 'not_found')
  })
  act('/presence', z.strictObject({ presence: z.enum(presences) }), (agent, { presence }) =>
    floor.setPresence(agent, presence),
  )
  act('/away', z.strictObject({ agent: agentName }), (supervisor, body) => floor.setAway({ supervisor }, body.agent))
  act('/take', z.strictObject({ callSid: callSid.optional() }), (agent, body) =>
    floor.take(agent, body.callSid ?? null),
  )
  act('/assignments/:id/fetch-back', nothing, (agent, _body, id) => floor.fetchBack(agent, id))
  for (const action of ['decline', 'hold', 'resume', 'check', 'finish', 'leave'] as const)
    act(`/assignments/:id/${action}`, nothing, (agent, _body, id) => floor[action](agent, id))
  act('/assignments/:id/transfer', z.strictObject({ to: transferTo, note: note.optional() }), (agent, body, id) =>
    floor.transfer(agent, id, body.to, body.note?.trim() || null),
  )
  act('/assignments/:id/draft', wrap, (agent, body, id) => floor.draft(agent, id, body))
  act('/assignments/:id/ticket', ticketWish, (agent, body, id) => floor.ticket(agent, id, body))
  act('/assignments/:id/name', z.strictObject({ matches: z.boolean() }), (agent, { matches }, id) =>
    floor.confirmName(agent, id, matches),
  )
  act('/assignments/:id/letter', nothing, (agent, _body, id) => floor.orderLetter(agent, id))
  act('/assignments/:id/wrap-up', wrap, (agent, body, id) => floor.wrapUp(agent, id, body))

  router.post(
    '/assignments/:id/code',
    guarded(log, '/desk/api/assignments/:id/code', async (request, response) => {
      const read = toldCode.safeParse(request.body)
      if (!read.success) return refuse(response, 400, 'Not understood', NO_CODE, 'code_form')
      const { agent } = response.locals as SignedIn
      const told = await floor.code(agent, String(request.params.id ?? ''), read.data.code)
      if ('refused' in told) refuse(response, ...answers[told.refused], told.refused)
      else response.json({ right: told.isRight })
    }),
  )

  router.post(
    '/assignments/:id/reference',
    guarded(log, '/desk/api/assignments/:id/reference', async (request, response) => {
      if (!nothing.safeParse(request.body).success)
        return refuse(response, 400, 'Not understood', 'Send {} and nothing else.', 'not_understood')
      const { agent } = response.locals as SignedIn
      const mine = assignmentOf(await floor.view(agent), request.params.id)
      // Of a call that was passed on, the next agent opens what that agent is shown.
      const isPassedOn = mine?.state === 'wrap_up' && mine.endedBy !== 'caller'
      // Of one that is passed on to this agent, nothing more is opened before it is taken.
      const isSeen = mine !== null && mine.preview === null && !isPassedOn
      if (openUrl === null || !isSeen) return refuse(response, ...answers.not_found, 'not_found')
      const reference = await references.make(agent, mine.callSid, clock.now())
      response.json({ url: openUrl.replaceAll('{reference}', reference) })
    }),
  )
  return router
}

function assignmentOf(view: DeskView | null, id: unknown): DeskView['assignment'] {
  const assignment = view?.assignment ?? null
  return assignment?.id === id ? assignment : null
}

/** Which members were not understood, never what was in them. */
function sentenceOf(error: z.ZodError): string {
  const nameOf = ({ path, code, message }: z.core.$ZodIssue): string =>
    // What a rule of ours says names no more than it has to.
    path.length === 0 ? '' : path.join('.') + (code === 'custom' ? ` (${message})` : '')
  const members = [...new Set(error.issues.map(nameOf).filter((name) => name !== ''))]
  return members.length === 0 ? 'The body has not the form of this request.' : `Not understood: ${members.join(', ')}.`
}
