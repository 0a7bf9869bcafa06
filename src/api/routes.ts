/**
 * The agents' door: who waits, and what is known about a call. Every answer passes its strict schema on the way out, so
 * nothing can be shown that the schema does not name. Imports `context`, `turn`, `http` and the seams.
 */
import { type Response, Router } from 'express'
import type { z } from 'zod'
import { type CallContext, callContext, callSid } from '../context/call-context.ts'
import type { Contexts, Reader } from '../context/contexts.ts'
import type { Done } from '../floor/floor.ts'
import { agentName } from '../floor/view.ts'
import { refuse } from '../http/problem.ts'
import type { Agents, References } from '../seams/agents.ts'
import type { ReportParts } from '../turn/reports.ts'
import { type CustomerDoor, customerRoutes } from './customers.ts'
import { type Bearer, bearerOf, type GateParts, gate, nothingHere } from './gate.ts'
import { type NoticeDoor, noticeRoutes } from './notices.ts'
import { callList, openApiDocument, waitingQuery } from './openapi.ts'
import { type OrderedPinDoor, orderedPinRoutes } from './ordered-pin.ts'
import { type SpecialHoursDoor, specialHoursRoutes } from './special-hours.ts'
import { ticketRoutes } from './tickets.ts'
import { type VerifyDoor, verifyRoutes } from './verify.ts'

export interface ApiDoor extends Omit<NoticeDoor, 'brands'>, Omit<SpecialHoursDoor, 'brands'>, CustomerDoor, GateParts {
  brands: readonly (NoticeDoor['brands'][number] & SpecialHoursDoor['brands'][number])[]
  contexts: Contexts
  agents: Pick<Agents, 'find'>
  references: References
  setAway(by: Bearer, agent: string): Promise<Done>
  publicBaseUrl: string
  tickets: ReportParts
  verify: VerifyDoor['verify']
  orderPins: OrderedPinDoor['orderPins']
}

/** Who reads, in the record of readings. */
function readerOf({ actor, brands }: Bearer): Reader {
  return { name: actor, of: 'everything', ...(brands === null ? {} : { within: brands }) }
}

/** `/api/openapi.json` for everyone, and below `/api/v1` everything for bearers of a token alone. */
export function apiRoutes({
  contexts,
  agents,
  references,
  setAway,
  notices,
  specialHours,
  calendar,
  brands,
  tickets,
  verify,
  orderPins,
  accounts,
  callCodes,
  erasures,
  accountChanges,
  customerFile,
  tokens,
  apiToken,
  publicBaseUrl,
  clock,
  log,
}: ApiDoor): Router {
  const router = Router()
  // Made when it is first asked for: few ask, and it takes as long to make as all the rest of a server's doors.
  let document: ReturnType<typeof openApiDocument> | null = null

  /** Answers with what `find` gives, if it passes `schema`; null is 404. A store that fails is told from a broken answer. */
  const show = async <T>(
    { response, route }: { response: Response; route: string },
    schema: z.ZodType<T>,
    find: () => Promise<T | null>,
    none: [title: string, detail: string] = ['No such call', 'There is no call with this CallSid.'],
  ): Promise<void> => {
    let found: T | null
    try {
      found = await find()
    } catch (err) {
      log.error({ route, err }, 'a context could not be read')
      return refuse(response, 503, 'Not now', 'A store does not answer. Try again in a moment.')
    }
    if (found === null) return refuse(response, 404, ...none)
    const checked = schema.safeParse(found)
    if (checked.success) response.json(checked.data)
    else {
      log.error({ route, err: checked.error }, 'a context has something in it that must not be shown')
      refuse(response, 500, 'Broken context', 'This context cannot be shown. It has been logged.')
    }
  }

  /** One context that may not be shown hides itself and not the others. */
  const isShowable = (context: CallContext): boolean => {
    const { error } = callContext.safeParse(context)
    if (error) log.error({ route: '/api/v1/calls', err: error }, 'a context has something in it that must not be shown')
    return error === undefined
  }

  router.get('/api/openapi.json', (_request, response) => {
    document ??= openApiDocument(publicBaseUrl)
    response.json(document)
  })
  router.use(gate({ tokens, apiToken, log }))
  router.get('/api/v1/calls', async (request, response) => {
    if (!waitingQuery.safeParse({ ...request.query }).success)
      return refuse(response, 400, 'Query not understood', 'Ask for ?state=waiting and nothing else.')
    const waiting = async () => ({ calls: (await contexts.waiting(readerOf(bearerOf(response)))).filter(isShowable) })
    await show({ response, route: '/api/v1/calls' }, callList, waiting)
  })
  router.get('/api/v1/calls/:CallSid', async (request, response) => {
    const sid = callSid.safeParse(request.params.CallSid)
    // What is no CallSid is no call, and no store is asked for it.
    const one = async () => (sid.success ? contexts.of(sid.data, readerOf(bearerOf(response))) : null)
    await show({ response, route: '/api/v1/calls/:CallSid' }, callContext, one)
  })
  router.post('/api/v1/references/:reference', async (request, response) => {
    const redeemed = async () => {
      const held = await references.redeem(request.params.reference, clock.now())
      const agent = held && (await agents.find(held.agent))
      // A reading of the agent who opened it: recorded as such, and with no more in it than the desk shows.
      const { within } = readerOf(bearerOf(response))
      return agent && contexts.of(held.callId, { name: agent.name, of: agent, ...(within && { within }) })
    }
    // Altered, used and too old look alike: nothing can be learned by trying.
    await show({ response, route: '/api/v1/references/:reference' }, callContext, redeemed, [
      'No such reference',
      'It was never given out, was used, or is older than 60 seconds. Open the call from the desk again.',
    ])
  })
  router.post('/api/v1/agents/:name/away', async (request, response) => {
    const route = '/api/v1/agents/:name/away'
    try {
      const name = agentName.safeParse(request.params.name)
      const done = name.success ? await setAway(bearerOf(response), name.data) : ({ refused: 'not_found' } as const)
      if ('done' in done) response.json({})
      else if (done.refused === 'too_late') refuse(response, 409, 'Not available', 'This agent is away already.')
      else refuse(response, 404, 'No such agent', 'There is no agent of this name.')
    } catch (err) {
      log.error({ route, err }, 'an agent could not be made away')
      refuse(response, 503, 'Not now', 'A store does not answer. Try again in a moment.')
    }
  })
  router.use(noticeRoutes({ notices, brands, clock, log }))
  router.use(ticketRoutes({ ...tickets, clock, log }))
  router.use(verifyRoutes({ verify, clock, log }))
  router.use(orderedPinRoutes({ orderPins, hotlines: tickets.hotlines, clock, log }))
  router.use(customerRoutes({ accounts, callCodes, erasures, accountChanges, customerFile, clock, log }))
  router.use(specialHoursRoutes({ specialHours, calendar, brands, clock, log }))
  router.use('/api/v1', (_request, response) => nothingHere(response))
  return router
}
