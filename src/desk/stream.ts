/**
 * The desk, live: a whole view on connect and after each change. A stream that was cut needs no memory: the next one
 * begins with everything.
 */
import { createSession, type Session } from 'better-sse'
import type { Request, Response } from 'express'
import type { DeskSide } from '../floor/floor.ts'
import { type DeskView, deskView } from '../floor/view.ts'
import { beat } from '../http/heartbeat.ts'
import { refuse } from '../http/problem.ts'
import type { Sessions } from '../seams/agents.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import type { SignedIn } from './sign-in.ts'

export interface DeskStreamParts {
  floor: DeskSide
  sessions: Sessions
  clock: Clock
  log: Pick<Log, 'error' | 'warn'>
}

export interface Streams {
  open(request: Request, response: Response): Promise<void>
  /** Looks at once whether the streams of an agent may go on. */
  look(agent: string): void
  /** Ends all, and opens no more. */
  close(): void
}

const BETWEEN_VIEWS_MS = 250
/** How long an ended session may go unnoticed, and a view that could not be had be missing. */
const LOOK_EVERY_MS = 2_000
/** How often a page on which a call is at hand counts as use of its session, ms: a talk is one, without any click. */
const USE_EVERY_MS = 60_000
const STREAMS_OF_AN_AGENT = 5
/** How a page names itself, so that it has one stream however often it comes back. */
const PAGE_NAME = /^[a-z0-9]{8,32}$/

export function createStreams(parts: DeskStreamParts): Streams {
  const open = new Set<Stream>()
  let closed = false
  return {
    async open(request, response) {
      const signedIn = response.locals as SignedIn
      if (closed) return refuse(response, 503, 'Not now', 'The desk is being restarted. Try again in a moment.')
      const page = pageOf(request)
      const own = [...open].filter(({ agent }) => agent === signedIn.agent)
      // A connection that died without a word seems alive here for many minutes; its page opens another.
      const former = page === null ? undefined : own.find((stream) => stream.page === page)
      if (former) {
        open.delete(former)
        former.end()
      } else if (own.length >= STREAMS_OF_AN_AGENT)
        return refuse(response, 429, 'Too many desks', 'Close another page of this desk first.', 'too_many')
      const stream = createStream(parts, signedIn, page, response)
      // Before anything is waited for: many that come at once are counted too.
      open.add(stream)
      response.on('close', () => {
        open.delete(stream)
        stream.end()
      })
      await stream.start(request)
    },
    look(agent) {
      for (const stream of open) if (stream.agent === agent) stream.refresh()
    },
    close() {
      closed = true
      for (const stream of open) stream.end()
    },
  }
}

function pageOf({ query }: Request): string | null {
  const { page } = query
  return typeof page === 'string' && PAGE_NAME.test(page) ? page : null
}

interface Stream {
  agent: string
  /** Which page it is for; null where the page did not say. */
  page: string | null
  start(request: Request): Promise<void>
  /** Looks again now. */
  refresh(): void
  end(): void
}

function createStream(
  { floor, sessions, clock, log }: DeskStreamParts,
  { agent, token }: SignedIn,
  page: string | null,
  response: Response,
): Stream {
  let session: Session | null = null
  let sent = ''
  let over = false
  /** Whether something may have changed that was not looked at. */
  let stale = true
  let looking = false
  let supervises = false
  let next: NodeJS.Timeout | null = null
  let isAtWork = false
  /** When use was last noted, ms: the request for this stream was none, a page comes back by itself. */
  let used = Number.NEGATIVE_INFINITY
  const stops: (() => void)[] = []

  /** One look at a time, and none sooner after the last one than that. */
  async function look(): Promise<void> {
    if (looking || over || !session) return
    looking = true
    try {
      // A reader that does not keep up gets the newest view when it does, and not all that were in between.
      const wanted = stale && !response.writableNeedDrain
      if (wanted) stale = false
      const view = wanted ? await floor.view(agent) : undefined
      if (view) isAtWork = view.assignment !== null
      // Asked last: what was looked up while the session ended is not shown any more.
      if (!(await holds()) || view === null) return finish()
      if (view && !over) show(deskView.parse(view))
    } catch (err) {
      stale = true
      log.error({ route: '/desk/api/stream', err }, 'the desk could not be shown')
    } finally {
      looking = false
    }
  }

  async function holds(): Promise<boolean> {
    const now = clock.now()
    if (!isAtWork || now.getTime() - used < USE_EVERY_MS) return (await sessions.holds(token, now)) !== null
    used = now.getTime()
    return (await sessions.find(token, now)) !== null
  }

  function show(view: DeskView): void {
    supervises = view.supervision !== null
    const { at: _at, ...rest } = view
    const text = JSON.stringify(rest)
    if (text === sent) return
    sent = text
    session?.push(view, 'desk')
  }

  function finish(): void {
    if (over) return
    if (session?.isConnected) session.push({}, 'signed_out')
    end()
    void leaveSeat()
  }

  /** Who is signed in nowhere is rung no more, from now on and not only when the page's lease has run out. */
  async function leaveSeat(): Promise<void> {
    try {
      if (!(await sessions.signedIn(clock.now())).includes(agent)) await floor.signedOut(agent)
    } catch (err) {
      log.error({ route: '/desk/api/stream', err }, 'an agent whose session ended could not be made away')
    }
  }

  function end(): void {
    if (over) return
    over = true
    if (next) clearTimeout(next)
    for (const stop of stops) stop()
    response.end()
  }

  function changed(): void {
    stale = true
    if (next || over) return
    next = setTimeout(() => {
      next = null
      // What changed during a look is looked at after it.
      if (looking) changed()
      else void look()
    }, BETWEEN_VIEWS_MS)
  }

  return {
    agent,
    page,
    async start(request) {
      const opened = await createSession(request, response, {
        keepAlive: null,
        trustClientEventId: false,
        headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
      })
      if (over) return
      session = opened
      beat(opened.push, () => !over && opened.isConnected)
      stops.push(floor.changes(changed))
      const looks = setInterval(() => {
        // Sign-ins and figures of the day are no change of the floor.
        if (supervises) stale = true
        void look()
      }, LOOK_EVERY_MS)
      stops.push(() => clearInterval(looks))
      await look()
    },
    refresh: () => void look(),
    end,
  }
}
