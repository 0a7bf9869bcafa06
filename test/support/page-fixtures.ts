/**
 * Serves the built pages as the real server does, with the same strict policy, and plays what a test puts on them: desks
 * and phones over server-sent events, sign-in, and an answer of choice for everything that is posted.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { Switches } from '../../src/floor/switches-view.ts'
import { beat } from '../../src/http/heartbeat.ts'
import { pageSwitches } from './page-switches.ts'
import { pageCustomers, pageFlow, pageHotlines } from './page-world.ts'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ')

const BEAT_MS = 5_000

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export interface Posted {
  path: string
  csrf: string | undefined
  body: unknown
}

export interface PageServer {
  url: string
  /** Everything posted or deleted, in order. */
  posted: Posted[]
  /** How many beats were answered by desks; they are not in `posted`. */
  beats: number
  /** Whether `GET /desk/api/me` finds a session. */
  signedIn: boolean
  openUrl: boolean
  /** Who may sign in by name alone. */
  demoAgents: { name: string; displayName: string; role: string }[]
  /** What supervisors see of guesses at many accounts. */
  sprays: Switches['sprays']
  /** Answers posts to paths that end so: status and problem code; `retryAfter` in seconds; `wait` holds it back. */
  answer(
    ending: string,
    answer: { status: number; code?: string; retryAfter?: number; body?: unknown; wait?: Promise<void> },
  ): void
  /** Sends a snapshot now and to every stream that connects later. */
  show(event: 'desk' | 'phones', data: object): void
  /** Ends the desk's session as the server does. */
  endSession(): void
  /** How often streams that are opened from now on beat. */
  beatEveryMs: number
  /** Cuts every stream; while `down`, nothing but the pages is answered. */
  cut(down: boolean): void
  /** As down, but the streams stay open without another word. */
  fallSilent(): void
  /** A new world for the next test. */
  reset(): void
  close(): Promise<void>
}

/** What a test finds, whatever the one before has changed. */
function atFirst(): Pick<PageServer, 'beats' | 'signedIn' | 'openUrl' | 'demoAgents' | 'sprays' | 'beatEveryMs'> {
  return { beats: 0, signedIn: true, openUrl: false, demoAgents: [], sprays: [], beatEveryMs: BEAT_MS }
}

export async function startPages(folder: string): Promise<PageServer> {
  const streams = new Set<{ response: ServerResponse; event: string }>()
  const latest = new Map<string, object>()
  const answers = new Map<string, Parameters<PageServer['answer']>[1]>()
  let down = false

  const send = (response: ServerResponse, event: string, data: unknown): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const json = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
  const stream = (response: ServerResponse, event: string): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': here\n\n')
    const one = { response, event }
    streams.add(one)
    response.on('close', () => streams.delete(one))
    beat(
      (data, name) => send(response, name, data),
      () => streams.has(one),
      server.beatEveryMs,
    )
    if (latest.has(event)) send(response, event, latest.get(event))
  }
  const page = async (response: ServerResponse, path: string): Promise<void> => {
    const body = await readFile(join(folder, path)).catch(() => null)
    if (body === null) return json(response, 404, {})
    const type = types[extname(path)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body)
  }
  const changed = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    let text = ''
    for await (const part of request) text += part
    if (path === '/desk/api/beat') {
      server.beats += 1
      return json(response, 200, {})
    }
    const csrf = request.headers['x-csrf-token']
    const body: unknown = text === '' ? null : JSON.parse(text)
    server.posted.push({ path, csrf: typeof csrf === 'string' ? csrf : undefined, body })
    const [, answer] = [...answers].find(([ending]) => path.endsWith(ending)) ?? []
    await answer?.wait
    if (/\/sign-in(\/demo)?$/.test(path) && (answer?.status ?? 200) === 200) server.signedIn = true
    const retry = answer?.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) }
    const problem = answer?.code === undefined ? {} : { code: answer.code }
    json(response, answer?.status ?? 200, answer?.body ?? problem, retry)
    // What was done is shown to every desk.
    const desk = latest.get('desk')
    if (desk) server.show('desk', { ...desk, at: new Date().toISOString() })
  }

  const http = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://here')
    const entry = { '/desk': 'desk', '/phone': 'phone', '/': 'both' }[pathname]
    if (entry) return void page(response, `${entry}/index.html`)
    if (pathname.startsWith('/pages/'))
      return void page(response, pathname.slice('/pages/'.length).replaceAll('..', ''))
    if (down) return void response.destroy()
    if (request.method !== 'GET') return void changed(request, response, pathname)
    const me = { name: 'anna', displayName: 'Anna Berg', role: 'agent', phone: 'client:anna' }
    if (pathname === '/desk/api/me' && server.signedIn)
      return json(response, 200, { csrf: 'token-1', me, demo: true, openUrl: server.openUrl })
    if (pathname === '/desk/api/me') return json(response, 401, {})
    if (pathname === '/desk/api/sign-in/demo') return json(response, 200, { agents: server.demoAgents })
    if (pathname === '/desk/api/switches') return json(response, 200, { ...pageSwitches(), sprays: server.sprays })
    if (pathname === '/desk/api/stream') return server.signedIn ? stream(response, 'desk') : json(response, 401, {})
    if (pathname === '/desk/api/today') return json(response, 200, { calls: [], notices: [] })
    if (pathname === '/simulator/api/stream') return stream(response, 'phones')
    if (pathname === '/simulator/api/world')
      return json(response, 200, {
        hotlines: pageHotlines,
        customers: pageCustomers,
        clients: ['client:anna', 'client:ben'],
      })
    if (pathname === '/simulator/api/flow.svg')
      return void pageFlow().then((svg) => response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(svg))
    json(response, 404, {})
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))

  const server: PageServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    posted: [],
    ...atFirst(),
    answer: (ending, answer) => void answers.set(ending, answer),
    show(event, data) {
      latest.set(event, data)
      for (const one of streams) if (one.event === event) send(one.response, event, data)
    },
    endSession() {
      server.signedIn = false
      for (const { response, event } of streams) {
        if (event !== 'desk') continue
        send(response, 'signed_out', {})
        response.end()
      }
    },
    cut(wanted) {
      down = wanted
      for (const { response } of streams) response.destroy()
    },
    fallSilent() {
      down = true
      streams.clear()
    },
    reset() {
      latest.clear()
      answers.clear()
      server.posted.length = 0
      Object.assign(server, atFirst())
      server.cut(false)
    },
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}
