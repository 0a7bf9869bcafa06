/**
 * The desk, live: a whole view on connect and after each change. A stream that was cut needs no memory: the next one
 * begins with everything.
 */
import { createSession, type Session } from 'better-sse'
import type { Request, Response } from 'express'
import type { DeskSide } from '../floor/floor.ts'
import { type DeskView, deskView } from '../floor/view.ts'
import type { Clock, Sessions } from '../seams.ts'
import { type DoorLog, refuse } from './problem.ts'
import type { SignedIn } from './sign-in.ts'

export interface StreamParts {
  floor: DeskSide
  sessions: Sessions
  clock: Clock
  log: DoorLog
}

export interface Streams {
  open(request: Request, response: Response): Promise<void>
  /** Looks at once whether the streams of an agent may go on. */
  look(agent: string): void
  /** Ends all, and opens no more. */
  close(): void
}

const HEARTBEAT_MS = 15_000
const BETWEEN_VIEWS_MS = 250
/** How long an ended session may go unnoticed, and a view that could not be had be missing. */
const LOOK_EVERY_MS = 2_000
const STREAMS_OF_AN_AGENT = 5

export function createStreams(parts: StreamParts): Streams {
  const open = new Set<Stream>()
  let closed = false
  return {
    async open(request, response) {
      const signedIn = response.locals as SignedIn
      if (closed) return refuse(response, 503, 'Not now', 'The desk is being restarted. Try again in a moment.')
      if ([...open].filter(({ agent }) => agent === signedIn.agent).length >= STREAMS_OF_AN_AGENT)
        return refuse(response, 429, 'Too many desks', 'Close another page of this desk first.', 'too_many')
      const stream = createStream(parts, signedIn, response)
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

interface Stream {
  agent: string
  start(request: Request): Promise<void>
  /** Looks again now. */
  refresh(): void
  end(): void
}

function createStream(
  { floor, sessions, clock, log }: StreamParts,
  { agent, token }: SignedIn,
  response: Response,
): Stream {
  let session: Session | null = null
  let sent = ''
  let over = false
  /** Whether something may have changed that was not looked at. */
  let stale = true
  let looking = false
  let next: NodeJS.Timeout | null = null
  const stops: (() => void)[] = []

  /** One look at a time, and none sooner after the last one than that. */
  async function look(): Promise<void> {
    if (looking || over || !session) return
    looking = true
    try {
      if (!(await sessions.holds(token, clock.now()))) return finish()
      // A reader that does not keep up gets the newest view when it does, and not all that were in between.
      if (!stale || response.writableNeedDrain) return
      stale = false
      const view = await floor.view(agent)
      if (view === null) return finish()
      if (!over) show(deskView.parse(view))
    } catch (err) {
      stale = true
      log.error({ route: '/desk/api/stream', err }, 'the desk could not be shown')
    } finally {
      looking = false
    }
  }

  function show(view: DeskView): void {
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
    async start(request) {
      const opened = await createSession(request, response, {
        keepAlive: HEARTBEAT_MS,
        trustClientEventId: false,
        headers: { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' },
      })
      if (over) return
      session = opened
      stops.push(floor.changes(changed))
      const looks = setInterval(() => void look(), LOOK_EVERY_MS)
      stops.push(() => clearInterval(looks))
      await look()
    },
    refresh: () => void look(),
    end,
  }
}
