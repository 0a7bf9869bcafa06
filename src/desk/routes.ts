/**
 * The agents' desk for browsers: the page, and the API behind it. Imports `floor`, `context`, `http` and the seams; the
 * page itself is in `page/`.
 */
import { join } from 'node:path'
import { type ErrorRequestHandler, static as files, type RequestHandler, Router } from 'express'
import { pageHeaders } from '../http/page-headers.ts'
import { withoutSlash } from '../http/page-place.ts'
import { guarded, neverStored, refuse } from '../http/problem.ts'
import { jsonOf, RefusedText } from '../http/read-json.ts'
import { type ActionParts, actionRoutes, beatRoute } from './actions.ts'
import { type BookRoutesParts, bookRoutes } from './books.ts'
import { createSignInDoor, ownPagesOnly, type SignInParts } from './sign-in.ts'
import { createStreams } from './stream.ts'
import { MARK_PATH, type SupervisingParts, supervisingRoutes } from './supervising.ts'

export interface DeskPageParts extends SignInParts, ActionParts, BookRoutesParts, Omit<SupervisingParts, 'agents'> {
  /** What Vite built, absolute. */
  pagesDir: string
}

export interface DeskPage {
  router: Router
  /** Ends all streams; without that a server never gets rid of its connections. */
  close(): void
}

/** A note of 2,000 characters with all of them escaped. */
const LONGEST_BODY = '16kb'
const YEAR_MS = 365 * 24 * 3_600_000

/** `/desk`, `/desk/api` and `/pages/assets`. */
export function deskPageRoutes(parts: DeskPageParts): DeskPage {
  const { publicBaseUrl, pagesDir, log } = parts
  const streams = createStreams(parts)
  const door = createSignInDoor(parts, streams.look)
  const router = Router()
  const headers = pageHeaders(publicBaseUrl)

  const api = Router()
  const short = jsonOf(LONGEST_BODY)
  const body: RequestHandler = (request, response, next) =>
    request.path === MARK_PATH ? next() : short(request, response, next)
  api.use(neverStored, ownPagesOnly(publicBaseUrl), body, notUnderstood)
  api.post('/sign-in', door.enter)
  api.get('/sign-in/demo', door.offered)
  api.post('/sign-in/demo', door.enterAsOffered)
  const supervising = supervisingRoutes(parts, door.watch)
  const books = bookRoutes(parts, door.watch)
  api.use(books.looks)
  api.use(supervising.looks)
  // What a page does by itself, also one that only stands open, is no use of its session.
  api.get('/me', door.watch, door.me)
  api.get(
    '/stream',
    door.watch,
    guarded(log, '/desk/api/stream', (request, response) => streams.open(request, response)),
  )
  api.post('/beat', door.watch, beatRoute(parts))
  api.use(door.guard)
  api.post('/sign-out', door.leave)
  api.use(actionRoutes(parts))
  api.use(books.acts)
  api.use(supervising.acts)
  api.use((_request, response) => {
    refuse(response, 404, 'Nothing here', 'The desk has no such address.', 'not_found')
  })
  api.use(notUnderstood)

  router.use('/desk/api', headers, api)
  router.get('/desk', withoutSlash, headers, (_request, response, next) => {
    const options = { root: pagesDir, headers: { 'Cache-Control': 'no-cache' }, cacheControl: false }
    response.sendFile('desk/index.html', options, (error) => {
      if (!error || response.headersSent) return
      if (!('status' in error && error.status === 404)) return next(error)
      response.status(503).type('text/plain').send('The desk was not built yet: run npm run build, and start again.\n')
    })
  })
  // Their names change with their content.
  const assets = files(join(pagesDir, 'assets'), { index: false, redirect: false, immutable: true, maxAge: YEAR_MS })
  router.use('/pages/assets', headers, assets)
  return { router, close: streams.close }
}

const notUnderstood: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  if (error instanceof RefusedText)
    return refuse(
      response,
      400,
      'Not understood',
      `Not understood: ${error.field ?? 'a member'} (${error.fault}).`,
      'not_understood',
    )
  if (status === 413) return refuse(response, 413, 'Too long', 'Send less.', 'not_understood')
  if (typeof status === 'number' && status < 500)
    return refuse(response, 400, 'Not understood', 'The body is no JSON.', 'not_understood')
  next(error)
}
