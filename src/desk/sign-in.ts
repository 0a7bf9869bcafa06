/** In and out: sign-in, sign-out, who is signed in, and the guard before everything else. */
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { LONGEST_PASSWORD } from '../auth/password.ts'
import type { DeskSide } from '../floor/floor.ts'
import { freeText } from '../flow/free-text.ts'
import { isFromThisMachine } from '../http/own-machine.ts'
import { guarded, refuse } from '../http/problem.ts'
import type { Agent, AgentDirectory, Sessions, SignIn } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { EventLog } from '../seams/events.ts'
import type { Log } from '../seams/log.ts'
import type { SignInLimits, SignInTry } from '../seams/sign-in-limits.ts'
import { isEverybody, networkOf } from './network.ts'
import { createSessionCookie, csrfOf, isCsrfOf, isFromOurPage } from './session-cookie.ts'

export interface SignInParts {
  floor: DeskSide
  signIn: SignIn
  signInLimits: SignInLimits
  agents: AgentDirectory
  sessions: Sessions
  events: EventLog
  publicBaseUrl: string
  openUrl: string | null
  /** Proxies in front, whose word on where a request comes from is taken. */
  trustedProxies: number
  demo: boolean
  /** Who may sign in by name alone, with the password that everybody may know: in a try-out, and nobody anywhere else. */
  demoAgents: readonly DemoSignIn[]
  clock: Clock
  log: Pick<Log, 'error' | 'warn'>
}

/** Who acts, in `response.locals` behind the guard. */
export interface SignedIn {
  agent: string
  token: string
}

/** An agent of the demo, with the password that is told. */
export interface DemoSignIn {
  name: string
  displayName: string
  role: Agent['role']
  password: string
}

const demoName = z.strictObject({ name: z.string().min(1).max(64) })

const credentials = z.strictObject({
  name: freeText({ shortest: 1, longest: 64 }),
  password: z.string().min(1).max(LONGEST_PASSWORD),
})

export interface SignInDoor {
  enter: RequestHandler
  /** Who can sign in by name alone, as names without passwords. */
  offered: RequestHandler
  /** Signs in one of them: by the same door, as if the password had been typed. */
  enterAsOffered: RequestHandler
  /** Lets agents through who are signed in, and says who it is in `response.locals`. */
  guard: RequestHandler
  /** The same for what a page asks again by itself: no use of the session, which a page that only stands open lets end. */
  watch: RequestHandler
  leave: RequestHandler
  me: RequestHandler
}

/**
 * Where a request comes from: what the outermost trusted proxy saw. Whatever stands to the left of that in the header was
 * written by the sender. https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For
 */
function addressOf(request: Request, proxies: number): string {
  const told = (request.get('x-forwarded-for') ?? '').split(',').map((part) => part.trim())
  const direct = request.socket.remoteAddress ?? ''
  return [...told, direct].filter((part) => part !== '').at(-1 - proxies) ?? direct
}

/** `ended` is told whose session just ended here. */
export function createSignInDoor(parts: SignInParts, ended: (agent: string) => void): SignInDoor {
  const {
    trustedProxies,
    floor,
    signIn,
    signInLimits,
    agents,
    sessions,
    events,
    publicBaseUrl,
    openUrl,
    demo,
    clock,
    log,
  } = parts
  const cookie = createSessionCookie(publicBaseUrl)
  let isProxyTold = trustedProxies > 0
  /** Once: with a proxy that nobody told of, all agents come from one address, and who is wrong holds everybody. */
  const tellOfProxy = (request: Request): void => {
    if (isProxyTold || request.get('x-forwarded-for') === undefined) return
    isProxyTold = true
    log.warn(
      { reason: 'trusted_proxies' },
      'a sign-in has X-Forwarded-For, and TRUSTED_PROXIES is 0: set it to the number of proxies in front',
    )
  }
  const note = (kind: 'sign_in' | 'sign_in_refused' | 'sign_out', actor: string, facts: Record<string, string> = {}) =>
    events.append({ kind, callId: '-', brand: '-', ref: null, actor, facts })
  const meOf = ({ name, displayName, role, phone }: Agent) => ({ name, displayName, role, phone })

  /** What could not be compared was no try: a flood of the sign-in would hold the agents who wait in it. */
  const verified = async (attempt: SignInTry, password: string, isSpent: boolean): Promise<string | null> => {
    try {
      return await signIn.verify(attempt.name, password)
    } catch (error) {
      if (isSpent) await signInLimits.giveBack(attempt)
      throw error
    }
  }

  /** The one way in: every try is counted, checked and recorded, wherever its password comes from. */
  const signInWith = async (
    { name, password }: z.infer<typeof credentials>,
    request: Request,
    response: Response,
  ): Promise<void> => {
    tellOfProxy(request)
    const network = networkOf(addressOf(request, trustedProxies))
    const attempt = { name, network, isCounted: !isEverybody(network) }
    const throttled = await signInLimits.spend(attempt)
    // An address that tried too often gets no more work out of us; a name costs what it always costs.
    const agentName = throttled?.by === 'address' ? null : await verified(attempt, password, throttled === null)
    const agent = await agents.find(name)
    if (throttled) {
      if (throttled.by === 'name') await note('sign_in_refused', agent?.name ?? '-', { reason: 'throttled' })
      response.set('Retry-After', String(throttled.seconds))
      const minutes = Math.ceil(throttled.seconds / 60)
      return refuse(response, 429, 'Too many tries', `Wait ${minutes} min before the next try.`, 'throttled')
    }
    if (agentName === null || !agent) {
      // People key passwords into the wrong field: a name that nobody has is not kept.
      await note('sign_in_refused', agent?.name ?? '-', { reason: 'wrong' })
      return refuse(response, 401, 'Not signed in', 'Name or password is wrong.', 'wrong')
    }
    await signInLimits.forgive(attempt)
    await note('sign_in', agentName)
    const before = cookie.of(request)
    if (before !== null) await sessions.close(before)
    const token = await sessions.open(agentName, clock.now())
    cookie.set(response, token)
    response.json({ csrf: csrfOf(token), me: meOf(agent) })
  }

  const enter = guarded(log, '/desk/api/sign-in', async (request, response) => {
    const read = credentials.safeParse(request.body)
    if (!read.success) return refuse(response, 400, 'Not understood', 'Send name and password, and nothing else.')
    await signInWith(read.data, request, response)
  })

  // Whatever it was made with: what does not come from this very machine is offered nobody.
  const offeredTo = (request: Request) => (isFromThisMachine(request) ? parts.demoAgents : [])

  const offered: RequestHandler = (request, response) => {
    const agents = offeredTo(request).map(({ name, displayName, role }) => ({ name, displayName, role }))
    response.json({ agents })
  }

  const enterAsOffered = guarded(log, '/desk/api/sign-in/demo', async (request, response) => {
    const read = demoName.safeParse(request.body)
    if (!read.success) return refuse(response, 400, 'Not understood', 'Send a name, and nothing else.')
    const agent = offeredTo(request).find(({ name }) => name === read.data.name)
    if (!agent) return refuse(response, 401, 'Not signed in', 'Nobody signs in without a password here.', 'wrong')
    await signInWith({ name: agent.name, password: agent.password }, request, response)
  })

  const leave = guarded(log, '/desk/api/sign-out', async (_request, response) => {
    const { agent, token } = response.locals as SignedIn
    await sessions.close(token)
    await note('sign_out', agent)
    // Or the phone of somebody who has left would ring.
    await floor.signedOut(agent)
    ended(agent)
    cookie.clear(response)
    response.json({})
  })

  const me = guarded(log, '/desk/api/me', async (_request, response) => {
    const { agent: name, token } = response.locals as SignedIn
    const agent = await agents.find(name)
    if (!agent) return refuse(response, 401, 'Not signed in', 'Sign in first.', 'signed_out')
    response.json({ csrf: csrfOf(token), me: meOf(agent), demo, openUrl: openUrl !== null })
  })

  const guardBy = (whose: Sessions['find']): RequestHandler =>
    guarded(log, '/desk/api', async (request, response, next) => {
      const token = cookie.of(request)
      const agent = token === null ? null : await whose(token, clock.now())
      if (token === null || agent === null)
        return refuse(response, 401, 'Not signed in', 'Sign in first.', 'signed_out')
      if (request.method !== 'GET' && !isCsrfOf(token, request.get('x-csrf-token')))
        return refuse(response, 403, 'Refused', 'Send the csrf of this session as x-csrf-token.', 'csrf')
      Object.assign(response.locals, { agent, token } satisfies SignedIn)
      next()
    })
  return { enter, offered, enterAsOffered, guard: guardBy(sessions.find), watch: guardBy(sessions.holds), leave, me }
}

/** Every POST must come from a page of ours, in JSON: a form of another site can send neither. */
export function ownPagesOnly(publicBaseUrl: string): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'POST') return next()
    if (!isFromOurPage(request, publicBaseUrl))
      return refuse(response, 403, 'Refused', 'This request came from another site.', 'csrf')
    if (!request.is('application/json'))
      return refuse(response, 415, 'JSON only', 'Send application/json.', 'not_understood')
    next()
  }
}
