/**
 * What supervisors set while calls run: notices, special hours, incidents, and that calls have one try, of the brands that they take. Whether somebody
 * is a supervisor is read from the directory at every request; what may be set is decided where every door asks for it.
 */
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import { incidentMark, incidentPlace, languagesOf, openIncident } from '../context/incidents.ts'
import { type Fault, sentencesOf } from '../flow/fault.ts'
import type { Hotline } from '../flow/hotline.ts'
import { guarded, refuse } from '../http/problem.ts'
import { jsonOf } from '../http/read-json.ts'
import type { Agent, Agents } from '../seams/agents.ts'
import type { Log } from '../seams/log.ts'
import { hoursHeard, noticeHeard } from '../turn/heard.ts'
import { clearNotice, readNotice, setNotice } from '../turn/notices.ts'
import { clearSpecialHours, readSpecialHours, setSpecialHours } from '../turn/special-hours.ts'
import { beginSpray, endSpray } from '../turn/spray-orders.ts'
import type { SignedIn } from './sign-in.ts'
import { type SwitchParts, switchesOf } from './switches.ts'

export interface SupervisingParts extends SwitchParts {
  hotlines: { byBrand: ReadonlyMap<string, Hotline> }
  agents: Agents
  log: Pick<Log, 'error' | 'warn'>
}

/** Who acts, with the brands that this supervisor takes. */
interface Supervisor {
  agent: Agent
  hotlines: ReadonlyMap<string, Hotline>
}

type Handle = (supervisor: Supervisor, request: Request, response: Response, next: NextFunction) => Promise<void>

/** Where more is sent than anywhere else at the desk: it is read of supervisors alone. */
export const MARK_PATH = '/incidents/mark'
/** Numbers of `MOST_MARKED` customers, each as long as may be. */
const LONGEST_MARKED = '4mb'

const heardOrder = z.strictObject({ kind: z.enum(['notice', 'hours']), order: z.unknown() })

/** `watch` lets those through who only look. */
export function supervisingRoutes(parts: SupervisingParts, watch: RequestHandler): { looks: Router; acts: Router } {
  const { hotlines, notices, specialHours, calendar, incidents, sprays, sprayBook, agents, clock, log } = parts
  const [looks, acts] = [Router(), Router()]

  const supervised = (path: string, handle: Handle) =>
    guarded(log, `/desk/api${path}`, async (request, response, next) => {
      const { agent: name } = response.locals as SignedIn
      const agent = await agents.find(name)
      if (agent?.role !== 'supervisor')
        return refuse(response, 403, 'Not yours', 'This is for supervisors.', 'not_allowed')
      const own = [...hotlines.byBrand].filter(([brand]) => agent.brands.includes(brand))
      await handle({ agent, hotlines: new Map(own) }, request, response, next)
    })
  const post = (path: string, handle: Handle): void => void acts.post(path, supervised(path, handle))
  const brandsOf = ({ hotlines: own }: Supervisor) => [...own.values()].map(({ brand }) => brand)
  /** What was sent, who sent it and when, for the rules that all doors share. */
  const actOf = ({ agent }: Supervisor, { body }: Request) => ({ sent: body, actor: agent.name, now: clock.now() })

  const isWhole = ({ hotlines: own }: Supervisor) => own.size === hotlines.byBrand.size
  const sprayPartsOf = (supervisor: Supervisor) => {
    return { sprays: sprayBook, brands: brandsOf(supervisor), isWhole: isWhole(supervisor) }
  }

  looks.get(
    '/switches',
    watch,
    supervised('/switches', async (supervisor, _request, response) => {
      response.json(await switchesOf(parts, supervisor.hotlines, isWhole(supervisor)))
    }),
  )
  post('/notices', async (supervisor, request, response) => {
    const done = await setNotice({ notices, brands: brandsOf(supervisor) }, actOf(supervisor, request))
    answer(response, done)
  })
  post('/notices/clear', async (supervisor, request, response) => {
    answer(response, await clearNotice({ notices, brands: brandsOf(supervisor) }, actOf(supervisor, request)))
  })
  post('/hours', async (supervisor, request, response) => {
    const own = { specialHours, calendar, brands: brandsOf(supervisor) }
    answer(response, await setSpecialHours(own, actOf(supervisor, request)))
  })
  post('/hours/clear', async (supervisor, request, response) => {
    const own = { specialHours, calendar, brands: brandsOf(supervisor) }
    answer(response, await clearSpecialHours(own, actOf(supervisor, request)))
  })
  post('/sprays', async (supervisor, request, response) => {
    const done = await beginSpray(sprayPartsOf(supervisor), actOf(supervisor, request))
    if (typeof done === 'object') return faulty(response, done.faults)
    await sprays.look()
    response.json({})
  })
  post('/sprays/end', async (supervisor, request, response) => {
    const done = await endSpray(sprayPartsOf(supervisor), actOf(supervisor, request))
    if (done === 'ended') await sprays.look()
    answer(response, done === 'ended' ? {} : done)
  })
  post('/heard', async (supervisor, request, response) => {
    const read = heardOrder.safeParse(request.body)
    if (!read.success)
      return faulty(response, [{ code: 'form', field: null, sentence: 'Ask for a notice or for hours.' }])
    const { kind, order } = read.data
    const [brands, now] = [brandsOf(supervisor), clock.now()]
    const found =
      kind === 'notice' ? readNotice(order, brands, now) : await readSpecialHours(order, { brands, calendar }, now)
    if ('faults' in found) return faulty(response, found.faults)
    const hotline = supervisor.hotlines.get(found.brand)
    if (!hotline) return faulty(response, [{ code: 'no_brand', field: 'brand', sentence: 'There is no such brand.' }])
    response.json({
      heard:
        'hours' in found
          ? await hoursHeard(hotline, found, await specialHours.from(found.day), calendar)
          : noticeHeard(hotline, found, await notices.current(now)),
    })
  })
  post('/incidents', async (supervisor, request, response) => {
    const done = await openIncident(
      { incidents, brands: languagesOf(brandsOf(supervisor)) },
      actOf(supervisor, request),
    )
    if ('faults' in done)
      faulty(
        response,
        done.faults.map(({ code, field, fault }) => ({
          code,
          field,
          sentence: [field, fault].filter(Boolean).join(': '),
        })),
      )
    else response.json(done)
  })
  acts.post(
    MARK_PATH,
    supervised(MARK_PATH, async (_supervisor, _request, _response, next) => next()),
    jsonOf(LONGEST_MARKED),
  )
  post(MARK_PATH, async (supervisor, request, response) => {
    const read = incidentMark.safeParse(request.body)
    if (!read.success) return misshapen(response, read.error)
    const { customer_numbers, skip_unknown: skipUnknown, ...place } = read.data
    if (!supervisor.hotlines.has(place.brand)) return notOpen(response)
    const lines = customer_numbers.map((customerNumber, index) => ({ line: index + 1, customerNumber }))
    const unknownLines: number[] = []
    const marked = await incidents.mark(place, once(lines), {
      actor: supervisor.agent.name,
      at: clock.now(),
      skipUnknown,
      onUnknown: (line) => void unknownLines.push(line),
    })
    if (marked === null) notOpen(response)
    else response.json({ ...marked, unknownLines })
  })
  post('/incidents/close', async (supervisor, request, response) => {
    const read = incidentPlace.safeParse(request.body)
    if (!read.success) return misshapen(response, read.error)
    if (!supervisor.hotlines.has(read.data.brand)) return notOpen(response)
    const accounts = await incidents.close(read.data, supervisor.agent.name, clock.now())
    if (accounts === null) notOpen(response)
    else response.json({ accounts })
  })
  return { looks, acts }
}

function answer(response: Response, done: object | 'cleared' | 'not_on'): void {
  if (done === 'not_on') refuse(response, 404, 'Not on', 'It is not switched on any more.', 'not_found')
  else if (typeof done === 'object' && 'faults' in done) faulty(response, done.faults as Fault[])
  else response.json({})
}

function faulty(response: Response, faults: readonly Fault[]): void {
  const told = faults.map(({ code, field }) => ({ code, field }))
  refuse(response, 400, 'Not understood', sentencesOf(faults), 'not_understood', told)
}

function misshapen(response: Response, { issues }: z.ZodError): void {
  faulty(
    response,
    issues.map(({ path, message }) => ({ code: 'form', field: path.join('.') || null, sentence: `${message}.` })),
  )
}

function notOpen(response: Response): void {
  refuse(response, 404, 'Not open', 'There is no such open incident.', 'not_found')
}

async function* once<T>(batch: T): AsyncGenerator<T> {
  yield batch
}
