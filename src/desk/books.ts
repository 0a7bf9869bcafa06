/** What agents look at between calls. A search is throttled: nobody works through numbers here. */
import { type RequestHandler, Router } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { z } from 'zod'
import type { DeskBooks } from '../floor/books.ts'
import { foundCustomers, looseNotes, ownDay } from '../floor/books-view.ts'
import { guarded, refuse } from '../http/problem.ts'
import type { Log } from '../seams/log.ts'
import type { SignedIn } from './sign-in.ts'

export interface BookRoutesParts {
  books: DeskBooks
  log: Pick<Log, 'error' | 'warn'>
}

/** Of one agent, in this process: more than a busy day needs, and far too few to try numbers out. */
export const SEARCHES = 20
export const WINDOW_S = 10 * 60

/** People write numbers in groups. */
const wanted = z.strictObject({
  number: z
    .string()
    .max(64)
    .transform((text) => text.replace(/[\s./-]/g, ''))
    .pipe(z.string().regex(/^[0-9]{4,32}$/)),
})

/** `watch` lets those through who only look. */
export function bookRoutes({ books, log }: BookRoutesParts, watch: RequestHandler): { looks: Router; acts: Router } {
  const [looks, acts] = [Router(), Router()]
  const searches = new RateLimiterMemory({ points: SEARCHES, duration: WINDOW_S })

  const given = <T>(path: string, shape: z.ZodType<T>, find: (agent: string) => Promise<T | null>) =>
    guarded(log, `/desk/api${path}`, async (_request, response) => {
      const { agent } = response.locals as SignedIn
      const found = await find(agent)
      if (found === null) return refuse(response, 401, 'Not signed in', 'Sign in first.', 'signed_out')
      response.json(shape.parse(found))
    })
  // Read again and again by a page that stands open.
  looks.get(
    '/today',
    watch,
    given('/today', ownDay, (agent) => books.ownDay(agent)),
  )
  acts.get(
    '/notes',
    given('/notes', looseNotes, (agent) => books.looseNotes(agent)),
  )
  acts.post(
    '/search',
    guarded(log, '/desk/api/search', async (request, response) => {
      const read = wanted.safeParse(request.body)
      if (!read.success)
        return refuse(response, 400, 'Not understood', 'Send a number of 4 to 32 digits.', 'not_understood')
      const { agent } = response.locals as SignedIn
      const seconds = await secondsLeft(searches, agent)
      if (seconds !== null) {
        response.set('Retry-After', String(seconds))
        return refuse(response, 429, 'Too many searches', `Wait ${Math.ceil(seconds / 60)} min.`, 'throttled')
      }
      const found = await books.search(agent, read.data.number)
      if (found === null) return refuse(response, 401, 'Not signed in', 'Sign in first.', 'signed_out')
      response.json(foundCustomers.parse(found))
    }),
  )
  return { looks, acts }
}

/** Null: one more may be made now, and is counted. */
async function secondsLeft(limiter: RateLimiterMemory, agent: string): Promise<number | null> {
  try {
    await limiter.consume(agent)
    return null
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
    throw refused
  }
}
