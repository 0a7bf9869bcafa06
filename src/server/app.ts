/** All doors on one Express app, over parts that are open. */
import { join } from 'node:path'
import express from 'express'
import { operatorRoutes } from '../api/operator-routes.ts'
import { apiRoutes } from '../api/routes.ts'
import type { Config } from '../config/config.ts'
import { packageRoot } from '../config/package-root.ts'
import { isTryout } from '../config/tryout.ts'
import { deskPageRoutes } from '../desk/routes.ts'
import type { DemoSignIn } from '../desk/sign-in.ts'
import { createBooks } from '../floor/books.ts'
import type { Floor } from '../floor/floor.ts'
import { queueName } from '../flow/hotline.ts'
import { thisMachineOnly } from '../http/own-machine.ts'
import { readableOnly } from '../http/readable.ts'
import { tracing } from '../http/trace.ts'
import { portalRoutes } from '../portal/routes.ts'
import type { Log } from '../seams/log.ts'
import type { Patience } from '../seams/patience.ts'
import { verifyForChannel } from '../turn/verification.ts'
import { lastWords } from '../twilio/last-words.ts'
import { twilioRoutes } from '../twilio/routes.ts'
import { connectionOverrides } from '../twilio/twiml.ts'
import type { Deps } from './deps.ts'
import { type Health, healthRoutes } from './health.ts'
import { portalTrust } from './open-portal.ts'
import { createOperator } from './operator.ts'
import { createWaitMusic } from './wait-music.ts'

/** Doors that a server with a port of its own may have besides. */
export interface OwnDoors {
  /** May sign in by name alone, in a try-out and nowhere else. */
  demoAgents?: readonly DemoSignIn[]
  /** With which commands ask for what they cannot do on an embedded store; with any other store there is no such door. */
  operatorKey?: string
}

/** What stands in for others while Rufpass is tried out. */
interface DoorsOfTryouts {
  standIn?: express.RequestHandler | undefined
  demoPortal?: express.RequestHandler | null
}

/** Rufpass alone: what none of its doors answers is not there. It listens nowhere yet. */
export function createApp(
  config: Config,
  deps: Deps,
  floor: Floor,
  health: Health,
  log: Log,
  { standIn, demoPortal, ...own }: DoorsOfTryouts & OwnDoors = {},
): Doors {
  const doors = createDoors(config, deps, floor, health, log, own)
  const { app } = doors
  if (standIn) app.use(standIn)
  if (demoPortal) app.use(demoPortal)
  app.use((_request: express.Request, response: express.Response) => {
    response.status(404).type('text/plain').send('There is nothing here.\n')
  })
  return doors
}

/** An app, and how to end what its pages hold open. */
export interface Doors {
  app: express.Express
  close(): void
}

/**
 * All doors, to be mounted anywhere: an app and not a router, so that it has settings of its own wherever it is. Twilio's
 * door comes first, before anything reads a body. What no door answers is passed on.
 */
export function createDoors(
  config: Config,
  deps: Deps,
  floor: Floor,
  health: Health,
  log: Log,
  { demoAgents = [], operatorKey = '' }: OwnDoors = {},
): Doors {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.disable('trust proxy')
  app.set('query parser', 'simple')
  // Express lets a mounted app inherit what it has not set, down to how its JSON is written.
  app.on('mount', () => Object.setPrototypeOf(app.settings, null))
  // Spoken once, while all is well: nothing is formatted any more when it is needed.
  const last = new Map([...deps.hotlines.byBrand].map(([name, hotline]) => [queueName(name, null), lastWords(hotline)]))
  // A forgotten tunnel may lead here from outside, and everybody may know the demo's passwords.
  if (isTryout(config)) app.use(thisMachineOnly())
  const music = createWaitMusic(config.waitMusicUrl, { log })
  app.use(tracing())
  app.use(
    twilioRoutes({
      turns: deps.turns,
      floor,
      publicBaseUrl: config.publicBaseUrl,
      accountSid: deps.keys.twilioAccountSid,
      authTokens: deps.keys.twilioAuthTokens,
      personNumber: config.fallbackNumber,
      waitMusic: music.url,
      connectionOverrides: overridesOf(config, deps.patience),
      voicesOf: (brand) => last.get(queueName(brand, null))?.voices ?? {},
      lastWordsOf: (queue) => last.get(queue) ?? null,
      waitWords: floor.waitWords,
      waitEnds: floor,
      deliveries: deps.deliveries,
      meter: deps.counting,
      log,
    }),
  )
  app.use(readableOnly)
  app.use(healthRoutes(health))
  const hasOperator = config.database.kind === 'directory' && operatorKey !== ''
  app.use(operatorRoutes({ operator: createOperator(deps), key: hasOperator ? operatorKey : null, log }))
  app.use(
    apiRoutes({
      contexts: deps.contexts,
      agents: deps.agents,
      references: deps.references,
      setAway: ({ actor, brands }, agent) => floor.setAway({ system: actor, brands }, agent),
      notices: deps.notices,
      specialHours: deps.specialHours,
      calendar: deps.calendar,
      brands: [...deps.hotlines.byBrand.values()].map(({ brand }) => brand),
      tickets: { reports: deps.reports, hotlines: [...deps.hotlines.byBrand.values()] },
      verify: (isTheirs, order) => verifyForChannel(deps.verification, isTheirs, order),
      orderPins: deps.orderPins,
      accounts: deps.accounts,
      callCodes: deps.callCodes,
      erasures: deps.erasures,
      accountChanges: deps.accountChanges,
      customerFile: deps.customerFile,
      tokens: deps.tokens,
      apiToken: deps.keys.apiToken,
      publicBaseUrl: config.publicBaseUrl,
      clock: deps.clock,
      log,
    }),
  )
  app.use(
    portalRoutes({
      trust: portalTrust(config, deps.hotlines),
      hotlines: deps.hotlines,
      portal: deps.portal,
      lookUp: null,
      pinChoice: deps.pinChoice,
      callCodes: deps.callCodes,
      erasures: deps.erasures,
      publicBaseUrl: config.publicBaseUrl,
      clock: deps.clock,
      log,
    }),
  )
  const desk = deskPageRoutes({
    ...deps,
    floor,
    books: createBooks(deps),
    publicBaseUrl: config.publicBaseUrl,
    openUrl: config.deskOpenUrl,
    trustedProxies: config.trustedProxies,
    pagesDir: join(packageRoot(), 'dist', 'pages'),
    demo: config.demo !== null,
    demoAgents: isTryout(config) ? demoAgents : [],
    log,
  })
  app.use(desk.router)
  app.use((error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    if (isBadRequest(error)) {
      response.status(400).type('text/plain').send('This request cannot be understood.\n')
      return
    }
    log.error({ err: error }, 'request broke')
    response.status(500).type('text/plain').send('Something went wrong here. It has been logged.\n')
  })
  return {
    app,
    close() {
      music.close()
      desk.close()
    },
  }
}

/** Express refuses addresses that it cannot decode, and says so in the error. */
function isBadRequest(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 400
}

/** Twilio asks us from the edge that the operator chose, else from its own default. */
function overridesOf({ twilioEdge }: Config, patience: Patience): string {
  const overrides = connectionOverrides(patience)
  return twilioEdge === null ? overrides : `${overrides}&e=${twilioEdge}`
}
