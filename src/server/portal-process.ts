/**
 * `rufpass portal`: the portal API in a process of its own, which alone can open the sealed copies of PINs. It has no other door, and the
 * stores that its doors need and no others.
 */
import type { RequestListener } from 'node:http'
import { availableParallelism } from 'node:os'
import express from 'express'
import type { PortalProcess } from '../config/portal-process.ts'
import {
  erasureDays,
  type Hotlines,
  loadHotlines,
  lookUpBrands,
  rulesOf,
  takesCallCodes,
} from '../hotlines/hotlines.ts'
import { loadStepTypes } from '../hotlines/load-step-types.ts'
import { readableOnly } from '../http/readable.ts'
import { portalRoutes } from '../portal/routes.ts'
import type { Clock } from '../seams/clock.ts'
import type { Log } from '../seams/log.ts'
import { DEADLINE_MS, patienceOf } from '../seams/patience.ts'
import { createErasures } from '../store/accounts/erasures.ts'
import { createCallCodes } from '../store/call-codes.ts'
import { openDatabase } from '../store/database.ts'
import { copiesTo, copyKeys, LookUpError } from '../store/look-up/pin-copies.ts'
import { copiesByKey, copiesOfOthers, mayReadCopies } from '../store/look-up/rights.ts'
import { createPinChoice } from '../store/pin-choice.ts'
import { openVerifier } from '../store/pin-keys.ts'
import { createLookUp } from '../store/portal/look-up.ts'
import { createPortalBook } from '../store/portal/portal-book.ts'
import { systemClock } from './deps.ts'
import { createExpressServer } from './express-server.ts'
import { createHealth, drain, healthRoutes } from './health.ts'
import { listen } from './listen.ts'
import { openMetricsOf } from './open-metrics.ts'
import { portalTrust } from './open-portal.ts'
import { CONNECTIONS } from './serve.ts'

/** So long a request may still run after the end was asked for, ms. */
const GRACE_MS = 8_000

export interface RunningPortal {
  port: number
  /** Where `/metrics` is; null: nowhere. */
  metricsPort: number | null
  /** Copies that none of its keys opens: sealed to a key that was replaced. */
  shut: number
  stop(): Promise<void>
}

/**
 * Listens, with port 0 on any free port.
 * @throws {LookUpError} where nobody could look anything up: no brand allows it, or the role of the database does not; and where nobody would be told of it.
 */
export async function servePortal(
  config: PortalProcess,
  { log, clock = systemClock, hotlines: given }: { log: Log; clock?: Clock; hotlines?: Hotlines },
): Promise<RunningPortal> {
  const hotlines = given ?? loadHotlines(config.flowsDir, await loadStepTypes(config.stepTypes))
  const copied = lookUpBrands(hotlines)
  if (copied.size === 0)
    throw new LookUpError(
      'No brand lets customers look their PIN up: set portal.look_up in the file of one that is to.',
    )
  refuseUntold(hotlines, copied)
  const keys = await copyKeys(config.identities)
  const patience = patienceOf(DEADLINE_MS.usual)
  const counting =
    config.metrics === null
      ? null
      : (await import('../metrics/counting.ts')).startCounting([...hotlines.byBrand.keys()])
  const hears = counting?.hears('database')
  const database = await openDatabase(config.databaseUrl, patience.database, config.databasePoolSize, hears)
  try {
    const { db } = database
    if (!(await mayReadCopies(db)))
      throw new LookUpError(
        'The role of DATABASE_URL may not read the sealed copies: docs/portal.md#look-up has the statements.',
      )
    const verifier = await openVerifier(db, config.pinKeys, availableParallelism())
    const shut = (await copiesByKey(db)).filter(({ recipient }) => !keys.recipients.includes(recipient))
    const count = shut.reduce((sum, each) => sum + each.count, 0)
    if (count > 0) log.warn({ count }, 'copies of PINs are sealed to a key that LOOKUP_IDENTITY does not have')
    const left = await copiesOfOthers(db, copied)
    if (left > 0) log.warn({ count: left }, 'copies of PINs are kept of brands that show none: docs/portal.md#look-up')
    const [recipient = null] = keys.recipients
    const health = createHealth({ database: { store: database, shared: true } }, log)
    const book = createPortalBook(db)
    const app = express()
    app.disable('x-powered-by')
    app.disable('etag')
    app.disable('trust proxy')
    app.set('query parser', 'simple')
    app.use(readableOnly)
    app.use(healthRoutes(health))
    app.use(
      portalRoutes({
        trust: portalTrust(config, hotlines),
        hotlines,
        portal: counting?.portal(book) ?? book,
        lookUp: createLookUp(db, keys, verifier, log),
        pinChoice: createPinChoice(db, rulesOf(hotlines), verifier, copiesTo(recipient, copied)),
        erasures: createErasures(db, { dueOf: erasureDays(hotlines), subjectKey: config.subjectKey }),
        callCodes: createCallCodes(db, { subjectKey: config.subjectKey, isTaken: takesCallCodes(hotlines) }),
        publicBaseUrl: config.publicBaseUrl,
        clock,
        log,
      }),
    )
    app.use((_request: express.Request, response: express.Response) => {
      response.status(404).type('text/plain').send('There is nothing here.\n')
    })
    const { server, serve } = createExpressServer(CONNECTIONS, notYet)
    serve(app)
    const readings = { stores: async () => (await health.ready()).stores, clock }
    const metrics = await openMetricsOf(config.metrics, counting, readings, log)
    const port = await listen(server, config.host, config.port).catch(async (error: unknown) => {
      await metrics?.close()
      throw error
    })
    return {
      port,
      metricsPort: metrics?.port ?? null,
      shut: count,
      async stop() {
        await metrics?.close()
        const errors = await drain(server, {
          health,
          closables: [database],
          noticeMs: config.drainMs,
          graceMs: GRACE_MS,
        })
        for (const err of errors) log.error({ err }, 'a store could not be closed')
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Who had a log-in that is not theirs would read the PIN, and nobody would hear of it. @throws {LookUpError} */
function refuseUntold({ byBrand }: Hotlines, brands: ReadonlySet<string>): void {
  const untold = [...brands].find((name) => {
    const messages = byBrand.get(name)?.brand.messages
    return messages?.email === undefined && messages?.sms === undefined
  })
  if (untold === undefined) return
  throw new LookUpError(
    `'${untold}' lets customers look their PIN up (portal.look_up of its file) and tells them nothing: write messages in its file, for each look-up is told.`,
  )
}

const notYet: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '5' }).end()
}
